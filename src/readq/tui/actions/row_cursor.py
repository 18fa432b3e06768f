"""Keys that move the cursor of a list that is read whole: steps, feeds."""

from collections.abc import Mapping
from typing import Protocol

from readq.tui.screens.screen_context import Handler
from readq.tui.widgets.row_list import RowList


class HasRows(Protocol):
    """A screen with such a list."""

    @property
    def rows(self) -> RowList:
        """The list."""

    def move(self, index: int) -> None:
        """Put the cursor on another line."""


def _by_lines(lines: int) -> Handler:
    def act(screen: HasRows) -> None:
        screen.move(screen.rows.cursor_line + lines)

    return act


def _by_pages(share: float) -> Handler:
    def act(screen: HasRows) -> None:
        lines = max(1, int(screen.rows.page_height * abs(share)))
        screen.move(screen.rows.cursor_line + (lines if share > 0 else -lines))

    return act


def _first(screen: HasRows) -> None:
    screen.move(0)


def _last(screen: HasRows) -> None:
    screen.move(screen.rows.line_count - 1)


HANDLERS: Mapping[str, Handler] = {
    "next": _by_lines(1),
    "previous": _by_lines(-1),
    "first": _first,
    "last": _last,
    "half_down": _by_pages(0.5),
    "half_up": _by_pages(-0.5),
    "page_down": _by_pages(1),
    "page_up": _by_pages(-1),
}
