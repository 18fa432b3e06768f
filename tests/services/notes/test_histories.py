"""Random edits on both sides, with kills between: both are equal in the end, and no text is lost."""

import os
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from example_settings import repeatable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readq.errors import ReadqError
from readq.formats.markdown import note_file
from readq.model.values import Status
from readq.services.history import undo
from readq.services.notes import files
from readq.services.notes.comparison import NotesFolder
from readq.services.notes.sync import SyncOptions, sync
from readq.services.papers import corrections, merge, notes, triage
from readq.services.papers.triage import AT_ONCE
from readq.store.library import open_for_writing
from readq.store.notes import file_rows
from readq.store.papers import queries
from readq.store.papers.queries import Selection

WORDS = ("alpha", "beta", "gamma", "delta", "naïve", "==cloze==", "[[key]]", "- one", "# two", "---", "a: b")
KINDS = ("note", "note", "note", "clear", "mark", "tag", "key", "merge", "merge", "undo", "redo", "remove", "title")
HAND = ("body", "body", "append", "status", "tag", "title", "rename", "foreign", "foreign", "touch")


class Killed(BaseException):
    """The program is killed here. It is no Exception, so that nothing handles it."""


class World:
    """A library, a folder, and all texts that stood on either side when the program looked."""

    def __init__(self, path: str, folder: Path, seed: int, now: datetime) -> None:
        self.random = random.Random(seed)
        self.connection = open_for_writing(path)
        self.folder, self.now, self.seen = folder, now, set[str]()
        self.taken_in = set[str]()
        """The texts that readq had taken in when a sync ended. Others go if the reader replaces them in the file."""
        self.number = 0
        self.named = set[str]()
        """The names of the files that the last sync has named as left alone."""

    def text(self) -> str:
        self.number += 1
        lines = [self.random.choice(WORDS) for _ in range(self.random.randint(1, 4))]
        return f"text {self.number}\n" + "\n".join(lines)

    def ids(self) -> list[int]:
        return list(queries.list_ids(self.connection, Selection()))

    def act(self) -> None:
        """Something that the reader does in the UI or by a command."""
        self.now += timedelta(minutes=1)
        # Undo may have taken all papers away.
        kind, paper = self.random.choice(KINDS), self.random.choice(self.ids() or [1])
        with suppress(ReadqError):
            self._act(kind, paper)

    def _act(self, kind: str, paper: int) -> None:
        connection, now = self.connection, self.now
        if kind == "note":
            notes.save(connection, paper, self.text(), now)
        elif kind == "clear":
            notes.save(connection, paper, "", now)
        elif kind == "mark":
            triage.mark(connection, [paper], self.random.choice(list(Status)), now)
        elif kind == "tag":
            triage.tag(connection, [paper], [self.random.choice(["c++", "rl", "2024"])], ["old"], now)
        elif kind == "key":
            corrections.set_key(connection, paper, f"key{self.random.randint(1, 9)}", now)
        elif kind == "title":
            corrections.set_title(connection, paper, f"Title {self.random.randint(1, 9)}", now)
        elif kind == "merge" and len(self.ids()) > 3:
            merge.merge(connection, paper, self.random.choice([other for other in self.ids() if other != paper]), now)
        elif kind == "remove" and len(self.ids()) > 3 and self.random.random() < 0.2:
            corrections.remove(connection, [paper], now)
        elif kind == "undo":
            undo.undo(connection, now)
        elif kind == "redo":
            undo.redo(connection, now)

    def edit(self) -> None:
        """Something that the reader does to a file."""
        paths = sorted(self.folder.glob("*.md")) if self.folder.exists() else []
        if not paths:
            return
        path, kind = self.random.choice(paths), self.random.choice(HAND)
        head, body = re.fullmatch(r"(---\n.*?\n---\n)(.*)", path.read_text(), re.DOTALL).groups()  # type: ignore[union-attr]
        changes: dict[str, Callable[[], str]] = {
            "body": lambda: f"{head}{self.text()}\n",
            "append": lambda: f"{head}{body}{self.text()}\n",
            "status": lambda: re.sub("status: .*", f"status: {self.random.choice(list(Status))}", head) + body,
            "tag": lambda: head.replace("tags:\n", f"tags:\n  - hand{self.random.randint(1, 3)}\n") + body,
            "title": lambda: re.sub("title: .*", f'title: "By hand {self.random.randint(1, 9)}"', head) + body,
            "foreign": lambda: self._with_own_property(head) + body,
            "touch": lambda: head + body,
            "rename": lambda: head + body,
        }
        if kind == "body":
            self.seen -= {notes.tidy(body)} - self.taken_in
        path.write_text(changes[kind]())
        if kind == "rename" and not path.with_name(f"hand-{path.name}").exists():
            path.rename(path.with_name(f"hand-{path.name}"))

    def _with_own_property(self, head: str) -> str:
        """Add a property of the reader. Its name may be that of a property in another file."""
        name = f"mine{self.random.randint(1, 5)}"
        self.number += 1
        return head if f"\n{name}: " in head else f"{head[:-4]}{name}: {self.number}\n---\n"

    def look(self) -> None:
        """Note the texts that stand on both sides now, and the properties of the reader in the files."""
        for path in self.folder.glob("*.md"):
            content = note_file.parse(path.read_bytes())
            if content.key:
                self.seen.add(notes.tidy(content.text))
                self.seen |= {block.lines for block in content.others}
        in_library = {text for (text,) in self.connection.execute("SELECT text FROM note")}
        self.seen |= in_library
        self.taken_in |= in_library

    def sync(self) -> None:
        self.look()
        self.named = set()
        report = sync(self.connection, NotesFolder(str(self.folder)), self.now, SyncOptions(AT_ONCE))
        self.named = {problem.where for problem in report.problems}
        for row in file_rows.rows(self.connection, str(self.folder)):
            path = self.folder / row.name
            # The file of a removed paper keeps its row, and is left alone.
            if path.exists() and note_file.digest(path.read_bytes()) == row.digest:
                self.taken_in.add(notes.tidy(note_file.parse(path.read_bytes()).text))

    def lost(self) -> list[str]:
        """The texts that stood on a side once, and are in no note, no history of a note, no step and no file."""
        kept = [
            text for (text,) in self.connection.execute("SELECT text FROM note UNION SELECT text FROM note_history")
        ]
        kept += [
            str(text) for (text,) in self.connection.execute("SELECT before FROM change UNION SELECT after FROM change")
        ]
        kept += [path.read_text() for path in self.folder.glob("*.md")]
        whole = "\0".join(text.replace("\\n", "\n") for text in kept)
        return [text for text in self.seen if text not in whole]


