"""Log the commands that readq runs.

For a command that takes long or has the option `--verbose`, the log gets the messages and the duration. For every other
command, the log gets only the error that ends it.
"""

import contextlib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager

from readq import log
from readq.clock import now
from readq.errors import ReadqError, UsageError
from readq.paths import log_path


def logged(name: str, *, is_long: bool, is_shown: bool) -> AbstractContextManager[None]:
    """Return a context manager that logs the command `name`, which runs in the `with` block.

    If `is_long` or `is_shown` is true, the log gets the command's messages and its duration. Otherwise it gets only
    a ReadqError or OSError that ends the command. UsageError and BrokenPipeError are not logged. If `is_shown` is true,
    the messages and the duration are also written to standard error.
    """
    return _whole(name, is_shown=is_shown) if is_long or is_shown else _failure(name)


@contextlib.contextmanager
def _whole(name: str, *, is_shown: bool) -> Iterator[None]:
    with log.opened(log_path(), now, is_shown=is_shown):
        start = time.monotonic()
        try:
            yield
        except BaseException as error:
            log.said(f"{name}: {type(error).__name__} {error}")
            raise
        finally:
            log.message(f"{name}: ended after {time.monotonic() - start:.1f} s")


@contextlib.contextmanager
def _failure(name: str) -> Iterator[None]:
    try:
        yield
    except (UsageError, BrokenPipeError):
        raise
    except (ReadqError, OSError) as error:
        with log.opened(log_path(), now):
            log.said(f"{name}: {type(error).__name__} {error}")
        raise


def write_fault(error: Exception) -> str:
    """Write an unexpected error with its traceback to the log.

    Return a one-line message about the error for the user.
    """
    with log.opened(log_path(), now):
        log.fault(error)
    return f"readq has a fault: {type(error).__name__}: {error} (please report it; the details are in {log_path()})"
