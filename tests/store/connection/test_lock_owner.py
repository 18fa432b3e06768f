"""The owner of a lock is found without losing locks of this process."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from readq.store.connection import lock_owner
from readq.store.connection.lock_owner import (
    LockOwner,
    blocking_process,
    find_owner,
    parse_locks,
    parse_ps,
    program_name,
)
from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing

Hold = Callable[[str], Any]
DEVICE = os.makedev(8, 0x11)
LOCKS = """\
1: POSIX  ADVISORY  WRITE 4242 08:11:77 1073741825 1073741825
2: POSIX  ADVISORY  READ  4242 08:11:77 1073741826 1073742335
3: FLOCK  ADVISORY  WRITE 9 08:11:77 0 EOF
4: POSIX  ADVISORY  READ  51 08:11:77 1073741826 1073742335
4: -> POSIX  ADVISORY  WRITE 52 08:11:77 1073741825 1073741825
5: OFDLCK ADVISORY  WRITE -1 08:11:77 0 EOF
6: POSIX  ADVISORY  WRITE 60 08:11:78 0 EOF
7: POSIX  ADVISORY  WRITE 61 08:12:77 0 EOF
"""


def test_only_the_locks_on_the_file_are_parsed() -> None:
    found = parse_locks(LOCKS, DEVICE, 77)
    assert [(lock.pid, lock.is_exclusive) for lock in found] == [(4242, True), (4242, False), (51, False)]
    assert parse_locks(LOCKS, DEVICE, 78)[0].last == sys.maxsize
    assert parse_locks("", DEVICE, 77) == []


def lock(pid: int, kind: str, first: int, last: int | None = None) -> "lock_owner._Lock":
    return lock_owner._Lock(pid, kind == "write", first, first if last is None else last)


PENDING, RESERVED, SHARED = 0x40000000, 0x40000001, 0x40000002


@pytest.mark.parametrize(
    ("of_library", "of_wal", "expected"),
    [
        ([], [], None),
        ([lock(5, "write", RESERVED)], [], 5),
        ([lock(5, "read", SHARED, SHARED + 509)], [], None),  # readers do not block the start of a write
        ([lock(1, "write", RESERVED), lock(1, "read", SHARED), lock(5, "read", SHARED)], [], 5),  # but a commit
        ([lock(1, "write", RESERVED)], [], 1),  # another connection of this process
        ([lock(1, "write", PENDING), lock(5, "write", RESERVED)], [], 5),
        ([lock(5, "write", 0, 100)], [], None),  # not one of SQLite's locks
        ([lock(5, "read", SHARED)], [lock(5, "write", 120)], 5),
        ([], [lock(5, "write", 122)], 5),
        ([], [lock(5, "read", 123), lock(6, "write", 124), lock(7, "read", 128)], None),
        ([lock(0, "write", RESERVED)], [], None),  # a process outside this container
        ([lock(-1, "write", RESERVED)], [], None),
    ],
)
def test_the_process_that_blocks_process_1(of_library: list[Any], of_wal: list[Any], expected: int | None) -> None:
    assert blocking_process(of_library, of_wal, own=1) == expected


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["/usr/bin/python3", "/home/reader/.local/bin/readq", "sync"], "readq"),
        (["python3", "-P", "-m", "readq"], "readq"),
        (["/opt/bin/readq"], "readq"),
        (["/usr/bin/sqlite3", "library.db"], "sqlite3"),
        (["-bash"], "bash"),
        ([""], ""),
    ],
)
def test_a_program_by_its_name(arguments: list[str], name: str) -> None:
    assert program_name(arguments) == name


def test_ps_output_is_parsed() -> None:
    line = "T+   Mon Nov 23 08:05:01 2026     /usr/bin/python3 /usr/local/bin/readq sync\n"
    assert parse_ps(line, 7) == LockOwner(7, "readq", "2026-11-23 08:05", True)
    assert parse_ps("Ss   Mon Nov  2 18:05:01 2026 sqlite3 x.db", 7) == LockOwner(
        7, "sqlite3", "2026-11-02 18:05", False
    )
    assert parse_ps("S whenever it was a long ago readq", 7) == LockOwner(7, "readq", "", False)
    assert parse_ps("", 7) is None


def test_a_lock_owner_is_named_with_pid_and_start() -> None:
    assert str(LockOwner(7, "readq", "10:31")) == "readq (pid 7, since 10:31)"
    assert str(LockOwner(7, "readq", "", True)) == "readq (pid 7, stopped)"
    assert str(LockOwner(os.getpid(), "pytest", "10:31")) == "another task of this readq"
    assert LockOwner(7, "readq", "", True).remedy == "kill -CONT 7 lets it go on"
    assert LockOwner(7, "readq").remedy is None


@pytest.fixture(params=["delete", "wal"])
def held_library(six_papers: str, request: pytest.FixtureRequest) -> str:
    """Return a library in each journal mode."""
    with contextlib.closing(sqlite3.connect(six_papers)) as connection:
        assert connection.execute(f"PRAGMA journal_mode={request.param}").fetchone() == (request.param,)
    return six_papers


def test_row_36_the_lock_owner_is_found_stopped_or_not(held_library: str, hold: Hold) -> None:
    assert find_owner(held_library) is None
    other = hold(held_library)
    found = find_owner(held_library)
    assert found is not None
    assert (found.pid, found.is_stopped) == (other.pid, False)
    assert found.since
    other.stop()
    found = find_owner(held_library)
    assert found is not None
    assert found.is_stopped
    other.process.send_signal(signal.SIGCONT)
    other.release()
    assert find_owner(held_library) is None


def test_a_child_process_finds_the_same_owner(held_library: str, hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_owner, "_owner_from_proc", lambda _path: None)
    assert find_owner(held_library) is None
    other = hold(held_library)
    found = find_owner(held_library)
    assert found is not None
    assert found.pid == other.pid


_TRY = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    print("locked")
"""


def test_finding_the_owner_keeps_own_locks(held_library: str) -> None:
    """Closing the library file anywhere in this process would drop its locks."""
    with contextlib.closing(open_for_writing(held_library)) as connection, writing(connection):
        found = find_owner(held_library)
        assert found is not None
        assert found.pid == os.getpid()
        assert lock_owner._owner_from_child(held_library) == os.getpid()
        tried = subprocess.run([sys.executable, "-c", _TRY, held_library], capture_output=True, text=True, check=True)
    assert tried.stdout == "locked\n"


def test_a_missing_file_has_no_lock_owner(tmp_path: object) -> None:
    assert find_owner(f"{tmp_path}/none.db") is None
