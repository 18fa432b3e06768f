"""Find the process that holds the lock on a library, by asking the operating system.

SQLite's locks are POSIX locks on byte ranges of the library (https://www.sqlite.org/lockingv3.html) and, with a
write-ahead log, of its `-shm` file (https://www.sqlite.org/walformat.html, 2.3). This process must not open these files
to query their locks, because closing them would drop the locks of its own connections
(https://www.sqlite.org/howtocorrupt.html, 2.2). Linux lists all locks in `/proc/locks`. On other systems, a child
process queries the locks. It also does so on Linux if `/proc/locks` gives a file another device number than `stat`.
"""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_PENDING, _LAST = 0x40000000, 0x400001FF
"""The offsets of the first and the last byte that SQLite locks in a library.

SQLite calls the first byte the pending byte. After it come the reserved byte and the bytes that processes lock to read.
"""

_WAL_WRITE, _WAL_RECOVER = 120, 122
"""The offsets of the first and the last byte that SQLite locks in a `-shm` file to write, checkpoint or recover."""

_TIMEOUT = 5.0
"""The timeout, in seconds, of a child process that queries locks or processes."""

_LONG_AGO = 12 * 3600
"""If a process started more seconds ago than this, the time of its start is shown with the date."""


class LockOwner(NamedTuple):
    """A process that holds a lock on a library."""

    pid: int
    """The process id."""
    name: str
    """The name to display."""
    since: str = ""
    """The local time at which the process started, such as `10:31`, or "" if it is unknown.

    The text includes the date, as in `2026-11-23 10:31`, if the process has run for more than 12 hours, and always on
    systems without `/proc`.
    """
    is_stopped: bool = False
    """Whether the process is suspended."""

    def __str__(self) -> str:
        if self.pid == os.getpid():
            return "another task of this readq"
        parts = [f"pid {self.pid}", f"since {self.since}" if self.since else "", "stopped" if self.is_stopped else ""]
        return f"{self.name} ({', '.join(filter(None, parts))})"

    @property
    def remedy(self) -> str | None:
        """A hint with the command that continues a suspended process, or None if the process is not suspended."""
        return f"kill -CONT {self.pid} lets it go on" if self.is_stopped else None


def find_owner(path: str) -> LockOwner | None:
    """Return the process that blocks writing to the library at `path`.

    Return None if no process blocks writing, or if the process cannot be found.
    """
    pid = _owner_from_proc(path) or _owner_from_child(path)
    return _process(pid) if pid else None


class _Lock(NamedTuple):
    pid: int
    is_exclusive: bool
    first: int
    last: int


def parse_locks(text: str, device: int, inode: int) -> list[_Lock]:
    """Parse the text of `/proc/locks` and return the POSIX locks on the file with this device number and inode number.

    Leaves out the lines of processes that still wait for a lock.
    """
    file = f"{os.major(device):02x}:{os.minor(device):02x}:{inode}"
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[1] == "POSIX" and fields[5] == file:
            last = sys.maxsize if fields[7] == "EOF" else int(fields[7])
            found.append(_Lock(int(fields[4]), fields[3] == "WRITE", int(fields[6]), last))
    return found


def blocking_process(library: Iterable[_Lock], wal: Iterable[_Lock], own: int) -> int | None:
    """Return the id of the process that prevents the process `own` from writing. Return None if no process does.

    `own` is a process id. `library` and `wal` are the locks on the library and on its `-shm` file. The result is the
    first of these processes that exists:

    - another process that holds a write lock
    - if `own` holds a write lock, another process that reads, because the commit of `own` must wait for it
    - `own` itself, if it holds a write lock (on another connection)
    """
    relevant = [lock for lock in library if lock.first <= _LAST and lock.last >= _PENDING]
    writers = [lock.pid for lock in relevant if lock.is_exclusive]
    writers += [
        lock.pid for lock in wal if lock.is_exclusive and lock.first <= _WAL_RECOVER and lock.last >= _WAL_WRITE
    ]
    readers = [lock.pid for lock in relevant if not lock.is_exclusive] if own in writers else []
    candidates = [pid for pid in (*writers, *readers) if pid > 0]
    return next((pid for pid in candidates if pid != own), own if own in candidates else None)


def _owner_from_proc(path: str) -> int | None:
    try:
        with open("/proc/locks", encoding="ascii", errors="replace") as file:
            text = file.read()
        library = os.stat(path)
    except OSError:
        return None
    try:
        wal = os.stat(f"{path}-shm")
    except OSError:
        wal_locks = []
    else:
        wal_locks = parse_locks(text, wal.st_dev, wal.st_ino)
    return blocking_process(parse_locks(text, library.st_dev, library.st_ino), wal_locks, os.getpid())


_QUERY_LOCKS = """
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


def _owner_from_child(path: str) -> int | None:
    places = (path, _PENDING, 2, f"{path}-shm", _WAL_WRITE, _WAL_RECOVER - _WAL_WRITE + 1)
    output = _output_of([sys.executable, "-I", "-S", "-c", _QUERY_LOCKS, *map(str, places)]) if sys.executable else ""
    return int(output) if output.strip().isdecimal() else None


def _output_of(command: Sequence[str]) -> str:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - a fixed argument list
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_TIMEOUT, check=False,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")


def _process(pid: int) -> LockOwner:
    if os.path.isdir("/proc/self"):
        return _process_of_linux(pid) or LockOwner(pid, "a process")
    return parse_ps(_output_of(["ps", "-o", "stat=,lstart=,args=", "-p", str(pid)]), pid) or LockOwner(pid, "a process")


def _process_of_linux(pid: int) -> LockOwner | None:
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
    # The name in parentheses may itself contain spaces and parentheses.
    fields = stat[stat.rindex(")") + 1 :].split()
    after_boot = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    since = _format_time(time.localtime(booted + after_boot), is_long_ago=uptime - after_boot > _LONG_AGO)
    name = program_name(arguments) or stat[stat.index("(") + 1 : stat.rindex(")")]
    return LockOwner(pid, name, since, fields[0] in "Tt")


def parse_ps(text: str, pid: int) -> LockOwner | None:
    """Parse the output of `ps -o stat=,lstart=,args=` for the process with the id `pid`. Return the process.

    `text` is the output in the C locale. Return None if `text` is empty.
    """
    fields = text.split(maxsplit=6)
    if len(fields) < 7:
        return None
    try:
        started = time.strptime(" ".join(fields[1:6]), "%a %b %d %H:%M:%S %Y")
    except ValueError:
        return LockOwner(pid, program_name(fields[6].split()), "", fields[0].startswith("T"))
    return LockOwner(
        pid, program_name(fields[6].split()), _format_time(started, is_long_ago=True), fields[0].startswith("T")
    )


def _format_time(at: time.struct_time, *, is_long_ago: bool) -> str:
    return time.strftime("%Y-%m-%d %H:%M" if is_long_ago else "%H:%M", at)


def program_name(arguments: Sequence[str]) -> str:
    """Return the name to display for a process that was started with `arguments`.

    The name is `readq`, or the file name of the program if the process is not readq.
    """
    names = [os.path.basename(argument) for argument in arguments[:5]]
    return "readq" if "readq" in names else names[0].lstrip("-")
