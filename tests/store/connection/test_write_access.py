"""Libraries that can only be read."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from readq.store.connection import write_access
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.write_access import unwritable_reason
from readq.store.library import open_for_reading


def refuse(monkeypatch: pytest.MonkeyPatch, *paths: str) -> None:
    """Make `os.access` report these paths as not writable; for root it never does."""
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path not in paths and access(path, mode))


def test_reasons_why_a_library_is_not_writable(six_papers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unwritable_reason(six_papers) is None
    with monkeypatch.context() as patched:
        refuse(patched, six_papers)
        assert unwritable_reason(six_papers) == "you may not write to its file"
    with monkeypatch.context() as patched:
        refuse(patched, os.path.dirname(six_papers))
        assert unwritable_reason(six_papers) == "you may not write to its folder"
        patched.setattr(write_access, "_is_read_only", lambda _path: True)
        assert unwritable_reason(six_papers) == "its file system is read-only"


def test_the_folder_decides_for_a_missing_library(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unwritable_reason(library) is None
    assert unwritable_reason(f"{library}/deeper/library.db") is None
    refuse(monkeypatch, os.path.dirname(library))
    assert unwritable_reason(library) == "you may not write to its folder"


def test_the_target_of_a_link_decides(six_papers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "links"
    elsewhere.mkdir()
    (elsewhere / "library.db").symlink_to(six_papers)
    refuse(monkeypatch, str(elsewhere))
    assert unwritable_reason(str(elsewhere / "library.db")) is None


@pytest.mark.parametrize("code", [sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM])
def test_a_sqlite_error_is_explained_by_the_file_permissions(
    six_papers: str, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    refuse(monkeypatch, os.path.dirname(six_papers))
    translated = library_error(error, six_papers)
    assert translated.exit_status == 74
    assert (
        str(translated)
        == f"the library is read-only: {six_papers}: you may not write to its folder (nothing was changed)"
    )


_MOUNTED = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"
"""


def on_read_only_disk(folder: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run readq where the folder's file system is mounted read-only."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a file system can be mounted by root only")
    command = ["unshare", "-m", "sh", "-c", _MOUNTED, "sh", folder, sys.executable, "-m", "readq", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts as Linux does")
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_row_34_a_read_only_file_system(six_papers: str, tmp_path: Path, journal: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    library = disk / "library.db"
    os.rename(six_papers, library)
    with contextlib.closing(sqlite3.connect(library)) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
    before = library.read_bytes()
    listed = on_read_only_disk(str(disk), "--db", str(library), "list", "--count")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "6\n", "")
    for words in (["mark", "done", "1"], ["note", "1", "--append", "x"], ["undo"], ["import", str(library)]):
        refused = on_read_only_disk(str(disk), "--db", str(library), *words)
        if words[0] != "import":
            assert refused.returncode == 74
        assert refused.stdout == ""
        assert refused.stderr.startswith("error: ")
        assert refused.stderr.count("\n") == 1
    assert library.read_bytes() == before
    assert os.listdir(disk) == ["library.db"]


def test_an_existing_wal_is_never_ignored(six_papers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits that are only in the WAL must not be ignored."""
    with contextlib.closing(sqlite3.connect(six_papers, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("UPDATE paper SET starred = 1")
        refuse(monkeypatch, six_papers)
        with contextlib.closing(open_for_reading(six_papers)) as reader:
            assert reader.execute("SELECT count(*) FROM paper WHERE starred").fetchone() == (6,)


def test_an_unreadable_library_is_reported_as_such(six_papers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    refuse(monkeypatch, six_papers)
    translated = library_error(error, six_papers)
    said = f"the library cannot be read: {six_papers}: you may not read its file (check its permissions)"
    assert (translated.exit_status, str(translated)) == (74, said)
