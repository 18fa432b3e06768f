"""Keys of the list of steps: move, take one back, do again."""

from collections.abc import Mapping

from readq.tui.actions import row_cursor as row_moving
from readq.tui.screens.history_screen import StepsScreen
from readq.tui.screens.screen_context import Handler


def _take_back(screen: StepsScreen) -> None:
    screen.take_back()


def _redo(screen: StepsScreen) -> None:
    screen.session.redo()


HANDLERS: Mapping[str, Handler] = {**row_moving.HANDLERS, "take_back": _take_back, "redo": _redo}
