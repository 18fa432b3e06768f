"""Actions that correct the library: edit metadata in the user's own editor, merge two papers."""

import os
from collections.abc import Mapping

from readq.errors import LibraryLockedError, ReadqError
from readq.services.history.steps import Outcome
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state import decisions
from readq.tui.widgets import terminal


def _edit(screen: KeyedScreen) -> None:
    """Suspend the UI while the user edits the entry, then store the changed fields."""
    from readq.services.papers import corrections, text_editor

    paper_id, session = screen.current_paper_id(), screen.session
    if paper_id is None:
        return
    session.require_writable()
    before = session.library.read(lambda conn: corrections.entry_to_edit(conn, paper_id), None)
    if before is None:
        raise LibraryLockedError("another program holds the library", "try again")
    after = terminal.run_suspended(screen.app, lambda: text_editor.edit(before, "paper", os.environ, suffix=".bib"))
    if after is None or after == before:
        screen.show_message("the editor exited with an error: nothing changed" if after is None else "nothing changed")
        return
    now = session.clock()

    def done(outcome: Outcome) -> None:
        session.observer.show_message(
            f"edited {session.describe((paper_id,))}" if outcome.changed else "nothing changed"
        )

    def failed(error: ReadqError) -> None:
        session.observer.show_error(corrections.with_kept_text(error, after))

    session.write(lambda conn: corrections.correct(conn, paper_id, before, after, now), done, failed)


def _merge(screen: ListScreen) -> None:
    from readq.services.papers import merge

    selected = screen.session.list_state.targets() if screen.session.list_state.selected else ()
    if len(selected) != 2:
        key = screen.keymap.label(screen.SCOPE, "select") or "select"
        raise ReadqError(f"merging takes two selected papers, not {len(selected)}", f"{key} on each selects them")
    now, (kept, merged) = screen.session.clock(), sorted(selected)
    screen.end_selection()
    screen.session.decide(decisions.merge(lambda conn: merge.merge(conn, kept, merged, now), kept, merged))


HANDLERS: Mapping[str, Handler] = {"edit": _edit}
IN_LISTS: Mapping[str, Handler] = {"merge": _merge}
