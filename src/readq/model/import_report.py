"""The result of an import of papers from a feed, a file or any other input."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.values import LeftOut, Rejected, WatchResult


class Joined(NamedTuple):
    """An imported entry that was joined to a paper in a way that may surprise the user. A message reports it.

    At least one of these statements is true:

    - The paper has another citation key than the entry.
    - Only the title shows that the entry describes the paper.
    - An identifier shows that the entry describes the paper, but the titles differ.
    - The entry repeats another entry of its file.
    """

    entry: str
    """The citation key of the entry, or its place in the input."""
    into: str
    """The citation key of the paper to which the entry was joined."""
    why: str
    """The reason of the join."""


class Renamed(NamedTuple):
    """A paper that an import stored under another citation key than the key in the user's file."""

    wanted: str
    """The key in the file."""
    given: str
    """The key that the paper got."""
    why: str
    """The reason, for example that `wanted` belongs to another paper."""


class Kept(NamedTuple):
    """A stored paper that kept its own values, although an entry with its citation key has other values."""

    key: str
    """The citation key of the paper."""
    fields: tuple[str, ...]
    """The names of the BibTeX fields whose values in the entry were not taken."""


class ImportReport(NamedTuple):
    """The result of an import: how many entries had which result, and details for messages."""

    new: int = 0
    """The number of entries that became new papers."""
    updated: int = 0
    """The number of entries that added better metadata or a sighting (an appearance in a feed) to a paper."""
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    step: int | None = None
    """The id of the import in the undo history, or None if the import changed nothing that can be undone."""
    messages: tuple[str, ...] = ()
    refreshed: int = 0
    """The number of entries that changed only the votes or comments of a sighting.

    Messages of a sync count them as unchanged. Messages of an import of files count them as updated.
    """
    papers: tuple[int | None, ...] = ()
    """The id of the paper of each entry, in the order of the input. It is None for an entry that was not imported."""
    joined: tuple[Joined, ...] = ()
    """Entries that were joined to papers in a way that may surprise the user (see Joined)."""
    renamed: tuple[Renamed, ...] = ()
    """Papers that did not get the citation key of their entry."""
    look_alikes: tuple[tuple[int, int], ...] = ()
    """Pairs of ids of papers that may be the same work. Pairs that an earlier import reported are left out."""
    left_out: tuple[LeftOut, ...] = ()
    """Entries that were not imported although nothing is wrong with them, such as a second copy of an entry."""
    watches: tuple[WatchResult, ...] = ()
    """The watches (saved views that act on arriving papers) that caught a paper or have an error."""
    kept: tuple[Kept, ...] = ()
    """Papers that kept their own values, although an entry with their citation key has other values."""

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
        tuple(part for one in reports for part in one.kept),
    )
