"""Keys that correct the library: metadata in the reader's own editor, two papers that are one."""

import os
from collections.abc import Mapping

from readq.errors import LibraryLockedError, ReadqError
from readq.services.history.steps import Outcome
from readq.tui.screens.base import Handler, KeyedScreen
from readq.tui.screens.list_screen import QueueScreen


def _edit(screen: KeyedScreen) -> None:
    """Suspend the UI, let the reader edit the entry, and take over what was changed."""
    from readq.services.papers import corrections as correcting
    from readq.services.papers import text_editor as editing
    from readq.tui.actions.note_in_editor import suspended

    paper_id, desk = screen.subject(), screen.desk
    if paper_id is None:
        return
    desk.refuse_unwritable()
    before = desk.library.ask(lambda conn: correcting.entry_to_edit(conn, paper_id), None)
    if before is None:
        raise LibraryLockedError("another program holds the library", "try again")
    after = suspended(screen.app, lambda: editing.edit(before, "paper", os.environ, suffix=".bib"))
    if after is None or after == before:
        screen.say("the editor gave up: nothing changed" if after is None else "nothing changed")
        return
    now = desk.clock()

    def done(outcome: Outcome) -> None:
        desk.audience.said(f"edited {desk.name_of((paper_id,))}" if outcome.changed else "nothing changed")

    def failed(error: ReadqError) -> None:
        desk.audience.failed(correcting.with_kept_text(error, after))

    desk.write(lambda conn: correcting.correct(conn, paper_id, before, after, now), done, failed)


def _merge(screen: QueueScreen) -> None:
    from readq.services.papers import merge as joining

    chosen = screen.desk.listing.targets() if screen.desk.listing.selected else ()
    if len(chosen) != 2:
        key = screen.readq.shown_key(screen.PLACE, "select") or "select"
        raise ReadqError(f"merging takes two selected papers, not {len(chosen)}", f"{key} on each selects them")
    now, (kept, gone) = screen.desk.clock(), sorted(chosen)
    screen.end_selection()
    screen.desk.merge(lambda conn: joining.merge(conn, kept, gone, now), kept, gone)


HANDLERS: Mapping[str, Handler] = {"edit": _edit}
IN_LISTS: Mapping[str, Handler] = {"merge": _merge}
