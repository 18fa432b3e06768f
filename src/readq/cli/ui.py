"""`readq` alone: the terminal UI."""

import argparse
import gc
import os
import sys
from collections.abc import Mapping

from readq.cli.context import Context
from readq.errors import UsageError


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Open the queue."""
    return open_ui(context)


def open_ui(context: Context, *, review: str | None = None) -> int:
    """Open the UI, with `review` in a sitting over the papers that this query finds; returns the exit status.

    Raises UsageError when there is no terminal that it can be drawn on.
    """
    refuse_without_terminal(os.environ)
    # Hardly anything that is made until the first rows are seen is garbage: looking for it would hold them up.
    gc.disable()
    from readq.tui.app.app import run as run_ui

    start = "queue" if review is None else "review"
    return run_ui(
        context.library_path,
        context.config,
        start=start,
        query=review or "",
        config_path=context.config_path,
        demo=not context.fetches,
    )


def has_terminal() -> bool:
    """Whether someone can see the UI and type into it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def refuse_without_terminal(environ: Mapping[str, str]) -> None:
    """Raise UsageError unless there is a terminal on both ends, of a kind that can place its cursor."""
    if not has_terminal():
        raise UsageError("the UI needs a terminal", "readq list, readq --help work without one")
    kind = environ.get("TERM", "")
    if kind in ("", "dumb"):
        # Textual would draw one frame, then wait for answers that such a terminal never gives.
        said = f"TERM is {kind}" if kind else "TERM is not set"
        raise UsageError(
            f"{said}: the UI cannot be drawn on such a terminal",
            "set TERM to what the terminal is, such as xterm-256color; readq list, readq --help work here",
        )
