"""Split files of tagged lines (RIS, nbib) into records, so that messages can name a broken record by its number.

The library rispy then parses the records. By itself, rispy would skip an unfinished record without an error.
"""

import re
from typing import NamedTuple

from readq.model.values import Rejected

_MOST_LINES = 20_000
"""Lines of one record. The largest collaborations have some 5,000 authors, one on a line."""


class TagFormat(NamedTuple):
    """A format of tagged lines. `tag` is a pattern for the beginning of a line. Its group 1 is the tag.

    `start` is the tag that begins a record. `end` is the tag that ends a record. If `end` is None, a blank line ends
    it.
    """

    tag: re.Pattern[str]
    start: str
    end: str | None


class TaggedRecord(NamedTuple):
    """One record of a file: its number, from 1, and its lines. The line that ends the record is left out."""

    number: int
    lines: list[str]


def split_records(text: str, form: TagFormat) -> tuple[list[TaggedRecord], list[Rejected]]:
    """Split a file into records. Return the complete records and the rejected records.

    A record is rejected if it is truncated or too long. Some programs write files without any end tags. In such a file,
    a record ends where the next one starts.
    """
    found = _split(text.lstrip("\ufeff"), form)
    uses_ends = form.end is not None and any(is_closed for _, is_closed in found)
    records: list[TaggedRecord] = []
    rejected: list[Rejected] = []
    for number, (lines, is_closed) in enumerate(found, 1):
        if uses_ends and not is_closed and number == len(found):
            rejected.append(Rejected(f"record {number}", f"cut off: the file ends before its {form.end} line"))
        elif len(lines) > _MOST_LINES:
            rejected.append(Rejected(f"record {number}", f"more than {_MOST_LINES} lines"))
        else:
            records.append(TaggedRecord(number, lines))
    return records, rejected


def _split(text: str, form: TagFormat) -> list[tuple[list[str], bool]]:
    """Return the lines of each record, and whether its end was seen."""
    found: list[tuple[list[str], bool]] = []
    lines: list[str] = []
    for line in text.splitlines():
        tagged = form.tag.match(line)
        tag = tagged[1].strip() if tagged else None
        is_end = bool(lines) and (tag == form.end if form.end else not line.strip())
        if lines and (is_end or tag == form.start):
            found.append((lines, is_end))
            lines = []
        if not is_end and (lines or tag == form.start):
            lines.append(line)
    return [*found, (lines, False)] if lines else found
