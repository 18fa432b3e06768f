"""The reader's own Markdown: one note a paper, saved as undoable steps, never lost to another window."""

import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.model.values import CONFLICT_HEADING
from readq.services.history.steps import Outcome, single_change
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import writing
from readq.store.files.integrity import library_path
from readq.store.papers import notes, queries
from readq.store.papers.notes import Draft, Note
from readq.store.references import RemovedError, current_id
from readq.text import inert


def read(connection: sqlite3.Connection, paper_id: int) -> Note | None:
    """The note on a paper, or None."""
    return notes.note(connection, paper_id)


BOTH_KEPT = "it was changed elsewhere meanwhile: both texts are kept"
"""What is said of such a note."""


class Saved(NamedTuple):
    """What saving a note came to, and the paper that has it: another than was named when that was merged meanwhile.

    `both`: the note was changed elsewhere meanwhile, and says now what was written there and what was written here.
    """

    outcome: Outcome
    paper_id: int
    both: bool


def save(
    connection: sqlite3.Connection, paper_id: int, text: str, now: datetime, base_version: int | None = None
) -> Saved:
    """Make `text` the note and drop its draft; an empty text removes the note.

    `base_version` is the version that the editing began from, 0 for "there was none", None for "never mind". When the
    note has been changed since, both texts are kept, this one below a heading; so they are when the paper was merged
    into another, whose note began elsewhere. Raises RemovedError.
    """
    with writing(connection):
        present = current_id(connection, paper_id)
        if present != paper_id and base_version is not None:
            # It began from no version of this paper's note.
            base_version = 0
        mine = tidy(text)
        kept = _with_other_text(connection, present, mine, base_version)
        outcome = _replace(connection, present, kept, now)
        draft = notes.draft(connection, present)
        # Into that of a merged paper another may have gone, which is still to be saved.
        if draft and (present == paper_id or draft.text in text):
            notes.drop_draft(connection, present)
    return Saved(outcome, present, bool(mine) and kept != mine)


def append(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    """Add `text` to the end of the note, after one newline. Raises RemovedError."""
    with writing(connection):
        present = current_id(connection, paper_id)
        old = notes.note(connection, present)
        parts = [old.text if old else "", tidy(text)]
        return _replace(connection, present, "\n".join(filter(None, parts)), now)


def keep_draft(
    connection: sqlite3.Connection,
    paper_id: int,
    text: str,
    base_version: int | None,
    now: datetime,
    former: str | None = None,
) -> None:
    """Keep text that is being typed, so that a crash loses none of it. Not a step. Raises RemovedError.

    `former` is what was kept of it before: the draft of a paper that was merged meanwhile may hold it below another.
    """
    with writing(connection):
        draft = Draft(current_id(connection, paper_id), text, base_version)
        if draft.paper_id != paper_id:
            there = notes.draft(connection, draft.paper_id)
            draft = draft._replace(text=_after_other_draft(there, text, former), base_version=0)
        notes.keep_draft(connection, draft, instant(now))


def drop_draft(connection: sqlite3.Connection, paper_id: int) -> None:
    """Forget what was being typed on a paper."""
    with writing(connection):
        notes.drop_draft(connection, paper_id)


def drafts(connection: sqlite3.Connection) -> list[Draft]:
    """Text that was left behind by a crash, the newest first."""
    return notes.drafts(connection)


def edit(
    connection: sqlite3.Connection, paper_id: int, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Saved:
    """Open the note in the reader's editor, in a file named after the citation key, and save what comes back.

    Each save in the editor is kept as a draft at once, where that can be. An editor that fails (`:cq`) leaves the note
    as it was. `clock` is asked at each save. Raises ReadqError when the editor cannot be started, fails after a save or
    leaves no readable text, and when what it left could not be kept: the text is then in a file, which is named.
    """
    from readq.services.papers.text_editor import EditorFailedError, save_to_file
    from readq.services.papers.text_editor import edit as in_editor

    text, base = editor_text(notes.note(connection, paper_id))
    (paper,) = queries.queue_rows(connection, [paper_id])

    former: str | None = None

    def keep(text: str) -> None:
        nonlocal former
        # The editor is still open: what takes no draft now may take the note later, else its text goes into a file.
        with contextlib.suppress(RemovedError, sqlite3.Error):
            keep_draft(connection, paper_id, text, base, clock(), former)
            former = text

    try:
        edited = in_editor(text, paper.key, environ, keep)
    except EditorFailedError:
        # Its file is what is left to look at.
        drop_draft(connection, paper_id)
        raise
    if edited is None or edited == text:
        drop_draft(connection, paper_id)
        return Saved(Outcome(0, 1), paper_id, both=False)
    try:
        return save(connection, paper_id, edited, clock(), base)
    except (RemovedError, sqlite3.Error) as error:
        failure = error if isinstance(error, RemovedError) else library_error(error, library_path(connection))
        kept = save_to_file(edited, f"-{paper.key}.md")
        raise type(failure)(f"{failure.message}: the note was not saved", f"its text is in {kept}") from error


def editor_text(note: Note | None) -> tuple[str, int]:
    """The text that an editor opens, its last line ended, and the version that the editing begins from."""
    return (note.text + "\n", note.version) if note else ("", 0)


def tidy(text: str) -> str:
    """The text as it is stored: inert, with no blank lines at its ends."""
    return inert(text).strip("\n").rstrip()


def _with_other_text(connection: sqlite3.Connection, paper_id: int, text: str, base_version: int | None) -> str:
    if base_version is None:
        return text
    present = notes.note(connection, paper_id)
    if present is None or present.version == base_version or present.text == text:
        return text
    return f"{present.text}\n\n{CONFLICT_HEADING}\n\n{text}" if text else present.text


def _after_other_draft(there: Draft | None, text: str, former: str | None) -> str:
    if there is None or not there.text:
        return text
    if former and there.text.endswith(former):
        return there.text.removesuffix(former) + text
    return f"{there.text}\n\n{CONFLICT_HEADING}\n\n{text}"


def _replace(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    return single_change(
        connection, "noted", now, lambda step: notes.replace_note(connection, step, paper_id, text, instant(now))
    )
