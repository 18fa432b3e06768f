"""The lines of the list of steps."""

from collections.abc import Sequence
from datetime import datetime

from readq.days import parse_instant
from readq.store.journal.steps import Step
from readq.tui.text import symbols
from readq.tui.text.columns import fit
from readq.tui.text.sanitize import display_text
from readq.tui.text.wording import counted
from readq.tui.widgets.row_list import RowList

Row = tuple[Step, str | None]
"""A step, and the title of the paper that it was about if it was just one."""

_WHAT = 18
_UNDONE = " undone "


class StepList(RowList):
    """Shows steps, newest first."""

    def __init__(self, now: datetime) -> None:
        """`now` is in the zone in which times are shown."""
        super().__init__(("Nothing was done yet.",))
        self._now = now
        self.rows: Sequence[Row] = ()

    @property
    def count(self) -> int:
        """How many steps there are."""
        return len(self.rows)

    def show(self, rows: Sequence[Row]) -> None:
        """Show other steps; the cursor stays on its step, else on its line."""
        current = self.rows[self.cursor][0].step if self.rows else None
        self.rows = rows
        self.move(next((index for index, (step, _) in enumerate(rows) if step.step == current), self.cursor))

    def line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """A step; one that was taken back stands aside."""
        step, title = self.rows[index]
        text = line(step, title, self._now, width, at_cursor=at_cursor)
        return text, "muted" if step.undone else "row"


def line(step: Step, title: str | None, now: datetime, width: int, *, at_cursor: bool = False) -> str:
    """A step in `width` cells: its number, when, what, on what, and whether it was taken back."""
    when = parse_instant(step.at).astimezone(now.tzinfo)
    day = "today     " if when.date() == now.date() else when.strftime("%Y-%m-%d")
    about = display_text(title) if title else counted(step.papers, "paper") if step.papers else ""
    what = fit(display_text(step.what), _WHAT)
    head = f"{symbols.CURSOR if at_cursor else ' '}{step.step:>6,}  {day} {when:%H:%M}  {what}  "
    tail = _UNDONE if step.undone else " " * len(_UNDONE)
    return fit(head + fit(about, max(0, width - len(head) - len(tail))) + tail, width)
