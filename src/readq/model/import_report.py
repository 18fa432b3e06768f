"""The result of an import of papers from a feed, a file or any other input."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.values import LeftOut, Rejected, WatchResult


class Joined(NamedTuple):
    """An imported entry that a message reports, because it was joined to a paper in a way that may surprise the reader.

    This is an entry that was joined to a paper with another citation key, was joined by its title alone, or repeats an
    entry of its file. `entry` is the citation key of the entry, or its place in the input. `into` is the citation key
    of the paper. `why` is the reason.
    """

    entry: str
    into: str
    why: str


class Renamed(NamedTuple):
    """A paper that an import stored under another citation key than the key in the reader's file.

    `wanted` is the key in the file, `given` the key that the paper got. `why` is the reason, for example that `wanted`
    belongs to another paper.
    """

    wanted: str
    given: str
    why: str


class ImportReport(NamedTuple):
    """The result of an import: the numbers of new, updated, refreshed and unchanged entries, and details for messages.

    - `updated`: the number of entries that added better metadata or a sighting (an appearance in a feed) to a paper
    - `refreshed`: the number of entries that changed only the votes or comments of a sighting; messages of a sync count
      them as unchanged, messages of an import of files count them as updated
    - `step`: the id of the import in the undo history, or None if the import changed nothing that can be undone
    - `papers`: for each entry of the input in order, the id of its paper, or None if the entry was not imported
    - `joined`: entries that were joined to papers in a way that may surprise the reader (see Joined)
    - `renamed`: papers that did not get the citation key of their entry
    - `look_alikes`: pairs of ids of papers that may be the same work, without pairs that an earlier import reported
    - `left_out`: entries that were not imported although nothing is wrong with them, such as a second copy of an entry
    - `watches`: the watches (saved views that act on arriving papers) that caught a paper or have an error
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
    """Return one report that sums up several reports. Its `step` is the last `step` in `reports` that is not None."""
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
