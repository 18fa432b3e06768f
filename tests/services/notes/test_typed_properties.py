"""Properties in the file of a note that are not as readq writes them: they are read if possible, or named."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from readq.services.notes.sync import SyncReport
from readq.services.papers import corrections, notes
from readq.store.papers import queries

Step = Callable[..., SyncReport]


@pytest.fixture
def path(papers: sqlite3.Connection, folder: Path, step: Step, now: datetime) -> Path:
    """Return the file of the note on the first paper."""
    notes.save(papers, 1, "note", now)
    step()
    (path,) = folder.iterdir()
    return path


def why(report: SyncReport) -> list[str]:
    return [problem.why for problem in report.problems]


def test_edited_authors_and_year_are_named_once(papers: sqlite3.Connection, path: Path, step: Step) -> None:
    (paper,) = queries.papers(papers, [1])
    before = path.read_text()
    path.write_text(before.replace(f"year: {paper.year}", "year: 1918").replace(paper.authors[0], "Emmy Noether"))
    assert why(step()) == ["authors and year changed in the file: the library's stays, which readq edit changes"]
    assert path.read_text() == before
    assert why(step()) == []


def test_an_edited_text_or_a_correction_in_the_library_is_none(
    papers: sqlite3.Connection, path: Path, step: Step, now: datetime
) -> None:
    entry = corrections.entry_to_edit(papers, 1)
    year = queries.papers(papers, [1])[0].year
    corrections.correct(papers, 1, entry, entry.replace(f"{{{year}", "{1918"), now)
    path.write_text(path.read_text() + "more\n")
    assert why(step()) == []
    assert "year: 1918\n" in path.read_text()


@pytest.mark.parametrize(
    ("typed", "status", "problems"),
    [
        ("[reading]", "reading", []),
        ("[reading, done]", "inbox", ["its status 'reading, done' is none of inbox, queued, reading, done, dropped"]),
    ],
)
def test_a_status_in_a_list_is_read(
    papers: sqlite3.Connection, path: Path, step: Step, typed: str, status: str, problems: list[str]
) -> None:
    path.write_text(path.read_text().replace("status: inbox", f"status: {typed}"))
    assert [one.partition(":")[0] for one in why(step())] == problems
    assert queries.papers(papers, [1])[0].status == status
