"""The reader's own Markdown: one note a paper, saved as undoable steps, never lost to another window."""

import sqlite3
from datetime import datetime

from readq.days import instant
from readq.errors import ReadqError
from readq.services.triage import Outcome
from readq.store import journal, note_rows
from readq.store.connect import writing
from readq.store.note_rows import Draft, Note
from readq.text import inert

CONFLICT_HEADING = "## Also written at the same time"
"""Stands between the two texts when a note was changed elsewhere while it was being edited."""


def read(connection: sqlite3.Connection, paper_id: int) -> Note | None:
    """The note on a paper, or None."""
    return note_rows.note(connection, paper_id)


def save(
    connection: sqlite3.Connection, paper_id: int, text: str, now: datetime, *, base_version: int | None = None
) -> Outcome:
    """Make `text` the note and drop its draft; an empty text removes the note.

    `base_version` is the version that the editing began from, 0 for "there was none", None for "never mind". When the
    note has been changed since, both texts are kept, this one below a heading.
    """
    with writing(connection):
        kept = _with_other_text(connection, paper_id, tidy(text), base_version)
        outcome = _replace(connection, paper_id, kept, now)
        note_rows.drop_draft(connection, paper_id)
    return outcome


def append(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    """Add `text` to the end of the note, after one newline."""
    with writing(connection):
        old = note_rows.note(connection, paper_id)
        addition = tidy(text)
        return _replace(connection, paper_id, f"{old.text}\n{addition}" if old else addition, now)


def keep_draft(
    connection: sqlite3.Connection, paper_id: int, text: str, base_version: int | None, now: datetime
) -> None:
    """Keep text that is being typed, so that a crash loses none of it. Not a step."""
    with writing(connection):
        note_rows.keep_draft(connection, Draft(paper_id, text, base_version), instant(now))


def drop_draft(connection: sqlite3.Connection, paper_id: int) -> None:
    """Forget what was being typed on a paper."""
    with writing(connection):
        note_rows.drop_draft(connection, paper_id)


def drafts(connection: sqlite3.Connection) -> list[Draft]:
    """Text that was left behind by a crash, the newest first."""
    return note_rows.drafts(connection)


def tidy(text: str) -> str:
    """The text as it is stored: inert, with no blank lines at its ends."""
    return inert(text).strip("\n").rstrip()


def _with_other_text(connection: sqlite3.Connection, paper_id: int, text: str, base_version: int | None) -> str:
    if base_version is None:
        return text
    present = note_rows.note(connection, paper_id)
    if present is None or present.version == base_version or present.text == text:
        return text
    return f"{present.text}\n\n{CONFLICT_HEADING}\n\n{text}" if text else present.text


def _replace(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    if connection.execute("SELECT 1 FROM paper WHERE id = ?", (paper_id,)).fetchone() is None:
        raise ReadqError(f"no paper {paper_id} to note on", "it was removed meanwhile")
    step = journal.begin(connection, instant(now), "noted")
    note_rows.replace_note(connection, step, paper_id, text, instant(now))
    finished = journal.finish(connection, step)
    return Outcome(int(finished is not None), int(finished is None), (), finished)
