"""The verbs of safety: when a backup is due, what is refused, what a check reports."""

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config, from_table
from readq.errors import ConfigError, LibraryDiskError, LibraryError, ReadqError, UsageError
from readq.model.values import Rating, Status
from readq.services import reviewing, safety, triage
from readq.services.safety import FoundProblem
from readq.store import backup
from readq.store.library import open_for_writing

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]
CONFIG = Config()


@pytest.fixture
def six_papers(six_papers: str) -> str:
    """Six papers, for their owner's eyes only."""
    os.chmod(six_papers, 0o600)
    return six_papers


def change(library: str, statement: str = "UPDATE paper SET starred = 1 - starred") -> None:
    with contextlib.closing(sqlite3.connect(library)) as connection, connection:
        connection.execute(statement)


def automatic(library: str) -> list[str]:
    return [os.path.basename(one.path) for one in backup.backups(library, backup.AUTOMATIC)]


def test_a_library_that_changed_is_backed_up_once_a_day(six_papers: str, now: datetime, dump: Dump) -> None:
    path = safety.automatic(six_papers, now, CONFIG)
    assert path
    assert dump(path) == dump(six_papers)
    assert safety.automatic(six_papers, now, CONFIG) is None
    change(six_papers)
    assert safety.automatic(six_papers, now + timedelta(hours=14), CONFIG) is None
    assert safety.automatic(six_papers, now + timedelta(hours=15), CONFIG)
    assert len(automatic(six_papers)) == 2


def test_one_that_did_not_change_is_not(six_papers: str, now: datetime) -> None:
    assert safety.automatic(six_papers, now, CONFIG)
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.execute("SELECT * FROM paper").fetchall()
    assert safety.automatic(six_papers, now + timedelta(days=9), CONFIG) is None


def test_row_59_a_clock_that_goes_back_stops_no_backups(six_papers: str, now: datetime) -> None:
    assert safety.automatic(six_papers, now + timedelta(days=3650), CONFIG)
    change(six_papers)
    assert safety.automatic(six_papers, now, CONFIG)


def test_the_day_is_the_readers(six_papers: str, now: datetime) -> None:
    """Two hours that are one day in UTC are two days on the date line."""
    evening = datetime(2026, 11, 23, 23, 0, tzinfo=timezone(timedelta(hours=14)))
    assert safety.automatic(six_papers, evening, CONFIG)
    change(six_papers)
    assert safety.automatic(six_papers, evening + timedelta(hours=2), CONFIG)


def test_old_ones_are_thinned(six_papers: str, now: datetime) -> None:
    for day in range(6):
        change(six_papers)
        safety.automatic(six_papers, now + timedelta(days=day), CONFIG._replace(backups_kept=4))
    assert [name[10:18] for name in automatic(six_papers)] == ["20261128", "20261127", "20261126", "20261125"]


def test_others_are_never_thinned(six_papers: str, now: datetime) -> None:
    kept = safety.back_up(six_papers, None, now - timedelta(days=4000)).path
    for day in range(3):
        change(six_papers)
        safety.automatic(six_papers, now + timedelta(days=day), CONFIG._replace(backups_kept=1))
    assert len(automatic(six_papers)) == 1
    assert os.path.exists(kept)


def test_no_automatic_backup(six_papers: str, library: str, now: datetime, tmp_path: Path) -> None:
    assert safety.automatic(six_papers, now, CONFIG._replace(automatic_backup=False)) is None
    assert safety.automatic(str(tmp_path / "none.db"), now, CONFIG) is None
    assert not os.path.exists(backup.folder_of(library))


def test_settings_of_backups() -> None:
    table = {"backup": {"automatic": False, "keep": 5}}
    assert from_table(table, "config.toml") == CONFIG._replace(automatic_backup=False, backups_kept=5)
    for wrong in (0, -1, 2.5, True, "30"):
        with pytest.raises(ConfigError, match=r"backup\.keep must be a whole number from 1"):
            from_table({"backup": {"keep": wrong}}, "config.toml")


def test_an_automatic_backup_that_fails_says_so_and_leaves_nothing(six_papers: str, now: datetime) -> None:
    Path(backup.folder_of(six_papers)).write_text("in the way")
    with pytest.raises(LibraryDiskError):
        safety.automatic(six_papers, now, CONFIG)


def test_whatever_kept_an_automatic_backup_from_being_made_is_told_by_check(
    six_papers: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "there")

    Path(backup.folder_of(six_papers)).mkdir(mode=0o700)
    with monkeypatch.context() as disk:
        disk.setattr("readq.store.backup.sweep", fail)
        with pytest.raises(LibraryDiskError, match="Input/output error"):
            safety.automatic(six_papers, now, CONFIG)
    (told,) = safety.check(six_papers, now).warnings
    assert told.startswith("the last automatic backup failed: ")
    assert "Input/output error: 'there'" in told


