"""Papers whose metadata is still to be fetched. Runs inside the caller's transaction, if any."""

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

TITLE_PREFIX = "title:"
"""Prefix of the reference of a paper that was added by its title, without an id."""


class PendingPaper(NamedTuple):
    """A paper and the REF or title it was added by. `tried` is the instant of the last attempt, `error` its failure."""

    paper_id: int
    reference: str
    since: str
    tried: str | None = None
    error: str | None = None


def add(connection: sqlite3.Connection, paper_id: int, reference: str, at: str, error: str | None = None) -> None:
    """Mark a paper as pending since the instant `at`; with `error`, as tried once and failed."""
    connection.execute(
        "INSERT INTO pending (paper_id, reference, since, tried, error)"
        " VALUES (:paper, :reference, :at, :tried, :error)"
        " ON CONFLICT (paper_id) DO UPDATE SET reference = excluded.reference, tried = excluded.tried,"
        " error = excluded.error",
        {"paper": paper_id, "reference": reference, "at": at, "tried": at if error else None, "error": error},
    )


def record_failure(connection: sqlite3.Connection, paper_id: int, at: str, error: str) -> None:
    """Record that an attempt at the instant `at` failed with `error`."""
    connection.execute("UPDATE pending SET tried = ?, error = ? WHERE paper_id = ?", (at, error, paper_id))


def remove(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Mark papers as no longer pending."""
    connection.executemany("DELETE FROM pending WHERE paper_id = ?", [(paper_id,) for paper_id in ids])


def list_pending(connection: sqlite3.Connection, ids: Collection[int] | None = None) -> list[PendingPaper]:
    """Return the pending papers, oldest first: all, or those among `ids`."""
    rows = connection.execute("SELECT paper_id, reference, since, tried, error FROM pending ORDER BY since, paper_id")
    return [PendingPaper(*row) for row in rows if ids is None or row[0] in ids]
