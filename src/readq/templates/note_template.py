"""Check the template of a new note. `readq.services.notes.template` fills it."""

DEFAULT = "claim: \nhow: \nuse: \n"
"""The default text of a new note. A line that the user leaves empty is not saved."""

FIELDS = ("title", "key", "year", "authors", "first_author", "venue", "arxiv", "doi", "url", "date")
"""The names of the fields that a template may contain in braces."""


def wrong_part(template: str) -> str | None:
    """Return the part of `template` that is wrong: the first part in braces that is not just the name of a field.

    If a brace has no partner, return the text `a lone brace`. Return None if the template is valid.
    """
    if "{" not in template and "}" not in template:
        return None
    import string

    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return "a lone brace"
    for _, name, form, kind in parsed:
        if name is not None and (name not in FIELDS or form or kind):
            return f"{{{name}{f'!{kind}' if kind else ''}{f':{form}' if form else ''}}}"
    return None
