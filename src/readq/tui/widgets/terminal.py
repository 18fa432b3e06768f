"""Give the terminal to another program, such as the user's editor."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from textual.app import App

Result = TypeVar("Result")


def run_suspended(app: App[None], run: Callable[[], Result]) -> Result:
    """Suspend the UI, call `run`, and resume the UI. Return the result of `run`, or raise its exception.

    During the call, `run` has the terminal to itself, and Ctrl+c does not end the UI.
    """
    results: list[Result] = []
    failure: BaseException | None = None
    old_handler = signal.signal(signal.SIGINT, _ignore)
    try:
        with app.suspend():
            # Textual resumes only if its block ends without an exception.
            try:
                results.append(run())
            except BaseException as error:
                failure = error
    finally:
        signal.signal(signal.SIGINT, old_handler)
    if failure is not None:
        raise failure
    return results[0]


def _ignore(_signum: int, _frame: FrameType | None) -> None:
    """Do nothing. A child process would inherit SIG_IGN, but it does not inherit a handler."""
