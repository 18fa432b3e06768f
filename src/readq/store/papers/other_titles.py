"""Read and write the additional titles of papers, as title keys. An import recognises a paper by any of them.

A title key is a title normalised for comparison (`readq.model.identifiers.title_key`).
"""

import sqlite3
from collections.abc import Iterable

from readq.store.journal.steps import record


def add(connection: sqlite3.Connection, step: int | None, titles: Iterable[tuple[int, str]]) -> None:
    """Add `titles`, which are pairs of a paper id and a title key. Skips those that the paper already has.

    Records each added key in the journal step `step` as the field `title:KEY`, or nowhere if `step` is None.
    """
    for paper_id, key in titles:
        added = connection.execute(
            "INSERT OR IGNORE INTO other_title (title_key, paper_id) VALUES (?, ?)", (key, paper_id)
        ).rowcount
        if added and step is not None:
            record(connection, step, [(paper_id, f"title:{key}", 0, 1)])


def of(connection: sqlite3.Connection, paper_id: int) -> list[str]:
    """Return the title keys of a paper: first the key of its present title, then those of its additional titles."""
    rows = connection.execute(
        "SELECT title_key FROM paper WHERE id = :paper UNION ALL SELECT title_key FROM other_title"
        " WHERE paper_id = :paper",
        {"paper": paper_id},
    )
    return [key for (key,) in rows]


def put(connection: sqlite3.Connection, paper_id: int, key: str, is_known: bool) -> None:
    """Add the additional title key `key` to a paper if `is_known`, else delete it. Writes no journal."""
    if is_known:
        connection.execute("INSERT OR IGNORE INTO other_title (title_key, paper_id) VALUES (?, ?)", (key, paper_id))
    else:
        connection.execute("DELETE FROM other_title WHERE title_key = ? AND paper_id = ?", (key, paper_id))
