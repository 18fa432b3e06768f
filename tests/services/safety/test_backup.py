"""Backups and restores: when one is due, what is refused, what is told of one that failed."""

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
from readq.errors import ConfigError, LibraryDiskError, ReadqError, UsageError
from readq.services.safety import backup as safety
from readq.services.safety import check
from readq.store.files import backup
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
    return [os.path.basename(one.path) for one in backup.list_backups(library, backup.AUTOMATIC)]


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
    assert not os.path.exists(backup.backup_folder(library))


def test_settings_of_backups() -> None:
    table = {"backup": {"automatic": False, "keep": 5}}
    assert from_table(table, "config.toml") == CONFIG._replace(automatic_backup=False, backups_kept=5)
    for wrong in (0, -1, 2.5, True, "30"):
        with pytest.raises(ConfigError, match=r"backup\.keep must be a whole number from 1"):
            from_table({"backup": {"keep": wrong}}, "config.toml")


def test_an_automatic_backup_that_fails_says_so_and_leaves_nothing(six_papers: str, now: datetime) -> None:
    Path(backup.backup_folder(six_papers)).write_text("in the way")
    with pytest.raises(LibraryDiskError):
        safety.automatic(six_papers, now, CONFIG)


def test_whatever_kept_an_automatic_backup_from_being_made_is_told_by_check(
    six_papers: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "there")

    Path(backup.backup_folder(six_papers)).mkdir(mode=0o700)
    with monkeypatch.context() as disk:
        disk.setattr("readq.store.files.backup.delete_stale_drafts", fail)
        with pytest.raises(LibraryDiskError, match="Input/output error"):
            safety.automatic(six_papers, now, CONFIG)
    (told,) = check.check(six_papers, now).warnings
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
    assert check.check(six_papers, now).ok
