"""Check and repair of a library."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.errors import LibraryDiskError, LibraryError
from readq.model.values import Rating, Status
from readq.services.papers import triage
from readq.services.review import ratings
from readq.services.safety import backup, check
from readq.services.safety.check import FoundProblem
from readq.store.files.backup import backup_folder
from readq.store.library import open_for_writing

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture
def six_papers(six_papers: str) -> str:
    """Return a private library with six papers."""
    os.chmod(six_papers, 0o600)
    return six_papers


def change(library: str, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(library)) as connection, connection:
        connection.execute(statement)


def test_a_library_in_use_has_no_problems(six_papers: str, now: datetime) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        triage.mark(connection, [1, 2, 3], Status.DONE, now)
        for day, rating in enumerate((Rating.GOOD, Rating.AGAIN, Rating.HARD, Rating.EASY)):
            ratings.rate_papers(connection, [1, 2], rating, now + timedelta(days=9 * day), Config())
        ratings.rate_papers(connection, [1], Rating.GOOD, now - timedelta(days=9), Config())
        triage.enrol(connection, [2], False, now)
    assert check.check(six_papers, now + timedelta(days=40)).problems == ()


def test_no_library_has_no_problems(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "none.db"
    assert check.check(str(path), now, repair=True).ok
    assert not path.exists()


def test_row_39_a_repair_begins_with_a_backup(six_papers: str, now: datetime, dump: Dump) -> None:
    change(six_papers, "INSERT INTO paper_tag VALUES (99, 'lost')")
    before = dump(six_papers)
    looked = check.check(six_papers, now)
    assert looked == ((FoundProblem("orphan", "paper_tag: 1 without paper", False),), (), None)
    assert dump(six_papers) == before
    repaired = check.check(six_papers, now, repair=True)
    assert repaired.problems == (FoundProblem("orphan", "paper_tag: 1 without paper", True),)
    assert repaired.backup
    assert dump(repaired.backup) == before
    assert check.check(six_papers, now, repair=True) == ((), (), None)


def test_the_backup_before_a_repair_may_have_the_faults_that_are_repaired(six_papers: str, now: datetime) -> None:
    with contextlib.closing(sqlite3.connect(six_papers, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, '(title_key)', '(title)')"
                           " WHERE name = 'paper_by_title_key'")  # fmt: skip
    with pytest.raises(LibraryError, match=r"damaged: .*library\.db: row 1 missing from index"):
        backup.back_up(six_papers, None, now)
    repaired = check.check(six_papers, now, repair=True)
    found = [("index", "paper_by_title_key"), ("schema", "index paper_by_title_key is not as readq made it")]
    assert repaired.problems == tuple(FoundProblem(*problem, True) for problem in found)
    assert repaired.backup
    assert check.check(repaired.backup, now).problems == tuple(FoundProblem(*problem, False) for problem in found)
    assert check.check(six_papers, now).ok


def test_without_a_backup_there_is_no_repair(six_papers: str, now: datetime, dump: Dump) -> None:
    change(six_papers, "INSERT INTO paper_tag VALUES (99, 'lost')")
    before = dump(six_papers)
    Path(backup_folder(six_papers)).write_text("in the way")
    with pytest.raises(LibraryDiskError):
        check.check(six_papers, now, repair=True)
    assert dump(six_papers) == before


def test_a_damaged_file_is_reported_and_not_touched(six_papers: str, now: datetime) -> None:
    with contextlib.closing(sqlite3.connect(six_papers)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'paper'").fetchall()
    with open(six_papers, "r+b") as file:
        file.seek(size * (page - 1))
        file.write(b"\xff" * 100)
    before = Path(six_papers).read_bytes()
    checked = check.check(six_papers, now, repair=True)
    assert {(problem.kind, problem.repaired) for problem in checked.problems} == {("damage", False)}
    assert Path(six_papers).read_bytes() == before
    assert not os.path.exists(backup_folder(six_papers))


def test_permissions_and_lost_rows_are_warnings(six_papers: str, now: datetime) -> None:
    backup.back_up(six_papers, None, now)
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.execute("DELETE FROM paper WHERE id = 6")
    os.chmod(six_papers, 0o644)
    checked = check.check(six_papers, now)
    assert checked.ok
    assert "644" in checked.warnings[0]
    assert checked.warnings[1].startswith("1 paper fewer than in the backup")


def test_row_34_a_read_only_library_is_checked(six_papers: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    change(six_papers, "INSERT INTO paper_search (rowid, note) VALUES (4, 'not so')")
    monkeypatch.setattr("readq.store.files.integrity.unwritable_reason", lambda _path: "you may not write to its file")
    monkeypatch.setattr("readq.store.check.unwritable_reason", lambda _path: "you may not write to its file")
    assert [problem.kind for problem in check.check(six_papers, now).problems] == ["search"]
    with pytest.raises(LibraryError, match="read-only"):
        check.check(six_papers, now, repair=True)
