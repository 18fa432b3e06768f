"""The template of `readq list --format`: text with names of JSON fields in braces, such as `{key}`.

In the output, each name in braces is replaced by the value of that field of the paper.
"""

import re
from collections.abc import Callable

from readq.errors import UsageError
from readq.model.values import Caught, Paper, Sighting
from readq.text import one_line

_FIELD = re.compile(r"\{(\w*)\}")
_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\\": "\\"}

FIELDS = (*Paper._fields, *Sighting._fields)
"""The names that a template may have: the fields of the JSON object of a paper, and those of its sightings."""


def line_format(template: str) -> Callable[[Paper], str]:
    r"""Return a function that formats a paper by `template`. For example, `{key}` becomes the citation key.

    The items of a list are joined by commas. A sighting is its feed and its day. A field of sightings, such as
    `{feed}`, has the value of the newest sighting; `{upvotes}` and `{comments}` have the highest value of all
    sightings. In `template`, `\t` is a tab, `\n` a line break and `\\` a backslash. Raises UsageError for a field that
    a paper does not have.
    """
    for name in _FIELD.findall(template):
        if name not in FIELDS:
            from readq.spelling import suggestion

            hint = suggestion(name, FIELDS, f"known: {', '.join(FIELDS)}")
            raise UsageError(f"--format knows no field {{{name}}}", hint)
    unescaped = re.sub(r"\\[tn\\]", lambda match: _ESCAPES[match[0]], template)
    return lambda paper: _FIELD.sub(lambda match: _text(_value(paper, match[1])), unescaped)


def _value(paper: Paper, name: str) -> object:
    if name in Paper._fields:
        return getattr(paper, name)
    if name in ("upvotes", "comments"):
        return max((getattr(one, name) for one in paper.sightings if getattr(one, name) is not None), default=None)
    newest = max(paper.sightings, key=lambda one: one.seen, default=None)
    return getattr(newest, name, None)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Caught):
        return one_line(value.watch)
    if isinstance(value, Sighting):
        return one_line(f"{value.feed} {value.seen}")
    if isinstance(value, tuple):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))
