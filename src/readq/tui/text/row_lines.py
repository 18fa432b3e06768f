"""Find the visible lines of a list with rows of different heights.

No function visits more rows than fit on the screen. A height function returns the height of the row with a given index,
in lines, from 1 to the height of the screen.
"""

from collections.abc import Callable

HeightOf = Callable[[int], int]


def visible_lines(top: int, count: int, screen: int, height_of: HeightOf) -> list[tuple[int, int]]:
    """Return a pair for each line of the screen that is not empty: the index of its row, and the line within the row.

    `top` is the index of the first visible row, `count` the number of rows, and `screen` the height of the screen in
    lines.
    """
    lines: list[tuple[int, int]] = []
    for index in range(max(0, top), count):
        if len(lines) >= screen:
            break
        lines += ((index, part) for part in range(height_of(index)))
    return lines[:screen]


def top_that_shows(row: int, top: int, screen: int, height_of: HeightOf) -> int:
    """Find the smallest scroll that makes the whole row `row` visible.

    Return the index of the first visible row after the scroll. `top` is the index of the first visible row before the
    scroll. If the whole row is visible already, return `top`.
    """
    if row <= top:
        return row
    first, used = row, height_of(row)
    while first > top:
        used += height_of(first - 1)
        if used > screen:
            break
        first -= 1
    return first


def rows_on_a_page(row: int, count: int, screen: int, height_of: HeightOf) -> int:
    """Return how many rows a page key moves the cursor: the number of rows after `row` that fit on one screen.

    `count` is the number of rows in the list. `screen` is the height of the screen in lines, with a minus sign for a
    move up. In a move up, the rows before `row` are counted, and the result is negative. The row next to `row` counts
    even if it does not fit, so that the cursor can always move.
    """
    step = 1 if screen > 0 else -1
    index, used = row, 0
    while 0 <= index + step < count:
        used += height_of(index + step)
        if used > abs(screen) and index != row:
            break
        index += step
    return index - row
