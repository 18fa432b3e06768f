"""Format the heading of a day in a list, and the text shown in place of a paper while the cursor is on the heading."""

from datetime import date
from typing import NamedTuple

from readq.text import counted
from readq.tui.text import icons
from readq.tui.text.paper_blocks import HINT, META, TITLE, Block

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class DaySummary(NamedTuple):
    """The content of the heading of a day in a list."""

    day: str
    """The day as an ISO date."""
    papers: int
    """The number of papers of the day in the list."""
    undecided: int
    queued: int
    selected: int
    folded: bool
    """Whether the papers of the day are hidden, so that only the heading is shown."""


def day_name(day: str, today: date) -> str:
    """Format a day in a few words: `Fri 21 Aug`, or `Thu 21 Aug 2025` for a day of another year than `today`.

    Return `day unknown` if `day` is not an ISO date.
    """
    try:
        then = date.fromisoformat(day)
    except ValueError:
        return "day unknown"
    year = f" {then.year}" if then.year != today.year else ""
    return f"{_WEEKDAYS[then.weekday()]} {then.day} {_MONTHS[then.month - 1]}{year}"


def heading(summary: DaySummary, today: date) -> str:
    """Format the heading of a day with numbers of papers: `▾ Fri 21 Aug · 17 · 3 queued · 2 selected`."""
    parts = [day_name(summary.day, today), f"{summary.papers:,}"]
    parts += [f"{summary.queued:,} queued"] if summary.queued else []
    parts += [f"{summary.selected:,} selected"] if summary.selected else []
    return f"{icons.FOLDED if summary.folded else icons.UNFOLDED} {' · '.join(parts)}"


def day_blocks(summary: DaySummary, today: date, keys: str) -> list[Block]:
    """Return the blocks to show in place of a paper while the cursor is on the heading of a day.

    `keys` is a text about the keys that work on a heading.
    """
    parts = [counted(summary.papers, "paper"), f"{summary.undecided:,} undecided"]
    parts += [f"{summary.queued:,} queued"] if summary.queued else []
    return [Block(TITLE, day_name(summary.day, today)), Block(META, " · ".join(parts)), Block(HINT, keys)]
