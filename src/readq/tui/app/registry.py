"""The table of handlers, which are the functions that carry out the actions of each scope.

A scope is a part of the UI with its own keys, such as the list or a review.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from readq.services.papers.own_commands import OwnCommand
from readq.tui.actions import cite, corrections, cursor, first_run, links, navigation, notes, sync, triage
from readq.tui.actions.lists import layout, sort, views
from readq.tui.actions.own_commands import handlers_of
from readq.tui.keys.action import EMPTY_LIBRARY, FEEDS, LIST, OUTPUT, PAPER, REVIEW, STEPS, VIEW_MENU
from readq.tui.screens.screen_context import CountedHandler, Handler

_TABLES: Mapping[str, Mapping[str, Handler]] = {
    LIST: {
        **cursor.IN_LISTS,
        **layout.HANDLERS,
        **triage.HANDLERS,
        **triage.IN_LISTS,
        **corrections.HANDLERS,
        **views.HANDLERS,
        **sort.HANDLERS,
        **notes.ON_PAPERS,
        **cite.ON_PAPERS,
        **cite.IN_LISTS,
        **sync.HANDLERS,
        **navigation.IN_LISTS,
    },
    PAPER: {
        **cursor.ON_A_PAPER,
        **links.HANDLERS,
        **triage.HANDLERS,
        **corrections.HANDLERS,
        **notes.ON_PAPERS,
        **cite.ON_PAPERS,
        **sync.HANDLERS,
        **navigation.ON_A_PAPER,
    },
    EMPTY_LIBRARY: {**first_run.HANDLERS, **sync.HANDLERS, **navigation.IN_AN_EMPTY_LIBRARY},
}

_COUNTED: Mapping[str, Mapping[str, CountedHandler]] = {
    LIST: cursor.COUNTED_IN_LISTS,
    PAPER: cursor.COUNTED_ON_A_PAPER,
    STEPS: cursor.COUNTED_IN_ROWS,
    FEEDS: cursor.COUNTED_IN_ROWS,
}


def counted_handlers(scope: str) -> Mapping[str, CountedHandler]:
    """Return a dict from names of actions to their handlers, for the actions of the scope `scope` that take a count."""
    return _COUNTED.get(scope, {})


def handlers_with(commands: Sequence[OwnCommand]) -> Callable[[str], Mapping[str, Handler]]:
    """Return a function that maps a scope to the handlers of its actions.

    The handlers are those that the function `handlers` returns. In the scopes of the list and of a single paper, there
    are also handlers for `commands`, the user's own commands.
    """
    own = handlers_of(commands)
    return cache(lambda scope: {**handlers(scope), **own} if scope in (LIST, PAPER) else handlers(scope))


@cache
def handlers(scope: str) -> Mapping[str, Handler]:
    """Return a dict from names of actions to their handlers, for the scope `scope`."""
    # The handlers of screens that are not shown at the start are imported with their first key.
    if scope == REVIEW:
        from readq.tui.actions.review import backlog, card

        return {
            **navigation.IN_REVIEW,
            **notes.HANDLERS,
            **corrections.IN_REVIEW,
            **triage.IN_REVIEW,
            **cite.ON_PAPERS,
            **card.HANDLERS,
            **backlog.HANDLERS,
        }
    if scope == STEPS:
        from readq.tui.screens.steps_screen import StepsScreen

        steps: Mapping[str, Handler] = {"take_back": StepsScreen.undo_current_step, "redo": triage.redo}
        return {**navigation.ON_SCREENS, **cursor.IN_ROWS, **steps}
    if scope == FEEDS:
        from readq.tui.actions import feeds

        return {**navigation.ON_SCREENS, **sync.HANDLERS, **feeds.HANDLERS}
    if scope == OUTPUT:
        return {**navigation.ON_SCREENS, **cursor.IN_A_TEXT}
    if scope == VIEW_MENU:
        from readq.tui.actions.lists import view_menu

        return view_menu.HANDLERS
    return _TABLES[scope]
