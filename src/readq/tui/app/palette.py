"""The command palette: the actions of the current screen, saved views, sort orders and themes, found by name."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from readq.store.feeds import feeds_and_views
from readq.tui.actions import views
from readq.tui.actions.sort import sort_list
from readq.tui.keys.keymap import key_label
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.help_screen import begins_words
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state import status_text
from readq.tui.text.sanitize import display_text

THEMES = {"Theme: dark": "textual-dark", "Theme: light": "textual-light"}


class PaletteCommand(NamedTuple):
    """A command of the palette: its name, its search words, and the function that runs it."""

    name: str
    words: str
    """Further words by which a search finds the command."""
    run: Callable[[], Any]


class ReadqCommands(Provider):
    """Provides the commands of the command palette for the screen on which the palette was opened."""

    async def discover(self) -> Hits:
        """Yield all commands, for an empty search."""
        for command in palette_commands(cast(KeyedScreen, self.screen)):
            yield DiscoveryHit(Content(command.name), command.run, text=command.name)

    async def search(self, query: str) -> Hits:
        """Yield the commands that match `query`.

        A command matches if its name contains the letters of `query` in order. It also matches if each word of `query`
        begins a word of its name or of its search words.
        """
        matcher = self.matcher(query)
        for command in palette_commands(cast(KeyedScreen, self.screen)):
            words = f"{command.name} {command.words}"
            score = max(matcher.match(command.name), float(begins_words(words, query)))
            if score > 0:
                # Of equally good matches the shortest name comes first.
                yield Hit(
                    score * (1 + len(query) / len(command.name)), Content(command.name), command.run, text=command.name
                )


def palette_commands(screen: KeyedScreen) -> Iterator[PaletteCommand]:
    """Yield the commands of the palette for `screen`: its actions and the themes.

    The list screen also has commands for the saved views and the sort orders.
    """
    for action in screen.keymap.actions(screen.scope):
        keys = " ".join(key_label(key) for key in screen.keymap.keys(screen.scope, action.name))
        if action.name not in ("palette", "quit_twice"):
            name = f"{action.description[0].upper()}{action.description[1:]}"
            yield PaletteCommand(
                f"{name}   {keys}" if keys else name, action.words, partial(screen.perform, action.name)
            )
    if isinstance(screen, ListScreen):
        yield from _list_commands(screen)
    for name, theme in THEMES.items():
        yield PaletteCommand(name, "colours appearance", partial(setattr, screen.app, "theme", theme))


def _list_commands(screen: ListScreen) -> Iterator[PaletteCommand]:
    for view in screen.session.library.read(feeds_and_views.views, []):
        name = display_text(view.name)
        show = partial(views.show_saved_view, query=view.query, sort=view.sort)
        yield PaletteCommand(f"View: {name}", f"saved query go to show {view.query}", partial(_run, screen, show))
        remove = partial(views.remove_saved_view, name=view.name)
        yield PaletteCommand(f"Remove the saved view {name}", "delete forget take off", partial(_run, screen, remove))
    for sort, name in status_text.SORTS.items():
        yield PaletteCommand(f"Sort: {name}", "order sort by", partial(_run, screen, partial(sort_list, sort=sort)))


async def _run(screen: KeyedScreen, handler: Handler) -> None:
    screen.show_message("")
    await screen.run_safely(handler, screen)
    screen.draw_state()
