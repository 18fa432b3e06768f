"""The note in the reader's own editor, which gets the terminal while it runs."""

import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from textual.app import App

from readq.errors import ReadqError
from readq.services.papers import notes
from readq.services.papers import text_editor as editing
from readq.tui.screens.base import KeyedScreen

Answer = TypeVar("Answer")


def edit_note(screen: KeyedScreen, paper_id: int) -> None:
    """Suspend the UI, let the reader edit, and save what came of it.

    Raises ReadqError when the editor cannot be started, or failed, and when the note could not be kept.
    """
    session = screen.session
    session.require_writable()
    text, version = notes.editor_text(session.library.read(lambda conn: notes.read(conn, paper_id), None))

    former: str | None = None

    def keep(saved: str) -> None:
        nonlocal former
        now, before, former = session.clock(), former, saved
        # The editor is still open: what takes no draft now may take the note later, else its text goes into a file.
        session.write(lambda conn: notes.keep_draft(conn, paper_id, saved, version, now, before), failed=lambda _: None)

    row = session.library.cached_row(paper_id)
    name = row.key if row else str(paper_id)
    try:
        edited = suspended(screen.app, lambda: editing.edit(text, name, os.environ, keep))
    except editing.EditorFailedError:
        session.write(lambda conn: notes.drop_draft(conn, paper_id))
        raise
    if edited is not None and edited != text:
        screen.note_session.save(paper_id, edited, version)
        return
    screen.note_session.discard_draft(paper_id)
    if edited is None:
        raise ReadqError("the editor gave up: the note stays as it was")


def suspended(app: App[None], act: Callable[[], Answer]) -> Answer:
    """Give the terminal and its Ctrl+c to `act`, take both back, then return or raise what `act` did."""
    answers: list[Answer] = []
    failure: BaseException | None = None
    interrupt = signal.signal(signal.SIGINT, _not_for_us)
    try:
        with app.suspend():
            # Textual takes the terminal back only when its block ends without an exception.
            try:
                answers.append(act())
            except BaseException as error:
                failure = error
    finally:
        signal.signal(signal.SIGINT, interrupt)
    if failure is not None:
        raise failure
    return answers[0]


def _not_for_us(_signum: int, _frame: FrameType | None) -> None:
    """A handler that does nothing; unlike an ignored signal, the editor does not inherit it."""
