"""Opening libraries: permissions, refused files, transactions, several processes at once."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.errors import LibraryError, LibraryNewerError, ReadqError
from readq.store.connection import connect, sqlite_errors, transactions
from readq.store.connection.transactions import reading, writing
from readq.store.library import open_for_changing, open_for_reading, open_for_writing
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

Run = Callable[..., Any]


def mode(path: str | Path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.mark.parametrize("umask", [0o022, 0o000, 0o077])
def test_a_new_library_is_private(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "data" / "readq" / "library.db"
    before = os.umask(umask)
    try:
        connection = open_for_writing(str(path))
        with contextlib.closing(connection), writing(connection):
            connection.execute("INSERT INTO feed (name, added) VALUES ('x', '2026-11-23T08:00:00Z')")
            modes = {entry.name: mode(entry) for entry in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert mode(path.parent) == 0o700


def test_creating_a_library_leaves_no_other_file(library: str, connection: sqlite3.Connection) -> None:
    connection.close()
    folder = os.path.dirname(library)
    assert [name for name in os.listdir(folder) if "library" in name] == ["library.db"]


def test_every_connection_commits_durably(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.isolation_level is None


def test_the_write_ahead_log_is_used_only_where_it_is_safe(connection: sqlite3.Connection) -> None:
    ((journal,),) = connection.execute("PRAGMA journal_mode").fetchall()
    assert journal == ("wal" if connect.WAL_IS_SAFE else "delete")


def test_a_new_library_has_application_id_and_schema_version(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA application_id").fetchone() == (0x72656471,)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


@pytest.mark.parametrize(
    ("version", "error", "message"),
    [
        pytest.param(SCHEMA_VERSION + 1, LibraryNewerError, "newer readq", id="row 41, a newer library"),
        pytest.param(0, LibraryError, "damaged", id="no schema"),
        pytest.param(-5, LibraryError, "damaged", id="a negative number"),
    ],
)
@pytest.mark.parametrize("opener", [open_for_reading, open_for_writing, open_for_changing])
def test_a_library_with_an_unknown_schema_is_refused_untouched(
    library: str, opener: Callable[[str], object], version: int, error: type[LibraryError], message: str
) -> None:
    with contextlib.closing(open_for_writing(library)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    before = Path(library).read_bytes()
    with pytest.raises(error, match=message):
        opener(library)
    assert Path(library).read_bytes() == before


def test_row_42_an_application_id_alone_does_not_make_a_library_of_a_foreign_file(library: str) -> None:
    with contextlib.closing(sqlite3.connect(library)) as foreign:
        foreign.execute("CREATE TABLE t (x)")
        foreign.execute("PRAGMA application_id = 17")
    with pytest.raises(LibraryError, match="another program"):
        open_for_reading(library)


def test_a_reader_cannot_write(six_papers: str, tmp_path: Path) -> None:
    for path in (six_papers, str(tmp_path / "none.db")):
        with contextlib.closing(open_for_reading(path)) as reader, pytest.raises(sqlite3.OperationalError):
            reader.execute("DELETE FROM paper")
    assert not (tmp_path / "none.db").exists()


def test_open_for_changing_creates_no_library(library: str) -> None:
    with contextlib.closing(open_for_changing(library)) as nothing, writing(nothing):
        assert nothing.execute("UPDATE paper SET starred = 1").rowcount == 0
    assert not os.path.exists(library)


def test_a_link_to_a_library_is_followed(six_papers: str, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(six_papers)
    with contextlib.closing(open_for_writing(str(link))) as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone() == (6,)


def test_a_failed_transaction_leaves_nothing(connection: sqlite3.Connection) -> None:
    def fail() -> None:
        with writing(connection):
            connection.execute("INSERT INTO feed (name, added) VALUES ('x', '2026-11-23T08:00:00Z')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM feed").fetchone() == (0,)


def test_a_read_transaction_sees_one_state(six_papers: str) -> None:
    with contextlib.closing(open_for_reading(six_papers)) as reader, reading(reader):
        assert reader.execute("SELECT count(*) FROM paper").fetchone() == (6,)
        # Without a write-ahead log the writer has to wait for the reader.
        waits = contextlib.nullcontext() if connect.WAL_IS_SAFE else pytest.raises(sqlite3.OperationalError)
        with contextlib.closing(open_for_writing(six_papers, 0.05)) as writer, waits, writing(writer):
            writer.execute("DELETE FROM paper WHERE id = 1")
        assert reader.execute("SELECT count(*) FROM paper").fetchone() == (6,)


def test_data_version_changes_with_other_connections_only(six_papers: str) -> None:
    with (
        contextlib.closing(open_for_writing(six_papers)) as own,
        contextlib.closing(open_for_writing(six_papers)) as other,
    ):
        before = transactions.data_version(own)
        with writing(own):
            own.execute("UPDATE paper SET starred = 1")
        assert transactions.data_version(own) == before
        with writing(other):
            other.execute("UPDATE paper SET starred = 0")
        assert transactions.data_version(own) != before


_CODES = {
    sqlite3.SQLITE_BUSY: 75,
    sqlite3.SQLITE_BUSY_SNAPSHOT: 75,
    sqlite3.SQLITE_FULL: 74,
    sqlite3.SQLITE_READONLY: 74,
    sqlite3.SQLITE_IOERR_WRITE: 74,
    sqlite3.SQLITE_IOERR_DIR_FSYNC: 74,
    sqlite3.SQLITE_CANTOPEN: 74,
    sqlite3.SQLITE_CORRUPT: 65,
    sqlite3.SQLITE_NOTADB: 65,
}


@pytest.mark.parametrize("touched", [False, True])
def test_row_44_a_library_that_was_replaced_is_not_called_read_only(six_papers: str, touched: bool) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        if touched:
            connection.execute("SELECT * FROM paper").fetchall()
        shutil.copy(six_papers, f"{six_papers}.copy")
        os.replace(f"{six_papers}.copy", six_papers)
        with pytest.raises(sqlite3.OperationalError) as refused, writing(connection):
            connection.execute("UPDATE paper SET starred = 1")
    translated = sqlite_errors.library_error(refused.value, six_papers)
    assert translated.exit_status == 74
    assert str(translated) == str(sqlite_errors.moved_error(six_papers))
    assert "moved, replaced or deleted while it was open: nothing was written" in str(translated)


@pytest.mark.parametrize(("code", "status"), _CODES.items())
def test_sqlite_errors_map_to_exit_statuses(code: int, status: int) -> None:
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    explained: ReadqError = sqlite_errors.library_error(error, "/l.db")
    assert explained.exit_status == status
    assert "/l.db" in str(explained)


# Several processes at once


def at_once(script: str, processes: int, *arguments: str) -> list[str]:
    """Run a script in several processes that wait for each other; return the output of each."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, *arguments, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0] * processes
    return outputs


