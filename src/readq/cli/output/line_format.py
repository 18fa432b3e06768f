"""The template of `readq list --format`: text with names of fields in braces, such as `{key}`.

In the output, each name in braces is replaced by the value of that field of the paper.
"""

import re
from collections.abc import Callable

from readq.errors import UsageError
from readq.model.values import Paper
from readq.text import one_line

_FIELD = re.compile(r"\{(\w*)\}")
_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\\": "\\"}


def line_format(template: str) -> Callable[[Paper], str]:
    r"""Return a function that formats a paper by `template`. For example, `{key}` becomes the citation key.

    The items of a list are joined by commas. In `template`, `\t` is a tab, `\n` a line break and `\\` a backslash.
    Raises UsageError for a field that a paper does not have.
    """
    known = [field for field in Paper._fields if field != "sightings"]
    for name in _FIELD.findall(template):
        if name not in known:
            raise UsageError(f"--format knows no field {{{name}}}", f"known: {', '.join(known)}")
    unescaped = re.sub(r"\\[tn\\]", lambda match: _ESCAPES[match[0]], template)
    return lambda paper: _FIELD.sub(lambda match: _text(getattr(paper, match[1])), unescaped)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(one_line(str(part)) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))
