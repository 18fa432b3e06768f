"""A file belongs to the paper that it names, also where it has the name of another paper's file."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from readq.services.notes.sync import SyncReport
from readq.services.papers import merge, notes
from readq.store.papers import queries
from readq.store.papers.notes import find_note

Step = Callable[..., SyncReport]


@pytest.fixture
def files(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> list[Path]:
    """The files of the notes on papers 1 and 2."""
    for number in (1, 2):
        notes.save(papers, number, f"note {number}", now)
    step()
    return [folder / f"{paper.key}.md" for paper in queries.papers(papers, [1, 2])]


def texts(connection: sqlite3.Connection) -> list[str]:
    found = [find_note(connection, number) for number in (1, 2)]
    return [note.text if note else "" for note in found]


def exchange(first: Path, second: Path) -> None:
    """Exchange the names of two files."""
    kept = first.with_suffix(".kept")
    first.rename(kept)
    second.rename(first)
    kept.rename(second)


def test_files_that_exchanged_names_keep_their_papers(
    papers: sqlite3.Connection, step: Step, files: list[Path]
) -> None:
    titles = [paper.title for paper in queries.papers(papers, [1, 2])]
    exchange(*files)
    assert step() == SyncReport()
    assert texts(papers) == ["note 1", "note 2"]
    assert [paper.title for paper in queries.papers(papers, [1, 2])] == titles
    assert step() == SyncReport()


def test_an_edit_of_a_file_that_exchanged_its_name_reaches_its_paper(
    papers: sqlite3.Connection, step: Step, files: list[Path], now: datetime
) -> None:
    exchange(*files)
    files[0].write_text(files[0].read_text() + "by hand\n")
    notes.save(papers, 1, "note 1\nby command", now)
    step()
    step()
    assert texts(papers) == ["note 1\nby command", "note 2\nby hand"]
    assert ["by command" in file.read_text() for file in files] == [False, True]


def test_a_file_that_names_another_paper_with_a_file_gives_its_text_to_neither(
    papers: sqlite3.Connection, folder: Path, step: Step, files: list[Path], now: datetime
) -> None:
    first, second = files
    key = second.stem
    first.write_text(first.read_text().replace(f'readq: "{first.stem}"', f"readq: {key}"))
    assert [problem.where for problem in step().problems] == [first.name]
    assert texts(papers) == ["note 1", "note 2"]
    notes.save(papers, 1, "note 1\nby command", now)
    step()
    assert texts(papers) == ["note 1\nby command", "note 2"]
    assert first.read_text().endswith("---\nnote 1\n")
    (own,) = set(folder.iterdir()) - set(files)
    assert own.read_text().endswith("---\nnote 1\nby command\n")


def test_the_file_of_a_merged_paper_that_names_a_third_one_is_not_merged(
    papers: sqlite3.Connection, step: Step, files: list[Path], now: datetime
) -> None:
    notes.save(papers, 3, "note 3", now)
    step()
    third = queries.papers(papers, [3])[0].key
    merge.merge(papers, 1, 2, now)
    files[1].write_text(files[1].read_text().replace(f'readq: "{files[1].stem}"', f"readq: {third}") + "by hand\n")
    for _ in range(3):
        step()
    note = find_note(papers, 1)
    assert note is not None
    assert "by hand" not in note.text
    assert "by hand" in files[1].read_text()
