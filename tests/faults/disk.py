"""Let the disk fail at each write in turn, and check that the library is in the old or the new state, as reported.

    python tests/faults/disk.py --tools ../shared/faults [--only migration import note mark backup restore] [--stride 1]

The calls that a command makes on the files in the library's folder are counted first, then the command is run once for
each of them and for each way to fail, from a fresh copy. `--stride 7` tries every seventh. Prints a JSON object a line
for each command and way; the exit status is 1 when anything was wrong. Linux only: the faults come from iofault.c in
the folder `--tools`, built by gcc and loaded before libc into this script, whose forks take the faults from their
environment. The interpreter must be that of an environment in which
readq is installed.
"""

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from program import Dump, Ended, daily, dump, fresh_copy, library_of, library_of_schema_1, problems, readq, schema

WAYS: Mapping[str, Mapping[str, str]] = {
    "full": {"IOFAULT_OP": "write", "IOFAULT_ERRNO": "28"},
    "broken": {"IOFAULT_OP": "write", "IOFAULT_ERRNO": "5"},
    "broken once": {"IOFAULT_OP": "write", "IOFAULT_ERRNO": "5", "IOFAULT_COUNT": "1"},
    "torn": {"IOFAULT_OP": "write", "IOFAULT_ERRNO": "28", "IOFAULT_SHORT": "1"},
    "unsynced": {"IOFAULT_OP": "sync", "IOFAULT_ERRNO": "5"},
    "unsynced once": {"IOFAULT_OP": "sync", "IOFAULT_ERRNO": "5", "IOFAULT_COUNT": "1"},
    "uncut": {"IOFAULT_OP": "truncate", "IOFAULT_ERRNO": "5"},
    "unopened": {"IOFAULT_OP": "open", "IOFAULT_ERRNO": "28", "IOFAULT_COUNT": "1"},
}
"""Ways for the disk to fail: at all writes from one on, at one write, halfway through a write, at a sync, at truncating
a file, at opening one."""

_UNCHANGED = (
    "nothing was changed",
    "nothing was written",
    "it is as it was",
    "not touched",
    "nothing was kept",
    "is read-only",
)
_CHANGED = ("was replaced", "may not survive a power cut")
_MOST_OPENED, _IN_A_ROW = 200, 8
_TOOL = "iofault.so"


class Command(NamedTuple):
    """A command line over the library at a path; `prepare` makes that library in a folder."""

    prepare: Callable[[Path], Path]
    words: Callable[[Path], Sequence[object]]