@contextmanager
def killed_at(patch: pytest.MonkeyPatch, calls: int, *, after: bool) -> Iterator[None]:
    """Kill the program before or after the call with the number `calls` of what changes files or the library."""
    left = calls

    def killing(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left == 0 and not after:
                raise Killed
            result = function(*arguments, **options)
            if left == 0:
                raise Killed
            return result

        return call

    with patch.context() as context:
        for place, name in (
            *((os, name) for name in ("replace", "unlink", "makedirs")),
            *((module, name) for module, name in ((file_rows, "put_rows"), (file_rows, "put_mark"))),
            *((notes, "replace"), (notes, "save"), (triage, "mark"), (triage, "tag"), (corrections, "set_title")),
            (files, "write"),
        ):
            context.setattr(place, name, killing(getattr(place, name)))
        with suppress(Killed):
            yield


@settings(
    repeatable,
    max_examples=int(os.environ.get("READQ_NOTES_EXAMPLES", "8")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32), kills=st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=6, max_size=6))
def test_both_sides_are_equal_in_the_end_and_no_text_is_lost(
    six_papers: str,
    tmp_path_factory: pytest.TempPathFactory,
    now: datetime,
    seed: int,
    kills: list[tuple[int, bool]],
) -> None:
    place = tmp_path_factory.mktemp("world")
    path = str(place / "library.db")
    with closing(sqlite3.connect(six_papers)) as original, closing(sqlite3.connect(path)) as copy:
        original.backup(copy)
    world = World(path, place / "notes", seed, now)
    with closing(world.connection):
        for paper in world.ids()[:4]:
            notes.save(world.connection, paper, world.text(), now)
        for calls, after in kills:
            for _ in range(world.random.randint(1, 4)):
                world.random.choice((world.act, world.edit))()
            with killed_at(pytest.MonkeyPatch(), calls, after=after), suppress(ReadqError):
                world.sync()
            if world.connection.in_transaction:
                world.connection.execute("ROLLBACK")
        for _ in range(3):
            with suppress(ReadqError):
                world.sync()
        assert world.lost() == []
        _assert_equal(world)


def _assert_equal(world: World) -> None:
    library = {paper.key: paper for paper in queries.papers(world.connection, world.ids()) if paper.note}
    there: dict[str, note_file.NoteFile] = {}
    own = {row.name for row in file_rows.rows(world.connection, str(world.folder))}
    for path in world.folder.glob("*.md"):
        content = note_file.parse(path.read_bytes())
        if content.key in library and path.name in own:
            there[content.key] = content
        elif content.key in library:
            assert path.name in world.named
    assert {key: paper.note for key, paper in library.items()} == {key: each.text for key, each in there.items()}
    for key, paper in library.items():
        assert (there[key].title, there[key].status) == (paper.title, paper.status)
        assert set(there[key].tags) == {note_file.obsidian_tag(tag) for tag in paper.tags}
