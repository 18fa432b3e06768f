"""Run the real program over temporary libraries, for tests that let the disk or the process fail.

Each command line has a process of its own, a fork of this one, which has imported the program. Starting an interpreter
would take longer than most commands, and most kills would hit it before it has opened the library.
"""

import contextlib
import json
import multiprocessing
import os
import runpy
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any, NamedTuple

from readq.services.safety import check as checking

# Imported here once, for all forks.
for _module in (
    "readq.cli.argument_parser",
    "readq.cli.collect.import_",
    "readq.cli.main",
    "readq.cli.papers.mark",
    "readq.cli.papers.tag",
    "readq.feeds.saved_files",
    "readq.services.importing.import_files",
    "readq.services.importing.stored_papers",
    "readq.services.papers.triage",
):
    import_module(_module)

NOW = "2026-11-23T09:00:00+01:00"
_WORDS = ("growth", "decay", "symmetry", "cost", "training", "memory", "shape")
_PATIENCE = 120
"""Seconds after which a command counts as hanging."""

Dump = dict[str, list[tuple[Any, ...]]]


class Ended(NamedTuple):
    """The result of a command: exit status, standard output and standard error."""

    status: int
    out: str
    err: str


def environment(library: Path, **more: str) -> dict[str, str]:
    """Return an environment without settings of the user: a home next to the library, a fixed time."""
    home = library.parent / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("READQ_", "XDG_"))}
    return {**kept, "HOME": str(home), "TZ": "Europe/Berlin", "READQ_DB": str(library), "READQ_NOW": NOW, **more}


class Program(NamedTuple):
    """A running program, and the files to which it writes its standard output and standard error."""

    process: BaseProcess
    out: IO[str]
    err: IO[str]


@contextlib.contextmanager
def started(work: Callable[[], object], environ: Mapping[str, str]) -> Iterator[Program]:
    """Start a process that does some work in an environment. It is killed at the end if it still runs."""
    with tempfile.TemporaryFile("w+", errors="replace") as out, tempfile.TemporaryFile("w+", errors="replace") as err:
        process = multiprocessing.get_context("fork").Process(target=_work_alone, args=(work, environ, out, err))
        process.start()
        yield Program(process, out, err)
        process.kill()
        process.join()


def _work_alone(work: Callable[[], object], environ: Mapping[str, str], out: IO[str], err: IO[str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.stdout, sys.stderr = open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115 - open until the process ends
    work()


def readq(library: Path, words: Sequence[object], more: Mapping[str, str] | None = None) -> Ended:
    """Run one command line. Raises TimeoutError if it hangs."""

    def run() -> None:
        sys.argv[1:] = map(str, words)
        runpy.run_module("readq", run_name="__main__")

    with started(run, environment(library, **(more or {}))) as program:
        program.process.join(_PATIENCE)
        status = program.process.exitcode
        if status is None:
            raise TimeoutError(f"readq {words} hangs")
        for file in (program.out, program.err):
            file.seek(0)
        return Ended(status, program.out.read(), program.err.read())


def daily(path: Path, first: int, number: int) -> Path:
    """Write a daily list of `number` papers, numbered from `first`."""
    entries = [
        {
            "paper": {
                "id": f"26{place // 100_000:02}.{place % 100_000:05}",
                "title": f"On the {_WORDS[place % len(_WORDS)]} of networks, part {place}",
                "summary": f"We look at networks for the time number {place}. " * 5,
                "authors": [{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}],
                "publishedAt": "2026-11-18T12:00:00.000Z",
                "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
                "upvotes": place % 90,
            },
            "numComments": place % 7,
        }
        for place in range(first, first + number)
    ]
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def library_of(folder: Path, papers: int) -> Path:
    """Make a library in `folder` with so many papers in the inbox."""
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "library.db"
    ended = readq(library, ["import", daily(folder / "daily.json", 1, papers)])
    if ended.status:
        raise RuntimeError(ended.err)
    return library


def library_of_schema_1(folder: Path, papers: int) -> Path:
    """Make the same library in schema 1."""
    from readq.store.connection.connect import APPLICATION_ID
    from readq.store.schema_versions import version_1

    newest = library_of(folder, papers)
    old = newest.with_name("old.db")
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for statement in version_1.STATEMENTS:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("ATTACH ? AS newest", (str(newest),))
        connection.execute("BEGIN")
        for table in ("feed", "paper", "author", "identifier", "sighting", "step", "change"):
            columns = ", ".join(
                row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))
            )
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}")
        connection.execute(f"PRAGMA main.application_id={APPLICATION_ID}")
        connection.execute("PRAGMA main.user_version=1")
        connection.execute("COMMIT")
    old.chmod(0o600)
    old.replace(newest)
    return newest


def fresh_copy(library: Path, folder: Path) -> Path:
    """Copy the library into an emptied folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy = folder / library.name
    shutil.copyfile(library, copy)
    copy.chmod(0o600)
    return copy


def dump(library: Path) -> Dump:
    """Read every row of every table, after SQLite has rolled back an unfinished transaction."""
    with contextlib.closing(sqlite3.connect(library)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
            " AND name NOT GLOB '*_search*' AND name <> 'sqlite_sequence' ORDER BY name"
        ).fetchall()
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for (name,) in tables}


def schema(library: Path) -> int:
    """Return the schema version of a library."""
    with contextlib.closing(sqlite3.connect(library)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def problems(library: Path) -> list[str]:
    """Return the problems that `check` and SQLite find in the library."""
    with contextlib.closing(sqlite3.connect(library)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    checked = checking.check(str(library), datetime.fromisoformat(NOW))
    return found + [f"{one.kind}: {one.where}" for one in checked.problems]


def leftovers(folder: Path, expected: Sequence[str]) -> list[str]:
    """Return the names of files in a folder that are not expected."""
    return sorted(entry.name for entry in folder.iterdir() if entry.name not in expected)
