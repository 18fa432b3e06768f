"""Machines with libraries that are shared through a real git repository, and what may go wrong on them."""

import contextlib
import errno
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from random_actions import Action, OpenLibrary, perform

from readq.model.records import PaperRecord
from readq.services.dump.dump_files import DumpFiles
from readq.services.dump.file_layout import RATINGS
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.safety import check as checking
from readq.services.share.exchange import share
from readq.services.share.start import start
from readq.store.connection.lock_wait import WaitingConnection
from readq.store.library import open_for_reading, open_for_writing
from readq.store.records import read

TIMEOUT = 30.0


class Fault(NamedTuple):
    """What happens to a process: `kill` or `full disk` at its write with the number `at`, counted from 1."""

    kind: str
    at: int


class Look(NamedTuple):
    """What the promises are about in a library.

    `marks` are the words that begin with `mark` and a number, which deeds left in tags and notes, and the answers, each
    by its time and rating. Each has its place: the number of the paper and `tag`, `note` or `answers`. `places` are all
    places that there are. `keys` are the present and former keys, `frozen` are the frozen ones, case-folded: of two
    keys that differ in case only, one is kept. `decisions` says of each paper, by its number, its keys, title and
    identifiers, and what was decided: its status, whether it has a star, whether it is in review, and its priority.
    """

    marks: dict[str, str]
    places: set[str]
    keys: frozenset[str]
    frozen: frozenset[str]
    decisions: dict[int, tuple[frozenset[str], frozenset[str]]]


