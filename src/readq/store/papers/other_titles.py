"""Read and write the additional titles of papers, as title keys. Imports recognise a paper by any of its titles.

A title key is a title normalised for comparison (`readq.model.identifiers.title_key`).
"""

import sqlite3
from collections.abc import Iterable

from readq.store.journal.steps import record


def add(connection: sqlite3.Connection, step: int | None, titles: Iterable[tuple[int, str]]) -> None:
    """Add additional titles to papers. `titles` are pairs (paper id, title key).

    Skips title keys that the paper has already. Records each added title key in the step `step` of the undo history,
    unless `step` is None. The name of the recorded field is `title:`, followed by the title key.
    """
    for paper_id, key in titles:
        added = connection.execute(
            "INSERT OR IGNORE INTO other_title (title_key, paper_id) VALUES (?, ?)", (key, paper_id)
        ).rowcount
        if added and step is not None:
            record(connection, step, [(paper_id, f"title:{key}", 0, 1)])


def of(connection: sqlite3.Connection, paper_id: int) -> list[str]:
    """Return the title keys of a paper: first the key of its present title, then the keys of its additional titles."""
    rows = connection.execute(
        "SELECT title_key FROM paper WHERE id = :paper UNION ALL SELECT title_key FROM other_title"
        " WHERE paper_id = :paper",
        {"paper": paper_id},
    )
    return [key for (key,) in rows]


def put(connection: sqlite3.Connection, paper_id: int, key: str, is_present: bool) -> None:
    """Add the additional title key `key` to a paper, or delete it if `is_present` is false.

    Records nothing in the undo history.
    """
    if is_present:
        connection.execute("INSERT OR IGNORE INTO other_title (title_key, paper_id) VALUES (?, ?)", (key, paper_id))
    else:
        connection.execute("DELETE FROM other_title WHERE title_key = ? AND paper_id = ?", (key, paper_id))
