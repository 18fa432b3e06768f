"""Histories of a library, held against what undo, redo and merging promise of them.

The dump is what is compared, byte for byte: everything that is the reader's own.
"""

import contextlib
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from difflib import unified_diff
from pathlib import Path

from random_actions import Deed, Desk, Reader, do

from readq.model.records import LibraryRecord
from readq.services.dump.file_layout import files
from readq.services.dump.write_folder import dump
from readq.services.history import undo as undoing
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.safety import check as checking
from readq.store.journal import steps as journal
from readq.store.library import open_for_writing
from readq.store.records import read as dump_rows

Deeds = Callable[[Desk], Iterator[Deed]]
Observe = Callable[[sqlite3.Connection], Mapping[str, str]]

MOMENT = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
LATER = MOMENT + timedelta(days=900)

KINDS = (
    "mark", "mark", "star", "tag", "tag", "snooze", "enrol", "note", "append", "rate", "rate", "rate", "bury",
    "prioritise", "suspend", "key", "remove", "merge", "correct", "import daily", "import bib", "import bib",
    "save view", "remove view", "feed", "undo", "redo",
)  # fmt: skip


def made_up(chance: random.Random, kinds: Sequence[str], many: int) -> Deeds:
    """So many deeds of some kinds, as a die says."""

    def deeds(desk: Desk) -> Iterator[Deed]:
        reader = Reader(chance, kinds)
        return (reader.next(desk) for _ in range(many))

    return deeds


def told(*deeds: Deed) -> Deeds:
    """These deeds."""
    return lambda _: iter(deeds)


