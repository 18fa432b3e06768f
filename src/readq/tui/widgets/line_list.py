"""The base class of scrolling lists with a cursor. Each item is one line. Only visible lines are drawn."""

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from readq.tui.text import tones
from readq.tui.text.list_columns import fit


class LineList(ScrollView, can_focus=False):
    """A list of lines with a cursor. A subclass implements `line_count`, `cursor_line` and `draw_line`.

    It never takes the focus, because the screen handles its keys. So a click on it leaves the focus in an open note.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--heading",
        "line-list--label",
        *(f"line-list--{tone}" for tone in tones.ALL),
        "line-list--cursor",
    }

    class Clicked(Message):
        """The message that the user has clicked the line `index`. `twice` is true for a double click."""

        def __init__(self, index: int, *, twice: bool) -> None:
            super().__init__()
            self.index = index
            self.twice = twice

    def __init__(self, empty_text: tuple[str, ...] = ()) -> None:
        """Create the list. `empty_text` holds the lines to show while the list is empty."""
        super().__init__()
        self.empty_text = empty_text
        self._styles: dict[str, Style] = {}

    @property
    def line_count(self) -> int:
        """Number of lines of the list."""
        raise NotImplementedError

    @property
    def cursor_line(self) -> int:
        """Index of the line under the cursor."""
        raise NotImplementedError

    def draw_line(self, index: int, width: int) -> Strip:
        """Return the line `index`, drawn in `width` cells."""
        raise NotImplementedError

    @property
    def page_height(self) -> int:
        """Number of visible lines, at least 1."""
        return max(1, self.size.height)

    def lines_changed(self) -> None:
        """Redraw the list. The code that uses the list calls this after lines were added, removed or replaced."""
        self.set_virtual_size(self.size.width)
        self.scroll_to_cursor()
        self.refresh()

    def set_virtual_size(self, width: int) -> None:
        """Set the range of the scroll offset, for a list of `width` cells."""
        self.virtual_size = Size(width, self.line_count)

    def page_step(self, pages: float) -> int:
        """Return how many lines the cursor moves when it moves down by `pages` pages.

        If `pages` is negative, the cursor moves up, and the result is negative.
        """
        lines = max(1, int(self.page_height * abs(pages)))
        return lines if pages > 0 else -lines

    def scroll_to_cursor(self) -> None:
        """Scroll by as few lines as possible, so that the cursor is visible."""
        top, height, cursor = self.scroll_offset.y, self.page_height, self.cursor_line
        # Forced: if the list was visible as a whole until now, its scroll bar appears only with the next layout.
        if cursor < top:
            self.scroll_to(y=cursor, animate=False, immediate=True, force=True)
        elif cursor >= top + height:
            self.scroll_to(y=cursor - height + 1, animate=False, immediate=True, force=True)

    def on_resize(self, event: Resize) -> None:
        """Adjust the list to its new size, and keep the cursor visible."""
        self.set_virtual_size(event.size.width)
        self.scroll_to_cursor()

    def notify_style_update(self) -> None:
        """Clear the cached styles, because the theme may have changed."""
        self._styles.clear()
        super().notify_style_update()

    def on_click(self, event: Click) -> None:
        """Post `Clicked` with the index of the clicked line."""
        index = self.index_at(event.y)
        if index is not None:
            self.post_message(LineList.Clicked(index, twice=event.chain == 2))

    def render_line(self, y: int) -> Strip:
        """Return the line of the list that is shown in the row `y` of the widget.

        Textual calls this to draw the list.
        """
        width = self.scrollable_content_region.width
        line = self.draw_visible_line(y, width)
        if line is not None:
            return line
        if not self.line_count and 0 < y <= len(self.empty_text):
            return self.strip([(f"  {self.empty_text[y - 1]}", "muted")], width)
        return self.strip([("", "text")], width)

    def index_at(self, y: int) -> int | None:
        """Return the index of the line in the row `y` of the widget. Return None below the last line."""
        index = y + self.scroll_offset.y
        return index if index < self.line_count else None

    def draw_visible_line(self, y: int, width: int) -> Strip | None:
        """Return the line in the row `y` of the widget, drawn in `width` cells. Return None below the last line."""
        index = self.index_at(y)
        return None if index is None else self.draw_line(index, width)

    def strip(self, parts: Iterable[tuple[str, str]], width: int, *, at_cursor: bool = False) -> Strip:
        """Return a line of `width` cells. It is made of `parts`, which are pairs of a text and a tone.

        A tone is the name of a style, such as `muted`. A single part is padded or cut to `width` cells. The widths of
        several parts must add up to `width`. If `at_cursor` is true, the line is highlighted.
        """
        pairs = [(text, component) for text, component in parts if text] or [("", "text")]
        if len(pairs) == 1:
            pairs = [(fit(pairs[0][0], width), pairs[0][1])]
        cursor = self.component_style("cursor") if at_cursor else Style.null()
        return Strip([Segment(text, self.component_style(component) + cursor) for text, component in pairs], width)

    def component_style(self, component: str) -> Style:
        """Return the style that the CSS gives to `component`.

        `component` is a tone such as `muted`, or `cursor` for the line under the cursor. The CSS class of `muted` is
        `line-list--muted`.
        """
        if component not in self._styles:
            # Of the cursor only what its rule sets: the tones keep their colours under it.
            partial = component == "cursor"
            self._styles[component] = self.get_component_rich_style(f"line-list--{component}", partial=partial)
        return self._styles[component]
