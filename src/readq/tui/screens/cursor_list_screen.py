"""The base class of the screens with a list of undo steps, of feeds or of views.

These lists are short, so all their lines are kept in memory.
"""

from textual.app import ComposeResult

from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.cursor_list import CursorList


class CursorListScreen(KeyedScreen):
    """A screen with a heading and a list. The list has a cursor."""

    rows: CursorList

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.heading = TextLine("list-heading")

    def compose(self) -> ComposeResult:
        """Yield the heading, the list, state line, prompt and footer."""
        yield self.heading
        yield self.rows
        yield from self.compose_bottom()

    @property
    def cursor_line(self) -> int:
        """Index of the line under the cursor."""
        return self.rows.cursor_line

    @property
    def line_count(self) -> int:
        """Number of lines of the list."""
        return self.rows.line_count

    def page_step(self, pages: float) -> int:
        """Return how many lines the cursor moves when it moves down by `pages` pages.

        If `pages` is negative, the cursor moves up, and the result is negative.
        """
        return self.rows.page_step(pages)

    def move(self, index: int) -> None:
        """Move the cursor to the line `index`, or to the nearest line that exists."""
        self.rows.move(index)
        self.draw_state()

    def step(self, lines: int) -> None:
        """Move the cursor down by `lines` lines, or up if `lines` is negative."""
        self.move(self.cursor_line + lines)

    def jump(self, index: int) -> None:
        """Move the cursor to the line `index`, as `move` does."""
        self.move(index)

    def move_to_number(self, number: int) -> None:
        """Move the cursor to the line with the number `number`, counted from 1.

        If there is no such line, move to the last one.
        """
        self.move(number - 1)

    def on_line_list_clicked(self, message: CursorList.Clicked) -> None:
        """Move the cursor to the clicked line."""
        self.move(message.index)

    def current_paper_id(self) -> int | None:
        """Return None, because the lines of the list are not papers."""
        return None
