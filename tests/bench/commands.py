"""The groups of measurements: each yields the rows of one group for a library, with their floors."""

import contextlib
import importlib.util
import itertools
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import bibliography
import bibtex_writers
import corpus
import notes_folder
import terminal
from bulk_keys import keys_after_bulk_decisions
from keys_during_sync import keys_during_a_sync
from processes import Command, Compared, in_turns, peak_memory, reported, run, time_of

_HERE = Path(__file__).parent
_READQ = str(Path(sys.executable).with_name("readq"))
_SLOW = 20_000
"""Number of papers above which an operation that takes seconds is run once."""

_DECISIONS = 6_000
"""The number of papers from which on there are enough decisions to measure interest."""

Figures = Iterator[tuple[str, Compared]]


class Library(NamedTuple):
    """The same papers as JSON, in a plain database, and in a library of readq."""

    number: int
    folder: Path
    environment: Mapping[str, str]
    cpu: bool

    @property
    def source(self) -> str:
        """Return the path of the JSON file."""
        return str(self.folder / "papers.json")

    @property
    def plain(self) -> str:
        """Return the path of the plain database."""
        return str(self.folder / "plain.db")

    @property
    def path(self) -> str:
        """Return the path of the library."""
        return self.environment["READQ_DB"]

    def timed(self, command: Command, before: Callable[[], None] | None = None) -> Callable[[], float]:
        """Return a function that measures a whole process, in seconds of wall or processor time."""
        return time_of(command, self.environment, before, cpu=self.cpu)

    def remove(self, *names: str) -> None:
        """Delete files of the folder that exist."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)


def readq(*words: str) -> Command:
    """Return a command line of readq."""
    return (_READQ, *words)


def floor(*words: str) -> Command:
    """Return the command line of a floor."""
    return (sys.executable, str(_HERE / "baselines.py"), *words)


def python(code: str) -> Command:
    """Return a command line that runs Python code."""
    return (sys.executable, "-c", code)


def make(number: int, folder: Path, *, cpu: bool) -> Library:
    """Write `number` papers to a new folder, in an environment without files of the user."""
    folder.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    own = {
        "HOME": str(folder),
        "READQ_DB": str(folder / "library.db"),
        "READQ_NOW": "2026-01-15T12:00:00+00:00",
        **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")},
    }
    library = Library(number, folder, {**kept, **own}, cpu)
    corpus.write(Path(library.source), number)
    return library


def loading(library: Library, repeat: int) -> Figures:
    """Measure the import. It runs first, for it makes the two databases that the other groups use."""
    here = library.environment
    load, take_in = floor("load", library.source, library.plain), readq("import", library.source)

    def before_load() -> None:
        library.remove("plain.db")

    def before_import() -> None:
        library.remove("library.db", "library.db-wal", "library.db-shm")

    times = 1 if library.number > _SLOW else min(repeat, 3)
    yield (
        "import",
        in_turns(library.timed(load, before_load), library.timed(take_in, before_import), times, warm_up=False),
    )
    sizes = [os.path.getsize(path) / 1e6 for path in (library.plain, library.path)]
    yield "disk", Compared(*sizes)
    if library.number <= _SLOW:
        before_load()
        before_import()
        yield "import memory", Compared(peak_memory(load, here), peak_memory(take_in, here))


def bibliographies(library: Library, repeat: int) -> Figures:
    """Measure imports of .bib files."""
    times = 1 if library.number > _SLOW else min(repeat, 3)
    yield from bibliography.measured(library, times, readq, python)


def commands(library: Library, repeat: int) -> Figures:
    """Measure commands as whole processes."""
    here = library.environment

    def compare(plain: Command, ours: Command, before: Callable[[], None] | None = None) -> Compared:
        return in_turns(library.timed(plain), library.timed(ours, before), repeat)

    yield "help", compare(python("import sqlite3, json, argparse"), readq("--help"))
    first, listed = floor("first", library.plain), readq("list", "--limit", "20")
    yield "list", compare(first, listed)
    search, found = floor("search", library.plain, corpus.RARE), readq("list", corpus.RARE)
    yield "search", compare(search, found)
    untag = partial(run, readq("tag", "5", "--remove", "bench"), here)
    yield "tag", compare(floor("tag", library.plain), readq("tag", "5", "--add", "bench"), lambda: void(untag()))
    yield "memory", Compared(peak_memory(first, here), peak_memory(listed, here))


def bulk(library: Library, repeat: int) -> Figures:
    """Measure commands on every paper."""
    here = library.environment
    times = 1 if library.number > _SLOW else min(repeat, 5)
    target = str(library.folder / "refs.bib")
    plain, ours = floor("export", library.plain, f"{target}.plain"), readq("export", "--output", target)
    remove = partial(library.remove, "refs.bib")
    yield "export", in_turns(library.timed(plain), library.timed(ours, remove), times)
    for name in filter(importlib.util.find_spec, bibtex_writers.WRITERS):
        theirs = (sys.executable, str(_HERE / "bibtex_writers.py"), name, library.plain, f"{target}.{name}")
        yield f"export {name}", in_turns(library.timed(theirs), library.timed(ours, remove), times)
    yield "cited", in_turns(library.timed(readq("list", "--limit", "20")), library.timed(_cited(library)), repeat)
    kept = str(library.folder / "kept.bib")
    run(readq("export", "--output", kept, "--keep"), here)
    untag = partial(run, readq("tag", "5", "--remove", "bench"), here)
    tag = library.timed(readq("tag", "5", "--add", "bench"), lambda: void(untag()))
    yield "kept", in_turns(library.timed(ours, remove), tag, times)
    run(readq("export", "--forget", kept), here)
    mark = partial(run, readq("mark", "queued", "--query", "status:inbox"), here)
    undo = library.timed(readq("undo"), lambda: void(mark()))
    yield "undo", in_turns(library.timed(floor("mark", library.plain)), undo, times, warm_up=False)


def _cited(library: Library) -> Command:
    """Return the export of 200 papers, as an .aux file names them."""
    aux = library.folder / "main.aux"
    with contextlib.closing(sqlite3.connect(library.path)) as connection:
        keys = connection.execute("SELECT key FROM paper ORDER BY title LIMIT 200").fetchall()
    aux.write_text("".join(f"\\citation{{{key}}}\n" for (key,) in keys))
    return readq("export", "--aux", str(aux), "--output", str(library.folder / "cited.bib"))


def safety(library: Library, repeat: int) -> Figures:
    """Measure safety: opening a large library, the journal of one decision, the undo of a large one."""
    times = 1 if library.number > _SLOW else min(repeat, 5)
    mark, undo = readq("mark", "queued", "--query", "status:inbox"), readq("undo")
    yield "undo same", in_turns(library.timed(mark), library.timed(undo), times, warm_up=False)
    command = (sys.executable, str(_HERE / "safety.py"), str(library.folder), library.path, str(max(3 * repeat, 3)))
    yield from zip(("open", "journal"), reported(command, library.environment), strict=True)


def queries(library: Library, repeat: int) -> Figures:
    """Measure queries within one process."""
    words = (corpus.RARE, corpus.FREQUENT)
    command = (
        sys.executable,
        str(_HERE / "query_latency.py"),
        library.path,
        library.plain,
        str(max(repeat, 3)),
        *words,
    )
    yield from zip(("rare", "frequent"), reported(command, library.environment), strict=True)


def history(library: Library, repeat: int) -> Figures:
    """Measure parsing and storing of what a sync has fetched, within one process."""
    if library.number <= _SLOW:
        command = (sys.executable, str(_HERE / "history.py"), library.source, str(library.folder), str(min(repeat, 5)))
        yield from zip(("history",), reported(command, library.environment), strict=True)


def feeds(library: Library, repeat: int) -> Figures:
    """Measure a sync without news, in processor time per feed, within one process."""
    if library.number <= _SLOW:
        command = (
            sys.executable,
            str(_HERE / "sync_throughput.py"),
            library.path,
            str(library.folder),
            str(min(repeat, 5)),
        )
        yield from zip(("pull",), reported(command, library.environment), strict=True)


def interest(library: Library, repeat: int) -> Figures:
    """Measure interest within one process, in processor time: its sums, its numbers, and what it adds to a decision."""
    if _DECISIONS < library.number <= _SLOW:
        command = (
            sys.executable,
            str(_HERE / "interest_speed.py"),
            library.path,
            str(library.folder),
            str(min(repeat, 5)),
        )
        rows = ("interest rebuilt", "interest of new", "interest decision")
        yield from zip(rows, reported(command, library.environment), strict=True)


def review(library: Library, repeat: int) -> Figures:
    """Measure review within one process, in processor time: ten answers to each paper, all of them due."""
    if library.number <= _SLOW:
        command = (
            sys.executable,
            str(_HERE / "review_speed.py"),
            str(library.folder),
            library.path,
            str(min(repeat, 5)),
        )
        rows = ("review preview", "review queue", "review open", "review replay", "review note")
        yield from zip(rows, reported(command, library.environment), strict=True)


def screens(library: Library, repeat: int) -> Figures:
    """Measure the UI in a terminal. Its floor is a list by curses, and for the launch the import of Textual."""
    here = library.environment
    textual = time_of(python("import textual.app"), here)
    turns = [
        (
            terminal.drive(floor("screen", library.plain), here, library.number),
            textual(),
            terminal.drive(readq(), here, library.number),
        )
        for _ in range(min(repeat, 3))
    ]
    medians = {
        name: Compared(*(statistics.median(getattr(turn[who], name) for turn in turns) for who in (0, 2)))
        for name in terminal.Figures._fields
    }
    launch = medians["launch"]
    yield "launch", launch._replace(floor=statistics.median(turn[1] for turn in turns))
    for name in terminal.Figures._fields[1:]:
        yield f"tui {name}", medians[name]
    copy, more = library.folder / "copy.db", library.folder / "more.json"
    shutil.copy(library.path, copy)
    corpus.write(more, 100)
    after = terminal.memory_after_changes(readq(), {**here, "READQ_DB": str(copy)}, str(more))
    yield "tui memory after", Compared(medians["memory"].floor, after)


def keys_during_sync(library: Library, repeat: int) -> Figures:
    """Measure a key in the UI while a sync runs."""
    if library.number <= _SLOW and not terminal.reason_not_to_measure():
        here = library.environment
        yield "tui beside", keys_during_a_sync(_READQ, library.path, here, library.folder, min(repeat, 3))


def bulk_keys(library: Library, repeat: int) -> Figures:
    """Measure the cursor keys in the UI after keys that decide on all papers."""
    if not terminal.reason_not_to_measure():
        yield "tui bulk", keys_after_bulk_decisions(_READQ, library.path, library.environment, library.folder)


def notes(library: Library, repeat: int) -> Figures:
    """Measure a folder of notes, one to a paper, of which one has changed: within one process, and as a command."""
    if library.number > _SLOW:
        return
    command = (sys.executable, str(_HERE / "notes_folder.py"), str(library.folder), library.path, str(repeat))
    done = json.loads(
        subprocess.run(command, env=library.environment, capture_output=True, text=True, check=True).stdout
    )
    yield "notes changed", Compared(*done["changed"])
    turns = itertools.count(repeat)
    plain = readq("list", "--limit", "1", *done["options"][:2])
    ours = readq("list", "--limit", "1", *done["options"])
    before = partial(notes_folder.change, library.folder / "notes")
    timed = library.timed(ours, lambda: before(next(turns)))
    yield "notes command", in_turns(library.timed(plain), timed, repeat)


def agents(library: Library, repeat: int) -> Figures:
    """Measure the server for agents: started for one search, and what each of twenty searches more costs."""
    search = {"name": "find_papers", "arguments": {"query": corpus.RARE, "sort": "seen", "limit": 20}}
    listed = library.timed(readq("list", corpus.RARE))
    one = library.timed(_served(library, [search]))
    yield "mcp", in_turns(listed, one, repeat)
    many = library.timed(_served(library, [search] * 21))
    turns = [(listed(), one(), many()) for _ in range(repeat)]
    medians = [statistics.median(column) for column in zip(*turns, strict=True)]
    yield "mcp search", Compared(medians[0], max(medians[2] - medians[1], 0) / 20)


def _served(library: Library, calls: Sequence[object]) -> Command:
    """Return the command that answers calls of tools from a file."""
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}
    messages = [
        {"id": 0, "method": "initialize", "params": params},
        *({"id": place, "method": "tools/call", "params": call} for place, call in enumerate(calls, 1)),
    ]
    file = library.folder / f"calls-{len(calls)}.jsonl"
    file.write_text("".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages))
    return ("/bin/sh", "-c", 'exec "$0" mcp < "$1"', _READQ, str(file))


def void(_value: object) -> None:
    """Discard a result."""


GROUPS: Mapping[str, Callable[[Library, int], Figures]] = {
    "load": loading,
    "bibliography": bibliographies,
    "cli": commands,
    "bulk": bulk,
    "safety": safety,
    "queries": queries,
    "history": history,
    "feeds": feeds,
    "interest": interest,
    "review": review,
    "tui": screens,
    "keys-during-sync": keys_during_sync,
    "bulk-keys": bulk_keys,
    "notes": notes,
    "agents": agents,
}
"""The choices of `--only`; `load` always runs."""


def starts(library: Library, repeat: int) -> dict[str, float]:
    """Return medians in seconds of starting plain programs, and of writing a text as long as the export."""
    bare = {
        "python -c pass": python("pass"),
        "python, sqlite3": python("import sqlite3"),
        "python, sqlite3, json, argparse": python("import sqlite3, json, argparse"),
        "python, textual.app": python("import textual.app"),
        "python, sqlmodel": python("import sqlmodel"),
    }
    exported = library.folder / "refs.bib"
    if exported.exists():
        bare["python, the exported text written again"] = floor("rewrite", str(exported), f"{exported}.again")
    return {name: in_turns(None, library.timed(command), repeat).readq for name, command in bare.items()}
