"""Backup and restore: due dates, refused files, reports of failures."""

import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.config_file import from_table
from readq.errors import ConfigError, LibraryDiskError, LibraryError, ReadqError, UsageError
from readq.services.safety import backup, check
from readq.store.files.backup import AUTOMATIC, backup_folder, list_backups
from readq.store.library import open_for_writing

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]
CONFIG = Config()


@pytest.fixture
def six_papers(six_papers: str) -> str:
    """Return a private library with six papers."""
    os.chmod(six_papers, 0o600)
    return six_papers


def change(library: str, statement: str = "UPDATE paper SET starred = 1 - starred") -> None:
    with contextlib.closing(sqlite3.connect(library)) as connection, connection:
        connection.execute(statement)


def automatic(library: str) -> list[str]:
    return [os.path.basename(one.path) for one in list_backups(library, AUTOMATIC)]


def test_a_library_that_changed_is_backed_up_once_a_day(six_papers: str, now: datetime, dump: Dump) -> None:
    path = backup.back_up_automatically(six_papers, now, CONFIG)
    assert path
    assert dump(path) == dump(six_papers)
    assert backup.back_up_automatically(six_papers, now, CONFIG) is None
    change(six_papers)
    assert backup.back_up_automatically(six_papers, now + timedelta(hours=14), CONFIG) is None
    assert backup.back_up_automatically(six_papers, now + timedelta(hours=15), CONFIG)
    assert len(automatic(six_papers)) == 2


def test_an_unchanged_library_is_not_backed_up(six_papers: str, now: datetime) -> None:
    assert backup.back_up_automatically(six_papers, now, CONFIG)
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.execute("SELECT * FROM paper").fetchall()
    assert backup.back_up_automatically(six_papers, now + timedelta(days=9), CONFIG) is None


def test_row_59_a_clock_set_back_does_not_stop_backups(six_papers: str, now: datetime) -> None:
    assert backup.back_up_automatically(six_papers, now + timedelta(days=3650), CONFIG)
    change(six_papers)
    assert backup.back_up_automatically(six_papers, now, CONFIG)


def test_days_are_in_the_readers_zone(six_papers: str, now: datetime) -> None:
    """Two hours on one day in UTC may be on two days in another zone."""
    evening = datetime(2026, 11, 23, 23, 0, tzinfo=timezone(timedelta(hours=14)))
    assert backup.back_up_automatically(six_papers, evening, CONFIG)
    change(six_papers)
    assert backup.back_up_automatically(six_papers, evening + timedelta(hours=2), CONFIG)


def test_old_automatic_backups_expire(six_papers: str, now: datetime) -> None:
    for day in range(6):
        change(six_papers)
        backup.back_up_automatically(six_papers, now + timedelta(days=day), CONFIG._replace(backups_kept=4))
    assert [name[10:18] for name in automatic(six_papers)] == ["20261128", "20261127", "20261126", "20261125"]


def test_other_backups_never_expire(six_papers: str, now: datetime) -> None:
    kept = backup.back_up(six_papers, None, now - timedelta(days=4000)).path
    for day in range(3):
        change(six_papers)
        backup.back_up_automatically(six_papers, now + timedelta(days=day), CONFIG._replace(backups_kept=1))
    assert len(automatic(six_papers)) == 1
    assert os.path.exists(kept)


def test_no_automatic_backup(six_papers: str, library: str, now: datetime, tmp_path: Path) -> None:
    assert backup.back_up_automatically(six_papers, now, CONFIG._replace(automatic_backup=False)) is None
    assert backup.back_up_automatically(str(tmp_path / "none.db"), now, CONFIG) is None
    assert not os.path.exists(backup_folder(library))


def test_settings_of_backups() -> None:
    table = {"backup": {"automatic": False, "keep": 5}}
    assert from_table(table, "config.toml") == CONFIG._replace(automatic_backup=False, backups_kept=5)
    for wrong in (0, -1, 2.5, True, "30"):
        with pytest.raises(ConfigError, match=r"backup\.keep must be a whole number from 1"):
            from_table({"backup": {"keep": wrong}}, "config.toml")


def test_a_failed_automatic_backup_raises_and_leaves_nothing(six_papers: str, now: datetime) -> None:
    Path(backup_folder(six_papers)).write_text("in the way")
    with pytest.raises(LibraryDiskError):
        backup.back_up_automatically(six_papers, now, CONFIG)


def test_check_reports_why_an_automatic_backup_failed(
    six_papers: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "there")

    Path(backup_folder(six_papers)).mkdir(mode=0o700)
    with monkeypatch.context() as disk:
        disk.setattr("readq.store.files.backup.delete_stale_drafts", fail)
        with pytest.raises(LibraryDiskError, match="Input/output error"):
            backup.back_up_automatically(six_papers, now, CONFIG)
    (warning,) = check.check(six_papers, now).warnings
    assert warning.startswith("the last automatic backup failed: ")
    assert "Input/output error: 'there'" in warning


def test_back_up_refuses_invalid_files(six_papers: str, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(ReadqError, match="no library"):
        backup.back_up(str(tmp_path / "none.db"), None, now)
    with pytest.raises(UsageError, match="itself"):
        backup.back_up(six_papers, six_papers, now, force=True)
    (tmp_path / "link.db").symlink_to(six_papers)
    with pytest.raises(UsageError, match="itself"):
        backup.back_up(six_papers, str(tmp_path / "link.db"), now, force=True)


def test_restore_refuses_invalid_files(six_papers: str, tmp_path: Path) -> None:
    with pytest.raises(ReadqError, match="no file") as missing:
        backup.restore(six_papers, str(tmp_path / "none.db"))
    assert "backups" in str(missing.value)
    with pytest.raises(UsageError, match="itself"):
        backup.restore(six_papers, six_papers)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE note", "ALTER TABLE paper RENAME TO gone", "ALTER TABLE view RENAME COLUMN sort TO gone"]
)
def test_a_backup_without_a_table_or_a_column_takes_no_library_place(
    six_papers: str, tmp_path: Path, now: datetime, dump: Dump, statement: str
) -> None:
    before = dump(six_papers)
    path = backup.back_up(six_papers, str(tmp_path / "part.db"), now).path
    change(path, statement)
    for refusal in (lambda: backup.verify(six_papers, path), lambda: backup.restore(six_papers, path)):
        with pytest.raises(LibraryError, match=r"damaged: .*(missing|has no column sort)"):
            refusal()
    assert dump(six_papers) == before
    assert check.check(six_papers, now).ok


def test_restore_brings_back_the_contents_of_the_backup(six_papers: str, now: datetime, dump: Dump) -> None:
    before = dump(six_papers)
    path = backup.back_up(six_papers, None, now).path
    change(six_papers, "DELETE FROM paper WHERE id > 2")
    restored = backup.restore(six_papers, path)
    assert restored.contents.papers == 6
    assert dump(six_papers) == before
    assert check.check(six_papers, now).ok
