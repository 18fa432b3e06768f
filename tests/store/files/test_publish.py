"""Files get their names atomically and replace nothing, with and without hard links."""

import contextlib
import errno
import os
from pathlib import Path

import pytest

from readq.store.files import publish, restore_backup
from readq.store.files.backup import back_up
from readq.store.library import open_for_reading, open_for_writing


def refuse_links(monkeypatch: pytest.MonkeyPatch, code: int = errno.EPERM) -> None:
    """Fail as on vfat."""

    def link(source: str, target: str) -> None:
        raise OSError(code, os.strerror(code), target)

    monkeypatch.setattr(os, "link", link)


@pytest.fixture(params=["links", "renames", "neither"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Simulate file systems with and without hard links."""
    if request.param != "links":
        refuse_links(monkeypatch)
    if request.param == "neither":
        monkeypatch.setattr(publish, "_rename_without_replacing", lambda _draft, _target: False)
    return str(request.param)


@pytest.mark.usefixtures("disk")
def test_a_file_gets_its_name(tmp_path: Path) -> None:
    draft, target = tmp_path / "draft", tmp_path / "ümlaut target"
    draft.write_text("whole")
    publish.publish(str(draft), str(target))
    assert target.read_text() == "whole"


@pytest.mark.usefixtures("disk")
def test_an_existing_file_is_not_replaced(tmp_path: Path) -> None:
    draft, target = tmp_path / "draft", tmp_path / "target"
    draft.write_text("new")
    target.write_text("old")
    with pytest.raises(FileExistsError):
        publish.publish(str(draft), str(target))
    assert (draft.read_text(), target.read_text()) == ("new", "old")


def test_a_disk_error_is_not_taken_for_missing_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_links(monkeypatch, errno.EROFS)
    (tmp_path / "draft").write_text("new")
    with pytest.raises(OSError, match="Read-only"):
        publish.publish(str(tmp_path / "draft"), str(tmp_path / "target"))
    refuse_links(monkeypatch)
    with pytest.raises(OSError, match="No such file"):
        publish.publish(str(tmp_path / "draft"), str(tmp_path / "nowhere" / "target"))


@pytest.mark.usefixtures("disk")
def test_libraries_are_made_backed_up_and_restored_on_any_disk(tmp_path: Path, library: str) -> None:
    with contextlib.closing(open_for_writing(library)) as connection:
        connection.execute("INSERT INTO feed (name, added) VALUES ('x', '2026-11-23T08:00:00Z')")
    backup = str(tmp_path / "backup.db")
    back_up(library, backup, 1)
    kept = restore_backup.replace_library(backup, library, 1).kept
    assert kept
    for path in (library, backup, kept):
        with contextlib.closing(open_for_reading(path)) as connection:
            assert connection.execute("SELECT name FROM feed").fetchall() == [("x",)]
        assert os.stat(path).st_mode & 0o777 == 0o600
    assert sorted(os.listdir(tmp_path)) == ["backup.db", "library.db", "library.db.before-restore"]


def test_a_restore_that_fails_between_two_renames_puts_the_library_back(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_for_writing(library).close()
    backup = str(tmp_path / "backup.db")
    back_up(library, backup, 1)
    refuse_links(monkeypatch)
    before = Path(library).read_bytes()

    def replace(_source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(Exception, match="the disk is full"):
        restore_backup.replace_library(backup, library, 1)
    assert Path(library).read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["backup.db", "library.db"]
