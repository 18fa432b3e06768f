"""Actions on the list: show a view, filter, select papers, refresh, and save a view."""

from collections.abc import Mapping
from functools import partial

from readq.errors import ReadqError
from readq.services.history.steps import Outcome
from readq.services.views import VIEWS, own_view, query_of_view
from readq.store.feeds.feeds_and_views import SavedView
from readq.tui.actions import completion
from readq.tui.keys.action_table import OWN_KEYS
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.screens.views.list_place import place_of_cursor, row_at
from readq.tui.state.background.awaited_read import read_and_wait
from readq.tui.state.state_line.queue_wait import WAIT_DAYS, count_waiting, waiting_query
from readq.tui.widgets.prompt_line import Prompt

_FILTER_KEYS = (("Enter", "keep"), ("Esc", "cancel"), ("↑↓", "move"), ("author: tag: year: has:note", "fields"))


def show_view(screen: ListScreen, name: str) -> None:
    """Show the view `name` in the list.

    `name` is the name of a built-in view, or `view:` and the name of a saved view. Raises UsageError if there is no
    such view, or if its query cannot be parsed. Raises LibraryLockedError while the library is locked.
    """
    screen.views.show(name)


def _show_own_view(screen: ListScreen, place: int) -> None:
    views = screen.views.own.all
    if place < len(views):
        screen.views.show(own_view(views[place].view.name))


async def _open_menu(screen: ListScreen) -> None:
    from readq.tui.screens.views.menu import ViewsScreen

    await screen.app.push_screen(ViewsScreen(screen))


async def _show_waiting(screen: ListScreen) -> None:
    """List the papers that have waited long in the queue."""
    session, now = screen.session, screen.session.clock()
    if await read_and_wait(session.reader, lambda conn: count_waiting(conn, now)):
        await screen.show_query(waiting_query(now))
    else:
        screen.show_message(f"no paper has waited in the queue for {WAIT_DAYS} days")


async def _refresh(screen: ListScreen) -> None:
    await screen.list_again()
    screen.session.refresh()
    screen.context.compare_notes()


def _select(screen: ListScreen) -> None:
    list_state = screen.session.list_state
    if list_state.current is not None:
        list_state.toggle(list_state.cursor)
        screen.selection_changed()
        screen.move_to_next()


def _select_undecided(screen: ListScreen) -> None:
    undecided = screen.session.list_state.select_undecided()
    screen.selection_changed()
    if not undecided:
        screen.show_message("no undecided rows in this list")


def _filter(screen: ListScreen) -> None:
    before, papers = screen.session.library.list_query, screen.session.list_state
    place, selection = place_of_cursor(papers), papers.selection()

    async def accept(text: str) -> bool:
        await screen.typed_filter.accept(before._replace(text=text.strip()))
        if not screen.session.list_state and text.strip() and await screen.typed_filter.in_all.wait():
            await screen.show_query(screen.session.library.list_query._replace(view="all"))
        if not screen.session.config.pdf_search and screen.session.library.searches_pdfs(text):
            screen.show_message("pdf.search is off in the config: pdf: finds only what was read before")
        return True

    def cancel() -> None:
        screen.typed_filter.cancel()
        if screen.session.library.list_query != before:
            was_moved = papers.current not in (None, place.paper, next(iter(papers.ids), None))
            screen.list_papers(before)
            papers.select(selection)
            row = None if was_moved else row_at(papers, place)
            if row is not None:
                screen.move(row)
            screen.selection_changed()

    screen.open_prompt(
        Prompt(
            "/",
            accept,
            before.text,
            changed=screen.typed_filter.apply_soon,
            cancel=cancel,
            keys=_FILTER_KEYS,
            suggest=completion.query(screen),
        ),
    )


def _save_view(screen: ListScreen) -> None:
    from readq.services import saved_views

    screen.session.require_writable()
    list_query = screen.session.library.list_query
    query = query_of_view(list_query.view, list_query.text)
    if not query:
        raise ReadqError("the view All shows all papers already", "filter the list first")

    def accept(text: str) -> bool:
        if text.strip():
            name, now = saved_views.usable_name(text), screen.session.clock()
            screen.session.write(
                lambda conn: saved_views.save_query(conn, name, query, list_query.sort, now),
                lambda saved: screen.show_message(_saved_text(name, query, *saved)),
            )
        return True

    keys = (("Enter", "save it; the command palette shows it"), ("Esc", "cancel"))
    screen.open_prompt(Prompt("save view as:", accept, hint=query, keys=keys, suggest=completion.view_names(screen)))


def _saved_text(name: str, query: str, outcome: Outcome, old: SavedView | None) -> str:
    if not outcome.changed:
        return "this view is saved already"
    watch = f", still a watch ({old.watch})" if old and old.watch else ""
    return f"{'replaced' if old else 'saved'} view {name}{watch}: {query}"


HANDLERS: Mapping[str, Handler] = {
    **{f"view_{each.name}": partial(show_view, name=each.name) for each in VIEWS},
    "waiting": _show_waiting,
    **{name: partial(_show_own_view, place=place) for place, name in enumerate(OWN_KEYS)},
    "view_before": lambda screen: screen.views.show_before(),
    "views": _open_menu,
    "refresh": _refresh,
    "select": _select,
    "select_undecided": _select_undecided,
    "filter": _filter,
    "save_view": _save_view,
}
