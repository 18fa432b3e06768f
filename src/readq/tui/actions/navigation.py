"""Keys that open another screen, go back, or quit."""

from collections.abc import Mapping

from readq.errors import ReadqError
from readq.services.papers import triage
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.screens.screen_context import Handler


async def _open(screen: QueueScreen) -> None:
    from readq.tui.screens.paper_screen import PaperScreen

    current = screen.session.list_state.current
    if current is not None:
        screen.session.write(lambda conn: triage.open_paper(conn, current), failed=_never_mind)
        await screen.app.push_screen(PaperScreen(screen.context))
    elif screen.count_in_all():
        screen.list_in_all()


def _never_mind(_error: ReadqError) -> None:
    """Which paper was opened last is not worth a word when it cannot be kept: the paper can be read."""


async def _review(screen: KeyedScreen) -> None:
    from readq.tui.screens.review_screen import open_review

    await open_review(screen)


async def _steps(screen: KeyedScreen) -> None:
    from readq.tui.screens.history_screen import open_steps

    await open_steps(screen)


async def _feeds(screen: KeyedScreen) -> None:
    from readq.tui.screens.feeds_screen import open_feeds

    await open_feeds(screen)


async def _help(screen: KeyedScreen) -> None:
    from readq.tui.screens.help_screen import HelpScreen

    await screen.app.push_screen(HelpScreen(screen.keymap, screen.place))


async def _palette(screen: KeyedScreen) -> None:
    from textual.command import CommandPalette

    await screen.app.push_screen(CommandPalette(placeholder="what to do …", id="--command-palette"))


async def _import(screen: QueueScreen) -> None:
    from readq.tui.actions.import_file import ask_for_file

    ask_for_file(screen)


async def _back_in_list(screen: QueueScreen) -> None:
    list_query = screen.session.library.list_query
    if screen.end_selection():
        return
    if list_query.text:
        screen.list_papers(list_query._replace(text=""))
    elif len(screen.last_key) == 1:
        await screen.context.app.leave()
    else:
        screen.say(f"{screen.keymap.quit_label()} quits")


async def _close(screen: KeyedScreen) -> None:
    await screen.app.pop_screen()


async def _quit(screen: KeyedScreen) -> None:
    await screen.context.app.leave()


async def _quit_twice(screen: KeyedScreen) -> None:
    await screen.context.app.leave_if_pressed_twice()


_ANYWHERE: Mapping[str, Handler] = {
    "help": _help,
    "palette": _palette,
    "quit": _quit,
    "quit_twice": _quit_twice,
}
ON_SCREENS: Mapping[str, Handler] = {**_ANYWHERE, "back": _close}
WITH_STEPS: Mapping[str, Handler] = {"steps": _steps}
WITH_FEEDS: Mapping[str, Handler] = {"feeds": _feeds}
IN_AN_EMPTY_LIBRARY: Mapping[str, Handler] = {**_ANYWHERE, **WITH_FEEDS, "import": _import, "back": _back_in_list}
IN_LISTS: Mapping[str, Handler] = {
    **_ANYWHERE,
    **WITH_STEPS,
    **WITH_FEEDS,
    "open": _open,
    "review": _review,
    "import": _import,
    "back": _back_in_list,
}
