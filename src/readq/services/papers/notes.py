"""Save and edit notes. A note is a Markdown text on a paper, and a paper has at most one.

Each save is one step of the undo history. If a note was changed elsewhere during an edit, both texts are kept.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.model.values import CONFLICT_HEADING
from readq.review.prompts import without_unfilled
from readq.services.history.steps import Outcome, run_as_step, run_single_change
from readq.services.papers import question_cards
from readq.services.papers.question_cards import NoteChange
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import writing
from readq.store.files.integrity import library_path
from readq.store.papers import notes, queries
from readq.store.papers.notes import Draft, Note
from readq.store.references import RemovedError, current_id
from readq.templates import note_template
from readq.text import strip_controls

BOTH_KEPT = "it was also changed after it was opened: both texts are kept"
"""The message for a note that contains two texts, with CONFLICT_HEADING between them."""


class SaveResult(NamedTuple):
    """The result of saving a note."""

    outcome: Outcome
    paper_id: int
    """The id of the paper that has the note. After a merge during the edit, it is the id of the merged paper."""
    both: bool
    """Whether the note contains two texts, because it was changed elsewhere during the edit."""


def save(
    connection: sqlite3.Connection, paper_id: int, text: str, now: datetime, base_version: int | None = None
) -> SaveResult:
    """Save `text` as the note on a paper, as one step of the undo history, and delete the draft. Return the result.

    An empty text removes the note. `base_version` is the version of the note at the start of the edit, or 0 if there
    was no note. If the note has another version now, or if the paper was merged into a paper with a note, both texts
    are kept, with `text` below a heading. If `base_version` is None, the present note is overwritten in any case.
    Raises RemovedError if the paper was removed.
    """
    with writing(connection):
        present = current_id(connection, paper_id)
        if present != paper_id and base_version is not None:
            # The edited version belonged to another paper's note.
            base_version = 0
        mine = tidy(text)
        kept = _with_other_text(connection, present, mine, base_version)
        outcome = _replace(connection, present, kept, now)
        draft = notes.find_draft(connection, present)
        # The draft of the paper merged into may contain another text, which is still to be saved.
        if draft and (present == paper_id or draft.text in text):
            notes.drop_draft(connection, present)
    return SaveResult(outcome, present, bool(mine) and kept != mine)


def replace(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime, version: int) -> bool:
    """Replace the note on a paper by `text`, as one step of the undo history, if the note has the version `version`.

    Return True if the note was replaced. If the note has another version, or the paper was merged into another paper,
    nothing is changed, and False is returned. The version is 0 if there is no note. An empty `text` removes the note. A
    draft is kept. Raises RemovedError if the paper was removed.
    """
    with writing(connection):
        present = current_id(connection, paper_id)
        old = notes.find_note(connection, present)
        if present != paper_id or (old.version if old else 0) != version:
            return False
        _replace(connection, present, tidy(text), now)
    return True


def put_all(connection: sqlite3.Connection, texts: Mapping[int, str], what: str, now: datetime) -> Outcome:
    """Set the notes on several papers, as one step of the undo history with the name `what`. Return the outcome.

    `texts` maps paper ids to texts. An empty text removes the note.
    """

    def act(step: int, present: list[int]) -> None:
        for paper_id in present:
            put(connection, step, paper_id, tidy(texts[paper_id]), now)

    return run_as_step(connection, list(texts), what, now, act)


def append(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    """Append `text` to the note on a paper, on a new line, as one step of the undo history. Return the outcome.

    Raises RemovedError if the paper was removed.
    """
    with writing(connection):
        present = current_id(connection, paper_id)
        old = notes.find_note(connection, present)
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
    """Save an unfinished text as the draft of a note, in case of a crash. Undo does not affect drafts.

    `base_version` is the version of the note at the start of the edit, as for `save`. `former` is the `text` of the
    previous call. If the paper was merged into another paper during the edit, `text` is added at the end of the draft
    of the other paper. If that draft ends with `former`, `text` replaces `former`. Raises RemovedError if the paper was
    removed.
    """
    with writing(connection):
        draft = Draft(current_id(connection, paper_id), text, base_version)
        if draft.paper_id != paper_id:
            other = notes.find_draft(connection, draft.paper_id)
            draft = draft._replace(text=_after_other_draft(other, text, former), base_version=0)
        notes.keep_draft(connection, draft, instant(now))


def drop_draft(connection: sqlite3.Connection, paper_id: int) -> None:
    """Delete the draft of the note on a paper. Does nothing if there is no draft."""
    with writing(connection):
        notes.drop_draft(connection, paper_id)


def edit(
    connection: sqlite3.Connection,
    paper_id: int,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    template: str = "",
) -> SaveResult:
    """Open the note on a paper in the user's editor, and save the edited text as one step of the undo history.

    The file in the editor is named after the citation key. A new note begins with the text `template`. If the text is
    not changed, no step is made. Each save in the editor is also stored as a draft, if possible. `clock` returns the
    present time.

    Return the result. If the editor fails before anything was saved (`:cq` in vi), the note is unchanged and nothing is
    raised. Raises ReadqError if the editor cannot be started, if it fails after a save, if it leaves no readable text,
    or if the text cannot be stored. If a text was saved, the error names the file that contains it.
    """
    from readq.services.papers import text_editor

    text, base = editor_text(notes.find_note(connection, paper_id), template)
    (paper,) = queries.queue_rows(connection, [paper_id])

    former: str | None = None

    def keep(text: str) -> None:
        nonlocal former
        # A draft that fails is no loss: the editor is still open, and its final text is saved or kept in a file.
        with contextlib.suppress(RemovedError, sqlite3.Error):
            keep_draft(connection, paper_id, text, base, clock(), former)
            former = text

    try:
        edited = text_editor.edit(text, paper.key, environ, keep)
    except text_editor.EditorFailedError:
        # The message names the editor's file, so the draft is not needed.
        drop_draft(connection, paper_id)
        raise
    edited = None if edited is None or edited == text else without_unfilled_template(edited, "" if base else template)
    if edited is None or not (base or tidy(edited)):
        drop_draft(connection, paper_id)
        return SaveResult(Outcome(0, 1), paper_id, both=False)
    try:
        return save(connection, paper_id, edited, clock(), base)
    except (RemovedError, sqlite3.Error) as error:
        failure = error if isinstance(error, RemovedError) else library_error(error, library_path(connection))
        kept = text_editor.save_to_file(edited, f"-{paper.key}.md")
        raise type(failure)(f"{failure.message}: the note was not saved", f"its text is in {kept}") from error


def editor_text(note: Note | None, template: str = "") -> tuple[str, int]:
    """Return a pair: the text of `note` with a newline at the end, for an editor, and the version of the note.

    If `note` is None, return `template` and 0.
    """
    return (note.text + "\n", note.version) if note else (template, 0)


def without_unfilled_template(text: str, template: str) -> str:
    """Return the text of a new note without those lines of the default template that the user left empty.

    `template` is the text with which the note began. All lines of the user's own template are kept.
    """
    return without_unfilled(text, template) if template == note_template.DEFAULT else text


def tidy(text: str) -> str:
    """Return `text` in the form in which notes are stored.

    It has no control characters, no newlines at the start, and no white space at the end.
    """
    return strip_controls(text).strip("\n").rstrip()


def _with_other_text(connection: sqlite3.Connection, paper_id: int, text: str, base_version: int | None) -> str:
    if base_version is None:
        return text
    present = notes.find_note(connection, paper_id)
    if present is None or present.version == base_version or present.text == text:
        return text
    return f"{present.text}\n\n{CONFLICT_HEADING}\n\n{text}" if text else present.text


def _after_other_draft(other: Draft | None, text: str, former: str | None) -> str:
    if other is None or not other.text:
        return text
    if former and other.text.endswith(former):
        return other.text.removesuffix(former) + text
    return f"{other.text}\n\n{CONFLICT_HEADING}\n\n{text}"


def _replace(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    return run_single_change(connection, "noted", now, lambda step: put(connection, step, paper_id, text, now))


def put(connection: sqlite3.Connection, step: int, paper_id: int, text: str, now: datetime) -> None:
    """Set the note on a paper to `text`, as a part of the step `step` of the undo history.

    An empty text removes the note. The review cards for the questions in the note are updated too. Runs inside the
    caller's transaction.
    """
    old = notes.find_note(connection, paper_id)
    change = NoteChange(paper_id, old.text if old else None, text, now)
    if notes.replace_note(connection, step, paper_id, text, instant(now)):
        question_cards.update(connection, step, change)
