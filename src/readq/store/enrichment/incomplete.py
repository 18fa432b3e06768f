"""Find papers that lack metadata. Find papers without identifiers that have the same title as several other papers."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class IncompletePaper(NamedTuple):
    """A paper that lacks authors, identifiers or the year.

    If `lacks_authors` and `lacks_ids` are false, it lacks only the year.
    """

    id: int
    lacks_authors: bool
    lacks_ids: bool


class AmbiguousPaper(NamedTuple):
    """A paper without identifiers whose title is also the title of two or more papers with identifiers."""

    id: int
    fits: tuple[int, ...]
    """The ids of the papers with identifiers and the same title. The paper may be the same work as any one of them."""


_AMONG = "p.id IN (SELECT value FROM json_each(:among))"


def incomplete(connection: sqlite3.Connection, among: Sequence[int]) -> list[IncompletePaper]:
    """Return the papers among the ids `among` that lack authors, identifiers or the year, ordered by paper id.

    A URL does not count as an identifier, because no web service can look it up.
    """
    rows = connection.execute(
        "SELECT id, authors, ids FROM (SELECT p.id, p.authors = '' AS authors, NOT EXISTS"
        " (SELECT 1 FROM identifier i WHERE i.paper_id = p.id AND i.scheme <> 'url') AS ids, p.year IS NULL AS date"
        f" FROM paper p WHERE {_AMONG}) WHERE authors OR ids OR date ORDER BY id",
        {"among": json.dumps(list(among))},
    )
    return [IncompletePaper(number, bool(authors), bool(ids)) for number, authors, ids in rows]


def ambiguous(connection: sqlite3.Connection, among: Sequence[int]) -> list[AmbiguousPaper]:
    """Return the papers among the ids `among` that have no identifier and an ambiguous title, ordered by paper id.

    A title is ambiguous if two or more papers with identifiers have it, too.
    """
    rows = connection.execute(
        """
        WITH bearer (title_key, paper_id) AS (
          SELECT title_key, id FROM paper UNION SELECT title_key, paper_id FROM other_title
        )
        SELECT DISTINCT p.id, b.paper_id FROM paper p
          JOIN bearer mine ON mine.paper_id = p.id
          JOIN bearer b ON b.title_key = mine.title_key AND b.paper_id <> p.id
        WHERE NOT EXISTS (SELECT 1 FROM identifier WHERE paper_id = p.id)
          AND EXISTS (SELECT 1 FROM identifier WHERE paper_id = b.paper_id)"""
        f" AND {_AMONG} ORDER BY p.id, b.paper_id",
        {"among": json.dumps(list(among))},
    )
    fits: dict[int, list[int]] = {}
    for number, other in rows:
        fits.setdefault(number, []).append(other)
    return [AmbiguousPaper(number, tuple(others)) for number, others in fits.items() if len(others) > 1]
