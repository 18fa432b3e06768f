"""The file of the log: the rotation of the standard library, for several processes at once, without secrets."""

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
"""The size at which a new file is begun, and the number of older files that are kept."""

_LOGGERS = ("readq", "httpx")
"""readq's own logger, and that of the HTTP client: a line for each request."""

_LONGEST = 2_000
_ADDRESS = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)(?:[^\s/?#@]*@)?([^\s/?#@\"'<>]*)[^\s\"'<>)]*")
_SECRET = re.compile(
    r"""(?ix)\b ([\w-]*(?:passwo?r?d|passphrase|secret|token|api[_-]?key|authorization|credentials?|signature)
    ["']?\s*[=:]\s*) (?:(?:bearer|basic)\s+)? ["']?[^\s"',;&]+ ["']?"""
)


def without_secrets(text: str) -> str:
    """Return the text with each address cut to its scheme and host, and each value that a name calls secret masked.

    The path of an address is cut too, because that of a private feed may be its secret.
    """
    return _SECRET.sub(r"\1***", _ADDRESS.sub(r"\1\2/…", text))


class _Lines(logging.Formatter):
    """One line for each record: instant in UTC, process, level, text. A traceback has further, indented lines."""

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
    """The text of a record alone, as messages on standard error are."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(without_secrets(record.getMessage()))[:_LONGEST]


class _File(RotatingFileHandler):
    """A rotating file that only the reader can read, and which another process may rotate meanwhile."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="replace")

    def emit(self, record: logging.LogRecord) -> None:
        # A file that was rotated is renamed: writing on would go to the old one, and rotate the new one once more.
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
        """Leave the record out: a full disk must not end a command that reads."""


class _Screen(logging.Handler):
    """Standard error, without what it has already. The UI replaces the stream while it draws."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != "readq.said"

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{self.format(record)}\n")


@contextlib.contextmanager
def opened(path: str, clock: Callable[[], datetime], *, is_shown: bool) -> Iterator[None]:
    """Send the records of readq and of its HTTP client to the log at `path`, and to standard error if `is_shown`."""
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
