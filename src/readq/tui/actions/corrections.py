"""Keys that correct the library: metadata in the reader's own editor, two papers that are one."""

import os
from collections.abc import Mapping

from readq.errors import LibraryLockedError, ReadqError
from readq.services.history.steps import Outcome
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state import decisions
from readq.tui.widgets import terminal


def _edit(screen: KeyedScreen) -> None:
    """Suspend the UI, let the reader edit the entry, and take over what was changed."""
    from readq.services.papers import corrections as correcting
    from readq.services.papers import text_editor as editing

    paper_id, session = screen.subject(), screen.session
    if paper_id is None:
        return
    session.require_writable()
    before = session.library.read(lambda conn: correcting.entry_to_edit(conn, paper_id), None)
    if before is None:
        raise LibraryLockedError("another program holds the library", "try again")
    after = terminal.run_suspended(screen.app, lambda: editing.edit(before, "paper", os.environ, suffix=".bib"))
    if after is None or after == before:
        screen.say("the editor gave up: nothing changed" if after is None else "nothing changed")
        return
    now = session.clock()

    def done(outcome: Outcome) -> None:
        session.observer.show_message(
            f"edited {session.describe((paper_id,))}" if outcome.changed else "nothing changed"
        )

    def failed(error: ReadqError) -> None:
        session.observer.show_error(correcting.with_kept_text(error, after))

    session.write(lambda conn: correcting.correct(conn, paper_id, before, after, now), done, failed)


def _merge(screen: QueueScreen) -> None:
    from readq.services.papers import merge as joining

    chosen = screen.session.list_state.targets() if screen.session.list_state.selected else ()
    if len(chosen) != 2:
        key = screen.keymap.label(screen.PLACE, "select") or "select"
        raise ReadqError(f"merging takes two selected papers, not {len(chosen)}", f"{key} on each selects them")
    now, (kept, merged) = screen.session.clock(), sorted(chosen)
    screen.end_selection()
    screen.session.decide(decisions.merge(lambda conn: joining.merge(conn, kept, merged, now), kept, merged))


HANDLERS: Mapping[str, Handler] = {"edit": _edit}
IN_LISTS: Mapping[str, Handler] = {"merge": _merge}
