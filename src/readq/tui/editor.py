"""The note in the reader's own editor: the terminal is handed over, each save is kept at once."""

import os

from readq.errors import ReadqError
from readq.services import editing, notes
from readq.tui import noting
from readq.tui.keyed_screen import KeyedScreen


def edit_note(screen: KeyedScreen, paper_id: int) -> None:
    """Suspend the UI, let the reader edit, and save what came of it.

    Raises ReadqError when the editor cannot be started.
    """
    desk = screen.desk
    note = desk.library.ask(lambda conn: notes.read(conn, paper_id), None)
    text, version = (note.text, note.version) if note else ("", 0)

    def keep(saved: str) -> None:
        now = desk.clock()
        desk.write(lambda conn: notes.keep_draft(conn, paper_id, saved, version, now))

    row = desk.library.cached(paper_id)
    with screen.app.suspend():
        edited = editing.edit(text, row.key if row else str(paper_id), os.environ, keep)
    if edited is None:
        desk.write(lambda conn: notes.drop_draft(conn, paper_id))
        raise ReadqError("the editor gave up: the note stays as it was")
    noting.save(screen, paper_id, edited, version)
