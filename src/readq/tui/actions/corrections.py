"""Actions that correct the library: edit the metadata of a paper in the user's own editor, and merge two papers."""

import os
import sqlite3
from collections.abc import Mapping

from readq.errors import ReadqError, UsageError
from readq.services.history.steps import Outcome
from readq.text import quoted
from readq.tui.actions import completion
from readq.tui.keys.action import PAPER
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.screens.triage_screen import TriageScreen
from readq.tui.state import decisions
from readq.tui.state.look_alikes import look_alike
from readq.tui.state.session import Session
from readq.tui.widgets import terminal
from readq.tui.widgets.prompt_line import Prompt


async def _edit(screen: KeyedScreen) -> None:
    """Suspend the UI while the user edits the entry, then store the changed fields."""
    from readq.services.citation_keys.fit import with_check
    from readq.services.papers import corrections, text_editor

    paper_id, session = screen.current_paper_id(), screen.session
    if paper_id is None:
        return
    session.require_writable()
    before = await session.library.read_when_free(lambda conn: corrections.entry_to_edit(conn, paper_id))
    after = terminal.run_suspended(screen.app, lambda: text_editor.edit(before, "paper", os.environ, suffix=".bib"))
    if after is None or after == before:
        screen.show_message("the editor exited with an error: nothing changed" if after is None else "nothing changed")
        return
    now = session.clock()

    def job(connection: sqlite3.Connection) -> tuple[Outcome, str | None]:
        return with_check(
            connection,
            paper_id,
            session.config.key_form,
            lambda: corrections.correct(connection, paper_id, before, after, now),
        )

    def done(result: tuple[Outcome, str | None]) -> None:
        outcome, warning = result
        edited = f"edited {session.describe((paper_id,))}" if outcome.changed else "nothing changed"
        session.observer.show_message(f"{edited}; {warning}" if warning else edited)

    def failed(error: ReadqError) -> None:
        session.observer.show_error(corrections.with_kept_text(error, after))

    session.write(screen.track("edited", job, lambda result: result[0].step), done, failed)


async def _merge(screen: TriageScreen) -> None:
    """Merge the two selected papers.

    Without a selection, ask whether the shown paper and its look-alike are the same. The screen of a single paper does
    so even if other papers are selected in the list.
    """
    list_state = screen.session.list_state
    selected = 0 if screen.scope == PAPER else list_state.selected_count
    if selected == 2:
        kept, merged = sorted(list_state.targets())
        screen.end_selection()
        _merge_into(screen.session, kept, merged)
        return
    current = screen.current_paper_id()
    found = None
    if current is not None and not selected:
        found = await screen.session.library.read_when_free(lambda conn: look_alike(conn, current))
    if current is None or found is None:
        if screen.scope == PAPER:
            raise ReadqError("this paper looks like no other one", "in a list, select two papers to merge them")
        key = screen.keymap.label(screen.SCOPE, "select") or "select"
        hint = f"{key} on each selects them; or a paper that looks like another one"
        raise ReadqError(f"merging takes two selected papers, not {selected:,}", hint)
    _ask_for_look_alike(screen, *sorted((current, found[0])))


def _ask_for_look_alike(screen: TriageScreen, one: int, other: int) -> None:
    from readq.services.papers.look_alikes import keep_apart

    def accept(text: str) -> bool:
        now, answer = screen.session.clock(), text.strip().lower()
        if answer in ("m", "merge"):
            _merge_into(screen.session, one, other)
        elif answer in ("a", "apart"):
            screen.session.decide(decisions.keep_apart(lambda conn: keep_apart(conn, one, other, now), one, other))
        elif answer:
            raise UsageError(f"{quoted(answer)} is neither merge nor apart", "m merges them, a keeps them apart")
        return True

    keys = (("Enter", "do it"), ("Esc", "leave it open"))
    hint = "m: they are one paper; a: they differ"
    suggest = completion.words(("merge", "apart"))
    screen.open_prompt(Prompt(f"#{one} and #{other}:", accept, hint=hint, keys=keys, suggest=suggest))


def _merge_into(session: Session, kept: int, merged: int) -> None:
    from readq.services.papers import merge

    now = session.clock()
    session.decide(decisions.merge(lambda conn: merge.merge(conn, kept, merged, now), kept, merged))


IN_REVIEW: Mapping[str, Handler] = {"edit": _edit}
HANDLERS: Mapping[str, Handler] = {**IN_REVIEW, "merge": _merge}
