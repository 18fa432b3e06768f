"""SQL for further titles that sources gave for a paper, by which an import recognises it."""

import sqlite3
from collections.abc import Iterable

from readq.store.journal.steps import record


def add(connection: sqlite3.Connection, step: int | None, titles: Iterable[tuple[int, str]]) -> None:
    """Add title keys, given as (paper, key). `step` None: without the journal, in which they are `title:KEY`."""
    for paper_id, key in titles:
        added = connection.execute(
            "INSERT OR IGNORE INTO other_title (title_key, paper_id) VALUES (?, ?)", (key, paper_id)
        ).rowcount
        if added and step is not None:
            record(connection, step, [(paper_id, f"title:{key}", 0, 1)])


def of(connection: sqlite3.Connection, paper_id: int) -> list[str]:
    """Return all title keys of a paper, its own first."""
    rows = connection.execute(
        "SELECT title_key FROM paper WHERE id = :paper UNION ALL SELECT title_key FROM other_title"
        " WHERE paper_id = :paper",
        {"paper": paper_id},
    )
    return [key for (key,) in rows]


def put(connection: sqlite3.Connection, paper_id: int, key: str, is_known: bool) -> None:
    """Add a title key of a paper, or delete it."""
    if is_known:
        connection.execute("INSERT OR IGNORE INTO other_title (title_key, paper_id) VALUES (?, ?)", (key, paper_id))
    else:
        connection.execute("DELETE FROM other_title WHERE title_key = ? AND paper_id = ?", (key, paper_id))
