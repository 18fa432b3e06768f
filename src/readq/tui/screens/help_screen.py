"""The help screen. It lists all keys, taken from the keymap, and has a search."""

from collections.abc import Iterator, Mapping

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key, Resize
from textual.screen import Screen

from readq.tui.keys.action import FEEDS, LIST, PAPER, SCOPES, STEPS, Action
from readq.tui.keys.keymap import Keymap, key_label
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.bars import FooterLine
from readq.tui.widgets.prompt_line import Prompt, PromptLine
from readq.tui.widgets.text_pane import TextPane

_KEYS_WIDTH = 22
_PAGE = 10


class HelpScreen(Screen[None]):
    """Lists the actions that match the typed words, with their keys.

    `scope` is the scope of the screen from which the help was opened. The actions of this scope come first. `reasons`
    maps the names of some of these actions to the reasons why they cannot be done now.
    """

    AUTO_FOCUS = ""

    def __init__(self, keymap: Keymap, scope: str, reasons: Mapping[str, str]) -> None:
        super().__init__()
        self._reasons = reasons
        self._keymap = keymap
        self._scope = scope
        self._is_searching = False
        self.search_line = PromptLine()
        self.detail = TextPane()
        self.footer_line = FooterLine()

    def compose(self) -> ComposeResult:
        """Yield the search line, the list of actions and the footer."""
        yield self.search_line
        with Container(id="aside"):
            yield self.detail
        yield self.footer_line

    def on_mount(self) -> None:
        """Show all actions, and an empty search."""
        self._begin_search()

    def _begin_search(self) -> None:
        hint = "type what you want to do: undo, mark read, bibliography …"
        self.search_line.open(Prompt("Help, find:", accept=lambda _: True, changed=self._search, hint=hint))
        self._show("")

    def on_resize(self, event: Resize) -> None:
        """Draw the footer for the new width."""
        self.footer_line.show([("q Esc", "close"), ("/", "search anew"), ("↑↓ PgUp PgDn", "scroll")], event.size.width)

    async def press(self, event: Key) -> bool:
        """Handle a key press: change the search text, scroll, or close the screen.

        Return False only for Ctrl+q, which the app handles.
        """
        scroll = {"up": -1, "down": 1, "pageup": -_PAGE, "pagedown": _PAGE}.get(event.key)
        if scroll is not None:
            self.detail.scroll_lines(scroll)
        elif event.key == "enter" and self._is_searching:
            # What is found stays, and the keys of the help act again.
            self._is_searching = False
        elif event.key in ("escape", "enter", "ctrl+c") or (event.character in ("?", "q") and not self._is_searching):
            await self.app.pop_screen()
        elif event.character == "/" and not self._is_searching:
            # A search that is empty now takes every character, so that `q` can begin a word.
            self._is_searching = True
            self._begin_search()
        elif event.key == "ctrl+q":
            return False
        else:
            self._is_searching = self.search_line.press(event.key, event.character) or self._is_searching
        return True

    def paste(self, text: str) -> bool:
        """Insert pasted text into the search, and return True."""
        self._is_searching = True
        self.search_line.paste(text)
        return True

    def _search(self, query: str) -> None:
        self.search_line.show_message("")
        self._show(query)

    def _show(self, query: str) -> None:
        self.detail.show(list(help_blocks(self._keymap, self._scope, query, self._reasons)))


def help_blocks(keymap: Keymap, scope: str, query: str, reasons: Mapping[str, str]) -> Iterator[Block]:
    """Yield a text block for each action that matches `query`, grouped by scope under headings.

    The group of the scope `scope` comes first. `reasons` maps the names of some of its actions to the reasons why they
    cannot be done now. If no action matches, yield a hint.
    """
    found = False
    for each in sorted(SCOPES, key=lambda name: name != scope):
        matching = [action for action in keymap.actions(each) if matches(action, query)]
        if matching:
            found = True
            yield Block(paper_blocks.RULE, SCOPES[each])
            against = reasons if each == scope else {}
            yield from (help_line(keymap, each, action, against.get(action.name, "")) for action in matching)
            if not query:
                yield from (Block(paper_blocks.BODY, text, hang=_KEYS_WIDTH + 1) for text in _COUNT_HELP.get(each, ()))
    if not found:
        yield Block(paper_blocks.RULE, "")
        palette = keymap.label(scope, "palette")
        other = f", or Esc and then {palette} for views, orders and themes" if palette else ""
        yield Block(paper_blocks.HINT, f"nothing is called that; try another word{other}")


_COUNT_IN_LISTS = "a count before a key that moves: 5j is five down, 40 alone goes to line 40"
_COUNT_ELSEWHERE = "a count before a key that moves: 5 j is five down; counts decide nothing"
_COUNT_HELP: Mapping[str, tuple[str, ...]] = {
    LIST: (f"{':5j Enter'.ljust(_KEYS_WIDTH)} {_COUNT_IN_LISTS}",),
    **dict.fromkeys((PAPER, STEPS, FEEDS), (f"{'5j'.ljust(_KEYS_WIDTH)} {_COUNT_ELSEWHERE}",)),
}
"""Maps a scope to the help text on counts, which are numbers typed before a key, such as `5j`.

A scope is a part of the UI with its own keys. In the list, digits have another use, so its text explains that a count
must be typed in the command palette.
"""


def help_line(keymap: Keymap, scope: str, action: Action, reason: str) -> Block:
    """Return the help on an action as a text block: its keys in the scope `scope`, its description, and `reason`.

    `reason` is the reason why the action cannot be done now, or "" if it can be done.
    """
    keys = " ".join(key_label(key) for key in keymap.keys(scope, action.name)) or "(no key)"
    column = f"{keys.ljust(_KEYS_WIDTH)} "
    text = f"{action.description} (not now: {reason})" if reason else action.description
    return Block(paper_blocks.BODY, column + text, hang=len(column))


def matches(action: Action, query: str) -> bool:
    """Return whether each word of `query` is the beginning of a word of the action's name, description or search words.

    Order and case do not matter.
    """
    return begins_words(f"{action.name.replace('_', ' ')} {action.description} {action.words}", query)


def begins_words(text: str, query: str) -> bool:
    """Return whether each word of `query` is the beginning of a word of `text`. Order and case do not matter."""
    words = [word.strip("():;,") for word in text.lower().split()]
    return all(any(word.startswith(part) for word in words) for part in query.lower().split())
