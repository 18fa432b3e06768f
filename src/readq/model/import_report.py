"""The result of an import, for every kind of input."""

from typing import NamedTuple

from readq.model.values import Rejected


class ImportReport(NamedTuple):
    """Numbers of entries by what they were to the library.

    `updated` ones brought a further sighting or better metadata. `refreshed` ones only changed the counts of a known
    sighting: a sync reports them as unchanged, because votes rise every hour, an import as updated. `step` is the step
    in the journal, if any. `papers` has the number of the paper of each entry, in the order given, None if left out.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    step: int | None = None
    messages: tuple[str, ...] = ()
    refreshed: int = 0
    papers: tuple[int | None, ...] = ()

    @property
    def found(self) -> int:
        """Return the number of all entries, rejected ones included."""
        return self.new + self.updated + self.refreshed + self.unchanged + len(self.rejected)
