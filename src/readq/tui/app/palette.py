"""The command palette, in which the user finds actions, saved views, sort orders and themes by name."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from rich.cells import cell_len
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content, Span

from readq.line_wrap import wrap
from readq.services.views import own_view
from readq.store.feeds import feeds_and_views
from readq.tui.actions.lists import view_menu, views
from readq.tui.actions.lists.sort import sort_list
from readq.tui.app.theme import THEMES, theme_name
from readq.tui.keys.action_table import BY_NAME
from readq.tui.keys.key_count import parse_count
from readq.tui.keys.keymap import key_label
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.help_screen import begins_words
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.state_line import status_text
from readq.tui.text.sanitize import display_text

_KEYS_WIDTH = 10
"""Width of the column of keys, in cells."""

_LEAST_ROOM = 10
"""The smallest width, in cells, to which names are wrapped."""

_MARGINS = 6
"""The number of cells in a line of the palette that are margins or belong to the scroll bar."""

_BEST_SCORE = 1_000_000.0
_UNAVAILABLE = 0.1
"""The search score of a command that cannot be done now is multiplied by this number.

Such a command comes after all other matches.
"""


class PaletteCommand(NamedTuple):
    """A command of the palette: its name, the function that runs it, and whether it can be done now."""

    name: str
    words: str
    """Further words by which a search finds the command."""
    run: Callable[[], Any]
    keys: str = ""
    """The labels of the keys, separated by spaces."""
    reason: str = ""
    """The reason why the command cannot be done now, or "" if it can."""

    def line(self, width: int) -> Content:
        """Return the line in the palette: the keys in a column, then the name, then `reason` if it is not "".

        A text that does not fit in `width` cells goes on in further lines, in its column.
        """
        keys = f"{self.keys.ljust(_KEYS_WIDTH)} "
        reason = f"({self.reason})" if self.reason else ""
        whole, room = f"{self.name}  {reason}".rstrip(), max(_LEAST_ROOM, width - len(keys))
        parts = (
            [whole] if cell_len(whole) <= room else [*wrap(self.name, room), *(wrap(reason, room) if reason else ())]
        )
        text = keys + f"\n{' ' * len(keys)}".join(parts)
        spans = [Span(0, len(self.keys), "bold $tone-mark")]
        if reason:
            spans.append(Span(len(keys), len(text), "$tone-muted"))
        return Content(text, spans)


class ReadqCommands(Provider):
    """A Textual provider of the palette's commands for the screen on which the palette was opened."""

    _commands: Sequence[PaletteCommand] = ()

    async def startup(self) -> None:
        """Create the list of commands when the palette is opened.

        This reads the library, so it is not done again for each search.
        """
        self._commands = tuple(palette_commands(cast(KeyedScreen, self.screen)))

    @property
    def _width(self) -> int:
        return self.app.size.width - _MARGINS

    async def discover(self) -> Hits:
        """Yield all commands. Textual calls this while the search text is empty."""
        for command in self._commands:
            yield DiscoveryHit(command.line(self._width), command.run, text=command.name)

    async def search(self, query: str) -> Hits:
        """Yield the commands that match `query`. A command matches in two cases:

        - The name of the command contains the letters of `query` in order.
        - Each word of `query` is the beginning of a word in the name or in the search words of the command.

        If `query` is a number such as `40`, also yield a command that goes to this line. If `query` is a number and a
        key, such as `5j`, also yield a command that repeats the movement of the key.
        """
        matcher = self.matcher(query)
        if command := counted_command(cast(KeyedScreen, self.screen), query):
            yield Hit(_BEST_SCORE, command.line(self._width), command.run, text=command.name)
        for command in self._commands:
            words = f"{command.name} {command.words}"
            score = max(matcher.match(command.name), float(begins_words(words, query)))
            if score > 0:
                weight = _weight(command.name, query) * (_UNAVAILABLE if command.reason else 1)
                yield Hit(score * weight, command.line(self._width), command.run, text=command.name)


def _weight(name: str, query: str) -> float:
    """Return a factor for the score of a command that matches. Whole words count most, then short names."""
    words = query.lower().split()
    is_whole = set(words) <= {word.strip("():;,") for word in name.lower().split()}
    return (2.0 if is_whole else 1.0) * (1 + len(query) / len(name))


def palette_commands(screen: KeyedScreen) -> Iterator[PaletteCommand]:
    """Yield the commands of the palette for `screen`: its actions and the themes.

    The list screen also has commands for the saved views and the sort orders.
    """
    for action in screen.keymap.actions(screen.scope):
        keys = " ".join(key_label(key) for key in screen.keymap.keys(screen.scope, action.name))
        if action.name not in ("palette", "quit_twice"):
            name = f"{action.description[0].upper()}{action.description[1:]}"
            reason = screen.context.reason_against(screen, action.name)
            yield PaletteCommand(name, action.words, partial(screen.perform, action.name), keys, reason)
    if isinstance(screen, ListScreen):
        yield from _list_commands(screen)
    for name in THEMES:
        show = partial(setattr, screen.app, "theme", theme_name(name, {}))
        yield PaletteCommand(f"Theme: {name}", "colours colors appearance", show)


def counted_command(screen: KeyedScreen, query: str) -> PaletteCommand | None:
    """Return the command for `query`, which is a count, or a count and a key.

    - `40` goes to line 40.
    - `5j` moves five lines down.

    Return None if `query` is something else, or if its key takes no count on `screen`.
    """
    parsed = parse_count(query)
    if parsed is None:
        return None
    count, key = parsed
    counted = screen.context.counted(screen.scope)
    action = screen.keymap.action(screen.scope, key) if key else BY_NAME["last"]
    if action is None or action.name not in counted:
        return None
    name = f"{count:,} times: {action.description}" if key else f"Go to line {count:,}"
    return PaletteCommand(name, "", partial(screen.perform, action.name, count), f"{count}{key}")


def _list_commands(screen: ListScreen) -> Iterator[PaletteCommand]:
    for view in screen.session.library.read(feeds_and_views.views, []):
        name = display_text(view.name)
        show = partial(views.show_view, name=own_view(view.name))
        yield PaletteCommand(f"View: {name}", f"saved query go to show {view.query}", partial(_run, screen, show))
        remove = partial(view_menu.remove_view, name=view.name)
        yield PaletteCommand(f"Remove the saved view {name}", "delete forget take off", partial(_run, screen, remove))
    for sort, name in status_text.SORTS.items():
        yield PaletteCommand(f"Sort: {name}", "order sort by", partial(_run, screen, partial(sort_list, sort=sort)))


async def _run(screen: KeyedScreen, handler: Handler) -> None:
    screen.show_message("")
    await screen.run_safely(handler, screen)
    screen.draw_state()
