"""Print `readq list` on a terminal: one line for each paper, cut to the width of the terminal."""

import shutil
from collections.abc import Iterable

from rich.cells import set_cell_size

from readq.store.papers.queries import Line
from readq.text import one_line

_MAX_KEY_WIDTH = 28


def print_table(lines: Iterable[Line], total: int) -> None:
    """Print the number, star, status, year, key and title of each paper in `lines`.

    `total` is the number of papers found. If it is larger than the number of lines, print how many papers are left out.
    """
    rows = list(lines)
    if not rows:
        print("no papers")
        return
    width = shutil.get_terminal_size().columns
    number = len(str(max(row.id for row in rows)))
    key = min(_MAX_KEY_WIDTH, max(len(row.key) for row in rows))
    for row in rows:
        head = f"{row.id:>{number}} {'*' if row.starred else ' '} {row.status:<7} {row.year or '':>4}  "
        text = head + set_cell_size(one_line(row.key), key) + "  " + one_line(row.title)
        print(set_cell_size(text, width).rstrip())
    if total > len(rows):
        print(f"… and {total - len(rows):,} more (--limit {total} shows all)")
