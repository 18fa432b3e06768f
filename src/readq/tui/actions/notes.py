"""Keys about notes: writing one beside its paper, or in the reader's own editor; what a crash left behind."""

from collections.abc import Mapping

from readq.services.papers import notes
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.screens.screen_context import Handler


async def _note(screen: KeyedScreen) -> None:
    paper_id = screen.subject()
    if paper_id is not None and screen.note_session.pane is None:
        await screen.note_session.open(paper_id)


def offer_draft(screen: QueueScreen) -> None:
    """Say that a crash left a note half written, and put the cursor on its paper if it is listed."""
    left = screen.session.library.read(notes.drafts, [])
    if left:
        paper_id = left[0].paper_id
        index = screen.session.list_state.index(paper_id)
        if index is not None:
            screen.move(index)
        key = screen.keymap.label(screen.PLACE, "note")
        name = screen.session.describe((paper_id,))
        screen.say(f"a note was left half written, {key} on its paper takes it up again: {name}")


def _note_in_editor(screen: KeyedScreen) -> None:
    paper_id = screen.subject()
    if paper_id is not None:
        from readq.tui.actions.note_in_editor import edit_note

        edit_note(screen, paper_id)


IN_PLACE: Mapping[str, Handler] = {"note": _note}
HANDLERS: Mapping[str, Handler] = {**IN_PLACE, "note_in_editor": _note_in_editor}
