"""Print `readq feed list` on a terminal: a table with one line for each feed.

A name or a state that does not fit in this line is printed on a line of its own.
"""

import shutil
import textwrap
from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len, set_cell_size

from readq.services.feeds.health import FeedHealth, moment
from readq.text import one_line

_NAME_WIDTH = 24
"""Width limit of the column of names, in cells. A longer name is printed on a line of its own."""

_HEAD = ("feed", "last success", "newest", "new today", "papers", "state")


def print_table(feeds: Sequence[FeedHealth], now: datetime) -> None:
    """Print a table of feeds: name, last success, day of the newest paper, numbers of papers, and state.

    Times are in the time zone of `now`.
    """
    if not feeds:
        print("no feeds yet (readq feed add hf:daily)")
        return
    rows = [_HEAD, *(_row(feed, now) for feed in feeds)]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(_HEAD))]
    widths[0] = min(widths[0], _NAME_WIDTH)
    window = max(shutil.get_terminal_size().columns, 40)
    for row in rows:
        *cells, state = row
        if cell_len(cells[0]) > _NAME_WIDTH:
            # Names are never cut: sync and remove need them whole.
            print(cells[0])
            cells[0] = ""
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=False))
        if cell_len(line) + 2 + cell_len(state) <= window:
            print(f"{line}  {state}".rstrip())
        else:
            # Nor is the state, which says why a feed failed and when it is tried again.
            print(set_cell_size(line, window).rstrip())
            print(textwrap.fill(state, window, initial_indent="    ", subsequent_indent="    "))


def _row(feed: FeedHealth, now: datetime) -> tuple[str, ...]:
    return (
        one_line(feed.name),
        moment(feed.last_success, now) if feed.last_success else "never",
        feed.newest or "",
        f"{feed.new_today:,}",
        f"{feed.papers:,}",
        one_line(feed.words),
    )
