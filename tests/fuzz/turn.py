"""One turn of a parser: a child process that runs it on mutated inputs for some seconds and reports what it found."""

import dataclasses
import mmap
import os
import pickle
import random
import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from growth import STEEP, growth
from library import fault_in_library, guilty, keep_apart
from mutations import LARGEST, mutated
from outcomes import Fault, name_of, run
from parsers import Parser
from seeds import SEEDS

from readq.model.fetched_paper import FetchedPaper
from readq.text import is_printable

_MEMORY = 3 << 30
"""Address space of a child."""
_HUNG = 120.0
"""Seconds of silence after which a child is killed."""
_STORED_AT_ONCE = 40
_HOSTILE_KEPT = 60
"""Papers from inputs with hostile characters, which are kept in a library for terminal_probe.py."""
_SHARE_OF_GROWTH = 0.25
"""The part of a turn's time in which the growth of the time with the input is measured."""
_SHARE_OF_STORING = 0.25
"""The part of a turn's time in which survivors are stored; the others are left out."""
_OTHERS = tuple(seed for seeds in SEEDS.values() for seed in seeds)


@dataclasses.dataclass
class Totals:
    """What turns of a parser found. `slowest` is CPU seconds, `growth` the steepest exponent, `memory` in MB."""

    runs: int = 0
    refused: int = 0
    papers: int = 0
    stored: int = 0
    slowest: float = 0.0
    growth: float = 0.0
    memory: int = 0
    faults: Counter[str] = dataclasses.field(default_factory=Counter)

    def add(self, other: "Totals") -> None:
        """Add the counts of another turn; keep the larger maxima."""
        for name in ("runs", "refused", "papers", "stored"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("slowest", "growth", "memory"):
            setattr(self, name, max(getattr(self, name), getattr(other, name)))
        self.faults.update(other.faults)

    def line(self) -> str:
        """Return the counts in words."""
        counts = f"{self.runs:7} runs {self.refused:7} refused {self.papers:7} papers"
        faults = "".join(f"\n          {number} x {key}" for key, number in self.faults.items())
        return f"{counts}, {self.slowest:.2f} s, growth {self.growth:.2f}, +{self.memory} MB{faults}"

    def row(self) -> str:
        """Return the counts as a row of the table at the end."""
        counts = (f"{number:9,}" for number in (self.runs, self.refused, self.papers, self.stored))
        return f"{' '.join(counts)} {self.slowest:8.2f}s {self.growth:9.2f} {self.memory:9}  {len(self.faults)}"

    def as_json(self) -> dict[str, object]:
        """Return the counts by name."""
        return {**vars(self), "faults": dict(self.faults)}


def take_turn(parser: Parser, seconds: float, seed: int, out: Path, *, guided: bool) -> Totals:
    """Run a parser for some seconds in a child process. Faults and slow inputs are written to the folder `out`."""
    shared = mmap.mmap(-1, 8 + 4 * LARGEST)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_child(parser, seconds, seed, out, shared, writing, guided)
    os.close(writing)
    data = _read_all(reading, time.monotonic() + seconds + _HUNG)
    if data is None:
        os.kill(child, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if data:
        found: Totals = pickle.loads(data)
        return found
    fault = Fault(
        f"the process of {parser.name} ended with {status}", "killed after a hang" if data is None else "died"
    )
    size = int.from_bytes(shared[:8], "little")
    _save(out, parser, fault, shared[8 : 8 + size])
    return Totals(faults=Counter([fault.key]))


def _read_all(reading: int, until: float) -> bytes | None:
    """Return everything from a pipe, or None if its other end is not closed in time."""
    import select

    parts: list[bytes] = []
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while (left := until - time.monotonic()) > 0:
            if select.select([pipe], [], [], left)[0]:
                part = pipe.read(1 << 16)
                if not part:
                    return b"".join(parts)
                parts.append(part)
    return None


def _be_child(
    parser: Parser, seconds: float, seed: int, out: Path, shared: mmap.mmap, writing: int, guided: bool
) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        turn = Turn(parser, out, shared)

        def end() -> None:
            turn.finish()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps(turn.totals))
            os._exit(0)

        if guided:
            from guided import run_guided

            run_guided(turn, seconds, seed, out / "corpus" / _file_name(parser), end)
        else:
            turn.run_mutations(seconds, seed)
        end()
    except BaseException:
        traceback.print_exc()
    os._exit(70)


class Turn:
    """The work of the child."""

    def __init__(self, parser: Parser, out: Path, shared: mmap.mmap) -> None:
        self.parser = parser
        self.totals = Totals()
        self._out = out
        self._shared = shared
        self._survivors: list[tuple[FetchedPaper, bytes]] = []
        self._hostile: list[FetchedPaper] = []
        self._floor = _peak()
        self._dearest = 0.0
        self._began = time.monotonic()
        self._storing = 0.0
        self._measuring = 0.0

    def run_mutations(self, seconds: float, seed: int) -> None:
        """Run the parser on mutations of its seeds."""
        choice = random.Random(seed)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.try_input(mutated(self.parser.seeds, _OTHERS, choice))
            if self._measuring <= _SHARE_OF_GROWTH * (time.monotonic() - self._began):
                self._try_growth(choice)

    def try_input(self, data: bytes) -> None:
        """Run the parser on one input, and keep what it shows."""
        self._shared[:8] = len(data).to_bytes(8, "little")
        self._shared[8 : 8 + len(data)] = data
        outcome = run(self.parser, data)
        totals = self.totals
        totals.runs += 1
        totals.refused += outcome.is_refused
        totals.papers += len(outcome.papers)
        totals.slowest = max(totals.slowest, outcome.seconds)
        if outcome.fault:
            self._keep_fault(outcome.fault, data)
        price = outcome.seconds / (len(data) + 2000)
        if outcome.seconds > 0.05 and price > self._dearest:
            self._dearest = price
            (self._out / "slow" / f"{_file_name(self.parser)}.bin").write_bytes(data)
        if not is_printable(data.decode("utf-8", "replace")):
            self._hostile += outcome.papers[: _HOSTILE_KEPT - len(self._hostile)]
        if len(self._survivors) < _STORED_AT_ONCE:
            self._survivors += [(paper, data) for paper in outcome.papers[:5]]
        elif self._storing <= _SHARE_OF_STORING * (time.monotonic() - self._began):
            self._store()

    def finish(self) -> None:
        """Store the rest of the survivors and keep their library."""
        self._store()
        if self._hostile:
            keep_apart(self._hostile, self._out / "libraries" / f"{_file_name(self.parser)}.db")
        self.totals.memory = (_peak() - self._floor) // 1024

    def _store(self) -> None:
        papers = [paper for paper, _ in self._survivors]
        if not papers:
            return
        began = time.monotonic()
        fault = fault_in_library(papers)
        self.totals.stored += len(papers)
        if fault:
            least = guilty(papers, fault) if fault.key not in self.totals.faults else papers[:1]
            data = next(data for paper, data in self._survivors if paper is least[0])
            self._keep_fault(fault._replace(what=f"{fault.what}\n{least[0]!r}"[:4000]), data)
        self._survivors.clear()
        self._storing += time.monotonic() - began

    def _try_growth(self, choice: random.Random) -> None:
        began = time.monotonic()
        exponent, data = growth(self.parser, choice)
        self._measuring += time.monotonic() - began
        self.totals.growth = max(self.totals.growth, exponent)
        if exponent > STEEP:
            key = f"the time of {self.parser.name} grows faster than its input"
            self._keep_fault(Fault(key, f"with the power {exponent:.1f}"), data)

    def _keep_fault(self, fault: Fault, data: bytes) -> None:
        self.totals.faults[fault.key] += 1
        _save(self._out, self.parser, fault, data)


def _save(out: Path, parser: Parser, fault: Fault, data: bytes) -> None:
    """Write a fault and its input, unless a shorter input for it is there."""
    path = out / "finds" / f"{name_of(fault)}.bin"
    if path.exists() and path.stat().st_size <= len(data):
        return
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(f"{parser.name}\n{fault.key}\n{fault.what}\n", errors="backslashreplace")


def _file_name(parser: Parser) -> str:
    return "".join(char if char.isalnum() or char in ".-" else "_" for char in parser.name)


def _peak() -> int:
    """Return the peak memory of this process in KB (Linux)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform != "darwin" else peak // 1024