def main() -> int:
    """Run the trials and print their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True, metavar="DIR", help="where iofault.c is")
    parser.add_argument("--only", nargs="+", choices=list(COMMANDS), default=list(COMMANDS))
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--stride", type=int, default=1, metavar="N")
    parser.add_argument("--wal", action="store_true", help="libraries with a write-ahead log")
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory(prefix="readq-faults-") as folder:
        if _TOOL not in os.environ.get("LD_PRELOAD", ""):
            loaded = {**os.environ, "LD_PRELOAD": str(_built(arguments.tools, Path(folder)))}
            return subprocess.run([sys.executable, *sys.argv], env=loaded, check=False).returncode
        for name in arguments.only:
            command = COMMANDS[name]
            source = command.prepare(Path(folder, name))
            if arguments.wal:
                _use_wal(source)
            trial = _Trial(source, command.words)
            for way in arguments.ways:
                found = trial.every(WAYS[way], arguments.stride)
                print(json.dumps({"command": name, "way": way, **found}), flush=True)
                failed = failed or bool(found["wrong"])
    return int(failed)


def _built(tools: Path, folder: Path) -> Path:
    tool = folder / _TOOL
    build = ["gcc", "-O1", "-shared", "-fPIC", "-o", str(tool), str(tools / "iofault.c"), "-ldl"]
    subprocess.run(build, check=True, timeout=60)
    return tool


def _use_wal(library: Path) -> None:
    with contextlib.closing(sqlite3.connect(library)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


class _Trial:
    """One command on copies of one library, with and without faults."""

    def __init__(self, source: Path, words: Callable[[Path], Sequence[object]]) -> None:
        self._source = source
        self._words = words
        self._folder = source.parent / "victim"
        self._before = dump(source)
        self._log = source.parent / "calls.log"
        copy = self._copy()
        ended = self._run(copy, {"IOFAULT_LOG": str(self._log)})
        if ended.status:
            raise RuntimeError(ended.err)
        self._after = self._state(copy)
        kinds = _kinds(self._log.read_bytes())
        self._calls = {"write": kinds.count("W"), "sync": kinds.count("S"), "truncate": kinds.count("T")}

    def every(self, way: Mapping[str, str], stride: int) -> dict[str, object]:
        """Fail each call in turn, or each `stride`th; return counts and what was wrong."""
        # The log has no calls of open: there, some runs without a failure in a row mean the end.
        total = self._calls.get(way["IOFAULT_OP"])
        wrong: list[str] = []
        tried = failed = undisturbed = 0
        for number in range(0, _MOST_OPENED if total is None else total, stride):
            copy = self._copy()
            ended = self._run(copy, {**way, "IOFAULT_AFTER": str(number)})
            tried += 1
            failed += ended.status != 0
            wrong += [f"call {number}: {fault}" for fault in self._faults(copy, ended)]
            undisturbed = 0 if ended.status else undisturbed + 1
            if total is None and undisturbed == _IN_A_ROW:
                break
        return {"calls": total, "tried": tried, "failed": failed, "wrong": wrong}

    def _copy(self) -> Path:
        return fresh_copy(self._source, self._folder)

    def _run(self, library: Path, faults: Mapping[str, str]) -> Ended:
        words = self._words(library)
        return readq(library, words, {"IOFAULT_PATH": "/victim", **faults})

    def _state(self, library: Path) -> tuple[Dump, list[str]]:
        """Return the rows of the library, and those of each backup next to it."""
        folder = library.parent / "backups"
        made = [one for one in folder.iterdir() if not one.name.startswith(".")] if folder.is_dir() else []
        return dump(library), [repr(dump(one)) for one in made]

    def _faults(self, library: Path, ended: Ended) -> list[str]:
        wrong = [] if ended.status in (0, 74) else [f"exit {ended.status}"]
        if "Traceback" in ended.err or ended.err.count("\n") > 1 or (ended.status and not ended.err):
            wrong.append("not one line")
        state = self._state(library)
        rows, backups = state
        is_old, is_new = rows == self._before, rows == self._after[0]
        if not is_old and not is_new:
            wrong.append("neither the old state nor the new one")
        says_new = any(words in ended.err for words in _CHANGED)
        says_old = not says_new and any(words in ended.err for words in _UNCHANGED)
        if ended.status == 0 and not (is_new and len(backups) >= len(self._after[1])):
            wrong.append("reported as done, but is not")
        # The upgrade to a newer schema is a transaction of its own, and stays if the command fails later.
        is_upgraded = schema(self._source) < schema(library)
        if ended.status and not (is_old and says_old) and not (is_new and (says_new or is_upgraded)):
            wrong.append(f"{'old' if is_old else 'new'} state after: {ended.err.strip()}")
        if not set(backups) <= {repr(self._before)}:
            wrong.append("a backup of something else")
        if left := [one.name for one in library.parent.rglob("*") if one.name.endswith((".new", "-journal", "-wal"))]:
            wrong.append(f"left behind: {left}")
        return wrong + problems(library)


def _kinds(log: bytes) -> list[str]:
    """Return the calls in a log, whose lines are `op path offset length`, each followed by the bytes of a write."""
    kinds = []
    place = 0
    while place < len(log):
        end = log.index(b"\n", place)
        kind, _, _, length = log[place:end].decode().split()
        kinds.append(kind)
        place = end + 1 + (int(length) if kind in "WA" else 0)
    return kinds


def _newest(folder: Path) -> Path:
    return library_of(folder, 12)


def _with_a_backup(folder: Path) -> Path:
    library = library_of(folder, 20)
    library.rename(folder / "other.db")
    return library_of(folder, 12)


COMMANDS: Mapping[str, Command] = {
    "migration": Command(lambda folder: library_of_schema_1(folder, 12), lambda _: ["star", "--off", "1"]),
    "import": Command(_newest, lambda library: ["import", daily(library.parent.parent / "more.json", 9, 30)]),
    "note": Command(_newest, lambda _: ["note", 1, "--append", "a thought " * 2000]),
    "mark": Command(_newest, lambda _: ["mark", "done", 1, 2, 3]),
    "backup": Command(_newest, lambda _: ["backup"]),
    "restore": Command(_with_a_backup, lambda library: ["restore", library.parent.parent / "other.db", "--yes"]),
}

if __name__ == "__main__":
    sys.exit(main())
