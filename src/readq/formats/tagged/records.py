"""Split files of tagged lines (RIS, nbib) into records, so that messages can name a broken record by its number.

The library rispy then parses each record. rispy alone would skip an unfinished record without an error.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Rejected

_MOST_LINES = 20_000
"""The maximum number of lines in a record. The largest collaborations have some 5,000 authors, each on a line."""


class TagFormat(NamedTuple):
    """A format of tagged lines."""

    tag: re.Pattern[str]
    """A pattern for the beginning of a line. Its group 1 is the tag."""
    start: str
    """The tag that begins a record."""
    end: str | None
    """The tag that ends a record. If it is None, a blank line ends a record."""


class TaggedRecord(NamedTuple):
    """One record of a file: its number, from 1, and its lines. The line that ends the record is left out."""

    number: int
    lines: list[str]


class _Block(NamedTuple):
    lines: list[str]
    has_start: bool
    is_closed: bool


class RecordSplitter:
    """A parser that splits a file into records.

    A large file can be given in parts, which `cut_before_records` yields. A record is rejected if it lacks the
    start tag, is cut off by the end of the file, or is too long. Some programs write no end tags. In their files, a
    record ends where the next record starts.
    """

    def __init__(self, form: TagFormat) -> None:
        self._form = form
        self._number = 0
        self._uses_ends = False

    def split(self, text: str, *, is_last: bool = True) -> list[TaggedRecord | Rejected]:
        """Return the records of the whole file, or of its next part.

        `is_last` tells whether the file ends with this part.
        """
        found = _split(text.lstrip("\ufeff"), self._form)
        self._uses_ends |= self._form.end is not None and any(block.is_closed for block in found)
        records: list[TaggedRecord | Rejected] = []
        for place, block in enumerate(found, 1):
            self._number += 1
            where = f"record {self._number}"
            if not block.has_start:
                records.append(Rejected(where, f"its first line, with the tag {self._form.start}, is missing"))
            elif self._uses_ends and not block.is_closed and is_last and place == len(found):
                records.append(Rejected(where, f"cut off: the file ends before its {self._form.end} line"))
            elif len(block.lines) > _MOST_LINES:
                records.append(Rejected(where, f"more than {_MOST_LINES} lines"))
            else:
                records.append(TaggedRecord(self._number, block.lines))
        return records


def cut_before_records(lines: Iterable[str], form: TagFormat, size: int) -> Iterator[tuple[str, bool]]:
    """Yield a file in parts of about `size` characters. Each part but the first begins with the start of a record.

    `lines` are the lines of the file, with line feeds. Each part is yielded as a pair: its text, and whether the file
    ends with this part.
    """
    held: list[str] = []
    length = 0
    for line in lines:
        if length >= size and (tagged := form.tag.match(line)) and tagged[1].strip() == form.start:
            yield "".join(held), False
            held, length = [], 0
        held.append(line)
        length += len(line)
    yield "".join(held), True


def _split(text: str, form: TagFormat) -> list[_Block]:
    """Return the records. Tagged lines that do not begin with the start tag are a record, too.

    Other lines between records are left out.
    """
    found: list[_Block] = []
    lines: list[str] = []
    has_start = False
    for line in text.splitlines():
        tagged = form.tag.match(line)
        tag = tagged[1].strip() if tagged else None
        is_end = tag == form.end if form.end else not line.strip()
        if lines and (is_end or tag == form.start):
            found.append(_Block(lines, has_start, is_end))
            lines = []
        if is_end or not (lines or tag):
            continue
        has_start = has_start if lines else tag == form.start
        lines.append(line)
    return [*found, _Block(lines, has_start, False)] if lines else found


Papers = tuple[list[FetchedPaper], list[Rejected]]
"""The papers of a file and its rejected records, both in the order of the file."""

PaperOf = Callable[[TaggedRecord, str], FetchedPaper | None]
"""A function that converts a record to a paper. Its second argument is the name of the record in messages.

The function returns None if the record has no title.
"""


def read(text: str, form: TagFormat, paper_of: PaperOf) -> Papers:
    """Return the papers and the rejected records of a file in the format `form`."""
    return _papers(RecordSplitter(form).split(text), paper_of)


def read_parts(lines: Iterable[str], size: int, form: TagFormat, paper_of: PaperOf) -> Iterator[Papers]:
    """Parse a large file in parts of about `size` characters. Yield the result of `read` for each part.

    `lines` are the lines of the file, with line feeds.
    """
    splitter = RecordSplitter(form)
    for text, is_last in cut_before_records(lines, form, size):
        yield _papers(splitter.split(text, is_last=is_last), paper_of)


def _papers(records: Iterable[TaggedRecord | Rejected], paper_of: PaperOf) -> Papers:
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for record in records:
        if isinstance(record, Rejected):
            rejected.append(record)
        elif paper := paper_of(record, f"record {record.number}"):
            papers.append(paper)
        else:
            rejected.append(Rejected(f"record {record.number}", "no title"))
    return papers, rejected
