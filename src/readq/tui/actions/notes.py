"""Actions on notes: edit a note in the UI or in the user's own editor, and announce a draft after a crash."""

import os
from collections.abc import Callable, Mapping

from readq.errors import ReadqError
from readq.review.prompts import claim_lines
from readq.services.papers import notes
from readq.store.papers.notes import find_note, list_drafts
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.widgets import terminal


async def _edit_in_place(screen: KeyedScreen) -> None:
    paper_id = screen.current_paper_id()
    if paper_id is not None and screen.note_session.pane is None:
        await screen.note_session.open(paper_id)


async def _edit_in_editor(screen: KeyedScreen) -> None:
    """Suspend the UI while the user edits the note, then save it.

    Raises ReadqError when the editor cannot be started or fails.
    """
    # Imported with the first key that needs it: no part of the first screen.
    from readq.services.papers import text_editor

    paper_id, session = screen.current_paper_id(), screen.session
    if paper_id is None:
        return
    session.require_writable()
    text, version = notes.editor_text(await session.library.read_for_editor(lambda conn: find_note(conn, paper_id)))
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
        screen.note_session.save(paper_id, edited, version)
        return
    screen.note_session.discard_draft(paper_id)
    if edited is None:
        raise ReadqError("the editor exited with an error: the note is unchanged")


async def ask_for_claim(screen: KeyedScreen, paper_id: int, closed: Callable[[], None]) -> bool:
    """Open the note on a paper with the lines of its claim to fill, unless the note has them all.

    Return whether the editor was opened. If so, `closed` is called after it was closed.
    """
    return screen.note_session.pane is None and await screen.note_session.open(paper_id, claim_lines, closed)


def offer_draft(screen: ListScreen) -> None:
    """Move the cursor to a paper with a draft of its note, and show the key that opens the draft.

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


HANDLERS: Mapping[str, Handler] = {"note": _edit_in_place, "note_in_editor": _edit_in_editor}
