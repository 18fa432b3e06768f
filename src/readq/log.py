"""Write a log of failed commands, and of commands that take long, to a rotating file in the state folder.

Most commands write nothing to this file. They do not import `logging`, because the import would take a tenth of their
time.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime


@contextlib.contextmanager
def opened(path: str, clock: Callable[[], datetime], *, is_shown: bool = False) -> Iterator[None]:
    """Keep the log file at `path` open during the `with` block. Messages are written to this file.

    If `is_shown` is true, messages are written to standard error too. If the file cannot be written, no error is
    raised, because the command can do its work without a log. `clock` returns the present time.
    """
    from readq import log_file

    with log_file.opened(path, clock, is_shown=is_shown):
        yield


def message(text: str) -> None:
    """Write `text` to the log as one line. If no log is open, do nothing. URLs are cut to scheme and host."""
    if "logging" in sys.modules:
        import logging

        logging.getLogger("readq").info("%s", text)


def said(text: str) -> None:
    """Write to the log a line that was already printed to standard error, and do not print it again.

    If no log is open, do nothing.
    """
    if "logging" in sys.modules:
        import logging

        logging.getLogger("readq.said").info("%s", text)


def fault(error: BaseException) -> None:
    """Write an unexpected error with its traceback to the log. If no log is open, do nothing."""
    if "logging" in sys.modules:
        import logging

        logging.getLogger("readq").error("internal error", exc_info=error)
