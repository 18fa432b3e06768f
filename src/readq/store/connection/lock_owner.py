"""Who holds a library that cannot be had: found out from the locks themselves, so that nothing can be left stale.

SQLite's locks are POSIX locks on bytes of the library (https://www.sqlite.org/lockingv3.html) and, with a write-ahead
log, of its `-shm` (https://www.sqlite.org/walformat.html, 2.3). This process never opens either file to ask: closing it
would drop the locks that its own connections hold (https://www.sqlite.org/howtocorrupt.html, 2.2). Linux lists all
locks in `/proc/locks`; elsewhere, and where that list speaks of another device than `stat` does, a child asks.
"""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_PENDING, _LAST = 0x40000000, 0x400001FF
"""The bytes of a library that are locked: pending, reserved, and those that readers share."""

_WAL_WRITE, _WAL_RECOVER = 120, 122
"""The bytes of a `-shm` that one who writes, checkpoints or recovers locks."""

_PATIENCE = 5.0
"""Seconds that a child may take to ask."""

_LONG_AGO = 12 * 3600
"""Seconds after which an hour alone does not say when any more."""


class Holder(NamedTuple):
    """A process that holds a library. `since` is when the process was started, `10:31` or with a date, local time."""

    pid: int
    name: str
    since: str = ""
    is_stopped: bool = False

    def __str__(self) -> str:
        if self.pid == os.getpid():
            return "another task of this readq"
        parts = [f"pid {self.pid}", f"since {self.since}" if self.since else "", "stopped" if self.is_stopped else ""]
        return f"{self.name} ({', '.join(filter(None, parts))})"

    @property
    def remedy(self) -> str | None:
        """What the reader can do about it, when there is more than to wait."""
        return f"kill -CONT {self.pid} lets it go on" if self.is_stopped else None


def holder_of(path: str) -> Holder | None:
    """The process for which a writer to the library at `path` has to wait; None when it cannot be known, or is gone."""
    pid = _listed_holder(path) or _asked_holder(path)
    return _process(pid) if pid else None


class _Lock(NamedTuple):
    pid: int
    is_exclusive: bool
    first: int
    last: int


def parse_locks(text: str, device: int, inode: int) -> list[_Lock]:
    """The POSIX locks on one file, out of the text of `/proc/locks`; those that are only waited for are left out."""
    file = f"{os.major(device):02x}:{os.minor(device):02x}:{inode}"
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[1] == "POSIX" and fields[5] == file:
            last = sys.maxsize if fields[7] == "EOF" else int(fields[7])
            found.append(_Lock(int(fields[4]), fields[3] == "WRITE", int(fields[6]), last))
    return found


def blocking(of_library: Iterable[_Lock], of_wal: Iterable[_Lock], own: int) -> int | None:
    """Who keeps the process `own` from writing: another writer, else a reader that our commit waits for, else we do."""
    relevant = [lock for lock in of_library if lock.first <= _LAST and lock.last >= _PENDING]
    writers = [lock.pid for lock in relevant if lock.is_exclusive]
    writers += [
        lock.pid for lock in of_wal if lock.is_exclusive and lock.first <= _WAL_RECOVER and lock.last >= _WAL_WRITE
    ]
    readers = [lock.pid for lock in relevant if not lock.is_exclusive] if own in writers else []
    candidates = [pid for pid in (*writers, *readers) if pid > 0]
    return next((pid for pid in candidates if pid != own), own if own in candidates else None)


def _listed_holder(path: str) -> int | None:
    try:
        with open("/proc/locks", encoding="ascii", errors="replace") as file:
            text = file.read()
        library = os.stat(path)
    except OSError:
        return None
    try:
        wal = os.stat(f"{path}-shm")
    except OSError:
        of_wal = []
    else:
        of_wal = parse_locks(text, wal.st_dev, wal.st_ino)
    return blocking(parse_locks(text, library.st_dev, library.st_ino), of_wal, os.getpid())


_ASK = """
import fcntl, os, struct, sys
order = "hhqqi0q" if sys.platform.startswith("linux") else "qqihhi"
def holder(path, first, length):
    values = (fcntl.F_WRLCK, 0, first, length, 0)
    if order != "hhqqi0q":
        values = (first, length, 0, fcntl.F_WRLCK, 0, 0)
    with open(path, "rb+") as file:
        found = struct.unpack(order, fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(order, *values)))
    kind, pid = (found[0], found[4]) if order == "hhqqi0q" else (found[3], found[2])
    return 0 if kind == fcntl.F_UNLCK else pid
for path, first, length in zip(sys.argv[1::3], sys.argv[2::3], sys.argv[3::3]):
    if os.path.exists(path) and (pid := holder(path, int(first), int(length))):
        print(pid)
        break
"""


def _asked_holder(path: str) -> int | None:
    places = (path, _PENDING, 2, f"{path}-shm", _WAL_WRITE, _WAL_RECOVER - _WAL_WRITE + 1)
    output = _output_of([sys.executable, "-I", "-S", "-c", _ASK, *map(str, places)]) if sys.executable else ""
    return int(output) if output.strip().isdecimal() else None


def _output_of(command: Sequence[str]) -> str:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - an argument list of our own
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")


def _process(pid: int) -> Holder:
    if os.path.isdir("/proc/self"):
        return _process_of_linux(pid) or Holder(pid, "a process")
    return parse_ps(_output_of(["ps", "-o", "stat=,lstart=,args=", "-p", str(pid)]), pid) or Holder(pid, "a process")


def _process_of_linux(pid: int) -> Holder | None:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            arguments = file.read().decode(errors="replace").rstrip("\0").split("\0")
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            stat = file.read()
        with open("/proc/stat", encoding="ascii") as file:
            booted = next(int(line.split()[1]) for line in file if line.startswith("btime "))
        with open("/proc/uptime", encoding="ascii") as file:
            uptime = float(file.read().split()[0])
    except (OSError, StopIteration):
        return None
    # The name in parentheses may hold spaces and parentheses of its own.
    fields = stat[stat.rindex(")") + 1 :].split()
    after_boot = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    since = _as_hour(time.localtime(booted + after_boot), is_long_ago=uptime - after_boot > _LONG_AGO)
    name = program(arguments) or stat[stat.index("(") + 1 : stat.rindex(")")]
    return Holder(pid, name, since, fields[0] in "Tt")


def parse_ps(text: str, pid: int) -> Holder | None:
    """A process out of what `ps -o stat=,lstart=,args=` prints in the C locale; None when it prints nothing."""
    fields = text.split(maxsplit=6)
    if len(fields) < 7:
        return None
    try:
        started = time.strptime(" ".join(fields[1:6]), "%a %b %d %H:%M:%S %Y")
    except ValueError:
        return Holder(pid, program(fields[6].split()), "", fields[0].startswith("T"))
    return Holder(pid, program(fields[6].split()), _as_hour(started, is_long_ago=True), fields[0].startswith("T"))


def _as_hour(at: time.struct_time, *, is_long_ago: bool) -> str:
    return time.strftime("%Y-%m-%d %H:%M" if is_long_ago else "%H:%M", at)


def program(arguments: Sequence[str]) -> str:
    """What a person calls a program: `readq` however it was started, else the name of its file."""
    names = [os.path.basename(argument) for argument in arguments[:5]]
    return "readq" if "readq" in names else names[0].lstrip("-")
