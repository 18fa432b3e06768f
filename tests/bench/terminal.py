"""A full-screen program in a pseudo-terminal: time to the first paint, cost of a key, memory.

Output is read as it comes, so times are good to a fraction of a millisecond; processor time, which a busy machine
falsifies less, comes from /proc in ticks of 10 ms and is shared out over many keys.
"""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from corpus import RARE, RARE_TITLE

COLUMNS, LINES = 120, 40
DOWN, PAGE_DOWN, TOP, END, FILTER = b"j", b"\x1b[6~", b"g", b"G", b"/"

_PRESSES = 20
_QUIET = 0.12
"""Seconds without output after which the screen counts as settled."""

_BETWEEN_LETTERS = 0.02
"""Seconds between the letters of a filter, too short for the filter to be applied before Enter."""

_PATIENCE = 30.0
_TITLE = re.compile(rb"[A-Z][a-z]+: [A-Z][a-z]+ [a-z]+ [a-z]+")
_FIRST_ROWS = 10


class Figures(NamedTuple):
    """Figures of one session: seconds, processor seconds per key, and MB (10**6 bytes) at the first paint.

    After a key the screen changes first, and is settled when everything that follows from the key has been painted.
    """

    launch: float
    down_first: float
    down: float
    down_cpu: float
    page_first: float
    page: float
    page_cpu: float
    end: float
    filter: float
    memory: float


def reason_not_to_measure() -> str | None:
    """Return why nothing can be measured on this platform, or None."""
    return None if sys.platform == "linux" else "processor time and memory of a running program are read from /proc"


class Session:
    """A program in a pseudo-terminal."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.began = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execve(command[0], list(command), {**environment, "TERM": "xterm-256color"})

    def close(self) -> None:
        """Kill the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)

    def press(self, keys: bytes) -> float:
        """Type keys, and return the time of it."""
        began = time.perf_counter()
        os.write(self._terminal, keys)
        return began

    def wait_for(self, is_there: Callable[[bytes], bool]) -> float:
        """Wait until the output from now on fulfils a condition; return the time. Raises TimeoutError."""
        output = b""
        until = time.perf_counter() + _PATIENCE
        while time.perf_counter() < until:
            output += self._read(until - time.perf_counter())
            if is_there(output):
                return time.perf_counter()
        raise TimeoutError(f"not on the screen after {_PATIENCE} s; the last of it: {output[-2000:]!r}")

    def settled(self) -> float:
        """Wait until the screen is settled; return the time of its last output."""
        last = time.perf_counter()
        while self._read(_QUIET):
            last = time.perf_counter()
        return last

    def drain(self) -> None:
        """Discard pending output."""
        while self._read(0.0):
            pass

    def _read(self, patience: float) -> bytes:
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, patience))
        try:
            return os.read(self._terminal, 1 << 16) if ready else b""
        except OSError as error:
            raise EOFError("the program has ended") from error

    def cpu(self) -> float:
        """Return the processor seconds used by all threads of the program."""
        with open(f"/proc/{self.pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_memory(self) -> float:
        """Return the peak memory of the program so far, in MB."""
        with open(f"/proc/{self.pid}/status", "rb") as file:
            found = re.search(rb"VmHWM:\s+(\d+) kB", file.read())
        return int(found[1]) * 1024 / 1e6 if found else 0.0


def _has_rows(output: bytes) -> bool:
    return len(_TITLE.findall(output)) >= _FIRST_ROWS


def _has_found(output: bytes) -> bool:
    return RARE_TITLE.encode() in output


def drive(command: Sequence[str], environment: Mapping[str, str], number: int) -> Figures:
    """Measure one session over a library of `number` papers: launch, single keys, pages, the end, a filter."""
    session = Session(command, environment)
    try:
        launch = session.wait_for(_has_rows) - session.began
        session.settled()
        memory = session.peak_memory()
        down = _pressed(session, DOWN, _PRESSES)
        # Every key must change the screen, so there is one press for each page at most.
        page = _pressed(session, PAGE_DOWN, max(1, min(_PRESSES, number // LINES - 1)))
        session.press(TOP)
        session.settled()
        end = _pressed(session, END, 1)
        session.press(TOP)
        session.settled()
        return Figures(launch, *down, *page, end[1], _filtered(session), memory)
    finally:
        session.close()


def _pressed(session: Session, key: bytes, times: int) -> tuple[float, float, float]:
    """Return median times until the screen changes first and until it is settled, and processor time per key."""
    cpu = session.cpu()
    first, settled = [], []
    for _ in range(times):
        began = session.press(key)
        first.append(session.wait_for(bool) - began)
        settled.append(session.settled() - began)
    return statistics.median(first), statistics.median(settled), (session.cpu() - cpu) / times


def _filtered(session: Session) -> float:
    """Return the time from Enter until the papers that a filter finds are on the screen."""
    session.press(FILTER)
    session.settled()
    for letter in RARE:
        session.press(letter.encode())
        time.sleep(_BETWEEN_LETTERS)
    entered = session.press(b"\r")
    return session.wait_for(_has_found) - entered


def memory_after_changes(command: Sequence[str], environment: Mapping[str, str], source: str) -> float:
    """Return the peak memory in MB of a session of readq that queues a paper and imports a file."""
    session = Session(command, environment)
    try:
        session.wait_for(_has_rows)
        session.settled()
        session.press(b"a")
        session.settled()
        session.press(b"I")
        session.settled()
        session.press(source.encode() + b"\r")
        session.wait_for(lambda output: b"imported" in output)
        session.settled()
        return session.peak_memory()
    finally:
        session.close()
