"""The list of papers on Textual's Line API: rows are drawn when they come into sight, so 100,000 cost what 1,000 do."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from readq.model.values import QueueRow, Status
from readq.tui.state.library_cache import PAGE, LibraryView
from readq.tui.state.list_state import Listing
from readq.tui.text import symbols
from readq.tui.text.columns import cells, fit

_GUTTER = 2
"""Cells in front of every line: the cursor and the selection mark."""


class PaperList(ScrollView):
    """Draws a `Listing` with rows out of a `LibraryView`; the screen changes the listing and says what to redraw."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paper-list--row",
        "paper-list--decided",
        "paper-list--cursor",
        "paper-list--mark",
        "paper-list--aside",
        "paper-list--empty",
    }

    class Clicked(Message):
        """A line was clicked; `twice` for a double click."""

        def __init__(self, index: int, *, twice: bool) -> None:
            super().__init__()
            self.index = index
            self.twice = twice

    def __init__(self, listing: Listing, library: LibraryView, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.listing = listing
        self.library = library
        self.clock = clock
        self.empty_text: tuple[str, ...] = ()
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(512)
        self._styles: dict[str, Style] = {}
        self._now = clock()

    @property
    def page(self) -> int:
        """Lines in sight."""
        return max(1, self.size.height)

    def relisted(self) -> None:
        """The listing shows other papers."""
        self._now = self.clock()
        self.virtual_size = Size(self.size.width, len(self.listing))
        self._reveal()
        self.refresh()

    def moved(self, old: int) -> None:
        """The cursor left the line `old`: redraw two lines, or scroll."""
        before = self.scroll_offset.y
        self._reveal()
        if self.scroll_offset.y == before:
            self.refresh_line(old)
            self.refresh_line(self.listing.cursor)

    def redraw(self, paper_id: int) -> None:
        """A paper looks different now."""
        index = self.listing.cursor if paper_id == self.listing.current else self.listing.index(paper_id)
        if index is not None:
            self.refresh_line(index)

    def _reveal(self) -> None:
        top, height, cursor = self.scroll_offset.y, self.page, self.listing.cursor
        if cursor < top:
            self.scroll_to(y=cursor, animate=False, immediate=True)
        elif cursor >= top + height:
            self.scroll_to(y=cursor - height + 1, animate=False, immediate=True)

    def on_resize(self, event: Resize) -> None:
        """Lines have another width, and the cursor may have left the sight."""
        self._strips.clear()
        self.virtual_size = Size(event.size.width, len(self.listing))
        self._reveal()

    def notify_style_update(self) -> None:
        """Another theme: draw everything anew."""
        self._strips.clear()
        self._styles.clear()
        super().notify_style_update()

    def on_click(self, event: Click) -> None:
        """Tell the screen which line was clicked."""
        index = event.y + self.scroll_offset.y
        if index < len(self.listing):
            self.post_message(self.Clicked(index, twice=event.chain == 2))

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if not self.listing.ids:
            text = self.empty_text[y - 1] if 0 < y <= len(self.empty_text) else ""
            return self._blank(f"  {text}", width, "paper-list--empty")
        if index >= len(self.listing):
            return self._blank("", width, "paper-list--row")
        paper_id = self.listing.ids[index]
        start = index - index % PAGE
        row = self.library.row(paper_id, self.listing.ids[start : start + PAGE])
        at_cursor, chosen = index == self.listing.cursor, paper_id in self.listing.selected
        if row is None:
            text = "not readable at the moment" if self.library.stale else "no longer in the library"
            return self._blank(f"{symbols.CURSOR if at_cursor else ' '}     {text}", width, "paper-list--empty")
        key = (row, at_cursor, chosen, width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._draw(row, width, at_cursor=at_cursor, chosen=chosen)
        return strip

    def _blank(self, text: str, width: int, component: str) -> Strip:
        return Strip([Segment(fit(text, width), self._style(component))], width)

    def _draw(self, row: QueueRow, width: int, *, at_cursor: bool, chosen: bool) -> Strip:
        columns = cells(row, width - _GUTTER, self._now)
        decided = row.status in (Status.DROPPED, Status.DONE) and self.library.shown.view not in ("done", "dropped")
        line = self._style("paper-list--decided" if decided else "paper-list--row")
        over = self._style("paper-list--cursor") if at_cursor else Style.null()
        mark, aside = self._style("paper-list--mark"), self._style("paper-list--aside")
        gutter = (symbols.CURSOR if at_cursor else " ") + (symbols.SELECTED if chosen else " ")
        parts = (
            (gutter, mark),
            (columns.marks, mark),
            (columns.votes, aside),
            (columns.title, line),
            (columns.authors, aside),
            (columns.age, aside),
        )
        return Strip([Segment(text, style + over) for text, style in parts if text], width)

    def _style(self, component: str) -> Style:
        if component not in self._styles:
            self._styles[component] = self.get_component_rich_style(component)
        return self._styles[component]
