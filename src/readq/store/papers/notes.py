"""Read and write notes, the history of their texts, and drafts. A draft is text that an editor has not saved yet.

The argument `at` of several functions is the present time as UTC text. It is stored with the note or draft.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from readq.store.journal.steps import record


class Note(NamedTuple):
    """The Markdown text of a note, and its version number. Each save increases the version."""

    text: str
    version: int


class Draft(NamedTuple):
    """Unsaved text of a note.

    `base_version` is the version of the note when editing began, 0 if there was no note, or None if it is unknown.
    """

    paper_id: int
    text: str
    base_version: int | None


def find_note(connection: sqlite3.Connection, paper_id: int) -> Note | None:
    """Return the note on a paper. Return None if the paper has no note."""
    row = connection.execute("SELECT text, version FROM note WHERE paper_id = ?", (paper_id,)).fetchone()
    return Note(row[0], row[1]) if row else None


def replace_note(connection: sqlite3.Connection, step: int, paper_id: int, text: str, at: str) -> bool:
    """Replace the note on a paper, and record the change in the step `step` of the undo history.

    Return whether the text changed. An empty `text` removes the note.
    """
    old = find_note(connection, paper_id)
    if text == (old.text if old else ""):
        return False
    record(connection, step, [(paper_id, "note", old.text if old else None, text or None)])
    put_note(connection, paper_id, text or None, at)
    return True


def put_note(connection: sqlite3.Connection, paper_id: int, text: str | None, at: str) -> None:
    """Write the note on a paper, or remove it if `text` is None. Records nothing in the undo history.

    The former text is added to the history of the note.
    """
    bound = {"paper": paper_id, "text": text, "at": at}
    connection.execute(
        "INSERT INTO note_history (paper_id, version, text, replaced)"
        " SELECT paper_id, version, text, :at FROM note WHERE paper_id = :paper",
        bound,
    )
    if text is None:
        connection.execute("DELETE FROM note WHERE paper_id = :paper", bound)
        return
    # Versions keep rising after a removal, so an editor cannot mistake an old version for the present one.
    connection.execute(
        "INSERT INTO note (paper_id, text, version, created, updated) VALUES (:paper, :text,"
        " 1 + (SELECT coalesce(max(version), 0) FROM note_history WHERE paper_id = :paper), :at, :at)"
        " ON CONFLICT (paper_id) DO UPDATE"
        " SET text = excluded.text, version = excluded.version, updated = excluded.updated",
        bound,
    )


def keep_draft(connection: sqlite3.Connection, draft: Draft, at: str) -> None:
    """Store a draft: the unsaved text of a note. It replaces an older draft of the note on the same paper."""
    connection.execute(
        "INSERT INTO draft (paper_id, text, base_version, updated) VALUES (?, ?, ?, ?) ON CONFLICT (paper_id)"
        " DO UPDATE SET text = excluded.text, base_version = excluded.base_version, updated = excluded.updated",
        (*draft, at),
    )


def find_draft(connection: sqlite3.Connection, paper_id: int) -> Draft | None:
    """Return the draft of the note on a paper. Return None if there is no draft."""
    row = connection.execute(
        "SELECT paper_id, text, base_version FROM draft WHERE paper_id = ?", (paper_id,)
    ).fetchone()
    return Draft._make(row) if row else None


def papers_with_draft(connection: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Return the ids among `ids` of the papers whose note has a draft (unsaved text)."""
    rows = connection.execute(
        "SELECT paper_id FROM draft WHERE paper_id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {paper_id for (paper_id,) in rows}


def drop_draft(connection: sqlite3.Connection, paper_id: int) -> None:
    """Delete the draft of the note on a paper. Does nothing if there is no draft."""
    connection.execute("DELETE FROM draft WHERE paper_id = ?", (paper_id,))


def list_drafts(connection: sqlite3.Connection) -> list[Draft]:
    """Return the drafts of all notes, newest first."""
    rows = connection.execute("SELECT paper_id, text, base_version FROM draft ORDER BY updated DESC, paper_id")
    return [Draft._make(row) for row in rows]
