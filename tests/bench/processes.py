"""Wall time, processor time and peak memory of whole processes, measured in turns with their floors."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Command = Sequence[str]


class Cost(NamedTuple):
    """Seconds of wall and processor time of one run."""

    wall: float
    cpu: float


class Compared(NamedTuple):
    """Medians of runs made in turns: of the floor (None if there is none), and of readq."""

    floor: float | None
    readq: float

    @property
    def ratio(self) -> float | None:
        """Return readq's figure divided by the floor's."""
        return self.readq / self.floor if self.floor else None


def run(command: Command, environment: Mapping[str, str]) -> Cost:
    """Run a command once. Raises RuntimeError with its output if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stderr:
        process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}: {said.decode(errors='replace')[-500:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


_MEASURER = """
import os, sys
null = os.open(os.devnull, os.O_WRONLY)
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
_, status, usage = os.wait4(process, 0)
print(usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak_memory(command: Command, environment: Mapping[str, str]) -> float:
    """Return the peak memory of one run in MB (10**6 bytes). Raises CalledProcessError."""
    return run_measured(command, environment)[0]


def run_measured(command: Command, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the peak memory of one run in MB (10**6 bytes), and its processor time in seconds.

    Both include the children that the process waited for. Raises CalledProcessError if the command fails. A process
    counts at least what its parent held when it was started, so a bare interpreter starts it.
    """
    measured = [sys.executable, "-I", "-S", "-c", _MEASURER, *command]
    done = subprocess.run(measured, env=environment, capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    memory, seconds = done.stdout.split()[-2:]
    return int(memory) * unit / 1e6, float(seconds)


def in_turns(
    floor: Callable[[], float] | None, readq: Callable[[], float], repeat: int, *, warm_up: bool = True
) -> Compared:
    """Return medians of `repeat` measurements of each, in the order A B A B, so that a slowdown affects both."""
    if warm_up:
        if floor:
            floor()
        readq()
    of_floor: list[float] = []
    of_readq: list[float] = []
    for _ in range(repeat):
        if floor:
            of_floor.append(floor())
        of_readq.append(readq())
    return Compared(statistics.median(of_floor) if of_floor else None, statistics.median(of_readq))


def time_of(
    command: Command, environment: Mapping[str, str], before: Callable[[], None] | None = None, *, cpu: bool = False
) -> Callable[[], float]:
    """Return a function that measures wall or processor time; it calls `before` first, unmeasured."""

    def measure() -> float:
        if before:
            before()
        cost = run(command, environment)
        return cost.cpu if cpu else cost.wall

    return measure


def reported(command: Command, environment: Mapping[str, str]) -> list[Compared]:
    """Run a script that measures itself and parse its output, a JSON list of [floor, readq] in seconds."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [Compared(*pair) for pair in json.loads(done.stdout)]
