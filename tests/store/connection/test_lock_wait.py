"""A waiting writer names the owner of the lock, continues when it can, and gives up after the busy timeout."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from readq.errors import LibraryLockedError
from readq.store.connection import lock_wait
from readq.store.connection.lock_wait import LockHeldError
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing, write_transaction

Hold = Callable[[str], Any]


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect the messages of waiting writers, with a short NOTICE_AFTER."""
    lines: list[str] = []
    monkeypatch.setattr(lock_wait, "NOTICE_AFTER", 0.05)
    lock_wait.set_listener(lines.append)
    yield lines
    lock_wait.set_listener(None)


def ending(other: Any, messages: list[str]) -> lock_wait.Listener:  # noqa: ANN401 - a fixture's value
    """Return a listener that ends the other process at the first message."""

    def listener(line: str) -> None:
        messages.append(line)
        other.release()

    return listener


def test_a_waiting_writer_names_the_owner_and_continues(six_papers: str, hold: Hold, messages: list[str]) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        other = hold(six_papers)
        lock_wait.set_listener(ending(other, messages))
        with writing(connection):
            connection.execute("UPDATE paper SET starred = 1")
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (50,)
    assert len(messages) == 1
    assert messages[0].startswith("waiting for python")
    assert f"(pid {other.pid}, since " in messages[0]
    assert messages[0].endswith(" to finish writing")


def test_row_35_a_writer_gives_up_and_names_the_owner(six_papers: str, hold: Hold, messages: list[str]) -> None:
    other = hold(six_papers)
    other.stop()
    with (
        contextlib.closing(open_for_writing(six_papers, 0.1)) as connection,
        pytest.raises(sqlite3.OperationalError) as held,
    ):
        connection.execute("BEGIN IMMEDIATE")
    assert f"kill -CONT {other.pid} lets it go on" in messages[0]
    error = library_error(held.value, six_papers)
    assert isinstance(error, LibraryLockedError)
    assert error.exit_status == 75
    assert f"(pid {other.pid}, " in str(error)
    assert str(error).endswith(f"(kill -CONT {other.pid} lets it go on)")
    assert "stopped" in error.owner


def test_a_write_transaction_waits_as_well(six_papers: str, hold: Hold, messages: list[str]) -> None:
    other = hold(six_papers)
    lock_wait.set_listener(ending(other, messages))
    with write_transaction(six_papers, 30) as connection:
        connection.execute("UPDATE paper SET starred = 1")
    assert len(messages) == 1


def test_a_write_transaction_waits_for_readers_when_it_commits(six_papers: str, messages: list[str]) -> None:
    with contextlib.closing(sqlite3.connect(six_papers, isolation_level=None)) as reader:
        # With a write-ahead log a commit does not wait for readers.
        reader.execute("PRAGMA journal_mode=DELETE")
        rows = reader.execute("SELECT * FROM paper")

        def let_go(line: str) -> None:
            messages.append(line)
            rows.close()

        lock_wait.set_listener(let_go)
        with write_transaction(six_papers, 30) as connection:
            connection.execute("UPDATE paper SET starred = 1")
            assert rows.fetchone() is not None
        assert reader.execute("SELECT count(*) FROM paper WHERE starred = 1").fetchone() == (6,)
    assert len(messages) == 1


def test_a_commit_without_a_transaction_does_nothing(six_papers: str) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.commit()
        connection.execute("BEGIN IMMEDIATE")
        connection.commit()
        assert not connection.in_transaction


def test_a_connection_that_may_not_wait_fails_at_once_without_a_message(
    six_papers: str, hold: Hold, messages: list[str]
) -> None:
    with contextlib.closing(open_for_writing(six_papers, 0)) as connection:
        hold(six_papers)
        with pytest.raises(sqlite3.OperationalError) as refused:
            connection.execute("BEGIN IMMEDIATE")
    assert not isinstance(refused.value, LockHeldError)
    assert messages == []


def test_other_errors_pass(six_papers: str, messages: list[str]) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            connection.execute("SELECT * FROM absent")
        assert connection.execute("SELECT ?", (1,)).fetchone() == (1,)
        assert connection.execute("SELECT :one", {"one": 1}).fetchone() == (1,)
    assert messages == []


def test_a_waiting_connection_behaves_like_any_other(six_papers: str) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        connection.row_factory = sqlite3.Row
        assert connection.execute("SELECT 1 AS one").fetchone()["one"] == 1
        assert connection.executemany("UPDATE paper SET starred = 1 WHERE id = ?", [(1,), (2,)]).rowcount == 2
