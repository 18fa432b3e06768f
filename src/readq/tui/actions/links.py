"""Actions on the links of a note: go to the linked paper, and back to the paper with the link."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from readq.errors import LibraryLockedError
from readq.model.values import Status
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.paper_links import reason_against_following
from readq.tui.text.paper_names import link_line

if TYPE_CHECKING:
    from readq.tui.screens.paper_screen import PaperScreen

_KEYS = "123456789"


async def _follow(screen: "PaperScreen") -> None:
    """Go to the only linked paper, or choose one of several in a menu."""
    from readq.tui.screens.menu_screen import MenuScreen
    from readq.tui.widgets.menu_list import MenuItem

    if not screen.links.is_known:
        screen.show_paper(from_top=False)
        if not screen.links.is_known:
            raise LibraryLockedError("the library is locked for a moment", "try again")
        if reason := reason_against_following(screen.links):
            screen.show_message(reason)
            return
    found = [(sign, link) for sign, links in (("→", screen.links.to), ("←", screen.links.by)) for link in links]
    there = {link.id: link_line(sign, link.key, link.title) for sign, link in found if link.id is not None}
    if len(there) == 1:
        _go(screen, next(iter(there)))
        return
    keys = [*_KEYS, *("" for _ in there)]
    items = [MenuItem(str(number), key, text) for key, (number, text) in zip(keys, there.items(), strict=False)]

    async def choose(chosen: str | None) -> None:
        if chosen is not None:
            await screen.run_safely(_go, screen, int(chosen))

    await screen.app.push_screen(MenuScreen("linked papers", items), choose)


def _go(screen: "PaperScreen", paper_id: int) -> None:
    from readq.tui.screens.paper_screen import Step

    current = screen.session.list_state.current
    query = screen.session.library.list_query
    if not _show(screen, paper_id, None):
        screen.show_message(f"paper {paper_id} is in no list")
    elif current is not None and current != paper_id:
        screen.trail.append(Step(query, current))
        key = screen.keymap.label(screen.scope, "link_back")
        screen.show_message(f"{key} goes back to the paper with the link" if key else "")


def _back(screen: "PaperScreen") -> None:
    """Go back to the paper from which the last link was followed."""
    query, paper_id = screen.trail[-1]
    if not _show(screen, paper_id, query):
        screen.show_message(f"paper {paper_id} is in no list any more")
    screen.trail.pop()


def _show(screen: "PaperScreen", paper_id: int, query: ListQuery | None) -> bool:
    """Show a paper in the list `query`, or in the present list if `query` is None.

    If it is not there, show it in the list of all papers, or of dropped papers. Return False if it is in none.
    """
    session = screen.session
    row = next(iter(session.library.rows([paper_id])), None)
    if row is None:
        return False
    whole = ListQuery("dropped" if row.status == Status.DROPPED else "all", "", "seen")
    for wanted in (query or session.library.list_query, whole):
        if wanted != session.library.list_query:
            _list(screen, wanted)
        line = session.list_state.index(paper_id)
        if line is not None:
            screen.move_to_line(line)
            return True
    return False


def _list(screen: "PaperScreen", query: ListQuery) -> None:
    for other in screen.app.screen_stack:
        if isinstance(other, ListScreen):
            other.views.leave_for(query)


HANDLERS: Mapping[str, Handler] = {"follow_link": _follow, "link_back": _back}
