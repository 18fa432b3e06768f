"""Merge the papers of a dump with those of the library, in batches, so that memory holds few of them at a time."""

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.merge.key_conflicts import KeySets
from readq.merge.libraries import MergedPaper, merge_papers
from readq.model.citation_keys.suffixes import CompactKeySet
from readq.model.identifiers import title_key
from readq.model.import_report import Joined
from readq.model.records import PaperRecord
from readq.spool import ObjectSpool
from readq.store.records import components, read
from readq.store.records.components import Fact, RecordIndex

BATCH = 500
"""The usual number of records in a batch. The records of a batch are merged together.

A batch may be larger, because records that may describe the same paper are always in the same batch.
"""


class Update(NamedTuple):
    """A change that a merge makes to a paper of the library."""

    number: int
    """The id of the paper."""
    before: PaperRecord
    """The record of the paper before the merge."""
    after: PaperRecord
    """The record of the paper after the merge."""
    others: tuple[int, ...]
    """The ids of other papers of the library to merge into this paper, because they are the same work."""


class Counts(NamedTuple):
    """Three numbers of papers of a dump: new papers, papers that change a paper of the library, and all others."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


class Batches:
    """The result of a merge, in temporary files. `close` deletes the files.

    `updates` has a list of changed papers for each batch. If a citation key or an identifier moves from one paper to
    another, both papers are in the same list. `removed` is always empty, because this merge removes no papers.
    """

    def __init__(self) -> None:
        self.counts = Counts()
        self.messages: list[str] = []
        self.joined: list[Joined] = []
        self.feeds: set[str] = set()
        self.removed: Sequence[int] = ()
        self.updates: ObjectSpool[list[Update]] = ObjectSpool()
        self._new: ObjectSpool[PaperRecord] = ObjectSpool()
        self._index = RecordIndex()
        self._our_keys = CompactKeySet()
        """The present and former keys of the library, and the keys that papers got in the merge."""
        self._tags: Sequence[str] = ()

    def close(self) -> None:
        """Delete the temporary files. The result of the merge cannot be read any more."""
        self.updates.close()
        self._new.close()
        self._index.close()

    def merge(self, connection: sqlite3.Connection, theirs: ObjectSpool[PaperRecord], tags: Sequence[str]) -> None:
        """Merge the records `theirs` of a dump with the papers of the library. Add the changes to this object.

        The tags `tags` are added to each record of the dump first. The library is only read.
        """
        self._tags = tags
        numbers = components.paper_ids(connection)
        their_keys = CompactKeySet()
        facts = ((number, _by_title_key(fact)) for number, fact in components.stored_facts(connection))
        self._index.add((bisect_left(numbers, number), fact) for number, fact in _added(facts, self._our_keys))
        first = len(numbers)
        dumped = ((first + place, fact) for place, record in enumerate(theirs) for fact in _facts(record))
        self._index.add(_added(dumped, their_keys))
        keys = KeySets(self._our_keys, their_keys)
        batch: list[int] = []
        for group in self._index.groups(first + len(theirs)):
            batch += group
            if len(batch) >= BATCH:
                self._merge_batch(connection, numbers, theirs, batch, keys)
                batch = []
        self._merge_batch(connection, numbers, theirs, batch, keys)

    def _merge_batch(
        self,
        connection: sqlite3.Connection,
        numbers: "array[int]",
        theirs: ObjectSpool[PaperRecord],
        batch: list[int],
        keys: KeySets,
    ) -> None:
        ids = [numbers[place] for place in batch if place < len(numbers)]
        found = read.papers(connection, ids)
        ours = [found[number] for number in ids]
        dumped = [self._tagged(theirs[place - len(numbers)]) for place in batch if place >= len(numbers)]
        updates: list[Update] = []
        for merged in merge_papers(ours, dumped, keys):
            changed = len(merged.ours) != 1 or ours[merged.ours[0]] != merged.paper
            self._count(merged, changed=changed)
            if not changed:
                continue
            self._our_keys.add(merged.paper.key.casefold())
            self.messages += key_messages(merged, ours)
            self.joined += _joined(merged, ours, dumped)
            self.feeds.update(seen.feed for seen in merged.paper.sightings)
            if merged.ours:
                keeper, *others = sorted(ids[index] for index in merged.ours)
                updates.append(Update(keeper, found[keeper], merged.paper, tuple(others)))
            else:
                self._index.add_new(len(self._new), order_of_new(merged.paper))
                self._new.add(merged.paper)
        if updates:
            self.updates.add(updates)

    def _tagged(self, paper: PaperRecord) -> PaperRecord:
        return replace(paper, tags=tuple(sorted({*paper.tags, *self._tags}))) if self._tags else paper

    def _count(self, merged: MergedPaper, *, changed: bool) -> None:
        if merged.theirs:
            new, updated, unchanged = self.counts
            is_new = not merged.ours
            again = len(merged.theirs) - 1 + (not changed)
            self.counts = Counts(new + is_new, updated + (changed and not is_new), unchanged + again)

    def new_papers(self) -> Iterator[list[PaperRecord]]:
        """Yield the new papers in lists of at most BATCH papers, sorted by the key `order_of_new`.

        The papers must get their ids in this order, because readq shows papers with the same date in the order of their
        ids.
        """
        some: list[PaperRecord] = []
        for place in self._index.new_in_order():
            some.append(self._new[place])
            if len(some) == BATCH:
                yield some
                some = []
        if some:
            yield some


def _added(facts: Iterable[tuple[int, Fact]], keys: CompactKeySet) -> Iterator[tuple[int, Fact]]:
    """Yield the facts, and add the citation keys among them to `keys`."""
    for number, fact in facts:
        if fact[0] == "key":
            keys.add(fact[1])
        yield number, fact


def _by_title_key(fact: Fact) -> Fact:
    return ("title", title_key(fact[1])) if fact[0] == "title" else fact


def _facts(record: PaperRecord) -> Iterator[Fact]:
    for key in (record.key, *record.aliases):
        yield "key", key.casefold()
    for identifier in record.identifiers:
        yield "identifier", *identifier
    yield "title", title_key(record.title)


def order_of_new(paper: PaperRecord) -> tuple[str, str, int, str]:
    """Return the sort key of a new paper: time of adding, latest day in a feed, rank on that day, citation key."""
    day, rank = max(((seen.day, -(seen.rank or 0)) for seen in paper.sightings), default=("", 0))
    return paper.added, day, -rank, paper.key


def _joined(merged: MergedPaper, ours: list[PaperRecord], theirs: list[PaperRecord]) -> Iterator[Joined]:
    """Yield the papers of the dump that became part of a paper under a key that this paper did not have before."""
    own, dumped = [ours[index] for index in merged.ours], [theirs[index] for index in merged.theirs]
    into = merged.paper.key
    known = {into.casefold(), *(key.casefold() for paper in own for key in (paper.key, *paper.aliases))}
    for paper in dumped if len(own) + len(dumped) > 1 else ():
        if paper.key.casefold() not in known:
            others = {one for other in (*own, *dumped) if other is not paper for one in other.identifiers}
            schemes = [scheme for scheme, value in paper.identifiers if (scheme, value) in others]
            yield Joined(paper.key, into, next(iter(schemes), "same title"))


def key_messages(merged: MergedPaper, ours: list[PaperRecord]) -> list[str]:
    """Return a message for each citation key that a merged paper could not keep.

    A paper cannot keep a key that another paper has. If several papers with frozen keys are merged into one, it keeps
    only one of these keys. A frozen key does not change with the metadata.

    `ours` are papers of the library. `merged.ours` has the indexes of those that were merged into the paper.
    """
    key, preferred = merged.paper.key, merged.preferred_key
    messages = [f"key {preferred} belongs to another paper: now {key}"] if preferred != key else []
    for index in merged.ours:
        old = ours[index]
        if old.key_frozen and old.key.casefold() not in (key.casefold(), preferred.casefold()):
            messages.append(f"key {old.key} was replaced by {key}, which was frozen for this paper earlier")
    return messages