def test_back_up_refuses_what_makes_no_sense(six_papers: str, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(ReadqError, match="no library"):
        safety.back_up(str(tmp_path / "none.db"), None, now)
    with pytest.raises(UsageError, match="itself"):
        safety.back_up(six_papers, six_papers, now, force=True)
    (tmp_path / "link.db").symlink_to(six_papers)
    with pytest.raises(UsageError, match="itself"):
        safety.back_up(six_papers, str(tmp_path / "link.db"), now, force=True)


def test_restore_refuses_what_makes_no_sense(six_papers: str, tmp_path: Path) -> None:
    with pytest.raises(ReadqError, match="no file") as missing:
        safety.restore(six_papers, str(tmp_path / "none.db"))
    assert "backups" in str(missing.value)
    with pytest.raises(UsageError, match="itself"):
        safety.restore(six_papers, six_papers)


def test_a_backup_brings_back_what_it_held(six_papers: str, now: datetime, dump: Dump) -> None:
    before = dump(six_papers)
    path = safety.back_up(six_papers, None, now).path
    change(six_papers, "DELETE FROM paper WHERE id > 2")
    restored = safety.restore(six_papers, path)
    assert restored.contents.papers == 6
    assert dump(six_papers) == before
    assert safety.check(six_papers, now).ok


def test_a_library_in_use_is_sound(six_papers: str, now: datetime) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        triage.mark(connection, [1, 2, 3], Status.DONE, now)
        for day, rating in enumerate((Rating.GOOD, Rating.AGAIN, Rating.HARD, Rating.EASY)):
            reviewing.rate_papers(connection, [1, 2], rating, now + timedelta(days=9 * day), CONFIG)
        reviewing.rate_papers(connection, [1], Rating.GOOD, now - timedelta(days=9), CONFIG)
        triage.enrol(connection, [2], False, now)
    assert safety.check(six_papers, now).problems == ()


def test_no_library_has_no_problems(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "none.db"
    assert safety.check(str(path), now, repair=True).ok
    assert not path.exists()


def test_row_39_a_repair_begins_with_a_backup(six_papers: str, now: datetime, dump: Dump) -> None:
    change(six_papers, "INSERT INTO paper_tag VALUES (99, 'lost')")
    before = dump(six_papers)
    looked = safety.check(six_papers, now)
    assert looked == ((FoundProblem("orphan", "paper_tag: 1 without paper", False),), (), None)
    assert dump(six_papers) == before
    mended = safety.check(six_papers, now, repair=True)
    assert mended.problems == (FoundProblem("orphan", "paper_tag: 1 without paper", True),)
    assert mended.backup
    assert dump(mended.backup) == before
    assert safety.check(six_papers, now, repair=True) == ((), (), None)


def test_the_backup_before_a_repair_may_have_the_faults_that_are_repaired(six_papers: str, now: datetime) -> None:
    with contextlib.closing(sqlite3.connect(six_papers, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, '(title_key)', '(title)')"
                           " WHERE name = 'paper_by_title_key'")  # fmt: skip
    with pytest.raises(LibraryError, match=r"damaged: .*library\.db: row 1 missing from index"):
        safety.back_up(six_papers, None, now)
    mended = safety.check(six_papers, now, repair=True)
    assert mended.problems == (FoundProblem("index", "paper_by_title_key", True),)
    assert mended.backup
    assert safety.check(mended.backup, now).problems == (FoundProblem("index", "paper_by_title_key", False),)


def test_a_repair_that_cannot_be_backed_up_does_not_begin(six_papers: str, now: datetime, dump: Dump) -> None:
    change(six_papers, "INSERT INTO paper_tag VALUES (99, 'lost')")
    before = dump(six_papers)
    Path(backup.folder_of(six_papers)).write_text("in the way")
    with pytest.raises(LibraryDiskError):
        safety.check(six_papers, now, repair=True)
    assert dump(six_papers) == before


def test_a_damaged_file_is_reported_and_not_touched(six_papers: str, now: datetime) -> None:
    with contextlib.closing(sqlite3.connect(six_papers)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'paper'").fetchall()
    with open(six_papers, "r+b") as file:
        file.seek(size * (page - 1))
        file.write(b"\xff" * 100)
    before = Path(six_papers).read_bytes()
    checked = safety.check(six_papers, now, repair=True)
    assert {(problem.kind, problem.repaired) for problem in checked.problems} == {("damage", False)}
    assert Path(six_papers).read_bytes() == before
    assert not os.path.exists(backup.folder_of(six_papers))


def test_permissions_and_lost_rows_are_warnings(six_papers: str, now: datetime) -> None:
    safety.back_up(six_papers, None, now)
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.execute("DELETE FROM paper WHERE id = 6")
    os.chmod(six_papers, 0o644)
    checked = safety.check(six_papers, now)
    assert checked.ok
    assert "644" in checked.warnings[0]
    assert checked.warnings[1].startswith("1 papers fewer than in the backup")


def test_row_34_a_library_that_may_only_be_read_is_checked(
    six_papers: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(six_papers, "INSERT INTO paper_search (rowid, note) VALUES (4, 'not so')")
    monkeypatch.setattr("readq.store.soundness.why_not", lambda _path: "you may not write to its file")
    monkeypatch.setattr("readq.store.check.why_not", lambda _path: "you may not write to its file")
    assert [problem.kind for problem in safety.check(six_papers, now).problems] == ["search"]
    with pytest.raises(LibraryError, match="read-only"):
        safety.check(six_papers, now, repair=True)
