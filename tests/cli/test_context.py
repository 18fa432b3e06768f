"""What commands do around their own work, with the library and the settings that the command line names."""

import argparse
import contextlib
import sqlite3
from collections.abc import Iterator

import pytest

from readq.cli.context import Context
from readq.store import library


def context_of(path: str) -> Context:
    return Context(argparse.Namespace(json=False, verbose=False, db=path, config=None))


@pytest.fixture
def lock(six_papers: str) -> Iterator[sqlite3.Connection]:
    """A connection of another program. It holds no lock yet."""
    with contextlib.closing(sqlite3.connect(six_papers, isolation_level=None)) as connection:
        yield connection


def test_numbers_of_interest_are_left_alone_while_the_library_is_locked(
    six_papers: str, lock: sqlite3.Connection
) -> None:
    lock.execute("BEGIN EXCLUSIVE")
    context_of(six_papers).refresh_interest()


def test_a_lock_that_is_taken_after_the_library_was_opened_is_no_error(
    six_papers: str, lock: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_for_reading = library.open_for_reading

    def open_then_lock(path: str, busy_timeout: float) -> sqlite3.Connection:
        connection = open_for_reading(path, busy_timeout)
        lock.execute("BEGIN EXCLUSIVE")
        return connection

    monkeypatch.setattr(library, "open_for_reading", open_then_lock)
    context_of(six_papers).refresh_interest()
    assert lock.in_transaction
