"""The list of papers. Rows are read in pages as they become visible, so a long list appears as fast as a short one."""

from collections.abc import Callable
from datetime import datetime

from textual.cache import LRUCache
from textual.events import Resize
from textual.strip import Strip

from readq.model.values import QueueRow, Status
from readq.tui.state.library_cache import PAGE, LibraryCache
from readq.tui.state.list_state import ListState
from readq.tui.text import icons
from readq.tui.text.list_columns import format_columns
from readq.tui.widgets.line_list import LineList

_GUTTER = 2
"""Width in cells of the cursor and selection marks before each line."""


class PaperList(LineList):
    """Draws the papers of `list_state`, with rows from `library`.

    After a change of `list_state`, the screen must call `lines_changed`, `cursor_moved`, `redraw_paper`, or `refresh`
    for all lines.
    """

    def __init__(self, list_state: ListState, library: LibraryCache, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.list_state = list_state
        self.library = library
        self.clock = clock
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
        self._now = clock()

    @property
    def line_count(self) -> int:
        """Number of papers."""
        return len(self.list_state)

    @property
    def cursor_line(self) -> int:
        """Index of the line under the cursor."""
        return self.list_state.cursor

    def lines_changed(self) -> None:
        """Redraw the list, after it was replaced by other papers. The ages of papers are computed again."""
        self._now = self.clock()
        super().lines_changed()

    def cursor_moved(self, old_line: int) -> None:
        """Redraw the list, after the cursor has moved away from the line `old_line`.

        If the cursor is not visible, scroll to it. Otherwise draw only two lines again: the old one and the new one.
        """
        old_offset = self.scroll_offset.y
        self._scroll_to_cursor()
        if self.scroll_offset.y == old_offset:
            self.refresh_line(old_line)
            self.refresh_line(self.cursor_line)

    def redraw_paper(self, paper_id: int) -> None:
        """Redraw the line of the paper with the id `paper_id`, if it is listed."""
        index = self.list_state.cursor if paper_id == self.list_state.current else self.list_state.index(paper_id)
        if index is not None:
            self.refresh_line(index)

    def on_resize(self, _event: Resize) -> None:
        """Clear the cached lines, because the width has changed. Textual also calls the handler of the base class."""
        self._strips.clear()

    def notify_style_update(self) -> None:
        """Clear the cached lines, because the theme may have changed."""
        self._strips.clear()
        super().notify_style_update()

    def draw_line(self, index: int, width: int) -> Strip:
        """Return the line `index`, drawn in `width` cells. If its data is unchanged, return the cached line."""
        paper_id = self.list_state.ids[index]
        row = self.library.cached_row(paper_id)
        if row is None:
            start = index - index % PAGE
            page = self.list_state.ids[start : start + PAGE]
            self.list_state.know_lines(start, page)
            row = self.library.row(paper_id, page)
        at_cursor, selected = index == self.list_state.cursor, self.list_state.is_selected(index)
        if row is None:
            text = "not readable at the moment" if self.library.stale else "no longer in the library"
            return self.strip([(f"{icons.CURSOR if at_cursor else ' '}     {text}", "muted")], width)
        key = (row, at_cursor, selected, width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._draw_row(row, width, at_cursor=at_cursor, selected=selected)
        return strip

    def _draw_row(self, row: QueueRow, width: int, *, at_cursor: bool, selected: bool) -> Strip:
        columns = format_columns(row, width - _GUTTER, self._now)
        closed = row.status in (Status.DROPPED, Status.DONE) and self.library.list_query.view not in ("done", "dropped")
        gutter = (icons.CURSOR if at_cursor else " ") + (icons.SELECTED if selected else " ")
        parts = [
            (gutter, "mark"),
            (columns.marks, "mark"),
            (columns.votes, "muted"),
            (columns.title, "disabled" if closed else "text"),
            (columns.authors, "muted"),
            (columns.age, "muted"),
        ]
        return self.strip(parts, width, at_cursor=at_cursor)
