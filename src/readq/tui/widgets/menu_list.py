"""The list of a menu: a line for each item, with its key.

The present choice, such as the present sort order, has a mark.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from readq.tui.text import icons
from readq.tui.text.list_columns import fit
from readq.tui.widgets.cursor_list import CursorList

_KEY_WIDTH = 2


class MenuItem(NamedTuple):
    """An item of a menu."""

    value: str
    """The value that the menu returns if the user chooses the item."""
    key: str
    """The character that chooses the item, or ""."""
    text: str
    """The text of the item."""
    in_force: bool = False
    """Whether the item is the present choice, such as the present sort order."""


class MenuList(CursorList):
    """Draws the items of a menu. The cursor starts on the present choice, or on the first item if there is none."""

    def __init__(self, items: Sequence[MenuItem]) -> None:
        super().__init__(("nothing to choose",))
        self.items = items
        self._cursor_line = next((index for index, item in enumerate(items) if item.in_force), 0)

    @property
    def line_count(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def text_width(self) -> int:
        """Width in cells of the longest line."""
        return max((cell_len(_text(item, at_cursor=False)) for item in self.items), default=0) + 1

    def format_line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """Return the text of the item `index` in `width` cells, and its style."""
        return fit(_text(self.items[index], at_cursor=at_cursor), width), "text"


def _text(item: MenuItem, *, at_cursor: bool) -> str:
    cursor, mark = icons.CURSOR if at_cursor else " ", icons.IN_FORCE if item.in_force else " "
    return f"{cursor}{mark} {item.key:{_KEY_WIDTH}} {item.text}"
