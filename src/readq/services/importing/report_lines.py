"""Describe the result of an import in lines of text.

The lines name citation keys that could not be kept, entries that became part of stored papers, left-out entries, and
files whose charset is an assumption."""

from collections.abc import Iterator, Sequence

from readq.model.import_report import ImportReport
from readq.model.values import LeftOut
from readq.text import counted

MOST_NAMED = 20
"""The maximum number of lines of one kind, such as lines about citation keys or lines about joined entries.

The JSON report names all keys and all entries.
"""


def identity_lines(report: ImportReport, most: int = MOST_NAMED) -> tuple[str, ...]:
    """Return a line for each citation key that could not be used, and for each entry joined to a stored paper.

    An entry is joined to a paper if it describes the same work. There is also a line for each stored paper that keeps a
    value although an entry with its citation key has another value. Each kind has at most `most` such lines. If there
    are more, a further line tells how many more. If some papers look alike, the last line tells how many pairs there
    are, with a few examples.
    """
    return (*_renamed(report, most), *_joined(report, most), *_kept(report, most), *_look_alikes(report, most))


def charset_line(name: str, line: int) -> str:
    """Return the line for the file `name`, which was read as Windows-1252 because its line `line` is not UTF-8."""
    return f"{name}: not UTF-8 (line {line:,}), so read as Windows-1252; if accents look wrong, save it as UTF-8"


def left_out_lines(left_out: Sequence[LeftOut], most: int = MOST_NAMED) -> tuple[str, ...]:
    """Return a line for each entry that was left out although it has no error, with the reason.

    At most `most` entries have a line of their own. If there are more, a last line tells how many more.
    """
    lines = [f"{one.where} left out: {one.why}" for one in left_out[:most]]
    if (left := len(left_out) - most) > 0:
        lines.append(f"and {left:,} more left out (--json names {_them(left)})")
    return tuple(lines)


def _renamed(report: ImportReport, most: int) -> Iterator[str]:
    for one in report.renamed[:most]:
        yield f"{one.wanted} {one.why}: {one.given} instead"
    if (left := len(report.renamed) - most) > 0:
        yield f"and {counted(left, 'more key')} that could not be kept (--json names {_them(left)})"


def _joined(report: ImportReport, most: int) -> Iterator[str]:
    for one in report.joined[:most]:
        yield f"{one.entry} is the paper {one.into} ({one.why})"
    if (left := len(report.joined) - most) > 0:
        yield f"and {left:,} more joined to papers (--json names {_them(left)})"


def _kept(report: ImportReport, most: int) -> Iterator[str]:
    for one in report.kept[:most]:
        yield f"{one.key} keeps its {', '.join(one.fields)}; the file differs (readq edit {one.key})"
    if (left := len(report.kept) - most) > 0:
        keep = "keeps what it has" if left == 1 else "keep what they have"
        yield f"and {left:,} more that {keep} (--json names {_them(left)})"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _look_alikes(report: ImportReport, most: int) -> Iterator[str]:
    if not report.look_alikes:
        return
    pairs = ", ".join(f"#{one} and #{other}" for one, other in report.look_alikes[: min(most, 3)])
    more = ", …" if len(report.look_alikes) > min(most, 3) else ""
    yield f"{counted(len(report.look_alikes), 'possible duplicate')}: {pairs}{more} (readq doubles)"
