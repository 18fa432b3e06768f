"""The list of papers. Rows are read in pages as they become visible, so a long list appears as fast as a short one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len
from textual.cache import LRUCache
from textual.events import Resize
from textual.strip import Strip

from readq.config import Config
from readq.days import local_day
from readq.model.values import QueueRow, Status
from readq.tui.state.library_cache import PAGE, LibraryCache, ListQuery
from readq.tui.state.list_state import ListState
from readq.tui.text import day_headings, icons, list_columns, tones
from readq.tui.text.list_columns import TITLE, Cell, fit
from readq.tui.text.row_parts import row_lines
from readq.tui.widgets.row_list import RowList

_GUTTER = 2
"""Width in cells of the cursor and selection marks before each line."""

_MAX_TITLE_LINES = 5
"""The largest number of lines that a title takes. A longer title is cut."""

_MAX_SEEN_ROWS = 2048


class _Layout(NamedTuple):
    """The columns of all rows, computed once for a width. `title_lines` is the largest number of lines of a title."""

    cells: tuple[Cell, ...]
    title_width: int
    title_lines: int


class PaperList(RowList):
    """Draws the papers of `list_state`, with rows from `library`.

    `config` has the columns of the list, and whether long titles are wrapped. A column appears as soon as a drawn row
    has a text in it, and stays until another list is shown. So columns do not appear and disappear while the list
    scrolls.

    The list does not notice changes of its data. After a change of `list_state`, the screen must call `lines_changed`,
    `cursor_moved`, `redraw_paper` or `refresh`. After a change of the data of papers, it must call `rows_changed` or
    `redraw_paper`.
    """

    def __init__(
        self, list_state: ListState, library: LibraryCache, config: Config, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self.list_state = list_state
        self.library = library
        self.clock = clock
        self.labels: Mapping[int, str] = {}
        """Maps the indexes of rows to the letters to show at the left of the rows."""
        self._chosen = tuple(config.list_columns or ())
        self._wraps = config.list_wrap
        self._strips: LRUCache[tuple[object, ...], Sequence[Strip]] = LRUCache(512)
        self._now = clock()
        self._filled: frozenset[str] = frozenset()
        """The names of the columns that have a text in some row drawn so far."""
        self._seen_rows: dict[int, QueueRow] = {}
        """Maps paper ids to the rows whose texts `_filled` takes into account."""
        self._listed: ListQuery | None = None
        self._layout = _Layout((), 0, 1)
        self._layout_key: tuple[object, ...] = ()

    @property
    def line_count(self) -> int:
        """Number of rows: the headings, and the papers of days that are not folded."""
        return self.list_state.rows.row_count

    @property
    def cursor_line(self) -> int:
        """The index of the row under the cursor. Rows of headings count."""
        return self.list_state.row

    def lines_changed(self) -> None:
        """Redraw the whole list. Compute the ages of the papers from the present time.

        The screen calls this after it has put other papers in the list.
        """
        self._now = self.clock()
        if self._listed != self.library.list_query:
            self._listed = self.library.list_query
            self._filled = frozenset()
            self._seen_rows.clear()
        self.layout_version += 1
        super().lines_changed()

    def redraw_paper(self, paper_id: int) -> None:
        """Redraw the row of the paper with the id `paper_id`, if it is listed, and the heading of its day."""
        index = self.list_state.cursor if paper_id == self.list_state.current else self.list_state.index(paper_id)
        if index is None:
            return
        if row := self.library.cached_row(paper_id):
            self._notice([row])
        rows = self.list_state.rows
        day = rows.day_of(index)
        if day is not None:
            self.refresh_row(rows.heading_row(day))
        self.refresh_row(rows.row_of(index))

    def on_resize(self, _event: Resize) -> None:
        """Clear the cached lines, because the width has changed. Textual also calls the handler of the base class."""
        self._strips.clear()
        self.layout_version += 1

    def notify_style_update(self) -> None:
        """Clear the cached lines, because the theme may have changed."""
        self._strips.clear()
        super().notify_style_update()

    def row_height(self, index: int) -> int:
        """Return the number of lines of the row `index`: one, or more for a paper with a wrapped title."""
        line = self.list_state.rows.at(index).line
        row = None if line is None else self._row(line)
        if row is None or not self._wraps:
            return 1
        return len(self._title_lines(row))

    def first_with(self, index: int) -> int:
        """If the row `index` is the first paper of its day, return the index of the day's heading.

        Otherwise return `index`.
        """
        return index - 1 if index and self.list_state.rows.at(index - 1).line is None else index

    def visible_rows(self) -> list[int]:
        """Return the indexes of the visible rows, from the top."""
        return list(dict.fromkeys(row for row, _ in self.visible_lines()))

    def draw_row(self, index: int, width: int) -> Sequence[Strip]:
        """Return the lines of the row `index`, drawn in `width` cells. If the row is unchanged, return cached lines."""
        strips = self._unlabelled_row(index, width)
        letter = self.labels.get(index)
        if letter is None or width < 1:
            return strips
        return [Strip.join([self.strip([(letter, "label")], 1), strips[0].crop(1)]), *strips[1:]]

    def _unlabelled_row(self, index: int, width: int) -> Sequence[Strip]:
        at_cursor = index == self.cursor_line
        at = self.list_state.rows.at(index)
        if at.line is None:
            return [self._draw_heading(at.day or 0, width, at_cursor=at_cursor)]
        row = self._row(at.line)
        mark = self._mark(at.line)
        if row is None:
            text = "not readable at the moment" if self.library.stale else "no longer in the library"
            return [self.strip([(f"{icons.CURSOR if at_cursor else ' '}     {text}", "muted")], width)]
        key = (row, at_cursor, mark, width, self.layout_version)
        strips = self._strips.get(key)
        if strips is None:
            strips = self._strips[key] = self._draw(row, width, mark, at_cursor=at_cursor)
        return strips

    def _mark(self, line: int) -> str:
        if self.list_state.is_selected(line):
            return icons.SELECTED
        others = self.list_state.others
        return icons.OTHER if others and self.list_state.ids[line] in others else " "

    def _draw_heading(self, day: int, width: int, *, at_cursor: bool) -> Strip:
        text = day_headings.heading(self.list_state.day_summary(day), local_day(self._now))
        cursor = icons.CURSOR if at_cursor else " "
        room = max(0, width - len(cursor) - 1)
        rule = f" {icons.RULE * (room - cell_len(text) - 1)}" if cell_len(text) < room else ""
        parts = [(f"{cursor} ", tones.MARK), (fit(text, min(room, cell_len(text))), "heading"), (rule, tones.MUTED)]
        return self.strip(parts, width, at_cursor=at_cursor)

    def _row(self, index: int) -> QueueRow | None:
        """Return the data of the paper in the line `index`. If it is not cached, read its page of the list."""
        paper_id = self.list_state.ids[index]
        row = self.library.cached_row(paper_id)
        if row is None:
            start = index - index % PAGE
            page = self.list_state.ids[start : start + PAGE]
            self.list_state.know_lines(start, page)
            row = self.library.row(paper_id, page)
            # The whole page, so that a column appears some lines before it is needed, and not with each new line.
            self._notice(filter(None, map(self.library.cached_row, page)))
        elif self._seen_rows.get(paper_id) is not row:
            self._notice([row])
        return row

    def _notice(self, rows: Iterable[QueueRow]) -> None:
        """Add the columns in which a row of `rows` has a text to the shown columns."""
        if len(self._seen_rows) > _MAX_SEEN_ROWS:
            self._seen_rows.clear()
        new = [row for row in rows if self._seen_rows.get(row.id) is not row]
        self._seen_rows.update((row.id, row) for row in new)
        names = [name for name in self._chosen or list_columns.DEFAULT_COLUMNS if name not in self._filled]
        if filled := list_columns.filled_columns(names, new, self._now):
            self._filled |= filled
            if any(not list_columns.COLUMNS[name].is_kept for name in filled):
                self.layout_version += 1
                self.refresh()

    def _laid_out(self) -> "_Layout":
        key = (self._filled, self.scrollable_content_region.width, self.page_height)
        if key != self._layout_key:
            self._layout_key = key
            cells = list_columns.cells(self._chosen, self._filled, key[1] - _GUTTER)
            most = min(_MAX_TITLE_LINES, key[2]) if self._wraps else 1
            self._layout = _Layout(cells, next(cell.width for cell in cells if cell.name == TITLE), most)
        return self._layout

    def _title_lines(self, row: QueueRow) -> tuple[str, ...]:
        layout = self._laid_out()
        return list_columns.title_lines(row.title, layout.title_width, layout.title_lines)

    def _draw(self, row: QueueRow, width: int, mark: str, *, at_cursor: bool) -> Sequence[Strip]:
        cells = self._laid_out().cells
        lines = row_lines(row, cells, self._title_lines(row), self._now, self.library.matches.spans)
        if row.status in (Status.DROPPED, Status.DONE) and self.library.list_query.view not in ("done", "dropped"):
            closed = {tones.TITLE: tones.MUTED, tones.HIGH: tones.LOW, tones.MEDIUM: tones.LOW}
            lines = [[(text, closed.get(tone, tone)) for text, tone in line] for line in lines]
        cursor = icons.CURSOR if at_cursor else " "
        marks = [cursor + mark, *([f"{cursor} "] * (len(lines) - 1))]
        return [
            self.strip([(mark, tones.MARK), *line], width, at_cursor=at_cursor)
            for mark, line in zip(marks, lines, strict=True)
        ]
