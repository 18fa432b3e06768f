"""A list of lines with a cursor that stays in sight: drawn by the line, for lists that are read whole."""

from typing import ClassVar

from rich.segment import Segment
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from readq.tui.text.columns import fit


class RowList(Widget):
    """Shows as many lines as `count` says, each as `line` gives it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-list--row",
        "row-list--muted",
        "row-list--alarming",
        "row-list--cursor",
    }

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, empty: tuple[str, ...]) -> None:
        """`empty` stands in a list without lines."""
        super().__init__()
        self.empty = empty
        self.cursor = 0
        self._top = 0

    @property
    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """The text of a line in `width` cells, and how it looks: `row`, `muted` or `alarming`."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """Lines in sight."""
        return max(1, self.size.height)

    def move(self, index: int) -> None:
        """Put the cursor on a line, or on the nearest one that exists."""
        self.cursor = max(0, min(index, self.count - 1))
        self._reveal()
        self.refresh()

    def _reveal(self) -> None:
        self._top = max(self.cursor - self.page + 1, min(self._top, self.cursor))

    def on_resize(self) -> None:
        """The cursor may have left the sight."""
        self._reveal()

    def on_click(self, event: Click) -> None:
        """Tell the screen which line was clicked."""
        if event.y + self._top < self.count:
            self.post_message(self.Clicked(event.y + self._top))

    def on_mouse_scroll_down(self) -> None:
        """The wheel moves the cursor."""
        self.move(self.cursor + 1)

    def on_mouse_scroll_up(self) -> None:
        """The wheel moves the cursor."""
        self.move(self.cursor - 1)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index, width = y + self._top, self.size.width
        if index >= self.count:
            text = self.empty[y - 1] if not self.count and 0 < y <= len(self.empty) else ""
            return Strip([Segment(fit(f"  {text}", width), self.get_component_rich_style("row-list--muted"))], width)
        at_cursor = index == self.cursor
        text, look = self.line(index, width, at_cursor)
        style = self.get_component_rich_style(f"row-list--{look}")
        if at_cursor:
            style += self.get_component_rich_style("row-list--cursor")
        return Strip([Segment(fit(text, width), style)], width)
