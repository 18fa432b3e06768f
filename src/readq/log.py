"""Write what long commands did, and why commands failed, to a rotating file in the state folder.

Most commands write nothing to it and so do not import `logging`, which would take a tenth of their time.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime


@contextlib.contextmanager
def opened(path: str, clock: Callable[[], datetime], *, is_shown: bool = False) -> Iterator[None]:
    """Keep the log at `path` open: messages go to that file, and if `is_shown` to standard error too.

    A log that cannot be written is left out without a message: the command does its own work.
    """
    from readq import log_file

    with log_file.opened(path, clock, is_shown=is_shown):
        yield


def message(text: str) -> None:
    """Write one line to the log. Nothing happens if no log is open. Addresses are cut to their host."""
    if "logging" in sys.modules:
        import logging

        logging.getLogger("readq").info("%s", text)


def said(text: str) -> None:
    """Write a line to the log that standard error has already. Nothing happens if no log is open."""
    if "logging" in sys.modules:
        import logging

        logging.getLogger("readq.said").info("%s", text)


def fault(error: BaseException) -> None:
    """Write an error that no command expects, with its traceback, to the log. Nothing happens if no log is open."""
    if "logging" in sys.modules:
        import logging

        logging.getLogger("readq").error("internal error", exc_info=error)
