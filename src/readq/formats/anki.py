"""Write notes as a text file that Anki imports.

If Anki imports a newer file with the same notes, it updates their texts and keeps their schedules. The format:
https://docs.ankiweb.net/importing/text-files.html
"""

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_HEAD = """\
#separator:Tab
#html:true
#notetype:Basic
#deck:readq
#columns:ID\tFront\tBack\tTags
#guid column:1
#tags column:4
"""

_MATHEMATICS = re.compile(r"\$\$([^$]+)\$\$|\$(?=\S)([^$\n]*[^$\s\\])\$(?!\d)")


class AnkiNote(NamedTuple):
    """A note in Anki: a question with its answer."""

    identifier: str
    """A text by which Anki finds the note. It must stay the same when the other fields change."""
    front: str
    """The question as plain text, with mathematics between dollar signs."""
    back: str
    """The answer as plain text, with mathematics between dollar signs."""
    source: str
    """A line to show below the question, or ""."""
    tags: tuple[str, ...]
    """The tags of the note. They must not contain spaces."""


def write(notes: Iterable[AnkiNote]) -> Iterator[str]:
    """Yield the header lines of the file, and then one line for each note."""
    yield _HEAD
    for note in notes:
        line = io.StringIO()
        front = _as_html(note.front)
        if note.source:
            front += f"<br><small>{_as_html(note.source)}</small>"
        row = (note.identifier, front, _as_html(note.back), " ".join(note.tags))
        csv.writer(line, delimiter="\t", lineterminator="\n").writerow(row)
        yield line.getvalue()


def _as_html(text: str) -> str:
    escaped = html.escape(text.replace("\t", " "), quote=False)
    return "<br>".join(_MATHEMATICS.sub(_mathjax, escaped).splitlines())


def _mathjax(found: "re.Match[str]") -> str:
    return rf"\[{found[1]}\]" if found[1] else rf"\({found[2]}\)"
