"""Automatic backups for those who never open the UI: started behind a command that wrote, in a process of their own.

The command has only to look at one file's time. What is slow, and whether a backup is due at all, is the business of
`readq backup --automatic`: detached, without the command's streams, so that a pipe or cron waits for the command alone,
and with a parent that is gone by then, so that no zombie is left and no exit status depends on it.
"""

import contextlib
import os
import sys
from collections.abc import Mapping
from datetime import datetime

_LOOKED = ".looked"
"""The file in the folder of backups whose time says when one was last started."""

_LOOK_EVERY = 3600.0
"""Seconds in which only one is started, however many commands write, and whatever becomes of it."""

_PASSING = ("/tmp", "/var/tmp", "/dev/shm", "/private/tmp", "/private/var/folders")  # noqa: S108 - not written to
_SETS_PASSING = ("TMPDIR", "TEMP", "TMP")


def fingerprint(library: str) -> tuple[int, ...]:
    """What changes whenever something is written to the library: times and sizes of the file and its WAL."""
    found: list[int] = []
    for path in (library, f"{library}-wal"):
        with contextlib.suppress(OSError):
            status = os.stat(path)
            found += status.st_mtime_ns, status.st_size
    return tuple(found)


def is_temporary(library: str, environ: Mapping[str, str]) -> bool:
    """Whether the library lies where nothing is meant to last: a test's, a demo's."""
    folders = (*_PASSING, *(os.path.realpath(environ[name]) for name in _SETS_PASSING if environ.get(name)))
    return os.path.realpath(library).startswith(tuple(folder.rstrip("/") + "/" for folder in folders))


def start(library: str, config: str, environ: Mapping[str, str], now: datetime) -> int | None:
    """Start `readq backup --automatic` over the library, with the config file `config`; the process, or None.

    Not for a temporary library, nor within the hour after the last start. It fails in silence: what was asked for is
    done, and `readq check` says of a backup that failed.
    """
    if is_temporary(library, environ) or not sys.executable or not hasattr(os, "posix_spawn"):
        return None
    folder = os.path.join(os.path.dirname(os.path.abspath(library)), "backups")
    try:
        if not _is_first_look(os.path.join(folder, _LOOKED), now.timestamp()):
            return None
        return _spawned(library, config, environ)
    except (OSError, NotImplementedError):
        return None


def _is_first_look(marker: str, now: float) -> bool:
    """Whether nobody has looked within the hour; from now on somebody has."""
    with contextlib.suppress(FileNotFoundError):
        # A time in the future was left by a clock that was wrong.
        if abs(now - os.stat(marker).st_mtime) < _LOOK_EVERY:
            return False
    os.makedirs(os.path.dirname(marker), mode=0o700, exist_ok=True)
    os.close(os.open(marker, os.O_WRONLY | os.O_CREAT, 0o600))
    os.utime(marker, (now, now))
    return True


def _spawned(library: str, config: str, environ: Mapping[str, str]) -> int:
    settings = ["--config", config] if os.path.exists(config) else []
    # -P: nothing in the folder where the command was given is taken for a module.
    command = [sys.executable, "-P", "-m", "readq", "--db", library, *settings, "backup", "--automatic"]
    streams = [
        (os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY, 0) for number in range(3)
    ]
    return os.posix_spawn(command[0], command, environ, file_actions=streams, setsid=True)
