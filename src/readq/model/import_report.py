"""The result of an import of papers from a feed, a file or any other input."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.values import LeftOut, Rejected, WatchResult


class Joined(NamedTuple):
    """An imported entry that a message reports, because it was joined to a paper in a way that may surprise the reader.

    An entry is reported if it was joined to a paper with another citation key, if it was joined by its title alone, or
    if it repeats an entry of its file. `entry` is the citation key of the entry, or its place in the input. `into` is
    the citation key of the paper. `why` is the reason.
    """

    entry: str
    into: str
    why: str


class Renamed(NamedTuple):
    """A paper that an import stored under another citation key than the key in the reader's file.

    `wanted` is the key in the file. `given` is the key that the paper got instead. `why` is the reason, for example
    that `wanted` belongs to another paper.
    """

    wanted: str
    given: str
    why: str


class ImportReport(NamedTuple):
    """The result of an import: the numbers of new, updated, refreshed and unchanged entries, and details for messages.

    A sighting is the appearance of a paper in a feed on a day. An entry is `updated` if it added a sighting or better
    metadata to a paper. An entry is `refreshed` if it changed only the votes or comments of a sighting. A sync reports
    a refreshed entry as unchanged, because votes rise every hour. An import of files reports a refreshed entry as
    updated.

    `step` is the id of the import in the undo history, or None if the import changed nothing that can be undone.
    `papers` has one element for each entry, in the order of the input: the database id of the entry's paper, or None if
    the entry was not imported. `joined` lists the entries that were joined to a paper with another citation key, that
    were joined by title alone, or that repeat an entry of their file. `renamed` lists the entries whose papers got
    another citation key than that of the entry. `look_alikes` are pairs of ids of papers that may be the same work.
    Pairs that an earlier import reported are left out. `left_out` lists entries that were not imported although nothing
    is wrong with them, such as a second copy of an entry. A watch is a saved view that acts on the papers that arrive.
    `watches` are the watches that caught a paper, and the watches that cannot catch any paper because of an error.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    step: int | None = None
    messages: tuple[str, ...] = ()
    refreshed: int = 0
    papers: tuple[int | None, ...] = ()
    joined: tuple[Joined, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    look_alikes: tuple[tuple[int, int], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    watches: tuple[WatchResult, ...] = ()

    @property
    def found(self) -> int:
        """The number of all entries in the input, including rejected ones."""
        return self.new + self.updated + self.refreshed + self.unchanged + len(self.rejected)


def total(reports: Sequence[ImportReport]) -> ImportReport:
    """Return one report that sums up several reports. Its `step` is the last `step` of the reports that is not None."""
    return ImportReport(
        sum(one.new for one in reports),
        sum(one.updated for one in reports),
        sum(one.unchanged for one in reports),
        tuple(part for one in reports for part in one.rejected),
        next((one.step for one in reversed(reports) if one.step is not None), None),
        tuple(message for one in reports for message in one.messages),
        sum(one.refreshed for one in reports),
        tuple(number for one in reports for number in one.papers),
        tuple(part for one in reports for part in one.joined),
        tuple(part for one in reports for part in one.renamed),
        tuple(pair for one in reports for pair in one.look_alikes),
        tuple(part for one in reports for part in one.left_out),
        tuple(part for one in reports for part in one.watches),
    )
