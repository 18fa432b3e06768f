"""Papers whose metadata is still to be fetched. Plain SQL; all run inside the caller's transaction, if any."""

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

TITLE_PREFIX = "title:"
"""How the reference of a paper begins that came without an id, and is looked for by its title."""


class Pending(NamedTuple):
    """A paper and what it was called when it was added. `tried` is the instant of the last try, `error` its failure."""

    paper_id: int
    reference: str
    since: str
    tried: str | None = None
    error: str | None = None


def add(connection: sqlite3.Connection, paper_id: int, reference: str, at: str, error: str | None = None) -> None:
    """Remember that the metadata of a paper is to come, after one try with `error`, if there was one."""
    connection.execute(
        "INSERT INTO pending (paper_id, reference, since, tried, error)"
        " VALUES (:paper, :reference, :at, :tried, :error)"
        " ON CONFLICT (paper_id) DO UPDATE SET reference = excluded.reference, tried = excluded.tried,"
        " error = excluded.error",
        {"paper": paper_id, "reference": reference, "at": at, "tried": at if error else None, "error": error},
    )


def record_failure(connection: sqlite3.Connection, paper_id: int, at: str, error: str) -> None:
    """Remember that a try failed, and why."""
    connection.execute("UPDATE pending SET tried = ?, error = ? WHERE paper_id = ?", (at, error, paper_id))


def remove(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """The metadata of these papers has come."""
    connection.executemany("DELETE FROM pending WHERE paper_id = ?", [(paper_id,) for paper_id in ids])


def list_pending(connection: sqlite3.Connection, ids: Collection[int] | None = None) -> list[Pending]:
    """What is still to come, the oldest first: of all papers, or of `ids`."""
    rows = connection.execute("SELECT paper_id, reference, since, tried, error FROM pending ORDER BY since, paper_id")
    return [Pending(*row) for row in rows if ids is None or row[0] in ids]
