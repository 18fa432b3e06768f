"""Keys of the list of steps: move, take one back, do again."""

from collections.abc import Mapping

from readq.tui.keyed_screen import Handler
from readq.tui.steps_screen import StepsScreen


def _by_lines(lines: int) -> Handler:
    def act(screen: StepsScreen) -> None:
        screen.move(screen.list.cursor + lines)

    return act


def _by_pages(share: float) -> Handler:
    def act(screen: StepsScreen) -> None:
        lines = max(1, int(screen.list.page * abs(share)))
        screen.move(screen.list.cursor + (lines if share > 0 else -lines))

    return act


def _first(screen: StepsScreen) -> None:
    screen.move(0)


def _last(screen: StepsScreen) -> None:
    screen.move(len(screen.list.rows) - 1)


def _take_back(screen: StepsScreen) -> None:
    screen.take_back()


def _redo(screen: StepsScreen) -> None:
    screen.desk.redo()


HANDLERS: Mapping[str, Handler] = {
    "take_back": _take_back,
    "redo": _redo,
    "next": _by_lines(1),
    "previous": _by_lines(-1),
    "first": _first,
    "last": _last,
    "half_down": _by_pages(0.5),
    "half_up": _by_pages(-0.5),
    "page_down": _by_pages(1),
    "page_up": _by_pages(-1),
}
