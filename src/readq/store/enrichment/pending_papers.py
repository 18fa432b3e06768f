"""Read and write the list of pending papers: the papers whose metadata is still to be fetched.

Begins no transaction.
"""

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

TITLE_PREFIX = "title:"
"""The prefix of `PendingPaper.reference` for a paper that the user added by its title."""


class PendingPaper(NamedTuple):
    """A paper whose metadata is still to be fetched."""

    paper_id: int
    reference: str
    """The identifier or URL by which the user added the paper, or `title:TITLE`."""
    since: str
    """The time at which the paper was added (UTC text)."""
    tried: str | None = None
    """The time of the last attempt to fetch the metadata (UTC text), or None."""
    error: str | None = None
    """The error message of the last attempt, or None."""


def add(connection: sqlite3.Connection, paper_id: int, reference: str, at: str, error: str | None = None) -> None:
    """Mark a paper as pending from the time `at` (UTC text): its metadata is still to be fetched.

    `reference` is the identifier or URL by which the user added the paper, or `title:TITLE`. If an attempt to fetch
    the metadata has just failed, `error` is its message, and `at` is stored as the time of the attempt.
    """
    connection.execute(
        "INSERT INTO pending (paper_id, reference, since, tried, error)"
        " VALUES (:paper, :reference, :at, :tried, :error)"
        " ON CONFLICT (paper_id) DO UPDATE SET reference = excluded.reference, tried = excluded.tried,"
        " error = excluded.error",
        {"paper": paper_id, "reference": reference, "at": at, "tried": at if error else None, "error": error},
    )


def record_failure(connection: sqlite3.Connection, paper_id: int, at: str, error: str) -> None:
    """Record that an attempt to fetch the metadata of a paper failed at the time `at` (UTC text).

    `error` is the message.
    """
    connection.execute("UPDATE pending SET tried = ?, error = ? WHERE paper_id = ?", (at, error, paper_id))


def remove(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Mark the papers with these ids as not pending: their metadata is no longer to be fetched."""
    connection.executemany("DELETE FROM pending WHERE paper_id = ?", [(paper_id,) for paper_id in ids])


def list_pending(connection: sqlite3.Connection, ids: Collection[int] | None = None) -> list[PendingPaper]:
    """Return the pending papers, whose metadata is still to be fetched, ordered by `since`.

    If `ids` is given, return only the papers with these ids.
    """
    rows = connection.execute("SELECT paper_id, reference, since, tried, error FROM pending ORDER BY since, paper_id")
    return [PendingPaper(*row) for row in rows if ids is None or row[0] in ids]
