"""Undo of tags, many of which one step may change on many papers."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from readq.model.values import Status
from readq.services.history import undo
from readq.services.papers import triage
from readq.store.library import open_for_writing


@pytest.fixture
def filled(six_papers: str) -> Iterator[sqlite3.Connection]:
    with closing(open_for_writing(six_papers)) as connection:
        yield connection


def tags(connection: sqlite3.Connection) -> set[tuple[int, str]]:
    return set(connection.execute("SELECT paper_id, tag FROM paper_tag").fetchall())


def statements(connection: sqlite3.Connection, now: datetime) -> int:
    """Count the statements of an undo and a redo of the newest step."""
    # A statement is reported again for each row that fires a trigger. Rows have values of their own.
    seen: list[str] = []
    connection.set_trace_callback(seen.append)
    undo.undo(connection, now)
    undo.redo(connection, now)
    connection.set_trace_callback(None)
    return len(set(seen))


def test_undo_takes_as_many_statements_for_many_tags_as_for_one(filled: sqlite3.Connection, now: datetime) -> None:
    triage.tag(filled, [1, 2], ["a"], [], now)
    for_one = statements(filled, now)
    triage.tag(filled, [1, 2], [f"tag-{number}" for number in range(50)], ["a"], now)
    assert statements(filled, now) == for_one


def test_undo_removes_added_tags_and_restores_removed_ones(filled: sqlite3.Connection, now: datetime) -> None:
    triage.tag(filled, [1, 2], ["old", "both"], [], now)
    before = tags(filled)
    triage.tag(filled, [2, 3], ["new", "newer"], ["old"], now)
    after = tags(filled)
    undo.undo(filled, now)
    assert tags(filled) == before
    undo.redo(filled, now)
    assert tags(filled) == after
    assert after == {(1, "old"), (1, "both"), (2, "both"), (2, "new"), (2, "newer"), (3, "new"), (3, "newer")}


def test_a_paper_with_a_later_tag_change_is_not_restored_others_are(filled: sqlite3.Connection, now: datetime) -> None:
    step = triage.tag(filled, [1, 2], ["a", "b"], [], now).step
    triage.tag(filled, [2], [], ["b"], now)
    undone = undo.undo(filled, now, step)
    assert undone is not None
    assert undone.conflicts == (2,)
    assert tags(filled) == {(2, "a")}


def test_redo_leaves_the_papers_that_undo_left(filled: sqlite3.Connection, now: datetime) -> None:
    def statuses() -> list[str]:
        return [status for (status,) in filled.execute("SELECT status FROM paper WHERE id < 4 ORDER BY id")]

    step = triage.mark(filled, [1, 2, 3], Status.DROPPED, now).step
    triage.mark(filled, [2], Status.INBOX, now)
    undone = undo.undo(filled, now, step)
    assert undone is not None
    assert undone.conflicts == (2,)
    assert statuses() == ["inbox", "inbox", "inbox"]
    redone = undo.redo(filled, now)
    assert redone is not None
    assert (list(redone.papers), redone.conflicts) == ([1, 3], (2,))
    assert statuses() == ["dropped", "inbox", "dropped"]
    triage.mark(filled, [2], Status.DROPPED, now)
    again = undo.undo(filled, now, step)
    assert again is not None
    assert again.conflicts == ()
    assert undo.redo(filled, now) == again._replace(papers=again.papers)
