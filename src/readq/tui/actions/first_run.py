"""Actions in an empty library: add the first feed, or run the demo."""

import os
import subprocess
import sys
from collections.abc import Mapping

from readq.tui.actions.triage import redo, undo
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.widgets import terminal

_DAILY_PAPERS = "hf:daily"


def _add_daily_papers(screen: KeyedScreen) -> None:
    # The first action on feeds imports what pulls them: no part of the first screen.
    from readq.tui.actions.feeds import add

    add(screen, _DAILY_PAPERS)


def _add_category(screen: KeyedScreen) -> None:
    from readq.tui.actions.feeds import ask_for_category

    ask_for_category(screen)


def _run_demo(screen: KeyedScreen) -> None:
    """Run the demo, which has a library of its own, in this terminal. Then return to this UI."""
    environ = {name: value for name, value in os.environ.items() if name != "READQ_NOW"}
    terminal.run_suspended(
        screen.app, lambda: subprocess.call([sys.executable, "-P", "-m", "readq", "demo"], env=environ)
    )
    screen.show_message("back from the demo")


HANDLERS: Mapping[str, Handler] = {
    "begin_daily": _add_daily_papers,
    "begin_category": _add_category,
    "begin_demo": _run_demo,
    "undo": undo,
    "redo": redo,
}
