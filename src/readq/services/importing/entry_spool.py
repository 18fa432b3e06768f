"""Keep the entries of a large import in a temporary file, and yield them in batches.

All entries are read from their files before the first entry is stored. So an error in the middle of a file never leaves
the file half imported. Only a few numbers for each entry are kept in memory.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from readq.model.identifiers import title_key
from readq.services.importing import identification
from readq.services.importing.changes import Entry
from readq.spool import ObjectSpool

BATCH = 250
"""The usual number of entries in a batch. The entries of a batch are compared and stored together.

A batch may be larger, because entries that may describe the same paper are always in the same batch. An import of fewer
entries is one batch.
"""

_BITS = 1 << 25
_MOST_BEARERS = 100
"""The maximum number of entries that are put into one batch because they have an identifier or a title in common.

An identifier that more entries have does not identify a paper. An example is the URL of a web page that lists many
papers.
"""


class SpooledEntry(NamedTuple):
    """An entry of an import."""

    entry: Entry
    file: str | None = None
    """The path of the PDF to link to the paper, or None."""
    reference: str | None = None
    """An identifier, a URL or a title for a later look-up of the metadata. None for no later look-up."""


class EntrySpool:
    """The entries of an import, in memory or in a temporary file.

    `close` or the end of a `with` block deletes the entries. The methods raise ReadqError if the temporary file cannot
    be written. If the disk is full, the error is a DiskError.
    """

    def __init__(self) -> None:
        self._entries: ObjectSpool[SpooledEntry] = ObjectSpool()
        self._days = array("i")
        self._features = array("I")
        self._ends = array("I")

    def __enter__(self) -> "EntrySpool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete the entries."""
        self._entries.close()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, one: SpooledEntry) -> None:
        """Append an entry."""
        self._entries.add(one)
        self._days.append(date.fromisoformat(one.entry.day).toordinal())
        self._features.extend(_features(one.entry))
        self._ends.append(len(self._features))

    def truncate(self, length: int) -> None:
        """Delete all entries except the first `length` entries."""
        if length < len(self):
            self._entries.truncate(length)
            first = self._ends[length - 1] if length else 0
            del self._days[length:], self._features[first:], self._ends[length:]

    def batches(self) -> Iterator[list[SpooledEntry]]:
        """Yield the entries in batches. Within a batch, the entries keep the order in which they were added.

        Entries that possibly describe the same paper or have the same citation key are in one batch. Batches with newer
        days come first, because the papers that are stored first come first in lists. Call this method only once: to
        save memory, it deletes data that a second call would need.
        """
        if len(self) <= BATCH:
            yield list(self._entries)
            return
        for indexes in self._grouped():
            yield [self._entries[index] for index in sorted(indexes)]

    def _grouped(self) -> Iterator[list[int]]:
        groups = self._groups()
        del self._features[:], self._ends[:]
        group_of = {index: group for group in groups for index in group}
        taken = bytearray(len(self))
        batch: list[int] = []
        for index in self._by_day():
            if taken[index]:
                continue
            for member in group_of.get(index, (index,)):
                taken[member] = 1
                batch.append(member)
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _by_day(self) -> Iterator[int]:
        """Yield the indexes of the entries, newest day first. Entries of one day keep the order of the input."""
        # One array for each day takes a tenth of the memory of a sorted list.
        by_day: dict[int, array[int]] = defaultdict(lambda: array("I"))
        for index, day in enumerate(self._days):
            by_day[day].append(index)
        for day in sorted(by_day, reverse=True):
            yield from by_day[day]

    def _groups(self) -> list[list[int]]:
        """Return the groups of two or more entries that have a feature in common."""
        bearers = self._bearers()
        root_of: dict[int, int] = {}

        def root(index: int) -> int:
            while (above := root_of.setdefault(index, index)) != index:
                root_of[index] = index = root_of[above]
            return index

        for feature, (first, *others) in bearers.items():
            if feature & 1 or len(others) < _MOST_BEARERS:
                for other in others:
                    root_of[root(other)] = root(first)
        members: dict[int, list[int]] = defaultdict(list)
        for index in sorted(root_of):
            members[root(index)].append(index)
        return list(members.values())

    def _bearers(self) -> dict[int, list[int]]:
        """Return the indexes of the entries with each feature, for the features that several entries have."""
        # Nearly all features occur once. Bits tell most of these apart with little memory.
        once, twice = bytearray(_BITS >> 3), bytearray(_BITS >> 3)
        for feature in self._features:
            place, bit = (feature % _BITS) >> 3, 1 << (feature & 7)
            if once[place] & bit:
                twice[place] |= bit
            once[place] |= bit
        first_bearer: dict[int, int] = {}
        bearers: dict[int, list[int]] = {}
        start = 0
        for index, end in enumerate(self._ends):
            for feature in self._features[start:end]:
                if twice[(feature % _BITS) >> 3] & (1 << (feature & 7)):
                    first = first_bearer.setdefault(feature, index)
                    if first != index:
                        bearers.setdefault(feature, [first]).append(index)
            start = end
        return bearers


def _features(entry: Entry) -> set[int]:
    """Return hashes of an entry's facts. Two entries may be one paper if they have a fact in common.

    Hashes of citation keys and of names at the origin are odd. All other hashes are even.
    """
    paper = entry.paper
    own = [key.casefold() for key in (paper.key, *paper.former_keys) if key]
    names = [("key", key) for key in own] + ([("name", paper.name)] if paper.name else [])
    facts = [*identification.identifiers_of(paper), ("title", title_key(paper.title))]
    return {_hash(one) | 1 for one in names} | {_hash(one) & ~1 for one in facts}


def _hash(fact: tuple[str, str]) -> int:
    # Two different facts with the same hash put two entries into one batch, which does no harm.
    return hash(fact) & 0xFFFF_FFFF
