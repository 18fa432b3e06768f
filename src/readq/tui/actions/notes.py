"""Keys about notes: writing one beside its paper, or in the reader's own editor; what a crash left behind."""

from collections.abc import Mapping

from readq.services.papers import notes
<<<<<<< HEAD
from readq.services.papers.notes import SaveResult
=======
>>>>>>> 8f690dd (A screen opens and saves its note through a note session, and knows no action of notes)
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.screens.screen_context import Handler


async def _note(screen: KeyedScreen) -> None:
    paper_id = screen.subject()
<<<<<<< HEAD
    if paper_id is not None and screen.note is None:
        await open_note(screen, paper_id)


async def open_note(screen: KeyedScreen, paper_id: int) -> None:
    """Open the editor beside the paper, on its draft if a crash left one, else on its note."""
    from readq.tui.widgets.note_pane import NotePane

    screen.session.require_writable()
    library = screen.session.library
    note = library.read(lambda conn: notes.read(conn, paper_id), None)
    left = next((draft for draft in library.read(notes.drafts, []) if draft.paper_id == paper_id), None)
    text, version = (note.text, note.version) if note else ("", 0)
    heading = " note"
    if left:
        text, version = left.text, left.base_version if left.base_version is not None else version
        heading = " note: what you were typing when readq was interrupted"
    screen.note = NotePane(screen.session, paper_id, text, version, heading, note.text if note else "")
    screen.add_class("-noting")
    await screen.query_one("#aside").mount(screen.note)
    screen.note.area.move_cursor(screen.note.area.document.end)
    # Not `focus()`, which takes effect behind the keys that have been typed already.
    screen.set_focus(screen.note.area, scroll_visible=False)
    screen.draw_footer()


async def close_note(screen: KeyedScreen) -> None:
    """Save the note and close its editor; with nothing changed, only close it.

    Raises ReadqError when keys typed before could not be taken in: the note then stays open, what it holds as a draft.
    """
    pane = screen.note
    if pane is None:
        return
    taken_in = asyncio.Event()
    pane.area.call_later(taken_in.set)
    try:
        await asyncio.wait_for(taken_in.wait(), _PATIENCE)
    except TimeoutError as error:
        pane.keep_draft()
        raise ReadqError("the note has not taken in all that was typed", "a draft is kept; close it again") from error
    screen.note = None
    if pane.is_unchanged:
        leave(screen, pane.paper_id)
    else:
        save(screen, pane.paper_id, pane.area.text, pane.base_version)
    screen.remove_class("-noting")
    await pane.remove()
    screen.draw_footer()


def leave(screen: KeyedScreen, paper_id: int) -> None:
    """Leave the note as it is, whoever wrote it."""
    session = screen.session
    session.write(lambda conn: notes.drop_draft(conn, paper_id), lambda _: session.observer.show_message(_UNCHANGED))


def save(screen: KeyedScreen, paper_id: int, text: str, base_version: int) -> None:
    """Have the note written; if that fails, the text is kept as a draft."""
    session, now = screen.session, screen.session.clock()

    def done(saved: SaveResult) -> None:
        did = f"note saved on {session.describe((saved.paper_id,))}" if saved.outcome.changed else _UNCHANGED
        session.observer.show_message(f"{did}; {notes.BOTH_KEPT}" if saved.both else did)

    def failed(error: ReadqError) -> None:
        screen.context.app.rescue_note(paper_id, text, error)

    session.write(lambda conn: notes.save(conn, paper_id, text, now, base_version), done, failed)
=======
    if paper_id is not None and screen.note_session.pane is None:
        await screen.note_session.open(paper_id)
>>>>>>> 8f690dd (A screen opens and saves its note through a note session, and knows no action of notes)


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