CREATE = """
import os, sys
from readq.store.library import open_for_writing
import readq.store.schema.migrations
print("ready", flush=True)
sys.stdin.readline()
connection = open_for_writing(sys.argv[1])
connection.execute("INSERT INTO feed (name, added) VALUES (?, '2026-11-23T08:00:00Z')", (sys.argv[2],))
print(os.stat(sys.argv[1]).st_ino)
"""


def test_two_processes_that_create_the_library_share_one(library: str) -> None:
    inodes = at_once(CREATE, 4, library)
    assert len(set(inodes)) == 1
    with contextlib.closing(open_for_reading(library)) as connection:
        names = connection.execute("SELECT name FROM feed ORDER BY name").fetchall()
    assert names == [("0",), ("1",), ("2",), ("3",)]
    assert os.listdir(os.path.dirname(library)) == ["library.db"]


EACH = 50
WRITE = f"""
import sys
from datetime import datetime, timezone
from readq.services.papers import notes, triage
from readq.store.library import open_for_writing
now = datetime(2026, 11, 23, tzinfo=timezone.utc)
print("ready", flush=True)
sys.stdin.readline()
for turn in range({EACH}):
    connection = open_for_writing(sys.argv[1])
    if turn % 2:
        notes.append(connection, 1, f"{{sys.argv[2]}}-{{turn}}", now)
    else:
        triage.tag(connection, [1, 2], [f"t{{sys.argv[2]}}-{{turn}}"], [], now)
    connection.close()
"""


def test_row_62_four_writers_lose_nothing(six_papers: str) -> None:
    at_once(WRITE, 4, six_papers)
    with contextlib.closing(open_for_reading(six_papers)) as connection:
        ((text,),) = connection.execute("SELECT text FROM note WHERE paper_id = 1").fetchall()
        assert sorted(text.split("\n")) == sorted(
            f"{writer}-{turn}" for writer in range(4) for turn in range(EACH) if turn % 2
        )
        for paper in (1, 2):
            assert connection.execute("SELECT count(*) FROM paper_tag WHERE paper_id = ?", (paper,)).fetchone() == (
                100,
            )
        assert connection.execute("SELECT count(*), max(id) FROM step").fetchone() == (201, 201)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
