"""The reasons why actions cannot be done on a screen now.

If the user presses the key of such an action, the reason is shown as a message. The palette and the help show the
reason beside the action. An action without a check in this module checks its conditions itself, and shows an error.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from readq.model.identifiers import paper_url
from readq.services.citing.export_formats import FORMATS
from readq.store.journal import steps
from readq.tui.keys.action import REVIEW
from readq.tui.keys.action_table import OWN_KEYS, copy_action, export_action
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.cursor_list_screen import CursorListScreen
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.triage_screen import TriageScreen
from readq.tui.state.paper_links import reason_against_following

if TYPE_CHECKING:
    from readq.tui.screens.paper_screen import PaperScreen

NO_PAPER = "there is no paper in this list"
"""The reason against an action in an empty list."""

Reason = Callable[[Any], str]
"""A function that returns the reason why an action cannot be done now, or "" if it can. Its argument is the screen."""


def reason_against(screen: KeyedScreen, name: str) -> str:
    """Return the reason why the action `name` cannot be done on `screen` now.

    Return "" if no check forbids the action.
    """
    check = _REASONS.get(name, _no_single_paper if name.startswith("commands.") else None)
    return check(screen) if check else ""


def _no_target(screen: KeyedScreen) -> str:
    is_selected = isinstance(screen, TriageScreen) and screen.session.list_state.selected_count
    return "" if is_selected else _no_paper(screen)


def _no_paper(screen: KeyedScreen) -> str:
    if isinstance(screen, TriageScreen):
        if not screen.session.list_state:
            return NO_PAPER
        next_key = screen.keymap.label(screen.scope, "next") or "the palette"
        is_heading = screen.session.list_state.heading is not None
        return f"this is the heading of a day, not a paper: {next_key} goes on" if is_heading else ""
    return "" if screen.current_paper_id() is not None else "all cards of this review are answered"


def _no_single_paper(screen: KeyedScreen) -> str:
    if isinstance(screen, ListScreen) and screen.session.list_state.selected_count:
        return "an own command takes one paper: clear the selection first"
    return _no_paper(screen)


def _nothing_to_open(screen: ListScreen) -> str:
    return "" if screen.line_count or screen.typed_filter.in_all.known() != 0 else NO_PAPER


def _no_row(screen: ListScreen) -> str:
    return "" if screen.line_count else NO_PAPER


def _nothing_to_export(screen: ListScreen) -> str:
    return "" if screen.line_count else "nothing to export: the list is empty"


def _no_card(screen: KeyedScreen) -> str:
    return "" if screen.current_paper_id() is not None else "all cards of this review are answered"


def _no_link(screen: KeyedScreen) -> str:
    paper_id = screen.current_paper_id()
    if paper_id is None:
        return _no_paper(screen)
    paper = screen.session.library.paper(paper_id)
    is_linked = paper is None or paper_url(paper.url, paper.arxiv_id, paper.doi)
    return "" if is_linked else "this paper has no link"


def _nothing_above(screen: TriageScreen) -> str:
    if screen.session.undecided_to_cursor():
        return ""
    folded = screen.session.list_state.folded_above()
    left = f"; {folded:,} of folded days left alone" if folded else ""
    return f"nothing undecided from the top to here{left}"


def _paper_is_off(screen: KeyedScreen) -> str:
    return screen.paper_off_text() if isinstance(screen, ListScreen) and not screen.shows_paper else ""


def _nothing_to_undo(screen: KeyedScreen) -> str:
    session = screen.session
    if screen.scope == REVIEW or session.writer.pending or session.library.read(steps.step_to_undo, session.undo_step):
        # A review takes back its own steps, and says itself when there are none.
        return ""
    return "nothing to undo: no step is left"


def _nothing_to_redo(screen: KeyedScreen) -> str:
    session = screen.session
    if session.writer.pending or session.library.read(lambda conn: steps.step_to_redo(conn) is not None, True):
        return ""
    return "nothing to redo: nothing was undone since the last step"


def _no_days(screen: ListScreen) -> str:
    papers, key = screen.session.list_state, screen.keymap.label(screen.scope, "sort") or "the palette"
    if papers.rows.has_headings:
        return ""
    return f"no headings: the list is not in the order of days, {key} sorts it" if papers else "the list is empty"


def _no_line(screen: CursorListScreen) -> str:
    return "" if screen.line_count else "this list is empty"


def _no_following(screen: TriageScreen) -> str:
    papers = screen.session.list_state
    has_more = papers.rows.shown_line(papers.cursor + 1, 1) is not None
    return "" if has_more else "this is the last paper of the list"


def _no_preceding(screen: TriageScreen) -> str:
    papers = screen.session.list_state
    has_more = papers.rows.shown_line(papers.cursor - 1, -1) is not None
    return "" if has_more else "this is the first paper of the list"


def _no_link_to_follow(screen: "PaperScreen") -> str:
    return reason_against_following(screen.links)


def _no_link_before(screen: "PaperScreen") -> str:
    return "" if screen.trail else "no link was followed to this paper"


def _no_own_view(screen: ListScreen, place: int) -> str:
    if place < len(screen.views.own.all):
        return ""
    which = "only one view" if screen.views.own.all else "no view"
    palette = screen.keymap.label(screen.scope, "palette")
    return f"there is {which} of your own; {palette} finds the command that saves the list as a view"


def _no_view_before(screen: ListScreen) -> str:
    return "" if screen.views.before else "there is no view before this one"


_REASONS: Mapping[str, Reason] = {
    **{name: partial(_no_own_view, place=place) for place, name in enumerate(OWN_KEYS)},
    "view_before": _no_view_before,
    **dict.fromkeys(
        ("queue", "drop", "begin", "finish", "inbox", "star", "tags", "snooze", "enrol", "merge"), _no_target
    ),
    **dict.fromkeys(("previous_day", "next_day"), _no_days),
    **dict.fromkeys(("edit", "note", "note_in_editor", "highlights", "pdf", "copy_key", "select"), _no_paper),
    **{copy_action(form): _no_paper for form in FORMATS.values() if form.copy_key},
    **{export_action(form): _nothing_to_export for form in FORMATS.values() if form.export_key},
    "open": _nothing_to_open,
    "labels": _no_row,
    "browser": _no_link,
    "drop_above": _nothing_above,
    **dict.fromkeys(("split_back", "split_forward", "scroll_down", "scroll_up"), _paper_is_off),
    "undo": _nothing_to_undo,
    "redo": _nothing_to_redo,
    **dict.fromkeys(("bury", "suspend", "priority", "retire", "postpone", "recall", "abstract", "history"), _no_card),
    **dict.fromkeys(("reveal", "go_on", "again", "hard", "good", "easy"), _no_card),
    **dict.fromkeys(("take_back", "remove_feed", "sync_feed"), _no_line),
    "follow_link": _no_link_to_follow,
    "link_back": _no_link_before,
    "following": _no_following,
    "preceding": _no_preceding,
}