class Machine:
    """A machine: its library, and its shared folder."""

    def __init__(self, folder: Path) -> None:
        self.library = str(folder / "library.db")
        self.shared = str(folder / "share")

    @contextlib.contextmanager
    def opened(self) -> Iterator[OpenLibrary]:
        """Open the library for a deed."""
        with contextlib.closing(open_for_writing(self.library)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            yield OpenLibrary(self.library, connection)

    def act(self, action: Action, now: datetime) -> None:
        """Perform a deed."""
        with self.opened() as library:
            perform(library, action, now)

    def share(self, now: datetime) -> None:
        """Exchange changes with the other machines."""
        share(self.library, self.shared, TIMEOUT, now)

    def dumped(self) -> Mapping[str, bytes]:
        """Return the files of a dump of the library."""
        with contextlib.closing(open_for_writing(self.library)) as connection:
            return files_of(connection)

    def unlike_a_dump(self) -> list[str]:
        """Return the names of the papers, notes and ratings in the shared folder that a dump would write otherwise."""
        with contextlib.closing(open_for_writing(self.library)) as connection:
            expected = files_of(connection, is_split=True)
        paths = [*Path(self.shared).glob("papers/*"), *Path(self.shared).glob("notes/*"), Path(self.shared, RATINGS)]
        present = {path.relative_to(self.shared).as_posix(): path.read_bytes() for path in paths}
        wanted = {name: text for name, text in expected.items() if "/" in name or name == RATINGS}
        return sorted(name for name in {*present, *wanted} if present.get(name) != wanted.get(name))

    def look(self) -> Look:
        """Return what the promises are about in the library as it is."""
        with contextlib.closing(open_for_reading(self.library)) as connection:
            papers = read.papers(connection)
        marks: dict[str, str] = {}
        for number, paper in papers.items():
            marks |= {tag: f"{number} tag" for tag in paper.tags if tag.startswith("mark")}
            marks |= {word: f"{number} note" for word in (paper.note or "").split() if word.startswith("mark")}
            marks |= dict.fromkeys(_answers(paper), f"{number} answers")
        places = {f"{number} {kind}" for number in papers for kind in ("tag", "answers")}
        places |= {f"{number} note" for number, paper in papers.items() if paper.note}
        decisions = {
            number: (frozenset(_names(paper)), frozenset(_decisions(paper))) for number, paper in papers.items()
        }
        keys = frozenset(key.casefold() for paper in papers.values() for key in (paper.key, *paper.aliases))
        frozen = frozenset(paper.key.casefold() for paper in papers.values() if paper.key_frozen)
        return Look(marks, places, keys, frozen, decisions)

    def problems(self, now: datetime) -> list[str]:
        """Return what `check` finds in the library."""
        return [f"{one.kind}: {one.where}" for one in checking.check(self.library, now).problems]


def _names(paper: PaperRecord) -> Iterator[str]:
    yield from map(str.casefold, (paper.key, *paper.aliases, paper.title))
    yield from (f"{scheme}:{value}" for scheme, value in paper.identifiers)


def _decisions(paper: PaperRecord) -> Iterator[str]:
    yield paper.status
    yield "starred" if paper.starred else "not starred"
    card = next((card for card in paper.cards if card.kind == "paper"), None)
    # That it is not in review, or has no priority, is no decision: a dropped paper is like that, too.
    if card and card.enrolled:
        yield "in review"
    if card and card.priority:
        yield f"priority {card.priority}"


def _answers(paper: PaperRecord) -> Iterator[str]:
    for card in paper.cards:
        yield from (f"answer {answer.at} {answer.rating}" for answer in card.answers if answer.kind == "answer")


def begin(folder: Path, library: Path, remote: Path, now: datetime) -> Machine:
    """Make a machine with a copy of a library in `folder`, and let it begin to share."""
    folder.mkdir()
    machine = Machine(folder)
    shutil.copyfile(library, machine.library)
    start(machine.library, machine.shared, str(remote), TIMEOUT, now)
    return machine


def files_of(connection: sqlite3.Connection, *, is_split: bool = False) -> Mapping[str, bytes]:
    """Return the files that a dump would write."""
    with DumpFiles(connection, with_secrets=True, is_split=is_split) as dumped:
        return {name: b"".join(content()) for name, content in dumped.files()}


def imported_again(files: Mapping[str, bytes], now: datetime) -> Mapping[str, bytes]:
    """Return the files of a dump of a new library into which a dump was imported."""
    with tempfile.TemporaryDirectory() as temporary:
        for name, content in files.items():
            path = Path(temporary, "dump", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        library = str(Path(temporary, "library.db"))
        import_paths(library, [str(Path(temporary, "dump"))], ImportOptions(), now)
        with contextlib.closing(open_for_writing(library)) as connection:
            return files_of(connection)


def run_with_fault(work: Callable[[], None], fault: Fault) -> bool:
    """Run `work` in a process of its own, to which a fault happens. Return whether it ended well."""
    number = os.fork()
    if number:
        _, status = os.waitpid(number, 0)
        return status == 0
    status = 1
    try:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - the process ends here
        hook = _Hook(fault)
        sys.addaudithook(hook)
        _trace_connections(hook.count_statement)
        work()
        status = 0
    except Exception:
        status = 1
    finally:
        os._exit(status)


def _trace_connections(trace: Callable[[str], None]) -> None:
    """Let `trace` see each statement of the connections that this process opens from now on."""
    begin = WaitingConnection.__init__

    def begin_traced(connection: WaitingConnection, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - sqlite3's own
        begin(connection, *arguments, **named)
        connection.set_trace_callback(trace)

    WaitingConnection.__init__ = begin_traced  # type: ignore[assignment, method-assign]  # in a process that ends after its work


_WRITES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "subprocess.Popen"})


class _Hook:
    """Counts the writes of a process by the events that Python reports, and lets a fault happen at one of them."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._count = 0
        self._is_off = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _WRITES or (event == "open" and _is_for_writing(arguments)):
            self._count_one(event)

    def count_statement(self, _: str) -> None:
        """Count a statement of SQL."""
        self._count_one("statement")

    def _count_one(self, event: str) -> None:
        self._count += 1
        if self._fault.kind == "kill":
            if self._count == self._fault.at:
                os.kill(os.getpid(), signal.SIGKILL)
        elif self._count >= self._fault.at and event in ("open", "os.rename", "os.mkdir"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _is_for_writing(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))
