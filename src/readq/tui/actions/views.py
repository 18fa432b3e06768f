"""Keys that choose what the list shows: views, filter, order, selection, refresh."""

from collections.abc import Mapping

from readq.errors import ReadqError
from readq.services.views import VIEWS, query_of_view
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.library_cache import ListQuery
from readq.tui.widgets.prompt_line import Prompt

_FILTER_KEYS = (("Enter", "keep"), ("Esc", "cancel"), ("↑↓", "move"), ("author: tag: year: has:note", "fields"))


def view(name: str) -> Handler:
    """Go to a view; the filter stays behind, the order comes along."""

    def act(screen: QueueScreen) -> None:
        screen.list_papers(ListQuery(name, "", screen.session.library.list_query.sort), reset=True)

    return act


def order(sort: str) -> Handler:
    """Sort what is list_query."""

    def act(screen: QueueScreen) -> None:
        screen.list_papers(screen.session.library.list_query._replace(sort=sort))

    return act


def _refresh(screen: QueueScreen) -> None:
    screen.list_papers(screen.session.library.list_query)
    screen.session.refresh()


def _select(screen: QueueScreen) -> None:
    list_state = screen.session.list_state
    if list_state.current is not None:
        list_state.toggle(list_state.current)
        screen.selection_changed()
        screen.move(list_state.cursor + 1)


def _select_undecided(screen: QueueScreen) -> None:
    undecided = screen.session.undecided(screen.session.list_state.ids)
    screen.session.list_state.select(undecided)
    screen.selection_changed()
    if not undecided:
        screen.say("no undecided rows in this list")


def _filter(screen: QueueScreen) -> None:
    before = screen.session.library.list_query

    def accept(text: str) -> bool:
        screen.stop_filtering()
        screen.list_papers(before._replace(text=text.strip()))
        if not screen.session.list_state and text.strip() and screen.count_in_all():
            screen.list_in_all()
        return True

    def cancel() -> None:
        screen.stop_filtering()
        if screen.session.library.list_query != before:
            screen.list_papers(before)

    screen.ask(
        Prompt("/", accept, before.text, changed=screen.filter_soon, cancel=cancel, keys=_FILTER_KEYS),
    )


def _save_view(screen: QueueScreen) -> None:
    from readq.services import saved_views

    screen.session.require_writable()
    list_query = screen.session.library.list_query
    query = query_of_view(list_query.view, list_query.text)
    if not query:
        raise ReadqError("all papers in one view: there is that already", "filter the list first")

    def accept(name: str) -> bool:
        if name.strip():
            now = screen.session.clock()
            screen.session.write(
                lambda conn: saved_views.save(conn, name, query, list_query.sort, now),
                lambda outcome: screen.say(
                    f"saved view {name.strip()}: {query}" if outcome.changed else "saved before"
                ),
            )
        return True

    keys = (("Enter", "save it; the command palette goes there"), ("Esc", "cancel"))
    screen.ask(Prompt("save view as:", accept, hint=query, keys=keys))


def saved_view(query: str, sort: str) -> Handler:
    """Go to a saved view."""

    def act(screen: QueueScreen) -> None:
        screen.list_papers(ListQuery("all", query, sort), reset=True)

    return act


def remove_view(name: str) -> Handler:
    """Remove a saved view."""

    def act(screen: QueueScreen) -> None:
        from readq.services import saved_views

        screen.session.require_writable()
        now = screen.session.clock()
        screen.session.write(
            lambda conn: saved_views.remove(conn, name, now), lambda _: screen.say(f"removed view {name}")
        )

    return act


HANDLERS: Mapping[str, Handler] = {
    **{f"view_{each.name}": view(each.name) for each in VIEWS},
    "refresh": _refresh,
    "select": _select,
    "select_undecided": _select_undecided,
    "filter": _filter,
    "save_view": _save_view,
}
