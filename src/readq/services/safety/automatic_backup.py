"""Start an automatic backup in the background, after a command that wrote to the library.

The UI makes automatic backups itself. This module is for users who never open the UI. A file in the backup folder
records by its modification time when an automatic backup was last started. If that was more than an hour ago, the
command starts the new process `readq backup --automatic`. This process decides whether a backup is due, and makes it.
The command does not wait for the process, and ignores its exit status. The process does not inherit the command's
streams. So a program that reads the command's output, such as cron, does not wait for the process either.
"""

import contextlib
import os
from collections.abc import Mapping
from datetime import datetime

from readq.services import detached_command

_MARKER = ".looked"
"""The name of a file in the backup folder. It was last changed when an automatic backup was last started."""

_START_INTERVAL = 3600.0
"""The minimum time between two starts, in seconds. It applies even if the first backup fails."""

_TEMPORARY_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/private/tmp", "/private/var/folders")  # noqa: S108 - not written to
_TEMPORARY_VARIABLES = ("TMPDIR", "TEMP", "TMP")


def fingerprint(library: str) -> tuple[int, ...]:
    """Return a value that differs between two calls if the library was written to between them.

    It has the times of change (in nanoseconds) and the sizes (in bytes) of the library and its write-ahead log.
    """
    found: list[int] = []
    for path in (library, f"{library}-wal"):
        with contextlib.suppress(OSError):
            status = os.stat(path)
            found += status.st_mtime_ns, status.st_size
    return tuple(found)


def is_temporary(library: str, environ: Mapping[str, str]) -> bool:
    """Return whether the library is in a folder for temporary files, as in tests and in the demo."""
    folders = (
        *_TEMPORARY_FOLDERS,
        *(os.path.realpath(environ[name]) for name in _TEMPORARY_VARIABLES if environ.get(name)),
    )
    return os.path.realpath(library).startswith(tuple(folder.rstrip("/") + "/" for folder in folders))


def start(library: str, config: str, environ: Mapping[str, str], now: datetime) -> int | None:
    """Start `readq backup --automatic` with the config file at the path `config`. Return the id of the new process.

    No process is started for a temporary library, or if the last one was started less than an hour ago. Return None in
    these two cases, and after an error. Errors are not raised, because the command after which this function is called
    has succeeded. `readq check` reports failed backups.
    """
    if is_temporary(library, environ):
        return None
    folder = os.path.join(os.path.dirname(os.path.abspath(library)), "backups")
    try:
        if not _claim_start(os.path.join(folder, _MARKER), now.timestamp()):
            return None
    except OSError:
        return None
    return detached_command.start(library, config, environ, ("backup", "--automatic"))


def _claim_start(marker: str, now: float) -> bool:
    """If no backup was started within the last hour, record a start at the time `now` and return True.

    Otherwise return False.
    """
    with contextlib.suppress(FileNotFoundError):
        # A time in the future comes from a wrong clock.
        if abs(now - os.stat(marker).st_mtime) < _START_INTERVAL:
            return False
    os.makedirs(os.path.dirname(marker), mode=0o700, exist_ok=True)
    os.close(os.open(marker, os.O_WRONLY | os.O_CREAT, 0o600))
    os.utime(marker, (now, now))
    return True
