"""Backups are verified; a restored library is replaced and kept."""

import contextlib
import errno
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.errors import LibraryDiskError, LibraryError, LibraryLockedError, LibraryNewerError, ReadqError
from readq.store.connection.connect import APPLICATION_ID
from readq.store.files import backup, integrity, restore_backup
from readq.store.files.integrity import Contents
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]
EVERYTHING = Contents(papers=3, notes=1, reviews=4)
COPY = "copy.db"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run_sql(path: str, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def damage(path: str) -> None:
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        file.write(b"\xff" * 4096)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_backup_contains_everything(old_library: str, tmp_path: Path, dump: Dump, mode: str) -> None:
    run_sql(old_library, f"PRAGMA journal_mode={mode}")
    target = str(tmp_path / COPY)
    assert backup.back_up(old_library, target, 5) == EVERYTHING
    assert dump(target) == dump(old_library)
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o600
    assert os.stat(target).st_mtime_ns == backup.last_modified(old_library)
    with contextlib.closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert copy.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_a_backup_includes_the_wal(old_library: str, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("UPDATE note SET text = 'only in the WAL'")
        backup.back_up(old_library, str(tmp_path / COPY), 5)
    with contextlib.closing(sqlite3.connect(tmp_path / COPY)) as copy:
        assert copy.execute("SELECT text FROM note").fetchone() == ("only in the WAL",)


def test_an_existing_file_is_replaced_only_by_force(old_library: str, tmp_path: Path) -> None:
    target = tmp_path / COPY
    target.write_text("mine")
    with pytest.raises(ReadqError, match="exists"):
        backup.back_up(old_library, str(target), 5)
    assert target.read_text() == "mine"
    assert backup.back_up(old_library, str(target), 5, force=True) == EVERYTHING
    assert names(tmp_path) == [COPY, "library.db"]


@pytest.mark.parametrize("is_there", [True, False])
def test_force_replaces_the_target_of_a_link_on_another_disk(
    old_library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    disk, link = tmp_path / "disk", tmp_path / "link.db"
    synced: list[str] = []
    disk.mkdir()
    if is_there:
        (disk / COPY).write_text("former")
    link.symlink_to(disk / COPY)
    replace = os.replace

    def within_a_folder(source: str, target: str) -> None:
        """Rename as if each folder were a file system of its own."""
        if os.path.dirname(source) != os.path.dirname(target):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source, None, target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", within_a_folder)
    monkeypatch.setattr(backup, "fsync_folder", synced.append)
    assert backup.back_up(old_library, str(link), 5, force=True) == EVERYTHING
    assert synced == [str(disk / COPY)]
    assert link.is_symlink()
    assert names(disk) == [COPY]
    assert names(tmp_path) == ["disk", "library.db", "link.db"]


def test_without_hard_links_a_backup_is_renamed(
    old_library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted", target)

    monkeypatch.setattr(os, "link", refuse)
    target = str(tmp_path / COPY)
    assert backup.back_up(old_library, target, 5) == EVERYTHING
    with pytest.raises(ReadqError, match="exists"):
        backup.back_up(old_library, target, 5)
    assert names(tmp_path) == [COPY, "library.db"]


def test_a_damaged_library_makes_no_backup(old_library: str, tmp_path: Path) -> None:
    damage(old_library)
    with pytest.raises(LibraryError, match="damaged"):
        backup.back_up(old_library, str(tmp_path / COPY), 5)
    assert names(tmp_path) == ["library.db"]


def test_a_missing_folder_is_an_error(old_library: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryDiskError, match="nowhere"):
        backup.back_up(old_library, str(tmp_path / "nowhere" / COPY), 5)


def test_a_locked_library_is_waited_for(old_library: str, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryLockedError):
            backup.back_up(old_library, str(tmp_path / COPY), 0.05)
    assert names(tmp_path) == ["library.db"]


def test_writers_wait_until_the_copy_is_verified(
    old_library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_process = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')"
    )
    seen = []

    def look(path: str, **options: Any) -> Contents:  # noqa: ANN401
        done = subprocess.run([sys.executable, "-c", other_process, old_library], capture_output=True, check=False)
        seen.append(b"database is locked" in done.stderr)
        return integrity.verify_library(path, **options)

    monkeypatch.setattr(backup, "verify_library", look)
    backup.back_up(old_library, str(tmp_path / COPY), 5)
    assert seen == [True]


_FULL = """
import resource, signal, sys
from readq.errors import LibraryDiskError
from readq.store.files import backup, restore_backup
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    act = {"backup": backup.back_up, "restore": restore_backup.replace_library}[sys.argv[1]]
    act(*sys.argv[2:4], 5)
except LibraryDiskError as error:
    print(error)
"""


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_row_31_no_room_for_the_copy(old_library: str, tmp_path: Path, dump: Dump, what: str) -> None:
    before = dump(old_library)
    assert os.path.getsize(old_library) > 40_000
    target = tmp_path / "elsewhere" / COPY
    target.parent.mkdir()
    done = subprocess.run([sys.executable, "-c", _FULL, what, old_library, target], capture_output=True, check=True)
    assert b"disk" in done.stdout
    assert names(target.parent) == []
    assert dump(old_library) == before


def test_backups_are_found_by_their_names(old_library: str) -> None:
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    library = old_library
    for when in (at, at, at + timedelta(days=1)):
        backup.back_up(library, backup.new_path(library, backup.AUTOMATIC, when), 5)
    folder = Path(backup.backup_folder(library))
    (folder / "automatic-20261123T080000Z-other.db").touch()
    (folder / "manual-20261123T080000Z-library.db").touch()
    found = backup.list_backups(library, backup.AUTOMATIC)
    assert [os.path.basename(one.path) for one in found] == [
        "automatic-20261124T080000Z-library.db",
        "automatic-20261123T080000Z.2-library.db",
        "automatic-20261123T080000Z-library.db",
    ]
    assert {one.modified for one in found} == {backup.last_modified(library)}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_drafts_of_killed_backups_are_deleted_after_a_day(old_library: str, now: datetime) -> None:
    folder = Path(backup.backup_folder(old_library))
    folder.mkdir()
    ages = {
        ".backup-abc.new": 25,
        ".backup-abc.new-journal": 25,
        ".library-abc.new": 25,
        ".backup-def.new": 1,
        "mine": 99,
    }
    for place in (folder, folder.parent):
        for name, hours in ages.items():
            (place / name).touch()
            os.utime(place / name, (now.timestamp() - 3600 * hours,) * 2)
    backup.delete_stale_drafts(old_library, now)
    assert names(folder) == [".backup-def.new", "mine"]
    assert names(folder.parent) == [".backup-def.new", "backups", "library.db", "mine"]


def test_a_draft_that_cannot_be_deleted_is_left(old_library: str, now: datetime) -> None:
    folder = Path(old_library).parent
    for name in (".library-x.new", ".backup-abc.new"):
        (folder / name).mkdir() if "library" in name else (folder / name).touch()
        os.utime(folder / name, (now.timestamp() - 90_000,) * 2)
    backup.delete_stale_drafts(old_library, now)
    assert names(folder) == [".library-x.new", "library.db"]


@pytest.fixture
def saved(old_library: str, tmp_path: Path) -> str:
    """Return a backup of the library, which has changed since."""
    # A restored library has never been compared with a folder of notes.
    run_sql(old_library, "DELETE FROM note_file", "DELETE FROM note_folder")
    target = str(tmp_path / "saved.db")
    backup.back_up(old_library, target, 5)
    run_sql(old_library, "UPDATE note SET text = 'changed since'")
    return target


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_row_69_a_library_is_replaced_and_kept(old_library: str, saved: str, dump: Dump, mode: str) -> None:
    run_sql(old_library, f"PRAGMA journal_mode={mode}")
    before = dump(old_library)
    replaced = restore_backup.replace_library(saved, old_library, 5)
    assert replaced == (EVERYTHING, f"{old_library}.before-restore")
    assert dump(old_library) == dump(saved) != before
    assert dump(f"{old_library}.before-restore") == before
    assert stat.S_IMODE(os.stat(old_library).st_mode) == 0o600
    assert restore_backup.replace_library(saved, old_library, 5).kept == f"{old_library}.before-restore-2"


def test_a_lost_library_is_restored(old_library: str, saved: str, dump: Dump) -> None:
    os.unlink(old_library)
    assert restore_backup.replace_library(saved, old_library, 5) == (EVERYTHING, None)
    assert dump(old_library) == dump(saved)


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_journal_files_move_with_their_library(old_library: str, saved: str, dump: Dump, suffix: str) -> None:
    damage(old_library)
    Path(old_library).write_bytes(b"\0" * 100 + Path(old_library).read_bytes()[100:])
    Path(old_library + suffix).write_bytes(b"\1" * 5000)
    replaced = restore_backup.replace_library(saved, old_library, 5)
    assert not os.path.exists(old_library + suffix)
    assert replaced.kept
    assert os.path.getsize(replaced.kept + suffix) == 5000
    assert dump(old_library) == dump(saved)


def test_a_journal_of_the_former_library_is_not_rolled_back_into_the_new_one(
    old_library: str, saved: str, dump: Dump
) -> None:
    """A crash leaves a journal that is written to the disk but not yet deleted."""
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=1")
        writer.execute("BEGIN")
        writer.execute("UPDATE paper SET abstract = hex(randomblob(20000))")
        journal, half_written = Path(f"{old_library}-journal").read_bytes(), Path(old_library).read_bytes()
    before = dump(old_library)
    Path(old_library).write_bytes(half_written)
    Path(f"{old_library}-journal").write_bytes(journal)
    kept = restore_backup.replace_library(saved, old_library, 5).kept
    assert kept
    assert dump(kept) == before
    assert dump(old_library) == dump(saved)


@pytest.mark.parametrize("content", [b"", b"not a database\n" * 100], ids=["empty", "text"])
def test_a_file_that_is_no_library_is_replaced_and_kept(
    old_library: str, saved: str, dump: Dump, content: bytes
) -> None:
    Path(old_library).write_bytes(content)
    kept = restore_backup.replace_library(saved, old_library, 5).kept
    assert kept
    assert Path(kept).read_bytes() == content
    assert dump(old_library) == dump(saved)


def test_a_link_to_the_library_stays_a_link(old_library: str, saved: str, tmp_path: Path, dump: Dump) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(old_library)
    restore_backup.replace_library(saved, str(link), 5)
    assert link.is_symlink()
    assert dump(old_library) == dump(saved)


def _text(path: Path) -> None:
    path.write_text("not a database\n" * 100)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _foreign(path: Path) -> None:
    path.unlink()
    run_sql(str(path), "CREATE TABLE someone_elses (x)")


def _newer(path: Path) -> None:
    run_sql(str(path), "PRAGMA user_version=1000")


def _damaged(path: Path) -> None:
    damage(str(path))


def _truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size * 2 // 3)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_text, LibraryError),
        (_empty, LibraryError),
        (_foreign, LibraryError),
        (_newer, LibraryNewerError),
        (_damaged, LibraryError),
        (_truncated, LibraryError),
    ],
)
def test_row_69_a_bad_backup_replaces_nothing(
    old_library: str, saved: str, tmp_path: Path, spoil: Callable[[Path], None], error: type[LibraryError]
) -> None:
    spoil(Path(saved))
    before = Path(old_library).read_bytes()
    with pytest.raises(error, match="nothing was changed") as caught:
        restore_backup.replace_library(saved, old_library, 5)
    assert type(caught.value) is error
    assert Path(old_library).read_bytes() == before
    assert names(tmp_path) == ["library.db", "saved.db"]


def test_a_library_in_use_is_not_replaced(old_library: str, saved: str, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(old_library, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryLockedError):
            restore_backup.replace_library(saved, old_library, 0.05)
    assert names(tmp_path) == ["library.db", "saved.db"]


def test_row_45_a_folder_is_not_replaced(old_library: str, saved: str) -> None:
    os.unlink(old_library)
    os.mkdir(old_library)
    with pytest.raises(LibraryDiskError, match="not a regular file"):
        restore_backup.replace_library(saved, old_library, 5)
