"""Write the log to a rotating file, without secrets.

Several processes can write and rotate the file at the same time.
"""

import contextlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler

from readq.text import one_line

MOST_BYTES, OLD_FILES = 500_000, 3
"""The size in bytes at which a new log file is begun, and the number of older log files that are kept."""

_LOGGERS = ("readq", "httpx", "textual-serve", "aiohttp")
"""The names of the loggers whose records go to the log file.

They are readq's own logger, the logger of the HTTP client, which logs a line for each request, and the loggers of
`readq serve`. Without the log file, the tracebacks of `readq serve` would be printed to the terminal.
"""

_LONGEST = 2_000
_ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,40}://)(?:[^\s/?#@]*@)?([^\s/?#@\"'<>]*)[^\s\"'<>)]*")
_SECRET = re.compile(
    r"""(?ix)(?<![\w-]) ([\w-]*(?:passwo?r?d|passphrase|secret|token|api[_-]?key|authorization|credentials?|signature)
    ["']?\s*[=:]\s*) (?:(?:bearer|basic)\s+)? ["']?[^\s"',;&]+ ["']?"""
)


def without_secrets(text: str) -> str:
    """Return `text` with each URL cut to its scheme and host, and with each secret replaced by `***`.

    A secret is a value after a name such as `password` or `token`. The path of a URL is cut off because the URL of a
    private feed may have a secret in its path.
    """
    return _SECRET.sub(r"\1***", _ADDRESS.sub(r"\1\2/…", text))


class _Lines(logging.Formatter):
    """Formats a record as one line: time in UTC, process id, level, text. A traceback follows in indented lines."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        instant = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = one_line(without_secrets(record.getMessage()))[:_LONGEST]
        lines = [f"{instant} {record.process} {record.levelname.lower()} {text}"]
        if record.exc_info:
            lines += [
                f"  {one_line(line)}" for line in without_secrets(self.formatException(record.exc_info)).splitlines()
            ]
        return "\n".join(lines)


class _Message(logging.Formatter):
    """Formats a record as its text alone, like the messages on standard error."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(without_secrets(record.getMessage()))[:_LONGEST]


class _File(RotatingFileHandler):
    """A rotating file that only the user can read. Other processes may rotate it at any time."""

    def _open(self) -> TextIOWrapper:
        # To open a named pipe would wait for a reader.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK
        descriptor = os.open(self.baseFilename, flags, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="replace")

    def emit(self, record: logging.LogRecord) -> None:
        # Another process may have renamed the open file to rotate it. Writing on would rotate the new file once more.
        if self.stream is not None and not self._is_present(self.stream):
            self.stream.close()
            self.stream = self._open()
        super().emit(record)

    def _is_present(self, stream: TextIOWrapper) -> bool:
        try:
            return os.path.samestat(os.fstat(stream.fileno()), os.stat(self.baseFilename))
        except OSError:
            return False

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging calls
        """Leave the record out, because a full disk must not end a command that only reads."""


class _Screen(logging.Handler):
    """Writes records to standard error, except messages that were printed there already.

    While the UI draws, it replaces the stream.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "readq.said"

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{self.format(record)}\n")


@contextlib.contextmanager
def opened(path: str, clock: Callable[[], datetime], *, is_shown: bool) -> Iterator[None]:
    """Write the log records of readq and of its libraries to the file at `path` during the `with` block.

    If `is_shown` is true, write them to standard error too. `clock` returns the present time.
    """
    handlers: list[logging.Handler] = []
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        handlers.append(_File(path, maxBytes=MOST_BYTES, backupCount=OLD_FILES))
        handlers[0].setFormatter(_Lines(clock))
    if is_shown:
        screen = _Screen()
        screen.setFormatter(_Message())
        handlers.append(screen)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    former = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
        logger.propagate = False
        for handler in handlers:
            logger.addHandler(handler)
    try:
        yield
    finally:
        for logger, (level, propagate) in zip(loggers, former, strict=True):
            logger.setLevel(level)
            logger.propagate = propagate
            for handler in handlers:
                logger.removeHandler(handler)
        for handler in handlers:
            with contextlib.suppress(OSError):
                handler.close()
