"""Papers of which too little is known: what `enrich` looks for."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class Incomplete(NamedTuple):
    """A paper that lacks something a citation needs, and what it lacks."""

    id: int
    title: str
    lacks_authors: bool
    lacks_ids: bool
    lacks_date: bool


class Ambiguous(NamedTuple):
    """A paper known by its title alone, and the papers with ids that bear this title too: it may be any of them."""

    id: int
    title: str
    fits: tuple[int, ...]


_AMONG = "(:among IS NULL OR p.id IN (SELECT value FROM json_each(:among)))"


def incomplete(connection: sqlite3.Connection, among: Sequence[int] | None = None) -> list[Incomplete]:
    """The papers, of the numbers `among` or of all, that lack authors, every id, or the year; by number.

    An address is an id here only in so far as a service can be asked for it: a plain URL is none.
    """
    rows = connection.execute(
        "SELECT * FROM (SELECT p.id, p.title, p.authors = '' AS authors, NOT EXISTS"
        " (SELECT 1 FROM identifier i WHERE i.paper_id = p.id AND i.scheme <> 'url') AS ids, p.year IS NULL AS date"
        f" FROM paper p WHERE {_AMONG}) WHERE authors OR ids OR date ORDER BY id",
        {"among": _listed(among)},
    )
    return [Incomplete(row[0], row[1], *map(bool, row[2:])) for row in rows]


def ambiguous(connection: sqlite3.Connection, among: Sequence[int] | None = None) -> list[Ambiguous]:
    """The papers, of the numbers `among` or of all, without any id whose title two or more others bear; by number."""
    rows = connection.execute(
        """
        WITH bearer (title_key, paper_id) AS (
          SELECT title_key, id FROM paper UNION SELECT title_key, paper_id FROM other_title
        )
        SELECT DISTINCT p.id, p.title, b.paper_id FROM paper p
          JOIN bearer mine ON mine.paper_id = p.id
          JOIN bearer b ON b.title_key = mine.title_key AND b.paper_id <> p.id
        WHERE NOT EXISTS (SELECT 1 FROM identifier WHERE paper_id = p.id)
          AND EXISTS (SELECT 1 FROM identifier WHERE paper_id = b.paper_id)"""
        f" AND {_AMONG} ORDER BY p.id, b.paper_id",
        {"among": _listed(among)},
    )
    fits: dict[tuple[int, str], list[int]] = {}
    for number, title, other in rows:
        fits.setdefault((number, title), []).append(other)
    return [Ambiguous(number, title, tuple(others)) for (number, title), others in fits.items() if len(others) > 1]


def _listed(ids: Sequence[int] | None) -> str | None:
    return None if ids is None else json.dumps(list(ids))
