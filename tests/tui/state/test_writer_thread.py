import contextlib
import sqlite3
import threading
from pathlib import Path
from queue import SimpleQueue

import pytest

from readq.errors import LibraryLockedError, ReadqError
from readq.store.connection.transactions import writing
from readq.tui.state.writer_thread import Command, LockWait, Writer, WriteResult


class WriterHarness:
    """A writer whose reports the test delivers one by one, in place of the UI thread."""

    def __init__(self, connect: object = None, path: str = "library.db") -> None:
        self.reports: SimpleQueue[WriteResult | LockWait] = SimpleQueue()
        self.results: list[object] = []
        self.errors: list[ReadqError] = []
        self.writer = Writer(connect or self._connect, path, self.reports.put)  # type: ignore[arg-type]

    @staticmethod
    def _connect() -> sqlite3.Connection:
        return sqlite3.connect(":memory:", check_same_thread=False)

    def submit(self, job: object) -> None:
        self.writer.submit(Command(job, self.results.append, self.errors.append))  # type: ignore[arg-type]

    def deliver(self) -> WriteResult | LockWait:
        report = self.reports.get(timeout=10)
        if isinstance(report, WriteResult):
            self.writer.deliver(report)
        return report

    def deliver_all(self) -> None:
        while self.writer.pending:
            self.deliver()


@pytest.fixture
def harness() -> WriterHarness:
    return WriterHarness()


def test_commands_run_in_order(harness: WriterHarness) -> None:
    for number in range(50):
        harness.submit(lambda _, number=number: number)
    harness.deliver_all()
    assert harness.results == list(range(50))
    assert harness.writer.close(10)


def test_row_35_a_locked_library_is_retried_and_the_order_kept(harness: WriterHarness) -> None:
    errors = [LibraryLockedError("locked", None, "readq (pid 7)"), sqlite3.OperationalError("database is locked")]
    errors[1].sqlite_errorcode = sqlite3.SQLITE_BUSY  # type: ignore[attr-defined]

    def locked_twice(_: sqlite3.Connection) -> str:
        if errors:
            raise errors.pop()
        return "first"

    harness.submit(locked_twice)
    harness.submit(lambda _: "second")
    assert harness.deliver() == LockWait("")
    assert harness.deliver() == LockWait("readq (pid 7)")
    harness.deliver_all()
    assert harness.results == ["first", "second"]
    assert harness.writer.close(10)


def test_an_error_is_reported_and_the_next_command_runs(harness: WriterHarness) -> None:
    def full(_: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    harness.submit(full)
    harness.submit(lambda _: 1 // 0)
    harness.submit(lambda _: "fine")
    harness.deliver_all()
    assert "disk is full" in str(harness.errors[0])
    assert "ZeroDivisionError" in str(harness.errors[1])
    assert harness.results == ["fine"]
    assert harness.writer.close(10)


def test_close_runs_queued_commands(harness: WriterHarness) -> None:
    done: list[int] = []
    for number in range(20):
        harness.submit(lambda _, number=number: done.append(number))
    assert harness.writer.close(10)
    assert done == list(range(20))


def test_wait_until_idle(harness: WriterHarness) -> None:
    assert harness.writer.wait_until_idle(0)
    gate = threading.Event()
    harness.submit(lambda _: gate.wait(10))
    assert not harness.writer.wait_until_idle(0.01)
    gate.set()
    assert harness.writer.wait_until_idle(10)
    harness.deliver_all()
    assert harness.writer.close(10)


def test_close_times_out_on_a_locked_library() -> None:
    def refuse() -> sqlite3.Connection:
        raise LibraryLockedError("locked")

    harness = WriterHarness(refuse)
    harness.submit(lambda _: "never")
    assert not harness.writer.close(0.05)


def test_row_44_a_replaced_library_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.touch()
    harness = WriterHarness(path=str(path))
    harness.submit(lambda _: "there")
    harness.deliver_all()
    path.rename(tmp_path / "elsewhere.db")
    harness.submit(lambda _: "lost")
    harness.deliver_all()
    assert harness.results == ["there"]
    assert "moved, replaced or deleted" in str(harness.errors[0])
    assert harness.writer.close(10)


def test_a_writer_without_commands_never_opens_the_library() -> None:
    def refuse() -> sqlite3.Connection:
        raise AssertionError("opened")

    assert WriterHarness(refuse).writer.close(1)


def test_an_interrupted_command_is_rolled_back_and_named_with_those_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with contextlib.closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE paper (id INTEGER)")
    started = threading.Event()

    def endless(connection: sqlite3.Connection) -> None:
        with writing(connection):
            connection.execute("INSERT INTO paper VALUES (2)")
            started.set()
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            ).fetchall()

    def insert(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO paper VALUES (1)")

    reports: list[object] = []
    writer = Writer(
        lambda: sqlite3.connect(path, isolation_level=None, check_same_thread=False), str(path), reports.append
    )
    for job, what in ((insert, "one"), (endless, "two"), (insert, "three")):
        writer.submit(Command(job, print, print, what))
    assert started.wait(10)
    writer.finish()
    while not writer.has_ended:
        writer.interrupt()
    assert writer.unwritten == ("two", "three")
    assert len(reports) == 1
    with contextlib.closing(sqlite3.connect(path)) as read:
        assert read.execute("SELECT id FROM paper").fetchall() == [(1,)]


def test_what_follows_runs_once_after_all_commands_and_its_errors_are_ignored() -> None:
    ran: list[str] = []
    gate = threading.Event()

    def follow_up(_: sqlite3.Connection) -> None:
        ran.append("followed")
        raise sqlite3.OperationalError("locked")

    reports: SimpleQueue[WriteResult | LockWait] = SimpleQueue()
    writer = Writer(
        lambda: sqlite3.connect(":memory:", check_same_thread=False), "library.db", reports.put, follow_up=follow_up
    )
    writer.submit(Command(lambda _: gate.wait(10), lambda _: None, lambda _: None))
    for number in range(3):
        writer.submit(Command(lambda _, number=number: ran.append(str(number)), lambda _: None, lambda _: None))  # type: ignore[misc]  # a default value of a lambda
    gate.set()
    assert writer.wait_until_idle(10)
    assert ran == ["0", "1", "2", "followed"]
    assert writer.close(10)
