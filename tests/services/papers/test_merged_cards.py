"""A merge can be undone after later steps on the cards of the paper were undone."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

import pytest

from readq.services.history import undo
from readq.services.papers import merge, notes, triage

Act = Callable[[sqlite3.Connection, datetime], object]

LATER: dict[str, Act] = {
    "a question in the note": lambda connection, now: notes.save(connection, 2, "Why? :: because\nsee §3", now),
    "an enrolment": lambda connection, now: triage.enrol(connection, [2], True, now),
}


@pytest.mark.parametrize("later", LATER)
def test_undone_steps_do_not_hinder_undo_of_an_earlier_merge(
    six_papers: str, connection: sqlite3.Connection, now: datetime, later: str
) -> None:
    notes.save(connection, 5, "What? :: this\nsee §3", now)
    merge.merge(connection, 2, 5, now)
    LATER[later](connection, now)
    undo.undo(connection, now)
    undone = undo.undo(connection, now)
    assert undone is not None
    assert (undone.what, undone.conflicts) == ("merged", ())
    asked = connection.execute("SELECT paper_id, question FROM card WHERE orphaned IS NULL AND suspended = 0")
    assert asked.fetchall() == [(5, "What?")]
    for _ in range(2):
        redone = undo.redo(connection, now)
        assert redone is not None
        assert redone.conflicts == ()


@pytest.mark.parametrize("later", LATER)
def test_a_card_that_is_asked_is_not_lost(
    six_papers: str, connection: sqlite3.Connection, now: datetime, later: str
) -> None:
    notes.save(connection, 5, "What? :: this\nsee §3", now)
    step = merge.merge(connection, 2, 5, now).step
    LATER[later](connection, now)
    undone = undo.undo(connection, now, step)
    assert undone is not None
    assert 2 in undone.conflicts
