"""The lines of the list of steps: drawn by the line, with a cursor that stays in sight."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from readq.days import parse_instant
from readq.store.journal import Step
from readq.tui import glyphs
from readq.tui.foreign_text import shown
from readq.tui.phrases import counted
from readq.tui.row_text import fit

Row = tuple[Step, str | None]
"""A step, and the title of the paper that it was about if it was just one."""

_WHAT = 18
_UNDONE = " undone "


class StepList(Widget):
    """Shows steps, newest first."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"step-list--row", "step-list--undone", "step-list--cursor"}

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, now: datetime) -> None:
        """`now` is in the zone in which times are shown."""
        super().__init__()
        self._now = now
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self._top = 0

    @property
    def page(self) -> int:
        """Lines in sight."""
        return max(1, self.size.height)

    def show(self, rows: Sequence[Row]) -> None:
        """Show other steps; the cursor stays on its step, else on its line."""
        current = self.rows[self.cursor][0].step if self.rows else None
        self.rows = rows
        self.move(next((index for index, (step, _) in enumerate(rows) if step.step == current), self.cursor))

    def move(self, index: int) -> None:
        """Put the cursor on a line, or on the nearest one that exists."""
        self.cursor = max(0, min(index, len(self.rows) - 1))
        self._reveal()
        self.refresh()

    def _reveal(self) -> None:
        self._top = max(self.cursor - self.page + 1, min(self._top, self.cursor))

    def on_resize(self) -> None:
        """The cursor may have left the sight."""
        self._reveal()

    def on_click(self, event: Click) -> None:
        """Tell the screen which line was clicked."""
        if event.y + self._top < len(self.rows):
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
        if index >= len(self.rows):
            text = "  Nothing was done yet." if y == 1 and not self.rows else ""
            return Strip([Segment(fit(text, width), self.get_component_rich_style("step-list--undone"))], width)
        step, title = self.rows[index]
        at_cursor = index == self.cursor
        style = self.get_component_rich_style("step-list--undone" if step.undone else "step-list--row")
        if at_cursor:
            style += self.get_component_rich_style("step-list--cursor")
        return Strip([Segment(line(step, title, self._now, width, at_cursor=at_cursor), style)], width)


def line(step: Step, title: str | None, now: datetime, width: int, *, at_cursor: bool = False) -> str:
    """A step in `width` cells: its number, when, what, on what, and whether it was taken back."""
    when = parse_instant(step.at).astimezone(now.tzinfo)
    day = "today     " if when.date() == now.date() else when.strftime("%Y-%m-%d")
    about = shown(title) if title else counted(step.papers, "paper") if step.papers else ""
    head = f"{glyphs.CURSOR if at_cursor else ' '}{step.step:>6,}  {day} {when:%H:%M}  {fit(shown(step.what), _WHAT)}  "
    tail = _UNDONE if step.undone else " " * len(_UNDONE)
    return fit(head + fit(about, max(0, width - len(head) - len(tail))) + tail, width)
