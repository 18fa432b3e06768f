"""Write the highlights of a PDF into a note, in a separate section that is replaced as a whole.

Two comments mark the beginning and the end of the section, so that the user's own lines are never changed.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.text import one_line

START = "<!-- highlights of the PDF: readq renews this section -->"
END = "<!-- end of the highlights -->"
_HEADING = "## Highlights"
# What would be a question, a link or the end of the section.
_SPECIAL = re.compile(r"(:)(?=:)|(=)(?==)|(\[)(?=\[)|(--)(?=>)|(<)(?=!--)")


class Highlight(NamedTuple):
    """An annotation of a PDF."""

    page: int
    kind: str
    """The kind of the annotation: `highlight`, `underline`, `strikeout` or `comment`."""
    text: str
    """The marked text of the PDF. It is "" for a `comment`."""
    comment: str = ""
    """The user's comment, or ""."""


def with_highlights(note: str, highlights: Sequence[Highlight]) -> str:
    """Return `note` with its section of highlights replaced. If `note` has no such section, it is added at the end.

    If `highlights` is empty, the section is removed. Two comments mark the section. Raises ReadqError if `note` has
    only one of the two comments, has a comment twice, or has the comments in the wrong order.
    """
    starts, ends = note.count(START), note.count(END)
    section = _section(highlights) if highlights else ""
    if not starts and not ends:
        return f"{note}\n\n{section}".strip("\n") if section else note
    start, end = note.find(START), note.find(END)
    if (starts, ends) != (1, 1) or end < start:
        raise ReadqError("the note has half a section of highlights", f"remove the lines {START} and {END}")
    before, after = note[:start].rstrip("\n"), note[end + len(END) :].lstrip("\n")
    return "\n\n".join(filter(None, (before, section, after)))


def _section(highlights: Sequence[Highlight]) -> str:
    lines = [START, _HEADING, ""]
    for one in highlights:
        marked = {"underline": " (underlined)", "strikeout": " (struck out)"}.get(one.kind, "")
        text = f"“{_plain(one.text)}”" if one.text else _plain(one.comment)
        lines.append(f"- p. {one.page}{marked}: {text}")
        if one.text and one.comment:
            lines.append(f"  - {_plain(one.comment)}")
    return "\n".join((*lines, END))


def _plain(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"{found[0]} ", one_line(text).strip())
