"""The result of importing papers from a feed, a file or any other input."""

from typing import NamedTuple

from readq.model.values import Rejected


class Joined(NamedTuple):
    """An imported entry that was recognised as a paper with another citation key.

    `entry` is the key of the entry or its place in the input, `into` the paper's key, `why` the reason.
    """

    entry: str
    into: str
    why: str


class Renamed(NamedTuple):
    """A citation key in the reader's file that the paper could not get, the key that it got instead, and the reason."""

    wanted: str
    given: str
    why: str


class ImportReport(NamedTuple):
    """The result of an import: the numbers of new, updated, refreshed and unchanged entries, and details for messages.

    An `updated` entry added a sighting or better metadata to a paper. A `refreshed` entry only changed the votes or
    comments of a sighting: a sync reports it as unchanged, because votes rise every hour; an import reports it as
    updated. `step` is the id of the journal entry that undoes the import, None if there is none. `papers` has the
    database id of the paper of each entry, in the order of the input, None for an entry that was left out.

    `joined` lists entries that were recognised as papers with other keys, or by their titles only. `look_alikes` are
    pairs of ids of papers that may be the same; pairs that were reported before are left out.
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

    @property
    def found(self) -> int:
        """The number of all entries in the input, including rejected ones."""
        return self.new + self.updated + self.refreshed + self.unchanged + len(self.rejected)
