"""Find the groups of records of two libraries that may describe the same papers, in a temporary database.

Two records belong to one group if they have a citation key, an identifier or a title in common, or if a chain of such
pairs connects them. Each group can be merged by itself, so that memory holds few records at a time.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import itemgetter

from readq.store.papers import field_states

Fact = tuple[str, ...]
"""A fact about a record, by which other records of the same paper are found: a citation key, an identifier or a title.

The first string is the kind of the fact, as in `("key", "doe2020")` or `("identifier", "doi", "10.1000/1")`.
"""


class RecordIndex:
    """An index that finds records of the same papers by their facts (keys, identifiers and titles).

    The index is in a temporary database, which `close` deletes. A record is identified by its number.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE fact (hash INTEGER, record INTEGER)")
        self._database.execute("CREATE TABLE new (added, day, place, key, record)")
        self._database.execute("BEGIN")

    def close(self) -> None:
        """Close and delete the temporary database."""
        self._database.close()

    def add(self, facts: Iterable[tuple[int, Fact]]) -> None:
        """Add `facts`, pairs of the number of a record and a fact about this record."""
        self._database.executemany("INSERT INTO fact VALUES (?, ?)", ((hash(fact), number) for number, fact in facts))

    def groups(self, count: int) -> Iterator[list[int]]:
        """Yield the groups of the records with the numbers 0 to `count` - 1.

        Records with a common fact are in one group. A group is a list of numbers in ascending order. The groups are
        ordered by their first numbers.
        """
        above = array("i", range(count))

        def root(number: int) -> int:
            while above[number] != number:
                above[number] = number = above[above[number]]
            return number

        rows = self._database.execute("SELECT hash, record FROM fact ORDER BY hash, record")
        for _, bearers in groupby(rows, itemgetter(0)):
            for (_, one), (_, other) in pairwise(bearers):
                first, second = sorted((root(one), root(other)))
                above[second] = first
        following = array("i", [-1]) * count
        last = array("i", range(count))
        for number in range(count):
            if (first := root(number)) != number:
                following[last[first]] = number
                last[first] = number
        for number in range(count):
            if above[number] == number:
                group = [number]
                while (number := following[number]) >= 0:
                    group.append(number)
                yield group

    def add_new(self, record: int, order: tuple[str, str, int, str]) -> None:
        """Store that a record describes a new paper, which the library lacks.

        `order` is the sort key of the paper, a result of `readq.services.dump.merge_batches.order_of_new`.
        """
        self._database.execute("INSERT INTO new VALUES (?, ?, ?, ?, ?)", (*order, record))

    def new_in_order(self) -> Iterator[int]:
        """Yield the numbers of the records of new papers, ordered by the time at which the papers were added.

        Papers with the same time are ordered by the day on which a feed listed them, the latest day first. Papers that
        no feed listed come before them.
        """
        rows = self._database.execute("SELECT record FROM new ORDER BY added, day <> '', day DESC, place, key")
        return (number for (number,) in rows)


def stored_facts(connection: sqlite3.Connection) -> Iterator[tuple[int, Fact]]:
    """Yield pairs of a paper id and a fact about this paper, for all papers of the library.

    The facts are citation keys, identifiers and titles.
    """
    keys = f"SELECT id, key FROM paper UNION ALL SELECT paper_id, key FROM alias WHERE {field_states.IS_KEY}"
    for number, key in connection.execute(keys):
        yield number, ("key", key.casefold())
    for number, *identifier in connection.execute("SELECT paper_id, scheme, value FROM identifier"):
        yield number, ("identifier", *identifier)
    for number, title in connection.execute("SELECT id, title FROM paper"):
        yield number, ("title", title)


def paper_ids(connection: sqlite3.Connection) -> "array[int]":
    """Return the ids of all papers, in ascending order."""
    return array("q", (number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")))
