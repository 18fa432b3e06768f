"""Keys of an empty library: the first feed, and the demo."""

import os
import subprocess
import sys
from collections.abc import Mapping

from readq.tui.actions import triage as deciding
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.widgets import terminal

_DAILY = "hf:daily"


def _begin_daily(screen: KeyedScreen) -> None:
    from readq.tui.actions.feeds import add

    add(screen, _DAILY)


def _begin_category(screen: KeyedScreen) -> None:
    from readq.tui.actions.feeds import ask_for_category

    ask_for_category(screen)


def _begin_demo(screen: KeyedScreen) -> None:
    """The demo has a library of its own: it runs in this terminal, and this UI comes back behind it."""
    environ = {name: value for name, value in os.environ.items() if name != "READQ_NOW"}
    terminal.run_suspended(screen.app, lambda: subprocess.call([sys.executable, "-m", "readq", "demo"], env=environ))
    screen.say("back from the demo")


HANDLERS: Mapping[str, Handler] = {
    "begin_daily": _begin_daily,
    "begin_category": _begin_category,
    "begin_demo": _begin_demo,
    "undo": deciding.HANDLERS["undo"],
    "redo": deciding.HANDLERS["redo"],
}
