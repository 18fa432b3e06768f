"""The result of an import, for every kind of input."""

from typing import NamedTuple

from readq.model.values import Rejected


class Joined(NamedTuple):
    """An entry, named by its key or its place, that was taken for the paper with the key `into`, and why."""

    entry: str
    into: str
    why: str


class Renamed(NamedTuple):
    """A key of the reader's own that a paper could not have, the key that it got instead, and why."""

    wanted: str
    given: str
    why: str


class ImportReport(NamedTuple):
    """Numbers of entries by what they were to the library.

    `updated` ones brought a further sighting or better metadata. `refreshed` ones only changed the counts of a known
    sighting: a sync reports them as unchanged, because votes rise every hour, an import as updated. `step` is the step
    in the journal, if any. `papers` has the number of the paper of each entry, in the order given, None if left out.

    `joined` names entries that are papers under other keys, or that were joined for their titles. `look_alikes` are
    pairs of numbers of papers that may be one, as far as they were not known before.
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
        """Return the number of all entries, rejected ones included."""
        return self.new + self.updated + self.refreshed + self.unchanged + len(self.rejected)
