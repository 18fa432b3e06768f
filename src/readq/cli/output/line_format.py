"""The template of `readq list --format`: text with names of JSON fields in braces, such as `{key}`.

In the output, each name in braces is replaced by the value of that field of the paper.
"""

import re
from collections.abc import Callable

from readq.errors import UsageError
from readq.model.values import Paper
from readq.services.papers.paper_values import FIELDS, field_text

_FIELD = re.compile(r"\{(\w*)\}")
_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\\": "\\"}


def line_format(template: str) -> Callable[[Paper], str]:
    r"""Return a function that formats a paper by `template`. For example, `{key}` becomes the citation key.

    The items of a list are joined by commas. A sighting (an appearance of the paper in a feed) becomes the name of the
    feed and the day. `{feed}` and other fields of a sighting have the value of the newest sighting. But `{upvotes}` and
    `{comments}` have the highest value of all sightings. In `template`, `\t` is a tab, `\n` a line break and `\\` a
    backslash. Raises UsageError if a name in braces is not the name of a field.
    """
    for name in _FIELD.findall(template):
        if name not in FIELDS:
            from readq.nearest_name import suggestion

            hint = suggestion(name, FIELDS, f"known: {', '.join(FIELDS)}")
            raise UsageError(f"--format knows no field {{{name}}}", hint)
    unescaped = re.sub(r"\\[tn\\]", lambda match: _ESCAPES[match[0]], template)
    return lambda paper: _FIELD.sub(lambda match: field_text(paper, match[1]), unescaped)
