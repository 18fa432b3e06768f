"""The file of a paper that was merged into another one: nothing that stands in it is lost."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from readq.services.history import undo
from readq.services.notes import prune
from readq.services.notes.comparison import NotesFolder
from readq.services.notes.prune import PruneOptions
from readq.services.notes.sync import SyncReport
from readq.services.papers import merge, notes
from readq.store.notes import file_rows
from readq.store.papers import queries
from readq.store.papers.notes import find_note

Step = Callable[..., SyncReport]
Pair = tuple[Path, Path]


@pytest.fixture
def pair(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> Pair:
    """Return the files of the notes on the first two papers."""
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    first, second = queries.papers(papers, [1, 2])
    return folder / f"{first.key}.md", folder / f"{second.key}.md"


def put_property(path: Path, lines: str) -> None:
    path.write_text(path.read_text().replace("\nreadq:", f"\n{lines}\nreadq:"))


def text_of(connection: sqlite3.Connection) -> str:
    note = find_note(connection, 1)
    return note.text if note else ""


def test_properties_of_the_reader_move_to_the_file_of_the_other_paper(
    papers: sqlite3.Connection, step: Step, now: datetime, pair: Pair
) -> None:
    kept, merged = pair
    put_property(kept, "cssclasses:\n  - wide")
    put_property(merged, "cssclasses:\n  - wide\n# mine\nrating: 5\nrelated:\n  - '[[a]]'")
    merge.merge(papers, 1, 2, now)
    for _ in range(3):
        assert step().problems == ()
    assert not merged.exists()
    assert kept.read_text().count("cssclasses:\n  - wide\n") == 1
    assert "# mine\nrating: 5\nrelated:\n  - '[[a]]'\n" in kept.read_text()
    assert step(full=True) == SyncReport()


def test_an_alias_that_the_reader_added_moves_too(
    papers: sqlite3.Connection, step: Step, now: datetime, pair: Pair
) -> None:
    kept, merged = pair
    merged.write_text(merged.read_text().replace("aliases:\n", "aliases:\n  - Mine\n"))
    merge.merge(papers, 1, 2, now)
    for _ in range(3):
        assert step().problems == ()
    assert not merged.exists()
    assert '  - "Mine"\n' in kept.read_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nreadq:", "\nrating: 5\nreadq:"),
        ("status: inbox", "status: reading"),
        ('\ntitle: "', '\ntitle: "By hand '),
        ("\nstatus:", "\ntags:\n  - by-hand\nstatus:"),
    ],
    ids=["property", "status", "title", "tag"],
)
def test_a_file_that_says_something_else_stays_and_is_named(
    papers: sqlite3.Connection, step: Step, now: datetime, pair: Pair, old: str, new: str
) -> None:
    kept, merged = pair
    put_property(kept, "rating: 4")
    merged.write_text(merged.read_text().replace(old, new) + "added by hand\n")
    before = merged.read_bytes()
    merge.merge(papers, 1, 2, now)
    for _ in range(3):
        named = [problem.where for problem in step().problems]
        assert named == [merged.name]
    assert merged.read_bytes() == before
    assert all(text in text_of(papers) for text in ("note 1", "note 2", "added by hand"))
    assert "rating: 4\n" in kept.read_text()
    merged.unlink()
    assert step().problems == ()


def test_the_file_stays_with_the_note_if_the_other_paper_has_none(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime
) -> None:
    notes.save(papers, 2, "note 2", now)
    step()
    (merged,) = folder.iterdir()
    put_property(merged, "rating: 5")
    merge.merge(papers, 1, 2, now)
    for _ in range(3):
        assert step().problems == ()
    (kept,) = folder.iterdir()
    assert kept.stem == queries.papers(papers, [1])[0].key
    assert kept.read_text().endswith("rating: 5\n---\nnote 2\n")
    assert step(full=True) == SyncReport()


@pytest.mark.parametrize("content", [b"---\nbroken", b"\xff"], ids=["broken", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_named_until_it_can(
    papers: sqlite3.Connection, step: Step, now: datetime, pair: Pair, content: bytes
) -> None:
    kept, merged = pair
    whole = merged.read_bytes()
    merged.write_bytes(content)
    merge.merge(papers, 1, 2, now)
    for _ in range(2):
        assert [problem.where for problem in step().problems] == [merged.name]
    merged.write_bytes(whole + b"added by hand\n")
    for _ in range(3):
        assert step().problems == ()
    assert not merged.exists()
    assert "added by hand" in kept.read_text()


def test_a_file_that_may_not_be_read_is_named_until_it_may(
    papers: sqlite3.Connection, step: Step, now: datetime, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, merged = pair
    merge.merge(papers, 1, 2, now)
    put_property(merged, "rating: 5")
    with monkeypatch.context() as patch:
        from readq.services.notes import files

        read = files.read

        def refuse(path: str, now_ns: int) -> files.ReadFile:
            if path.endswith(merged.name):
                raise PermissionError(13, "Permission denied")
            return read(path, now_ns)

        patch.setattr(files, "read", refuse)
        for _ in range(2):
            assert [problem.where for problem in step().problems] == [merged.name]
    for _ in range(3):
        assert step().problems == ()
    assert not merged.exists()
    assert "rating: 5\n" in kept.read_text()


def test_pruning_leaves_the_file_of_a_merged_paper(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, pair: Pair
) -> None:
    kept, merged = pair
    put_property(merged, "rating: 5")
    step()
    merge.merge(papers, 1, 2, now)
    assert prune.prune(papers, NotesFolder(str(folder)), now, PruneOptions()) == ()
    for _ in range(2):
        step()
    assert not merged.exists()
    assert "rating: 5\n" in kept.read_text()


def test_undoing_a_merge_gives_both_papers_their_files(
    papers: sqlite3.Connection, folder: Path, step: Step, now: datetime, pair: Pair
) -> None:
    kept, merged = pair
    put_property(merged, "rating: 5")
    merge.merge(papers, 1, 2, now)
    step()
    step()
    undo.undo(papers, now)
    for _ in range(2):
        assert step().problems == ()
    assert kept.read_text().endswith("---\nnote 1\n")
    assert merged.read_text().endswith("---\nnote 2\n")
    assert "rating: 5\n" in kept.read_text() + merged.read_text()
    assert len(file_rows.rows(papers, str(folder))) == 2
