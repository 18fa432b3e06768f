import sqlite3
import threading
from pathlib import Path
from queue import SimpleQueue

import pytest

from readq.errors import LibraryLockedError, ReadqError
from readq.tui.state.writer_thread import Command, LockWait, Writer, WriteResult


class Bench:
    """A writer whose reports are taken one by one, as the UI's thread would."""

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

    def take(self) -> WriteResult | LockWait:
        report = self.reports.get(timeout=10)
        if isinstance(report, WriteResult):
            self.writer.deliver(report)
        return report

    def take_all(self) -> None:
        while self.writer.pending:
            self.take()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_commands_are_carried_out_in_their_order(bench: Bench) -> None:
    for number in range(50):
        bench.submit(lambda _, number=number: number)
    bench.take_all()
    assert bench.results == list(range(50))
    assert bench.writer.close(10)


def test_row_35_a_locked_library_is_waited_for_and_the_order_kept(bench: Bench) -> None:
    refusals = [LibraryLockedError("locked", None, "readq (pid 7)"), sqlite3.OperationalError("database is locked")]
    refusals[1].sqlite_errorcode = sqlite3.SQLITE_BUSY  # type: ignore[attr-defined]

    def stubborn(_: sqlite3.Connection) -> str:
        if refusals:
            raise refusals.pop()
        return "first"

    bench.submit(stubborn)
    bench.submit(lambda _: "second")
    assert bench.take() == LockWait("")
    assert bench.take() == LockWait("readq (pid 7)")
    bench.take_all()
    assert bench.results == ["first", "second"]
    assert bench.writer.close(10)


def test_a_failure_is_handed_back_and_the_next_command_goes_on(bench: Bench) -> None:
    def full(_: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    bench.submit(full)
    bench.submit(lambda _: 1 // 0)
    bench.submit(lambda _: "fine")
    bench.take_all()
    assert "disk is full" in str(bench.errors[0])
    assert "ZeroDivisionError" in str(bench.errors[1])
    assert bench.results == ["fine"]
    assert bench.writer.close(10)


def test_closing_writes_what_is_queued(bench: Bench) -> None:
    done: list[int] = []
    for number in range(20):
        bench.submit(lambda _, number=number: done.append(number))
    assert bench.writer.close(10)
    assert done == list(range(20))


def test_one_can_wait_until_all_is_written(bench: Bench) -> None:
    assert bench.writer.wait_until_idle(0)
    gate = threading.Event()
    bench.submit(lambda _: gate.wait(10))
    assert not bench.writer.wait_until_idle(0.01)
    gate.set()
    assert bench.writer.wait_until_idle(10)
    bench.take_all()
    assert bench.writer.close(10)


def test_closing_gives_up_on_a_library_that_stays_locked() -> None:
    def refuse() -> sqlite3.Connection:
        raise LibraryLockedError("locked")

    bench = Bench(refuse)
    bench.submit(lambda _: "never")
    assert not bench.writer.close(0.05)


def test_row_44_a_library_that_was_replaced_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.touch()
    bench = Bench(path=str(path))
    bench.submit(lambda _: "there")
    bench.take_all()
    path.rename(tmp_path / "elsewhere.db")
    bench.submit(lambda _: "lost")
    bench.take_all()
    assert bench.results == ["there"]
    assert "moved, replaced or deleted" in str(bench.errors[0])
    assert bench.writer.close(10)


def test_a_writer_without_commands_never_opens_the_library() -> None:
    def refuse() -> sqlite3.Connection:
        raise AssertionError("opened")

    assert Bench(refuse).writer.close(1)
