"""A merge can be undone after later steps on the cards of the paper were undone."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from readq.config import Config
from readq.model.values import Rating
from readq.services.history import undo
from readq.services.papers import merge, notes, triage
from readq.services.review import ratings

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


_REFERRED = (
    "SELECT c.step_id, r.at, r.rating, c.after = r.id FROM change c JOIN review r ON c.field = 'rating:' || r.id"
    " ORDER BY c.step_id, r.at"
)


def test_steps_refer_to_the_same_answers_when_a_merge_gives_answers_other_ids(
    six_papers: str, connection: sqlite3.Connection, now: datetime
) -> None:
    """The clock was set back between the answers, so a merge changes the order of their ids."""
    for hours, number, rating in ((3, 2, Rating.GOOD), (1, 5, Rating.AGAIN), (2, 2, Rating.HARD), (0, 5, Rating.EASY)):
        ratings.rate_papers(connection, [number], rating, now + timedelta(hours=hours), Config())
    ids = connection.execute("SELECT id FROM review ORDER BY at").fetchall()
    referred = connection.execute(_REFERRED).fetchall()
    assert len(referred) == 4
    merge.merge(connection, 2, 5, now)
    assert connection.execute("SELECT id FROM review ORDER BY at").fetchall() != ids
    assert connection.execute(_REFERRED).fetchall() == referred
    for act in (undo.undo, undo.redo, undo.undo):
        act(connection, now)
        assert connection.execute(_REFERRED).fetchall() == referred
    assert connection.execute("SELECT id FROM review ORDER BY at").fetchall() == ids
