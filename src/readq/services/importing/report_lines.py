"""Describe in lines of text which entries of an import were joined to papers, and which citation keys changed."""

from collections.abc import Iterator, Sequence

from readq.model.import_report import ImportReport
from readq.model.values import LeftOut

MOST_NAMED = 20
"""The maximum number of joined entries that are listed one by one; the JSON report lists all."""


def identity_lines(report: ImportReport, most: int = MOST_NAMED) -> tuple[str, ...]:
    """Return a line for each citation key that could not be used, and for each entry that was joined to a paper.

    At most `most` keys and `most` joined entries are listed. If papers look alike, the last line states the number of
    pairs and some examples.
    """
    return (*_renamed(report, most), *_joined(report, most), *_look_alikes(report, most))


def left_out_lines(left_out: Sequence[LeftOut], most: int = MOST_NAMED) -> tuple[str, ...]:
    """Return a line for each entry that was left out although nothing is wrong with it, for at most `most` entries."""
    lines = [f"{one.where} left out: {one.why}" for one in left_out[:most]]
    if (left := len(left_out) - most) > 0:
        lines.append(f"and {left:,} more left out (--json names them)")
    return tuple(lines)


def _renamed(report: ImportReport, most: int) -> Iterator[str]:
    for one in report.renamed[:most]:
        yield f"{one.wanted} {one.why}: {one.given} instead"
    if (left := len(report.renamed) - most) > 0:
        yield f"and {left:,} more keys that could not be kept (--json names them)"


def _joined(report: ImportReport, most: int) -> Iterator[str]:
    for one in report.joined[:most]:
        yield f"{one.entry} is the paper {one.into} ({one.why})"
    if (left := len(report.joined) - most) > 0:
        yield f"and {left:,} more joined to papers (--json names them)"


def _look_alikes(report: ImportReport, most: int) -> Iterator[str]:
    if not report.look_alikes:
        return
    pairs = ", ".join(f"#{one} and #{other}" for one, other in report.look_alikes[: min(most, 3)])
    more = ", …" if len(report.look_alikes) > min(most, 3) else ""
    yield f"{len(report.look_alikes):,} that look alike: {pairs}{more} (readq doubles)"
