"""`readq` without a command: open the terminal UI."""

import argparse
import gc
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from readq.cli.context import Context
from readq.errors import UsageError

if TYPE_CHECKING:
    from readq.services.review.cards import ReviewChoice


_BROWSER = "textual.drivers.web_driver:WebDriver"
"""The name of the Textual driver that textual-serve sets.

With this driver, a browser takes the place of the terminal.
"""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Open the UI with the list of the inbox. Return the exit status."""
    return open_ui(context)


def open_ui(context: Context, *, review: "ReviewChoice | None" = None) -> int:
    """Open the UI. When it has closed, return the exit status. Raises UsageError if no terminal can show the UI.

    The UI starts with the list if `review` is None. Otherwise it starts with a review of the cards that `review`
    selects.
    """
    refuse_without_terminal(os.environ)
    # Nearly all objects made before the first rows are drawn stay in use: collecting garbage would only delay the rows.
    gc.disable()
    from readq.tui.app.start import run as run_ui

    return run_ui(
        context.library_path,
        context.config,
        review=review,
        config_path=context.config_path,
        demo=context.is_demo,
    )


def has_terminal() -> bool:
    """Return whether standard input and standard output are both a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def refuse_without_terminal(environ: Mapping[str, str]) -> None:
    """Raise UsageError unless standard input and output are a terminal on which the UI can be drawn.

    A browser (`readq serve`) counts as such a terminal. The UI cannot be drawn if `TERM` in `environ` is missing or
    `dumb`.
    """
    if environ.get("TEXTUAL_DRIVER") == _BROWSER:
        return
    if not has_terminal():
        raise UsageError("the UI needs a terminal", "readq list, readq --help work without one")
    kind = environ.get("TERM", "")
    if kind in ("", "dumb"):
        # Textual would draw one frame, then wait for answers that such a terminal never sends.
        reason = f"TERM is {kind}" if kind else "TERM is not set"
        raise UsageError(
            f"{reason}: the UI cannot be drawn on such a terminal",
            "set TERM to the kind of your terminal, such as xterm-256color; readq list, readq --help work here",
        )
