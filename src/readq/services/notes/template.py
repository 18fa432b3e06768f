"""Fill the template of a new note."""

import string
from datetime import datetime

from readq.days import local_day
from readq.errors import UsageError
from readq.model.values import Paper

FIELDS = ("title", "key", "year", "authors", "first_author", "venue", "arxiv", "doi", "url", "date")
"""The names of the fields that a template may contain in braces."""


def unknown_field(template: str) -> str | None:
    """Return the first name in braces in `template` that is not the name of a field.

    Return None if the template is valid. Return the text `a lone brace` if a brace is not closed or not opened.
    """
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return "a lone brace"
    wrong = [name for _, name, form, kind in parsed if name is not None and (name not in FIELDS or form or kind)]
    return wrong[0] if wrong else None


def fill(template: str, paper: Paper, now: datetime) -> str:
    """Return the text of a new note on `paper`: the template with its fields replaced by the values of the paper.

    A field without a value becomes an empty text. Raises UsageError if the template contains an unknown field or a lone
    brace.
    """
    if (wrong := unknown_field(template)) is not None:
        raise UsageError(f"notes.template has {{{wrong}}}", f"known: {', '.join(FIELDS)}")
    values = {
        "title": paper.title,
        "key": paper.key,
        "year": paper.year,
        "authors": ", ".join(paper.authors),
        "first_author": paper.authors[0] if paper.authors else None,
        "venue": paper.venue,
        "arxiv": paper.arxiv_id,
        "doi": paper.doi,
        "url": paper.url,
        "date": local_day(now),
    }
    return template.format(**{name: "" if value is None else value for name, value in values.items()})
