"""Kill readq at random moments, and check that the library holds every acknowledged change and no partial one.

    python tests/faults/kills.py --kills 200 [--only import mark note rate migration backup] [--seed 1]

After each kill the next command must work without help, `check` must find nothing, and no file may be left over. Prints
a JSON object a line for each kind; the exit status is 1 when anything was wrong. The interpreter must be that of an
environment in which readq is installed.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from program import (
    Dump,
    daily,
    dump,
    environment,
    fresh_copy,
    leftovers,
    library_of,
    library_of_schema_1,
    problems,
    readq,
    schema,
    started,
)

from readq.cli.main import main as main_of_readq

PAPERS = 60


class Killed(NamedTuple):
    """The end of a process: `hit` if it was killed, and how many of its command lines had succeeded before."""

    hit: bool
    acknowledged: int


class Kind(NamedTuple):
    """A kind of command to kill. `prepare` makes the library; `run` is one run, and returns what is wrong after it."""

    prepare: Callable[[Path], Path]
    run: Callable[[Path, int, random.Random], tuple[Killed, list[str]]]


def main() -> int:
    """Kill processes, check the libraries, print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="of each kind")
    parser.add_argument("--only", nargs="+", choices=list(KINDS), default=list(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failed = False
    for name in arguments.only:
        found: Counter[str] = Counter()
        wrong: list[str] = []
        rng = random.Random(f"{name} {arguments.seed}")
        with tempfile.TemporaryDirectory(prefix="readq-faults-") as folder:
            library = KINDS[name].prepare(Path(folder, "made"))
            for number in itertools.count():
                killed, faults = KINDS[name].run(library, number, rng)
                found.update(kills=killed.hit, finished_first=not killed.hit, acknowledged=killed.acknowledged)
                wrong += [f"run {number}: {fault}" for fault in faults]
                if found["kills"] >= arguments.kills:
                    break
        print(json.dumps({"kind": name, **found, "wrong": wrong}), flush=True)
        failed = failed or bool(wrong)
    return int(failed)


def _killed(library: Path, commands: Sequence[Sequence[object]], rng: random.Random) -> Killed:
    """Run command lines in one process, and kill it at a random moment within their duration."""

    def run() -> None:
        for number, words in enumerate(commands):
            if main_of_readq([str(word) for word in words]) == 0:
                os.write(2, b"%d\n" % number)

    duration = _duration(library, commands)
    with started(run, environment(library)) as program:
        program.process.join(rng.uniform(0.0, duration))
        program.process.kill()
        program.process.join()
        program.err.seek(0)
        lines = program.err.read().splitlines()
    odd = [line for line in lines if not line.isdigit()]
    if odd:
        raise RuntimeError(f"{commands[0]} printed: {odd}")
    return Killed(program.process.exitcode == -signal.SIGKILL, len(lines))


_durations: dict[str, float] = {}


def _duration(library: Path, commands: Sequence[Sequence[object]]) -> float:
    """Return the seconds that up to ten of such commands take: one is measured once, on a copy."""
    kind = str(commands[0][0])
    if kind not in _durations:
        copy = fresh_copy(library, library.parent / "timed")
        began = time.monotonic()
        readq(copy, commands[0])
        _durations[kind] = time.monotonic() - began
    return _durations[kind] * min(10, len(commands))


def _problems_after(library: Path) -> list[str]:
    """Return what is wrong after a kill, for the next command and `check`."""
    ended = readq(library, ["tag", 1, "-a", "after-the-kill"])
    helped = [] if ended.status == 0 else [f"the next command: exit {ended.status}: {ended.err}"]
    readq(library, ["undo"])
    left = leftovers(library.parent, [library.name, "home", "daily.json", "timed", "backups", "copy.db"])
    in_the_way = [name for name in left if not name.startswith(".backup-")]
    return helped + problems(library) + [f"left behind: {name}" for name in in_the_way]


def _rows(library: Path, statement: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(library)) as connection:
        return connection.execute(statement).fetchall()


def _import(library: Path, number: int, rng: random.Random) -> tuple[Killed, list[str]]:
    first, many = 1000 + 400 * number, 200
    killed = _killed(library, [["import", daily(library.parent / "daily.json", first, many)]], rng)
    there = len(_rows(library, f"SELECT 1 FROM paper WHERE title LIKE '%part %' AND CAST(substr(title, instr(title,"
                               f" 'part ') + 5) AS INTEGER) BETWEEN {first} AND {first + many - 1}"))  # fmt: skip
    wrong = [] if there in ((many,) if killed.acknowledged else (0, many)) else [f"{there} of {many} papers are there"]
    wrong += _problems_after(library)
    if number % 20 == 19:
        _replace_library(library)
    return killed, wrong


def _replace_library(library: Path) -> None:
    """Replace a library that grows with each run: a large one is slower, but no harder a test."""
    library.unlink()
    library_of(library.parent, PAPERS)


_STATUSES = ("queued", "reading", "done", "dropped", "inbox")


def _mark(library: Path, number: int, rng: random.Random) -> tuple[Killed, list[str]]:
    ((before,),) = _rows(library, "SELECT DISTINCT status FROM paper")
    commands = [
        ["mark", _STATUSES[(number + turn) % 5], "--query", f"status:{','.join(_STATUSES)}"] for turn in range(40)
    ]
    killed = _killed(library, commands, rng)
    found = [row[0] for row in _rows(library, "SELECT DISTINCT status FROM paper")]
    last = before if killed.acknowledged == 0 else _STATUSES[(number + killed.acknowledged - 1) % 5]
    allowed = {last, _STATUSES[(number + killed.acknowledged) % 5]}
    wrong = [] if len(found) == 1 and found[0] in allowed else [f"status {found} after {last}"]
    return killed, wrong + _problems_after(library)


def _note(library: Path, number: int, rng: random.Random) -> tuple[Killed, list[str]]:
    lines = [f"line-{number}-{turn}" for turn in range(60)]
    before = _note_lines(library)
    killed = _killed(library, [["note", 1, "--append", line] for line in lines], rng)
    wanted = [before + lines[:count] for count in (killed.acknowledged, killed.acknowledged + 1)]
    there = _note_lines(library)
    wrong = [] if there in wanted else [f"{len(there)} lines are there, {killed.acknowledged} were acknowledged"]
    return killed, wrong + _problems_after(library)


def _note_lines(library: Path) -> list[str]:
    return [
        line for (text,) in _rows(library, "SELECT text FROM note WHERE paper_id = 1") for line in str(text).split()
    ]


def _rate(library: Path, number: int, rng: random.Random) -> tuple[Killed, list[str]]:
    ((before,),) = _rows(library, "SELECT count(*) FROM review")
    commands = [["rate", ("again", "hard", "good", "easy")[turn % 4], turn % PAPERS + 1] for turn in range(60)]
    killed = _killed(library, commands, rng)
    ((after,),) = _rows(library, "SELECT count(*) FROM review")
    given = int(str(after)) - int(str(before))
    wrong = [] if given - killed.acknowledged in (0, 1) else [f"{given} of {killed.acknowledged} answers are there"]
    return killed, wrong + _problems_after(library)


def _migration(library: Path, number: int, rng: random.Random) -> tuple[Killed, list[str]]:
    before = dump(library)
    copy = fresh_copy(library, library.parent / "run")
    # Only a command that writes migrates. This one changes nothing else.
    killed = _killed(copy, [["star", "--off", "1"]], rng)
    version = schema(copy)
    wrong = [] if _agrees(before, dump(copy)) else ["rows are not as they were"]
    if killed.acknowledged and version == 1:
        wrong.append("migrated, but in schema 1 again")
    ended = readq(copy, ["star", "--off", "1"])
    if ended.status:
        wrong.append(f"the next start: exit {ended.status}: {ended.err}")
    if schema(copy) == 1 or not _agrees(before, dump(copy)):
        wrong.append("the next start did not migrate it whole")
    return killed, wrong + _backups(copy, before) + _problems_after(copy)


def _agrees(before: Dump, after: Dump) -> bool:
    """Return whether a newer schema holds the rows of an older one; columns are only added at the end."""
    return all(
        sorted((row[: len(old[0])] for row in after[table]), key=repr) == old
        if (old := before[table])
        else not after[table]
        for table in before
    )


def _backups(library: Path, before: Dump) -> list[str]:
    """Return which files in the backup folder are not backups of the library."""
    folder = library.parent / "backups"
    made = [entry for entry in folder.iterdir() if not entry.name.startswith(".")] if folder.is_dir() else []
    return [f"{one.name} is no backup" for one in made if problems(one) or not _agrees(before, dump(one))]


def _backup(library: Path, number: int, rng: random.Random) -> tuple[Killed, list[str]]:
    before = dump(library)
    target = library.parent / "copy.db"
    target.unlink(missing_ok=True)
    killed = _killed(library, [["backup", target, "--force"]], rng)
    wrong = [] if dump(library) == before else ["the library is not as it was"]
    if target.exists():
        wrong += [f"the backup: {fault}" for fault in problems(target)]
        wrong += [] if dump(target) == before else ["the backup is not as the library"]
    elif killed.acknowledged:
        wrong.append("the backup is not there")
    for draft in library.parent.glob(".backup-*"):
        draft.unlink()
    return killed, wrong + _problems_after(library)


def _newest(folder: Path) -> Path:
    return library_of(folder, PAPERS)


KINDS = {
    "import": Kind(_newest, _import),
    "mark": Kind(_newest, _mark),
    "note": Kind(_newest, _note),
    "rate": Kind(_newest, _rate),
    "migration": Kind(lambda folder: library_of_schema_1(folder, PAPERS), _migration),
    "backup": Kind(lambda folder: library_of(folder, 3000), _backup),
}

if __name__ == "__main__":
    sys.exit(main())
