"""Histories of a library, checked against the guarantees of undo, redo and merging.

Compared are the files of the dump, byte for byte: they hold all data of the user.
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

from random_actions import Action, ActionGenerator, OpenLibrary, perform

from readq.services.dump.dump_files import DumpFiles
from readq.services.dump.write_folder import dump
from readq.services.history import undo as undoing
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.safety import check as checking
from readq.store.journal import steps as journal
from readq.store.library import open_for_writing
from readq.store.records import read as dump_rows

Actions = Callable[[OpenLibrary], Iterator[Action]]
Observe = Callable[[sqlite3.Connection], Mapping[str, str]]

MOMENT = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
LATER = MOMENT + timedelta(days=900)

KINDS = (
    "mark", "mark", "star", "tag", "tag", "snooze", "enrol", "note", "append", "rate", "rate", "rate", "bury",
    "prioritise", "suspend", "key", "remove", "merge", "correct", "import daily", "import bib", "import bib",
    "save view", "remove view", "rename view", "move view", "feed", "undo", "redo",
)  # fmt: skip


KINDS_OF_IDENTITY = (
    *["import works"] * 6, "import feed", "import feed", "merge", "merge", "keep apart", "separate", "correct",
    "remove", "key", "mark", "undo", "redo",
)  # fmt: skip
"""Kinds that join papers and take them apart, over works that share titles and identifiers."""


def generated(rng: random.Random, kinds: Sequence[str], many: int) -> Actions:
    """Return `many` random actions of some kinds."""

    def actions(library: OpenLibrary) -> Iterator[Action]:
        generator = ActionGenerator(rng, kinds)
        return (generator.next(library) for _ in range(many))

    return actions


def given_actions(*actions: Action) -> Actions:
    """Return these actions."""
    return lambda _: iter(actions)


@contextlib.contextmanager
def open_copy(template: str, *, share: bool = False) -> Iterator[OpenLibrary]:
    """Open a copy of a library; with `share`, next to the dump of another copy that 30 actions have changed."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "library.db"))
        shutil.copyfile(template, path)
        shared = _shared(template, Path(folder)) if share else None
        with contextlib.closing(open_for_writing(path)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            yield OpenLibrary(path, connection, shared)


def _shared(template: str, folder: Path) -> Path:
    (folder / "other").mkdir()
    path = str(folder / "other" / "library.db")
    shutil.copyfile(template, path)
    with contextlib.closing(open_for_writing(path)) as connection:
        library = OpenLibrary(path, connection)
        now = MOMENT
        for action in generated(random.Random(1), KINDS, 30)(library):
            now += timedelta(seconds=action.seconds)
            perform(library, action, now)
        dump(connection, str(folder / "shared"))
    return folder / "shared"


def dump_files(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return the text of each file that a dump would write, by its path."""
    with DumpFiles(connection, with_secrets=True) as dumped:
        return {name: b"".join(content()).decode() for name, content in dumped.files()}


def user_fields(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return the fields that only the user sets, by paper, and the feeds and views."""
    papers = {
        str(number): repr(
            (paper.status, paper.decided, paper.starred, paper.snoozed_until, paper.tags, paper.note, paper.cards)
        )
        for number, paper in dump_rows.papers(connection).items()
    }
    return {**papers, "feeds and views": repr((dump_rows.feeds(connection), dump_rows.views(connection)))}


def perform_all(
    library: OpenLibrary, actions: Actions, since: datetime = MOMENT
) -> Iterator[tuple[Action, tuple[int, ...]]]:
    """Perform actions one after the other; yield each with the numbers of the steps it made."""
    now = since
    for action in actions(library):
        now += timedelta(seconds=action.seconds)
        newest = journal.newest_number(library.connection)
        perform(library, action, now)
        new = library.connection.execute("SELECT id FROM step WHERE id > ? ORDER BY id", (newest,))
        yield action, tuple(number for (number,) in new)


def _newest(connection: sqlite3.Connection) -> int:
    step = journal.step_to_undo(connection)
    return step.step if step else 0


def _numbers(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")]


def check_undo_and_redo(
    library: OpenLibrary,
    actions: Actions,
    observe: Callable[[sqlite3.Connection], Mapping[str, str]],
    *,
    but: str | None = None,
) -> int:
    """Check that undo and redo restore the state before and after each step, during and after a history.

    `but` is a kind of problems that the library may have. Returns the number of steps in force at the end.
    """
    connection = library.connection
    # The state after each step in force; None if one action made several steps, until undo reaches it.
    past: list[tuple[int, Mapping[str, str] | None]] = [(_newest(connection), observe(connection))]
    future: list[tuple[int, Mapping[str, str] | None]] = []

    def undo() -> None:
        undone = undoing.undo(connection, LATER)
        assert undone is not None
        assert (undone.step, undone.conflicts, undone.unrestored) == (past[-1][0], (), ()), str(undone)
        future.append(past.pop())
        compare(f"{undone.what}, undone")

    def redo() -> None:
        redone = undoing.redo(connection, LATER)
        assert redone is not None
        assert (redone.step, redone.conflicts, redone.unrestored) == (future[-1][0], (), ()), str(redone)
        past.append(future.pop())
        compare(f"{redone.what}, redone")

    def compare(what: str) -> None:
        step, known = past[-1]
        now = observe(connection)
        assert known is None or now == known, f"step {step}: {what}\n{_difference(known, now)}"
        past[-1] = (step, now)

    def act(library: OpenLibrary) -> Iterator[Action]:
        for action in actions(library):
            if action.kind == "undo":
                if len(past) > 1:
                    undo()
            elif action.kind == "redo":
                if future:
                    redo()
            else:
                yield action

    papers = _numbers(connection)
    for action, steps in perform_all(library, act):
        before, papers = papers, _numbers(connection)
        if action.kind == "sync" and papers != before:
            # A sync has merged two papers, which is no step and cannot be undone.
            return len(past)
        if steps:
            future.clear()
            past.extend((step, None) for step in steps)
        compare(action.kind)
    many = len(past)
    while len(past) > 1:
        undo()
    while future:
        redo()
    assert undoing.redo(connection, LATER) is None
    check_intact(library.path, but=but)
    return many


def check_intact(path: str, *, but: str | None = None) -> None:
    """Check that a library has no problems, except those of the kind `but`."""
    problems = [one for one in checking.check(path, LATER).problems if one.kind != but]
    assert problems == [], str(problems)


def check_stays_intact(library: OpenLibrary, actions: Actions, *, after_each_action: bool = False) -> None:
    """Check that no action fails and the library stays intact, after each action or after every tenth."""
    for number, _ in enumerate(perform_all(library, actions)):
        if after_each_action or number % 10 == 9:
            check_intact(library.path)
    check_intact(library.path)


def check_exchange(template: str, order: str, *rounds: Mapping[str, Actions]) -> None:
    """Check that two laptops, a and b, hold the same data after each has acted and they have exchanged dumps.

    `order` is "together", or says which dump is imported first: "a to b". Each of `rounds` ends with an exchange.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("a", "b"):
            (folder / name).mkdir()
            shutil.copyfile(template, folder / name / "library.db")
        for number, actions in enumerate(rounds):
            for name in ("a", "b"):
                with contextlib.closing(open_for_writing(str(folder / name / "library.db"))) as connection:
                    connection.execute("PRAGMA synchronous=OFF")
                    connection.execute(
                        "INSERT OR REPLACE INTO view (name, query, position) VALUES ('v', ?, 1)", (f"tag:{name}",)
                    )
                    since = MOMENT + timedelta(days=100 * number)
                    for _ in perform_all(
                        OpenLibrary(str(folder / name / "library.db"), connection), actions[name], since
                    ):
                        pass
            _exchange(folder, order, MOMENT + timedelta(days=100 * number + 90))


def _exchange(folder: Path, order: str, now: datetime) -> None:
    if order == "together":
        _dump_into(folder / "from a", folder / "a")
        _dump_into(folder / "from b", folder / "b")
        _import_into(folder / "b", folder / "from a", now)
        _import_into(folder / "a", folder / "from b", now)
    else:
        one, other = order.split(" to ")
        for sender, receiver in ((one, other), (other, one)):
            _dump_into(folder / f"from {sender}", folder / sender)
            _import_into(folder / receiver, folder / f"from {sender}", now)
    in_a, in_b = (_dump_into(folder / f"in {name}", folder / name) for name in ("a", "b"))
    assert in_a == in_b, _difference(in_a, in_b)
    for name in ("a", "b"):
        path = str(folder / name / "library.db")
        assert import_paths(path, [str(folder / "in b")], ImportOptions(), now).step is None
        check_intact(path)


def _dump_into(folder: Path, laptop: Path) -> Mapping[str, str]:
    with contextlib.closing(open_for_writing(str(laptop / "library.db"))) as connection:
        dump(connection, str(folder))
        return dump_files(connection)


def _difference(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    here, there = ("\n".join(files.values()).split("\n") for files in (one, other))
    return "\n".join(unified_diff(here, there, lineterm="", n=0))


def _import_into(laptop: Path, dump_folder: Path, now: datetime) -> None:
    """Import a dump; check that undo and redo restore the state before and after it."""
    path = str(laptop / "library.db")
    with contextlib.closing(open_for_writing(path)) as connection:
        before, newest = dump_files(connection), journal.newest_number(connection)
        import_paths(path, [str(dump_folder)], ImportOptions(), now)
        merged = dump_files(connection)
        # Merging papers that are one on the other side made steps of its own.
        steps = connection.execute("SELECT count(*) FROM step WHERE id > ?", (newest,)).fetchone()[0]
        for _ in range(steps):
            undoing.undo(connection, now)
        assert dump_files(connection) == before, _difference(before, dump_files(connection))
        for _ in range(steps):
            undoing.redo(connection, now)
        assert dump_files(connection) == merged, _difference(merged, dump_files(connection))
