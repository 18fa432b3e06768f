"""The result of importing papers from a feed, a file or any other input."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.values import LeftOut, Rejected, WatchResult


class Joined(NamedTuple):
    """An imported entry that was joined to a paper with another citation key, or that repeats an entry of its file.

    An entry that was joined by its title alone is reported, too.

    `entry` is the citation key of the entry, or its place in the input. `into` is the citation key of the paper. `why`
    is the reason.
    """

    entry: str
    into: str
    why: str


class Renamed(NamedTuple):
    """A citation key in the reader's file that its paper could not get.

    `wanted` is the key in the file. `given` is the key that the paper got instead. `why` is the reason.
    """

    wanted: str
    given: str
    why: str


class ImportReport(NamedTuple):
    """The result of an import: the numbers of new, updated, refreshed and unchanged entries, and details for messages.

    An entry is `updated` if it added a sighting to a paper, or better metadata. A sighting records that a feed listed
    the paper on a day. An entry is `refreshed` if it changed only the votes or comments of a sighting. A sync reports a
    refreshed entry as unchanged, because votes rise every hour. An import of files reports a refreshed entry as
    updated.

    `step` is the number of the undo step, or None if the import made no step. `papers` has one element for each entry,
    in the order of the input: the database id of the entry's paper, or None if the entry was not imported. `joined`
    lists the entries that were joined to a paper with another citation key, that were joined by title alone, or that
    repeat an entry of their file. `look_alikes` are pairs of ids of papers that may be the same. Pairs that an earlier
    import reported are not among them. `left_out` lists entries that were not imported although nothing is wrong with
    them. `watches` are the watches that caught a paper, and those that cannot catch any because of an error.
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
    """Return one report on several imports. Its `step` is the step of the last import that made a step."""
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
