"""Actions in the menu of views: show, rename, move or remove a view, or make a saved view a watch.

A watch is a saved view that acts on new papers.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from readq.model.values import Watch
from readq.services import saved_views
from readq.services.history.steps import Outcome
from readq.store.feeds.feeds_and_views import SavedView
from readq.tui.actions import cursor, navigation
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.screens.views.menu import ViewsScreen
from readq.tui.widgets.prompt_line import Prompt

_NEXT_WATCH: Mapping[str | None, Watch | None] = {
    None: Watch.RAISE,
    Watch.RAISE: Watch.LOWER,
    Watch.LOWER: Watch.DROP,
    Watch.DROP: None,
}
_WATCH_WORDS: Mapping[str | None, str] = {
    Watch.RAISE: "raises what arrives",
    Watch.LOWER: "lowers what arrives",
    Watch.DROP: "drops what arrives, as one step",
    None: "is no watch",
}

_NOT_OWN = "this view is built in: only views of your own can be changed"


async def _go(screen: ViewsScreen) -> None:
    row = screen.rows.current
    if row is None:
        screen.show_message("no view has these letters")
        return
    papers = screen.papers
    screen.dismiss()
    await papers.run_safely(papers.views.show, row.name)


def _close(screen: ViewsScreen) -> None:
    if not screen.clear_find():
        screen.dismiss()


def _change(
    screen: KeyedScreen,
    job: Callable[[Connection, datetime], Outcome],
    said: str,
) -> None:
    """Run a change of a saved view in the background, and say what was done and which key takes it back."""
    screen.session.require_writable()
    now, undo = screen.session.clock(), screen.keymap.label("list", "undo")

    def on_done(outcome: Outcome) -> None:
        if outcome.missing:
            screen.show_message(f"there is no view {outcome.missing[0]}")
            return
        screen.session.observer.show_message(
            f"{said}; {undo} in the list undoes it" if outcome.changed else "nothing changed"
        )

    screen.session.write(lambda conn: job(conn, now), on_done)


def _own(screen: ViewsScreen) -> SavedView | None:
    view = screen.current_own_view()
    if view is None:
        screen.show_message(_NOT_OWN)
    return view


def _rename(screen: ViewsScreen) -> None:
    view = _own(screen)
    if view is None:
        return
    old = view.name

    def accept(text: str) -> bool:
        new = saved_views.usable_name(text) if text.strip() else old
        if new != old:
            _change(screen, lambda conn, now: saved_views.rename(conn, old, new, now), f"renamed {old} to {new}")
        return True

    screen.open_prompt(Prompt(f"new name of {old}:", accept, old, keys=(("Enter", "rename it"), ("Esc", "cancel"))))


def _remove(screen: ViewsScreen) -> None:
    view = _own(screen)
    if view is not None:
        remove_view(screen, view.name)


def remove_view(screen: KeyedScreen, name: str) -> None:
    """Remove the saved view `name` in the background, as one undo step, and show the result.

    Raises LibraryError or a subclass if the library cannot be written to, or is marked as damaged.
    """
    _change(screen, lambda conn, now: saved_views.remove(conn, name, now), f"removed view {name}; its papers stay")


def _move(screen: ViewsScreen, places: int) -> None:
    view = _own(screen)
    if view is not None:
        name = view.name
        _change(screen, lambda conn, now: saved_views.move(conn, name, places, now), f"moved view {name}")


def _watch(screen: ViewsScreen) -> None:
    view = _own(screen)
    if view is None:
        return
    name, watch = view.name, _NEXT_WATCH[view.watch]
    said = f"view {name} {_WATCH_WORDS[watch]}"
    _change(screen, lambda conn, now: saved_views.set_watch(conn, name, watch, now), said)


HANDLERS: Mapping[str, Handler] = {
    "go_to_view": _go,
    "close_views": _close,
    "rename_view": _rename,
    "remove_view": _remove,
    "move_view_up": partial(_move, places=-1),
    "move_view_down": partial(_move, places=1),
    "watch_view": _watch,
    "next_view": cursor.IN_ROWS["next"],
    "previous_view": cursor.IN_ROWS["previous"],
    **{name: navigation.ON_SCREENS[name] for name in ("help", "quit", "quit_twice")},
}
