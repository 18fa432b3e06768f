"""The list of undo steps. A step is an entry of the undo history: a change of the library that can be undone."""

from collections.abc import Sequence
from datetime import datetime

from readq.days import parse_instant
from readq.store.journal.steps import Step
from readq.text import counted
from readq.tui.text import icons
from readq.tui.text.list_columns import fit
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.cursor_list import CursorList

StepRow = tuple[Step, str | None]
"""An undo step, and the title of its paper.

The title is None if the step changed several papers or no paper, or if the paper was removed.
"""

_ACTION_WIDTH = 18
_UNDONE = " undone "


class StepList(CursorList):
    """A list of undo steps, newest first."""

    def __init__(self, now: datetime) -> None:
        """Create an empty list. `now` is the present time, in the time zone of the user."""
        super().__init__(("Nothing was done yet.",))
        self._now = now
        self.rows: Sequence[StepRow] = ()

    @property
    def line_count(self) -> int:
        """Number of listed steps."""
        return len(self.rows)

    def show(self, rows: Sequence[StepRow]) -> None:
        """Replace the listed steps by `rows`. The cursor stays on its step.

        If `rows` does not contain that step, the cursor stays on its line.
        """
        current = self.rows[self.cursor_line][0].step if self.rows else None
        self.rows = rows
        self.move(next((index for index, (step, _) in enumerate(rows) if step.step == current), self.cursor_line))

    def format_line(self, index: int, width: int, at_cursor: bool) -> tuple[str, str]:
        """Return the text of the line `index` in `width` cells, and its style.

        The style is `muted` if the step is undone. Otherwise it is `text`.
        """
        step, title = self.rows[index]
        text = format_step(step, title, self._now, width, at_cursor=at_cursor)
        return text, "muted" if step.undone else "text"


def format_step(step: Step, title: str | None, now: datetime, width: int, *, at_cursor: bool = False) -> str:
    """Format an undo step in `width` cells: its number, time, action and papers, and whether it is undone.

    `title` is the title of the paper if the step changed a single paper. If it is None, the number of papers is shown
    instead. Times are in the time zone of `now`.
    """
    when = parse_instant(step.at).astimezone(now.tzinfo)
    day = "today     " if when.date() == now.date() else when.strftime("%Y-%m-%d")
    papers = display_text(title) if title else counted(step.papers, "paper") if step.papers else ""
    action = fit(display_text(step.what), _ACTION_WIDTH)
    head = f"{icons.CURSOR if at_cursor else ' '}{step.step:>6,}  {day} {when:%H:%M}  {action}  "
    tail = _UNDONE if step.undone else " "
    return fit(head + fit(papers, max(0, width - len(head) - len(tail))) + tail, width)
