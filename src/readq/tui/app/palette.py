"""The command palette: every action of the screen by name, and what has no key."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from readq.store.feeds import feeds_and_views
from readq.tui.actions import views as viewing
from readq.tui.keys.keymap import key_label
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.help_screen import begins_words
from readq.tui.screens.list_screen import QueueScreen
from readq.tui.state import status_text
from readq.tui.text.sanitize import display_text

Entry = tuple[str, str, Callable[[], Any]]
"""Its name, the words it is also found by, and what it does."""

THEMES = {"Theme: dark": "textual-dark", "Theme: light": "textual-light"}


class ReadqCommands(Provider):
    """Entries for the screen under the palette."""

    async def discover(self) -> Hits:
        """Everything, before a word is typed."""
        for name, _, act in entries(cast(KeyedScreen, self.screen)):
            yield DiscoveryHit(Content(name), act, text=name)

    async def search(self, query: str) -> Hits:
        """What has the letters typed in its name, or is also known by the words typed."""
        matcher = self.matcher(query)
        for name, words, act in entries(cast(KeyedScreen, self.screen)):
            score = max(matcher.match(name), float(begins_words(f"{name} {words}", query)))
            if score > 0:
                # Of names that fit alike the one that says little else is meant.
                yield Hit(score * (1 + len(query) / len(name)), Content(name), act, text=name)


def entries(screen: KeyedScreen) -> Iterator[Entry]:
    """What can be done from a screen."""
    keymap = screen.keymap
    for action in keymap.actions(screen.place):
        keys = " ".join(key_label(key) for key in keymap.keys(screen.place, action.name))
        if action.name not in ("palette", "quit_twice"):
            label = f"{action.description[0].upper()}{action.description[1:]}"
            yield f"{label}   {keys}" if keys else label, action.words, partial(screen.perform, action.name)
    if isinstance(screen, QueueScreen):
        for view in screen.session.library.read(feeds_and_views.views, []):
            name, go = display_text(view.name), viewing.saved_view(view.query, view.sort)
            yield f"View: {name}", f"saved query go to show {view.query}", partial(screen.carry_out, go)
            remove = viewing.remove_view(view.name)
            yield f"Take {name} off the saved views", "remove delete forget", partial(screen.carry_out, remove)
        for sort, name in status_text.SORTS.items():
            yield f"Sort: {name}", "order sort by", partial(screen.carry_out, viewing.order(sort))
    for name, theme in THEMES.items():
        yield name, "colours appearance", partial(setattr, screen.app, "theme", theme)
