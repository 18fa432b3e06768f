"""Give the terminal to another program, such as the user's editor."""

import contextlib
import os
import select
import signal
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TypeVar

from textual.app import App, SuspendNotSupported

from readq.errors import ReadqError

Result = TypeVar("Result")

_KEYBOARD = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP})
"""The signals that the terminal sends when a key such as Ctrl+c is pressed."""


def run_suspended(app: App[None], run: Callable[[], Result]) -> Result:
    """Suspend the UI, call `run`, and resume the UI. Return the result of `run`, or raise its exception.

    While `run` is called, the UI does not use the terminal, and Ctrl+c and Ctrl+backslash do not end the UI.
    """
    results: list[Result] = []
    failure: BaseException | None = None
    old_handler = signal.signal(signal.SIGINT, _ignore)
    try:
        with app.suspend(), _keys_kept_from_the_event_loop():
            # Textual resumes only if its block ends without an exception.
            try:
                results.append(run())
            except BaseException as error:
                failure = error
    except SuspendNotSupported:
        raise ReadqError("no other program can have the terminal here", "start readq in a terminal for that") from None
    finally:
        signal.signal(signal.SIGINT, old_handler)
    if failure is not None:
        raise failure
    return results[0]


@contextlib.contextmanager
def _keys_kept_from_the_event_loop() -> Iterator[None]:
    """Drop the keyboard's signals that arrive during the block.

    After the block, pass all other signals on to the event loop. The event loop calls its own handler for the number of
    each signal that Python writes to the wake-up file, whatever handler is in force when the signal arrives.
    """
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    former = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(former)
        with contextlib.suppress(BlockingIOError):
            arrived = os.read(reading, select.PIPE_BUF)
            others = bytes(signum for signum in arrived if signum not in _KEYBOARD)
            if others and former != -1:
                os.write(former, others)
        os.close(reading)
        os.close(writing)


def _ignore(_signum: int, _frame: FrameType | None) -> None:
    """Do nothing. A child process would inherit SIG_IGN, but it does not inherit a handler."""
