"""All keys, generated from the keymap and found by plain words."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Key, Paste, Resize
from textual.screen import Screen

from readq.tui.keys.action_table import PLACES, Action
from readq.tui.keys.keymap import Keymap, key_label
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.widgets.bars import FooterLine
from readq.tui.widgets.prompt_line import Prompt, PromptLine
from readq.tui.widgets.text_pane import TextPane

_KEYS_WIDTH = 22
_PAGE = 10


class HelpScreen(Screen[None]):
    """Lists actions with their keys; what is typed narrows them. `place` is the screen it was opened from."""

    AUTO_FOCUS = ""

    def __init__(self, keymap: Keymap, place: str) -> None:
        super().__init__()
        self._keymap = keymap
        self._place = place
        self.search_line = PromptLine()
        self.detail = TextPane()
        self.footer_line = FooterLine()

    def compose(self) -> ComposeResult:
        """What to look for, the keys, and how to leave."""
        yield self.search_line
        with Container(id="aside"):
            yield self.detail
        yield self.footer_line

    def on_mount(self) -> None:
        """Show everything."""
        hint = "type what you want to do: undo, mark read, bibliography …"
        self.search_line.open(Prompt("Help, find:", accept=lambda _: True, changed=self._search, hint=hint))
        self._show("")

    def on_resize(self, event: Resize) -> None:
        """Draw the footer for the new width."""
        self.footer_line.show([("Esc", "close"), ("↑↓ PgUp PgDn", "scroll")], event.size.width)

    async def press(self, event: Key) -> bool:
        """Type, scroll or leave."""
        scroll = {"up": -1, "down": 1, "pageup": -_PAGE, "pagedown": _PAGE}.get(event.key)
        if scroll is not None:
            self.detail.scroll_lines(scroll)
        elif event.key in ("escape", "enter", "ctrl+c") or (event.character == "?" and not self.search_line.text):
            await self.app.pop_screen()
        elif event.key == "ctrl+q":
            return False
        else:
            self.search_line.press(event.key, event.character)
        return True

    def on_paste(self, event: Paste) -> None:
        """Pasted words are looked for too."""
        self.search_line.paste(event.text)

    def _search(self, wanted: str) -> None:
        self.search_line.show_message("")
        self._show(wanted)

    def _show(self, wanted: str) -> None:
        self.detail.show(list(help_blocks(self._keymap, self._place, wanted)))


def help_blocks(keymap: Keymap, place: str, wanted: str) -> Iterator[Block]:
    """The actions of every screen, `place` first, that have to do with the words of `wanted`."""
    nothing = True
    for each in sorted(PLACES, key=lambda name: name != place):
        matching = [action for action in keymap.actions(each) if matches(action, wanted)]
        if matching:
            nothing = False
            yield Block(paper_blocks.RULE, PLACES[each])
            yield from (help_line(keymap, each, action) for action in matching)
    if nothing:
        yield Block(paper_blocks.RULE, "")
        yield Block(paper_blocks.HINT, "nothing is called that; try another word, or : for the command palette")


def help_line(keymap: Keymap, place: str, action: Action) -> Block:
    """An action with its keys in a column in front."""
    keys = " ".join(key_label(key) for key in keymap.keys(place, action.name)) or "(no key)"
    column = f"{keys.ljust(_KEYS_WIDTH)} "
    return Block(paper_blocks.BODY, column + action.description, hang=len(column))


def matches(action: Action, wanted: str) -> bool:
    """Whether every word of `wanted` begins a word of what the action does, is called or is known as."""
    return begins_words(f"{action.name.replace('_', ' ')} {action.description} {action.words}", wanted)


def begins_words(text: str, wanted: str) -> bool:
    """Whether every word of `wanted` begins a word of `text`, in any case and order."""
    known = [word.strip("():;,") for word in text.lower().split()]
    return all(any(word.startswith(part) for word in known) for part in wanted.lower().split())
