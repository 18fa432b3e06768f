"""The base class of the lists of feeds, undo steps, views and menu items. Such a list has all its lines in memory."""

from textual.events import MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from readq.tui.widgets.line_list import LineList


class CursorList(LineList):
    """A list with a cursor. Each line has a single style. The mouse wheel moves the cursor."""

    def __init__(self, empty_text: tuple[str, ...]) -> None:
        super().__init__(empty_text)
        self._cursor_line = 0

    @property
    def cursor_line(self) -> int:
        """Index of the line under the cursor."""
        return self._cursor_line

    def format_line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """Return the text of the line `index` in `width` cells, and its style: `text`, `muted` or `error`."""
        raise NotImplementedError

    def draw_line(self, index: int, width: int) -> Strip:
        """Return the line `index`, drawn in `width` cells."""
        at_cursor = index == self.cursor_line
        return self.strip([self.format_line(index, width, at_cursor)], width, at_cursor=at_cursor)

    def move(self, index: int) -> None:
        """Move the cursor to the line `index`, or to the nearest line that exists."""
        self._cursor_line = max(0, min(index, self.line_count - 1))
        self.lines_changed()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move the cursor down instead of scrolling."""
        event.prevent_default()
        self.move(self.cursor_line + 1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move the cursor up instead of scrolling."""
        event.prevent_default()
        self.move(self.cursor_line - 1)
