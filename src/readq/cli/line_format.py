"""`list --format`: a line for each paper out of a text with fields in braces."""

import re

from readq.errors import UsageError
from readq.model.values import Paper
from readq.text import one_line

_FIELD = re.compile(r"\{(\w*)\}")
_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\\": "\\"}


def formatted(template: str, paper: Paper) -> str:
    r"""The template with `{key}`, `{title}` … filled in, lists joined by commas; `\t` and `\n` are understood.

    Raises UsageError for a field that a paper does not have.
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in Paper._fields or name == "sightings":
            known = ", ".join(field for field in Paper._fields if field != "sightings")
            raise UsageError(f"--format knows no field {{{name}}}", f"known are {known}")
        return _text(getattr(paper, name))

    unescaped = re.sub(r"\\[tn\\]", lambda match: _ESCAPES[match[0]], template)
    return _FIELD.sub(value, unescaped)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))
