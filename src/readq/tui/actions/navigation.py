"""Actions that open another screen, go back, or quit.

The module of a screen is imported when the screen is opened. Only the first screen is imported at the start.
"""

from collections.abc import Mapping

from readq.services.papers import triage
from readq.tui.actions.availability import NO_PAPER
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.state_line.queue_wait import waiting_query


async def _open_paper(screen: ListScreen) -> None:
    from readq.tui.screens.paper_screen import PaperScreen

    current, heading = screen.session.list_state.current, screen.session.list_state.heading
    if heading is not None:
        screen.fold(heading, not screen.session.list_state.rows.is_folded(heading))
    elif current is not None:
        # Only REF `.` depends on this write, so its failure is not shown.
        screen.session.write(lambda conn: triage.open_paper(conn, current), failed=lambda _: None)
        await screen.app.push_screen(PaperScreen(screen.context))
    elif await screen.typed_filter.in_all.wait():
        await screen.show_query(screen.session.library.list_query._replace(view="all"))
    else:
        screen.show_message(NO_PAPER)


async def _open_review(screen: KeyedScreen) -> None:
    from readq.tui.actions.review.start import start_review

    await start_review(screen)


async def _open_figures(screen: KeyedScreen) -> None:
    from readq.tui.screens.review.figures_screen import FiguresScreen

    await screen.app.push_screen(FiguresScreen(screen.context))


async def _open_steps(screen: KeyedScreen) -> None:
    from readq.tui.screens.steps_screen import StepsScreen

    await screen.app.push_screen(StepsScreen(screen.context))


async def _open_feeds(screen: KeyedScreen) -> None:
    from readq.tui.screens.feeds_screen import FeedsScreen

    await screen.app.push_screen(FeedsScreen(screen.context))


async def _open_help(screen: KeyedScreen) -> None:
    from readq.tui.screens.help_screen import HelpScreen

    reasons = {
        action.name: screen.context.reason_against(screen, action.name)
        for action in screen.keymap.actions(screen.scope)
    }
    await screen.app.push_screen(HelpScreen(screen.keymap, screen.scope, reasons))


async def _open_palette(screen: KeyedScreen) -> None:
    from readq.tui.screens.palette_screen import PaletteScreen

    await screen.app.push_screen(PaletteScreen(placeholder="what to do …", id="--command-palette"))


def _import_file(screen: ListScreen) -> None:
    from readq.tui.actions.import_file import ask_for_file

    ask_for_file(screen)


async def _back_in_list(screen: ListScreen) -> None:
    query = screen.session.library.list_query
    if screen.end_selection():
        return
    if query.text:
        # The papers that wait for long are listed in an order of their own.
        is_offer = query == waiting_query(screen.session.clock())
        sort = screen.context.orders.order(query.view) if is_offer else query.sort
        screen.list_papers(query._replace(text="", sort=sort))
    elif len(screen.last_key) == 1:
        await screen.context.app.leave()
    else:
        screen.show_message(f"{screen.keymap.quit_label()} quits")


async def _close(screen: KeyedScreen) -> None:
    await screen.app.pop_screen()


async def _quit(screen: KeyedScreen) -> None:
    await screen.context.app.leave(at_once=True)


async def _quit_twice(screen: KeyedScreen) -> None:
    await screen.context.app.leave_if_pressed_twice()


_ANYWHERE: Mapping[str, Handler] = {
    "help": _open_help,
    "palette": _open_palette,
    "quit": _quit,
    "quit_twice": _quit_twice,
}
ON_SCREENS: Mapping[str, Handler] = {**_ANYWHERE, "back": _close}
IN_REVIEW: Mapping[str, Handler] = {**ON_SCREENS, "figures": _open_figures}
ON_A_PAPER: Mapping[str, Handler] = {**IN_REVIEW, "steps": _open_steps, "feeds": _open_feeds}
IN_AN_EMPTY_LIBRARY: Mapping[str, Handler] = {
    **_ANYWHERE,
    "feeds": _open_feeds,
    "import": _import_file,
    "back": _back_in_list,
}
IN_LISTS: Mapping[str, Handler] = {
    **IN_AN_EMPTY_LIBRARY,
    "steps": _open_steps,
    "open": _open_paper,
    "review": _open_review,
    "figures": _open_figures,
}
