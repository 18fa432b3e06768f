"""Actions that order the list: open the sort menu, or choose an order in the command palette."""

from collections.abc import Mapping

from readq.ranking import weights
from readq.store.papers import queries
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.state_line import status_text

_KEYS: Mapping[str, str] = {
    "seen": "s",
    "-seen": "o",
    "interest": "i",
    "upvotes": "u",
    "added": "a",
    "decided": "d",
    "published": "p",
    "title": "t",
    "author": "n",
    "year": "y",
    "due": "e",
    "priority": "r",
}
_REVERSE = "-"


def sort_list(screen: ListScreen, sort: str) -> None:
    """Sort the list in the order `sort`, and save this order for the shown view.

    Raises LibraryLockedError while the library is locked. The list then keeps its order.
    """
    query = screen.session.library.list_query
    screen.list_papers(query._replace(sort=sort))
    orders = screen.context.orders
    orders.choose(query.view, sort)
    screen.save_choices(orders)
    if sort == "interest" and not screen.session.library.read(queries.has_interest, True):
        enough = weights.ENOUGH
        screen.show_message(
            f"no interest is known yet: it takes {enough} papers queued, read or starred, and {enough} dropped"
        )


async def _open_menu(screen: ListScreen) -> None:
    from readq.tui.screens.menu_screen import MenuScreen
    from readq.tui.widgets.menu_list import MenuItem

    now = screen.session.library.list_query.sort
    items = [MenuItem(sort, key, status_text.SORTS[sort], sort == now) for sort, key in _KEYS.items()]
    other = status_text.reversed_sort(now)
    if other not in _KEYS:
        items.append(MenuItem(other, _REVERSE, status_text.sort_name(other)))
    if now not in _KEYS:
        items.append(MenuItem(now, "", status_text.sort_name(now), True))

    async def choose(sort: str | None) -> None:
        if sort is not None:
            screen.show_message("")
            await screen.run_safely(sort_list, screen, sort)
            screen.draw_state()

    await screen.app.push_screen(MenuScreen("Sort this view", items), choose)


HANDLERS: Mapping[str, Handler] = {"sort": _open_menu}
