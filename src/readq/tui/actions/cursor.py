"""Actions that move the cursor of a list, and actions that scroll the text of the shown paper."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.screen_context import CountedHandler, Handler

_MOST_REPEATS = 1_000
"""The largest count for the keys that move the cursor by days.

A larger count that the user types is reduced to this.
"""

_ALL_LINES = 1_000_000
"""A number of lines that is larger than the number of lines of any paper. Scrolling by it reaches the end."""


class CursorScreen(Protocol):
    """The interface of a screen with a list and a cursor on one of its lines."""

    @property
    def cursor_line(self) -> int:
        """Index of the line under the cursor."""

    @property
    def line_count(self) -> int:
        """Number of lines of the list."""

    def page_step(self, pages: float) -> int:
        """Return how many lines the cursor moves when it moves down by `pages` pages.

        If `pages` is negative, the cursor moves up, and the result is negative.
        """

    def step(self, lines: int) -> None:
        """Move the cursor down by `lines` lines, or up if `lines` is negative. Lines that are headings do not count."""

    def jump(self, index: int) -> None:
        """Move the cursor to the line `index`, or to a line near it that is not a heading."""

    def move_to_number(self, number: int) -> None:
        """Move the cursor to the entry with the number `number`, counted from 1.

        If there is no such entry, move to the last. An entry is a paper, an undo step or a feed.
        """


class TextScreen(Protocol):
    """The interface of a screen with a text that scrolls."""

    def page_height(self) -> int:
        """Return the number of visible lines of the text."""

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text down by `lines` lines. A negative number scrolls up."""


def _move_lines(screen: CursorScreen, lines: int) -> None:
    screen.step(lines)


def _move_pages(screen: CursorScreen, pages: float) -> None:
    screen.jump(screen.cursor_line + screen.page_step(pages))


def _move_to_first(screen: CursorScreen) -> None:
    screen.jump(0)


def _move_to_last(screen: CursorScreen) -> None:
    screen.jump(screen.line_count - 1)


def _move_to_line(screen: CursorScreen, number: int) -> None:
    screen.move_to_number(number)


def _repeat(move: Callable[[ListScreen, int], None], screen: ListScreen, step: int, count: int) -> None:
    for _ in range(min(count, _MOST_REPEATS)):
        move(screen, step)


def _scroll_lines(screen: TextScreen, lines: int) -> None:
    screen.scroll_paper(lines)


def _scroll_pages(screen: TextScreen, pages: float) -> None:
    lines = max(1, int(screen.page_height() * abs(pages)))
    screen.scroll_paper(lines if pages > 0 else -lines)


def _move_days(screen: ListScreen, step: int) -> None:
    papers = screen.session.list_state
    day = papers.rows.day_of(papers.cursor)
    if day is None:
        return
    # From a paper, the heading before it is that of its own day.
    day += step if step > 0 or papers.heading is not None else 0
    if 0 <= day < len(papers.rows.days):
        screen.move(papers.rows.heading_row(day))
    else:
        screen.show_message("there is no day above" if step < 0 else "there is no day below")


IN_ROWS: Mapping[str, Handler] = {
    "next": partial(_move_lines, lines=1),
    "previous": partial(_move_lines, lines=-1),
    "first": _move_to_first,
    "last": _move_to_last,
    "half_down": partial(_move_pages, pages=0.5),
    "half_up": partial(_move_pages, pages=-0.5),
    "page_down": partial(_move_pages, pages=1),
    "page_up": partial(_move_pages, pages=-1),
}

_SCROLL_LINES: Mapping[str, Handler] = {
    "scroll_down": partial(_scroll_lines, lines=1),
    "scroll_up": partial(_scroll_lines, lines=-1),
}

IN_LISTS: Mapping[str, Handler] = {
    **IN_ROWS,
    **_SCROLL_LINES,
    "previous_day": partial(_move_days, step=-1),
    "next_day": partial(_move_days, step=1),
    "labels": lambda screen: screen.letters.show(),
}

IN_A_TEXT: Mapping[str, Handler] = {
    "next": partial(_scroll_lines, lines=1),
    "previous": partial(_scroll_lines, lines=-1),
    "first": partial(_scroll_lines, lines=-_ALL_LINES),
    "last": partial(_scroll_lines, lines=_ALL_LINES),
    "half_down": partial(_scroll_pages, pages=0.5),
    "half_up": partial(_scroll_pages, pages=-0.5),
    "page_down": partial(_scroll_pages, pages=1),
    "page_up": partial(_scroll_pages, pages=-1),
}

ON_A_PAPER: Mapping[str, Handler] = {
    **_SCROLL_LINES,
    **IN_A_TEXT,
    "next": partial(_move_lines, lines=1),
    "previous": partial(_move_lines, lines=-1),
    "following": partial(_move_lines, lines=1),
    "preceding": partial(_move_lines, lines=-1),
}

_COUNTED_SCROLL: Mapping[str, CountedHandler] = {
    "scroll_down": _scroll_lines,
    "scroll_up": lambda screen, count: _scroll_lines(screen, -count),
}

COUNTED_IN_ROWS: Mapping[str, CountedHandler] = {
    "next": _move_lines,
    "previous": lambda screen, count: _move_lines(screen, -count),
    "first": _move_to_line,
    "last": _move_to_line,
    "half_down": lambda screen, count: _move_pages(screen, count / 2),
    "half_up": lambda screen, count: _move_pages(screen, -count / 2),
    "page_down": _move_pages,
    "page_up": lambda screen, count: _move_pages(screen, -count),
}
"""The actions on a list for which the user can type a count, with their handlers.

`first` and `last` go to the line whose number is the count, as `G` does in vi. The other actions repeat the movement.
"""

COUNTED_IN_LISTS: Mapping[str, CountedHandler] = {
    **COUNTED_IN_ROWS,
    **_COUNTED_SCROLL,
    "next_day": lambda screen, count: _repeat(_move_days, screen, 1, count),
    "previous_day": lambda screen, count: _repeat(_move_days, screen, -1, count),
}

COUNTED_ON_A_PAPER: Mapping[str, CountedHandler] = {
    **_COUNTED_SCROLL,
    "next": _move_lines,
    "previous": lambda screen, count: _move_lines(screen, -count),
    "following": _move_lines,
    "preceding": lambda screen, count: _move_lines(screen, -count),
    "half_down": lambda screen, count: _scroll_pages(screen, count / 2),
    "half_up": lambda screen, count: _scroll_pages(screen, -count / 2),
    "page_down": _scroll_pages,
    "page_up": lambda screen, count: _scroll_pages(screen, -count),
}
