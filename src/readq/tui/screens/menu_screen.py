"""A menu that is shown on top of another screen. The user chooses an item by its key, by Enter or by a click.

Some items have no key.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.events import Key, Resize
from textual.screen import ModalScreen

from readq.tui.widgets.line_list import LineList
from readq.tui.widgets.menu_list import MenuItem, MenuList

_STEPS = {"j": 1, "k": -1}
_KEYS = {"down": 1, "up": -1, "pagedown": 10, "pageup": -10}
_FRAME = 2
"""The number of lines, and of columns, that the border adds to the size of the menu."""

_AROUND_LABEL = 4
"""The number of columns around the title, or the subtitle, in the border."""


class MenuScreen(ModalScreen[str | None]):
    """A menu. Its result is the value of the chosen item, or None if the menu is closed without a choice."""

    AUTO_FOCUS = ""

    def __init__(self, title: str, items: Sequence[MenuItem]) -> None:
        super().__init__()
        self.rows = MenuList(items)
        self._title = title
        self._by_key = {item.key: item.value for item in items if item.key}

    def compose(self) -> ComposeResult:
        """Yield the items in a box."""
        box = Container(self.rows, id="menu")
        # Textual would parse a plain string as markup, and a title can have the words of a paper or a card.
        box.border_title = Content(self._title)
        box.border_subtitle = "Enter, or a letter · Esc closes"
        yield box

    def on_mount(self) -> None:
        """Give the box the size of its items, and show the cursor."""
        box = self.query_one("#menu")
        labels = (cell_len(self._title), cell_len(str(box.border_subtitle or "")))
        box.styles.width = max(self.rows.text_width, *(cells + _AROUND_LABEL for cells in labels)) + _FRAME
        box.styles.height = self.rows.line_count + _FRAME
        self.call_after_refresh(self.rows.lines_changed)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor visible."""
        self.rows.lines_changed()

    async def press(self, event: Key) -> bool:
        """Handle a key press: move, choose or close. Return False only for Ctrl+q, which the app handles."""
        character = event.character or ""
        if event.key == "ctrl+q":
            return False
        if character in self._by_key:
            self.dismiss(self._by_key[character])
        elif event.key in _KEYS or character in _STEPS:
            self.rows.move(self.rows.cursor_line + _KEYS.get(event.key, _STEPS.get(character, 0)))
        elif event.key == "enter" and self.rows.items:
            self.dismiss(self.rows.items[self.rows.cursor_line].value)
        elif event.key in ("escape", "backspace", "ctrl+c") or character == "q":
            self.dismiss(None)
        return True

    def paste(self, _text: str) -> bool:
        """Ignore pasted text, and return True: its letters must not choose an item."""
        return True

    def on_line_list_clicked(self, message: LineList.Clicked) -> None:
        """Choose the clicked item."""
        self.dismiss(self.rows.items[message.index].value)
