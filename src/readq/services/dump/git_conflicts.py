"""Find conflict markers that git left in the files of a dump."""

import re
from typing import NamedTuple

from readq.services.dump import file_layout

_PROSE = (f"{file_layout.NOTES}/", file_layout.RATINGS, file_layout.CONFIG)
"""The path prefixes of the files of a dump in which a person writes lines, such as notes."""

_MARKER = re.compile(r"^(?:(<{7} )|(={7}\r?$)|(>{7} ))", re.MULTILINE)
_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
_BEGIN, _MIDDLE, _END = 1, 2, 3


class Lines(NamedTuple):
    """A range of lines of a file. Lines are counted from 1. Both `first` and `last` are included."""

    first: int
    last: int


def conflict_in(name: str, text: str) -> Lines | None:
    """Return the lines of the first git conflict in a file of a dump. Return None if the file has no conflict.

    `name` is the path of the file in the dump, `text` its content.
    """
    return conflict_in_prose(text) if name.startswith(_PROSE) else conflict_in_data(text)


def conflict_in_data(text: str) -> Lines | None:
    """Return the lines of the first git conflict in the text of a JSON file. Return None if it has no conflict.

    A single conflict marker counts as a conflict, because no line of JSON begins like a marker.
    """
    if not any(mark in text for mark in _MARKS):
        # Much faster than the pattern, which looks at each line.
        return None
    markers = [(match.lastindex, match.start()) for match in _MARKER.finditer(text)]
    if not markers:
        return None
    end = next((position for kind, position in markers if kind == _END), markers[-1][1])
    return _lines(text, markers[0][1], end)


def conflict_in_prose(text: str) -> Lines | None:
    """Return the lines of the first git conflict in a text written by a person. Return None if it has no conflict.

    A conflict has all three conflict markers. A single marker does not count, because a person may write such a line:
    Markdown underlines headings with `=`.
    """
    start: int | None = None
    has_middle = False
    for match in _MARKER.finditer(text):
        if match.lastindex == _BEGIN:
            start, has_middle = match.start(), False
        elif match.lastindex == _MIDDLE:
            has_middle = start is not None
        elif start is not None and has_middle:
            return _lines(text, start, match.start())
    return None


def _lines(text: str, first: int, last: int) -> Lines:
    return Lines(text.count("\n", 0, first) + 1, text.count("\n", 0, last) + 1)
