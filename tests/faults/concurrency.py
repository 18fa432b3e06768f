"""Change one library from several processes at once, and check that no acknowledged change is lost.

    python tests/faults/concurrency.py --processes 8 --calls 500

Each process calls `mark`, `tag` and `note --append` in turn, on papers that all of them change and on its own.
Prints one JSON object; the exit status is 1 when anything was lost, refused or unsound. The interpreter must be that
of an environment in which readq is installed.
"""

import argparse
import contextlib
import functools
import json
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from program import library_of, problems, readq

STATUSES = ("queued", "reading", "done", "dropped", "inbox")
MARKED, TAGGED, NOTED = 1, 2, 3
"""The papers that all processes change; the papers of one process each follow."""


class Call(NamedTuple):
    """A command line, its value and exit status; `step` is the number it reports, None if nothing changed."""

    kind: str
    value: str
    status: int
    step: int | None
    said: str


def main() -> int:
    """Run the processes, check the library, print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=8, metavar="N")
    parser.add_argument("--calls", type=int, default=500, metavar="N", help="of each process")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readq-faults-") as folder:
        library = library_of(Path(folder), 3 + arguments.processes)
        began = time.monotonic()
        with ProcessPoolExecutor(arguments.processes, multiprocessing.get_context("fork")) as pool:
            turns = pool.map(functools.partial(_calls, library, arguments.calls), range(arguments.processes))
            calls = [call for made in turns for call in made]
        took = time.monotonic() - began
        wrong = [*_refused(calls), *_lost(library, calls, arguments.processes), *problems(library)]
    acknowledged = sum(call.status == 0 for call in calls)
    print(json.dumps({"calls": len(calls), "acknowledged": acknowledged, "seconds": round(took, 1), "wrong": wrong}))
    return int(bool(wrong))


def _calls(library: Path, number: int, process: int) -> list[Call]:
    own, calls = 4 + process, list[Call]()
    for turn in range(number):
        value = f"p{process}-{turn}"
        kinds = (
            ("mark", STATUSES[(turn + process) % 5], ["mark", STATUSES[(turn + process) % 5], MARKED]),
            ("tag", value, ["tag", TAGGED, "-a", value]),
            ("note", value, ["note", NOTED, "--append", value]),
            (f"own {own}", STATUSES[turn // 4 % 5], ["mark", STATUSES[turn // 4 % 5], own]),
        )
        kind, about, words = kinds[turn % len(kinds)]
        ended = readq(library, [*words, "--json"])
        step = json.loads(ended.out)["step"] if ended.status == 0 else None
        calls.append(Call(kind, about, ended.status, step, ended.err))
    return calls


def _refused(calls: list[Call]) -> list[str]:
    return [f"{call.kind} {call.value}: exit {call.status}: {call.said}" for call in calls if call.status]


def _lost(library: Path, calls: list[Call], processes: int) -> list[str]:
    done = [call for call in calls if call.status == 0]
    steps = [call.step for call in done if call.step is not None]
    with contextlib.closing(sqlite3.connect(library)) as connection:
        tags = {row[0] for row in connection.execute("SELECT tag FROM paper_tag WHERE paper_id = ?", (TAGGED,))}
        ((note,),) = connection.execute("SELECT text FROM note WHERE paper_id = ?", (NOTED,)).fetchall() or [("",)]
        journal = {row[0] for row in connection.execute("SELECT id FROM step WHERE what <> 'imported'")}
        status = dict(connection.execute("SELECT id, status FROM paper").fetchall())
        chain = connection.execute(
            "SELECT before, after FROM change WHERE paper_id = ? AND field = 'status' ORDER BY step_id", (MARKED,)
        ).fetchall()
    wrong = []
    if tags != {call.value for call in done if call.kind == "tag"}:
        wrong.append(f"tags: {len(tags)} are there")
    if sorted(note.split()) != sorted(call.value for call in done if call.kind == "note"):
        wrong.append(f"note: {len(note.split())} lines are there")
    if len(steps) != len(set(steps)) or set(steps) != journal:
        wrong.append(f"journal: {len(steps)} steps acknowledged, {len(journal)} are there")
    broken = [pair for before, pair in zip([("", "inbox"), *chain], chain, strict=False) if before[1] != pair[0]]
    if broken or (chain and chain[-1][1] != status[MARKED]):
        wrong.append(f"status: {len(broken)} changes were made from an outdated value")
    for own in range(4, 4 + processes):
        last = [call.value for call in done if call.kind == f"own {own}"]
        if last and status[own] != last[-1]:
            wrong.append(f"paper {own} is {status[own]}, not {last[-1]}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
