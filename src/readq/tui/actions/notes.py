"""Actions on notes: edit a note in the UI or in the user's own editor, take highlights from the PDF, find drafts.

A draft is the unsaved text of a note. It remains if readq crashes while the note is edited.
"""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from readq.errors import ReadqError, UsageError
from readq.review.prompts import claim_lines
from readq.services.papers import notes, open_externally
from readq.store.papers.notes import list_drafts
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.background.daemon_thread import run_in_daemon
from readq.tui.widgets import terminal

if TYPE_CHECKING:
    from readq.services.notes.highlights import TakenHighlights


async def _edit_in_place(screen: KeyedScreen) -> None:
    paper_id = screen.current_paper_id()
    if paper_id is not None and screen.session.config.notes_editor == "external":
        await _edit_beside(screen, paper_id)
    elif paper_id is not None and screen.note_session.pane is None:
        await screen.note_session.open(paper_id)


async def _edit_beside(screen: KeyedScreen, paper_id: int) -> None:
    """Open the file of the note in an editor that stays open beside the UI. Each save in it reaches the library.

    Raises UsageError if no folder of notes is set.
    """
    from readq.services.notes.session import file_of_note

    session = screen.session
    session.require_writable()
    if session.config.notes_folder is None:
        raise UsageError("notes.editor is external, and there is no folder of notes", "set notes.folder in the config")
    now, path = session.clock(), session.library.path

    async def run() -> None:
        file = await run_in_daemon(lambda: file_of_note(path, session.config, paper_id, now))
        if isinstance(file, ReadqError):
            session.observer.show_error(file)
            return
        await screen.run_safely(_open_beside, screen, file)

    screen.app.run_worker(run(), exit_on_error=False, group="notes")


def _open_beside(screen: KeyedScreen, file: str) -> None:
    unopened = open_externally.open_file(file, screen.session.config.notes_open, os.environ, "notes.open")
    what = f"no program opens it here; the note is in {unopened}" if unopened else f"the note is open: {file}"
    screen.session.observer.show_message(f"{what}; readq takes in each save")


async def _edit_in_editor(screen: KeyedScreen) -> None:
    """Suspend the UI while the user edits the note, then save it.

    Raises ReadqError if the editor cannot be started or fails.
    """
    # Imported with the first key that needs it: no part of the first screen.
    from readq.services.papers import text_editor

    paper_id, session = screen.current_paper_id(), screen.session
    if paper_id is None:
        return
    session.require_writable()
    note = await screen.note_session.saved_note(paper_id)
    template = "" if note else screen.note_session.template(paper_id)
    text, version = notes.editor_text(note, template)
    last_draft: str | None = None

    def keep_draft(saved: str) -> None:
        nonlocal last_draft
        now, replaced, last_draft = session.clock(), last_draft, saved
        # An error is not shown: the editor is still open, and what it leaves is saved as the note, or rescued.
        session.write(
            lambda conn: notes.keep_draft(conn, paper_id, saved, version, now, replaced), failed=lambda _: None
        )

    row = session.library.cached_row(paper_id)
    name = row.key if row else str(paper_id)
    try:
        edited = terminal.run_suspended(
            screen.app, lambda: text_editor.edit(text, name, os.environ, on_save=keep_draft)
        )
    except text_editor.EditorFailedError:
        session.write(lambda conn: notes.drop_draft(conn, paper_id))
        raise
    if edited is not None and edited != text:
        kept = notes.without_unfilled_template(edited, template)
        if note or notes.tidy(kept):
            screen.note_session.save(paper_id, kept, version)
            return
    screen.note_session.discard_draft(paper_id)
    if edited is None:
        raise ReadqError("the editor exited with an error: the note is unchanged")


async def ask_for_claim(screen: KeyedScreen, paper_id: int, closed: Callable[[], None]) -> bool:
    """Open the note editor on the paper's note, and add lines in which the user can write the paper's claim.

    A claim is a sentence to remember. `closed` is called when the user closes the editor. Return whether the editor was
    opened. It is not opened in three cases:

    - A note is open already.
    - The paper's note has an unsaved draft.
    - The paper's note already has lines for the claim.
    """
    return screen.note_session.pane is None and await screen.note_session.open(paper_id, claim_lines, closed)


def offer_draft(screen: ListScreen) -> None:
    """Move the cursor to a paper whose note has an unsaved draft, and show the key that opens the draft.

    A crash while a note is edited leaves such a draft. If there is no draft, do nothing.
    """
    drafts = screen.session.library.read(list_drafts, [])
    if drafts:
        paper_id = drafts[0].paper_id
        index = screen.session.list_state.index(paper_id)
        if index is not None:
            screen.move_to_line(index)
        key = screen.keymap.label(screen.SCOPE, "note")
        title = screen.session.describe((paper_id,))
        screen.show_message(f"there is a draft of an unfinished note, {key} on its paper opens it: {title}")


async def _take_highlights(screen: KeyedScreen) -> None:
    """Read the PDF in the background, and write its highlights into the note. Raises ReadqError if there is no PDF."""
    from readq.services.notes import highlights

    paper_id, session = screen.current_paper_id(), screen.session
    if paper_id is None:
        return
    session.require_writable()
    path = await session.library.read_when_free(lambda conn: highlights.path_of_pdf(conn, paper_id))
    screen.show_message("reading the PDF …")

    def done(taken: "TakenHighlights") -> None:
        session.observer.show_message(f"{highlights.words(taken)}: {session.describe((paper_id,))}")

    async def run() -> None:
        found = await run_in_daemon(lambda: highlights.read_or_error(path))
        if isinstance(found, ReadqError):
            session.observer.show_error(found)
            return
        now = session.clock()
        session.write(lambda conn: highlights.take_in(conn, paper_id, found, now), done)

    screen.app.run_worker(run(), exit_on_error=False, group="highlights")


HANDLERS: Mapping[str, Handler] = {"note": _edit_in_place, "note_in_editor": _edit_in_editor}
ON_PAPERS: Mapping[str, Handler] = {**HANDLERS, "highlights": _take_highlights}