@contextlib.contextmanager
def opened(template: str, *, share: bool = False) -> Iterator[Desk]:
    """A copy of a library, and the dump of another that went its own way from it."""
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder, "library.db"))
        shutil.copyfile(template, library)
        shared = _shared(template, Path(folder)) if share else None
        with contextlib.closing(open_for_writing(library)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            yield Desk(library, connection, shared)


def _shared(template: str, folder: Path) -> Path:
    (folder / "other").mkdir()
    library = str(folder / "other" / "library.db")
    shutil.copyfile(template, library)
    with contextlib.closing(open_for_writing(library)) as connection:
        desk = Desk(library, connection)
        now = MOMENT
        for deed in made_up(random.Random(1), KINDS, 30)(desk):
            now += timedelta(seconds=deed.seconds)
            do(desk, deed, now)
        dump(connection, str(folder / "shared"))
    return folder / "shared"


def dumped(connection: sqlite3.Connection) -> Mapping[str, str]:
    papers = tuple(dump_rows.papers(connection).values())
    return dict(files(LibraryRecord(papers, dump_rows.feeds(connection), dump_rows.views(connection))))


def decided(connection: sqlite3.Connection) -> Mapping[str, str]:
    """What only a person sets."""
    papers = {
        str(number): repr(
            (paper.status, paper.decided, paper.starred, paper.snoozed_until, paper.tags, paper.note, paper.cards)
        )
        for number, paper in dump_rows.papers(connection).items()
    }
    return {**papers, "named": repr((dump_rows.feeds(connection), dump_rows.views(connection)))}


def lived(desk: Desk, deeds: Deeds, since: datetime = MOMENT) -> Iterator[tuple[Deed, tuple[int, ...]]]:
    """Do one deed after the other; each with the steps that came of it."""
    now = since
    for deed in deeds(desk):
        now += timedelta(seconds=deed.seconds)
        newest = journal.newest_number(desk.connection)
        do(desk, deed, now)
        new = desk.connection.execute("SELECT id FROM step WHERE id > ? ORDER BY id", (newest,))
        yield deed, tuple(number for (number,) in new)


def _newest(connection: sqlite3.Connection) -> int:
    step = journal.step_to_undo(connection)
    return step.step if step else 0


def _numbers(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")]


def taken_back_and_done_again(
    desk: Desk, deeds: Deeds, observe: Callable[[sqlite3.Connection], Mapping[str, str]]
) -> int:
    """Hold the library against what it was after each step, while steps are taken, taken back, and done again.

    Returns how many steps were in force in the end.
    """
    connection = desk.connection
    # The state after each step in force; None where a deed was several steps, until it is seen.
    past: list[tuple[int, Mapping[str, str] | None]] = [(_newest(connection), observe(connection))]
    future: list[tuple[int, Mapping[str, str] | None]] = []

    def back() -> None:
        undone = undoing.undo(connection, LATER)
        assert undone is not None
        assert (undone.step, undone.conflicts, undone.left_alone) == (past[-1][0], (), ()), str(undone)
        future.append(past.pop())
        see(f"{undone.what}, taken back")

    def forth() -> None:
        redone = undoing.redo(connection, LATER)
        assert redone is not None
        assert (redone.step, redone.conflicts, redone.left_alone) == (future[-1][0], (), ()), str(redone)
        past.append(future.pop())
        see(f"{redone.what}, done again")

    def see(what: str) -> None:
        step, known = past[-1]
        now = observe(connection)
        assert known is None or now == known, f"step {step}: {what}\n{_difference(known, now)}"
        past[-1] = (step, now)

    def act(desk: Desk) -> Iterator[Deed]:
        for deed in deeds(desk):
            if deed.what == "undo":
                if len(past) > 1:
                    back()
            elif deed.what == "redo":
                if future:
                    forth()
            else:
                yield deed

    papers = _numbers(connection)
    for deed, steps in lived(desk, act):
        before, papers = papers, _numbers(connection)
        if deed.what == "sync" and papers != before:
            # A source has said that two papers are one, which is no step: there is no way back to two.
            return len(past)
        if steps:
            future.clear()
            past.extend((step, None) for step in steps)
        see(deed.what)
    many = len(past)
    while len(past) > 1:
        back()
    while future:
        forth()
    assert undoing.redo(connection, LATER) is None
    _check(desk.library)
    return many


def _check(library: str) -> None:
    problems = checking.check(library, LATER).problems
    assert problems == (), str(problems)


def sound_in_any_order(desk: Desk, deeds: Deeds, *, often: bool = False) -> None:
    """Hold that nothing fails and the library is sound, whatever is taken back; `often`: look after each deed."""
    for number, _ in enumerate(lived(desk, deeds)):
        if often or number % 10 == 9:
            _check(desk.library)
    _check(desk.library)


def exchanged(template: str, order: str, *rounds: Mapping[str, Deeds]) -> None:
    """Have two laptops, a and b, go apart by their deeds, exchange dumps, and hold that they are one library then.

    `order` is `together` or who gives first, as in `a to b`. One round after the other.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("a", "b"):
            (place / name).mkdir()
            shutil.copyfile(template, place / name / "library.db")
        for number, deeds in enumerate(rounds):
            for name in ("a", "b"):
                with contextlib.closing(open_for_writing(str(place / name / "library.db"))) as connection:
                    connection.execute("PRAGMA synchronous=OFF")
                    connection.execute(
                        "INSERT OR REPLACE INTO view (name, query, position) VALUES ('v', ?, 1)", (f"tag:{name}",)
                    )
                    since = MOMENT + timedelta(days=100 * number)
                    for _ in lived(Desk(str(place / name / "library.db"), connection), deeds[name], since):
                        pass
            _exchange(place, order, MOMENT + timedelta(days=100 * number + 90))


def _exchange(place: Path, order: str, now: datetime) -> None:
    if order == "together":
        _give(place / "a", place / "from a")
        _give(place / "b", place / "from b")
        _take(place / "b", place / "from a", now)
        _take(place / "a", place / "from b", now)
    else:
        one, other = order.split(" to ")
        for giver, taker in ((one, other), (other, one)):
            _give(place / giver, place / f"from {giver}")
            _take(place / taker, place / f"from {giver}", now)
    in_a, in_b = (_give(place / name, place / f"in {name}") for name in ("a", "b"))
    assert in_a == in_b, _difference(in_a, in_b)
    for name in ("a", "b"):
        library = str(place / name / "library.db")
        assert import_paths(library, [str(place / "in b")], ImportOptions(), now).step is None
        _check(library)


def _give(laptop: Path, folder: Path) -> Mapping[str, str]:
    with contextlib.closing(open_for_writing(str(laptop / "library.db"))) as connection:
        dump(connection, str(folder))
        return dumped(connection)


def _difference(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    here, there = ("\n".join(files.values()).split("\n") for files in (one, other))
    return "\n".join(unified_diff(here, there, lineterm="", n=0))


def _take(laptop: Path, folder: Path, now: datetime) -> None:
    """Merge a dump; taken back and done again on the way."""
    library = str(laptop / "library.db")
    with contextlib.closing(open_for_writing(library)) as connection:
        before, newest = dumped(connection), journal.newest_number(connection)
        import_paths(library, [str(folder)], ImportOptions(), now)
        merged = dumped(connection)
        # Papers that are one for the other side were joined in steps of their own.
        steps = connection.execute("SELECT count(*) FROM step WHERE id > ?", (newest,)).fetchone()[0]
        for _ in range(steps):
            undoing.undo(connection, now)
        assert dumped(connection) == before, _difference(before, dumped(connection))
        for _ in range(steps):
            undoing.redo(connection, now)
        assert dumped(connection) == merged, _difference(merged, dumped(connection))
