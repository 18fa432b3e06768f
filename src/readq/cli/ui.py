"""`readq` alone: the terminal UI."""

import argparse
import sys

from readq.cli.context import Context
from readq.errors import UsageError


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Open the queue."""
    return open_ui(context)


def open_ui(context: Context, *, review: str | None = None) -> int:
    """Open the UI, with `review` in a sitting over the papers that this query finds; returns the exit status.

    Raises UsageError when there is no terminal.
    """
    refuse_without_terminal()
    from readq.tui.app import run as run_ui

    start = "queue" if review is None else "review"
    return run_ui(context.library_path, context.config, start=start, query=review or "")


def has_terminal() -> bool:
    """Whether someone can see the UI and type into it."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def refuse_without_terminal() -> None:
    """Raise UsageError unless there is a terminal on both ends."""
    if not has_terminal():
        raise UsageError("the UI needs a terminal", "readq list, readq --help work without one")
