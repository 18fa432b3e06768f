"""The base class of lists with rows of one or several lines. Only visible rows are read and drawn.

The list scrolls by whole rows: its scroll offset is the index of the first visible row.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from textual.events import Resize
from textual.geometry import Region, Size
from textual.strip import Strip

from readq.tui.text.row_lines import rows_on_a_page, top_that_shows, visible_lines
from readq.tui.widgets.line_list import LineList

Result = TypeVar("Result")


class RowList(LineList):
    """A list of rows with a cursor. A subclass implements `line_count`, `cursor_line`, `row_height` and `draw_row`.

    `line_count` is the number of rows, and `cursor_line` is the index of the row under the cursor.
    """

    def __init__(self, empty_text: tuple[str, ...] = ()) -> None:
        super().__init__(empty_text)
        self.layout_version = 0
        """A number that a subclass must raise when the heights of rows may have changed."""
        self._visible: list[tuple[int, int]] | None = None
        self._visible_version = 0

    def row_height(self, index: int) -> int:
        """Return the number of lines of the row `index`, from 1 to `page_height`."""
        raise NotImplementedError

    def draw_row(self, index: int, width: int) -> Sequence[Strip]:
        """Return the lines of the row `index`, each drawn in `width` cells."""
        raise NotImplementedError

    def first_with(self, index: int) -> int:
        """Return the index of the row to put at the top of the list when a scroll would put the row `index` there.

        By default, return `index`. A subclass can return `index - 1` if the row above is a heading, so that the heading
        is visible too.
        """
        return index

    def visible_lines(self) -> list[tuple[int, int]]:
        """Return a pair for each visible line that is not empty: the index of its row, and the line within the row."""
        if self._visible is None or self._visible_version != self.layout_version:
            self._visible = self._settled(
                lambda: visible_lines(self.scroll_offset.y, self.line_count, self.page_height, self.row_height)
            )
            self._visible_version = self.layout_version
        return self._visible

    def _settled(self, compute: Callable[[], Result]) -> Result:
        """Return the result of `compute`. If `compute` read rows that changed the heights of rows, call it again."""
        while True:
            version = self.layout_version
            result = compute()
            if version == self.layout_version:
                return result

    def index_at(self, y: int) -> int | None:
        """Return the index of the row in the line `y` of the widget. Return None below the last row."""
        lines = self.visible_lines()
        return lines[y][0] if 0 <= y < len(lines) else None

    def draw_visible_line(self, y: int, width: int) -> Strip | None:
        """Return the line `y` of the widget, drawn in `width` cells. Return None below the last row."""
        lines = self.visible_lines()
        if y >= len(lines):
            return None
        index, part = lines[y]
        row = self.draw_row(index, width)
        return row[part] if part < len(row) else Strip.blank(width)

    def page_step(self, pages: float) -> int:
        """Return how many rows the cursor moves when it moves down by `pages` pages.

        If `pages` is negative, the cursor moves up, and the result is negative.
        """
        lines = max(1, int(self.page_height * abs(pages)))
        screen = lines if pages > 0 else -lines
        return self._settled(lambda: rows_on_a_page(self.cursor_line, self.line_count, screen, self.row_height))

    def lines_changed(self) -> None:
        """Redraw the list. The code that uses the list calls this after rows were added, removed or replaced."""
        self._visible = None
        super().lines_changed()

    def rows_changed(self) -> None:
        """Redraw the list after the data of its rows has changed.

        If the cursor is visible, scroll so that it stays visible.
        """
        was_visible = (self.cursor_line, 0) in (self._visible or ())
        self._visible = None
        if was_visible:
            self.scroll_to_cursor()
        self.refresh()

    def cursor_moved(self, old_line: int) -> None:
        """Redraw the list after the cursor has moved away from the row `old_line`.

        If the new row of the cursor is not visible, scroll to it. Otherwise redraw only this row and `old_line`.
        """
        old_offset = self.scroll_offset.y
        self.scroll_to_cursor()
        if self.scroll_offset.y == old_offset:
            self.refresh_row(old_line)
            self.refresh_row(self.cursor_line)

    def refresh_row(self, index: int) -> None:
        """Redraw the row `index`, if it is visible."""
        lines = self.visible_lines()
        if not lines or not lines[0][0] <= index <= lines[-1][0]:
            return
        ys = [y for y, (row, _) in enumerate(lines) if row == index]
        self.refresh(Region(0, ys[0], self.size.width, len(ys)))

    def scroll_to_cursor(self) -> None:
        """Scroll by as few rows as possible, so that the whole row under the cursor is visible.

        While the list has no height, for example before the first layout, it keeps its scroll offset.
        """
        if not self.size.height:
            return
        top, cursor = self.scroll_offset.y, self.cursor_line
        target = self._settled(lambda: top_that_shows(cursor, top, self.page_height, self.row_height)) if cursor else 0
        if target == cursor and target != top:
            first = self.first_with(cursor)
            fits = first + 1 == cursor and self.row_height(first) + self.row_height(cursor) <= self.page_height
            target = first if fits else target
        self.set_virtual_size(self.size.width, max(target, cursor))
        if target != self.scroll_offset.y:
            # Forced: if the list was visible as a whole until now, its scroll bar appears only with the next layout.
            self.scroll_to(y=target, animate=False, immediate=True, force=True)

    def on_resize(self, _event: Resize) -> None:
        """Find the visible rows for the new size, and redraw the list if other rows were drawn.

        Textual may already have drawn the list in the new size, but with the rows that were visible in the former size.
        Textual also calls the handler of the base class.
        """
        drawn, self._visible = self._visible, None
        if drawn is not None and drawn != self.visible_lines():
            self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows that are visible after a scroll. Textual calls this when the scroll offset has changed."""
        if round(old_value) != round(new_value):
            self._visible = None
            self.set_virtual_size(self.size.width, round(new_value))
        super().watch_scroll_y(old_value, new_value)

    def set_virtual_size(self, width: int, row: int | None = None) -> None:
        """Set the range of the scroll offset. At the largest offset, the last row is at the bottom of the widget.

        `row` is a row that is about to be visible, or None for the first visible row. If the row is near the end of the
        list, the exact range is computed from the heights of the last rows. Otherwise, the range is computed as if each
        row had one line.
        """
        count, page = self.line_count, self.page_height
        near = self.scroll_offset.y if row is None else row
        if near + 2 * page < count:
            self.virtual_size = Size(width, count)
            return
        last = self._settled(lambda: top_that_shows(count - 1, 0, page, self.row_height)) if count else 0
        self.virtual_size = Size(width, last + page)
