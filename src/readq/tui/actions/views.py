"""Keys that choose what the list shows: views, filter, order, selection, refresh."""

from collections.abc import Mapping

from readq.errors import LibraryLockedError, ReadqError
from readq.services.views import VIEWS
from readq.tui.screens.base import Handler
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.state.library_cache import Shown
from readq.tui.widgets.prompt_line import Prompt

_FILTER_KEYS = (("Enter", "keep"), ("Esc", "cancel"), ("↑↓", "move"), ("author: tag: year: has:note", "fields"))


def view(name: str) -> Handler:
    """Go to a view; the filter stays behind, the order comes along."""

    def act(screen: QueueScreen) -> None:
        screen.list_papers(Shown(name, "", screen.desk.library.shown.sort), from_top=True)

    return act


def order(sort: str) -> Handler:
    """Sort what is shown."""

    def act(screen: QueueScreen) -> None:
        screen.list_papers(screen.desk.library.shown._replace(sort=sort))

    return act


def _refresh(screen: QueueScreen) -> None:
    screen.list_papers(screen.desk.library.shown)
    screen.desk.look()


def _select(screen: QueueScreen) -> None:
    listing = screen.desk.listing
    if listing.current is not None:
        listing.toggle(listing.current)
        screen.selection_changed()
        screen.move(listing.cursor + 1)


def _select_undecided(screen: QueueScreen) -> None:
    undecided = screen.desk.undecided(screen.desk.listing.ids)
    screen.desk.listing.select(undecided)
    screen.selection_changed()
    if not undecided:
        screen.say("no undecided rows in this list")


def _filter(screen: QueueScreen) -> None:
    before = screen.desk.library.shown

    def accept(text: str) -> bool:
        screen.stop_filtering()
        screen.list_papers(before._replace(query=text.strip()))
        if not screen.desk.listing and text.strip() and count_in_all(screen):
            go_to_all(screen)
        return True

    def cancel() -> None:
        screen.stop_filtering()
        if screen.desk.library.shown != before:
            screen.list_papers(before)

    screen.ask(
        Prompt("/", accept, before.query, changed=screen.filter_soon, cancel=cancel, keys=_FILTER_KEYS),
    )


def filter_as_typed(screen: QueueScreen, text: str) -> None:
    """Show what the unfinished filter finds; what is wrong with it is said in its line."""
    shown = screen.desk.library.shown._replace(query=text.strip())
    try:
        screen.list_papers(shown, typing=True)
    except LibraryLockedError:
        screen.filter_soon(text)
    except ReadqError as error:
        screen.prompt_line.say(str(error))
    else:
        screen.prompt_line.say(_found(screen))


def _found(screen: QueueScreen) -> str:
    found = len(screen.desk.listing)
    if found:
        return f"{found:,} found"
    elsewhere = count_in_all(screen)
    return f"nothing here · {elsewhere:,} in All: Enter goes there" if elsewhere else "nothing found"


def count_in_all(screen: QueueScreen) -> int:
    """How many papers the filter finds in All; 0 when that is where it looked."""
    shown = screen.desk.library.shown
    if not shown.query or shown.view == "all":
        return 0
    try:
        return len(screen.desk.library.list_ids(shown._replace(view="all")))
    except ReadqError:
        return 0


def go_to_all(screen: QueueScreen) -> None:
    """Show what the filter finds in All."""
    screen.list_papers(screen.desk.library.shown._replace(view="all"), from_top=True)


def _save_view(screen: QueueScreen) -> None:
    from readq.services import saved_views

    screen.desk.refuse_unwritable()
    shown = screen.desk.library.shown
    query = saved_views.view_query(shown.view, shown.query)
    if not query:
        raise ReadqError("all papers in one view: there is that already", "filter the list first")

    def accept(name: str) -> bool:
        if name.strip():
            now = screen.desk.clock()
            screen.desk.write(
                lambda conn: saved_views.save(conn, name, query, shown.sort, now),
                lambda outcome: screen.say(
                    f"saved view {name.strip()}: {query}" if outcome.changed else "saved before"
                ),
            )
        return True

    keys = (("Enter", "save it; the command palette goes there"), ("Esc", "cancel"))
    screen.ask(Prompt("save view as:", accept, aside=query, keys=keys))


def saved_view(query: str, sort: str) -> Handler:
    """Go to a saved view."""

    def act(screen: QueueScreen) -> None:
        screen.list_papers(Shown("all", query, sort), from_top=True)

    return act


def remove_view(name: str) -> Handler:
    """Remove a saved view."""

    def act(screen: QueueScreen) -> None:
        from readq.services import saved_views

        screen.desk.refuse_unwritable()
        now = screen.desk.clock()
        screen.desk.write(
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
