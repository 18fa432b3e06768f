"""Any sequence of actions can be undone and redone step by step, and the indexes stay correct.

Histories are short, and every row of the library is compared; hypothesis shrinks a failing one.
"""

import random
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from example_settings import repeatable
from hypothesis import given, note, settings
from hypothesis import strategies as st
from random_actions import NO_STEPS, Deed, Desk
from random_histories import KINDS, Deeds, made_up, opened, sound_in_any_order, taken_back_and_done_again

JOURNAL = ("step", "change", "note_history", "draft")
LEFT_OUT = {
    "note": "SELECT paper_id, text FROM note",
    "review": "SELECT * FROM review WHERE undone = 0",
    "card": "SELECT * FROM card WHERE NOT (suspended = 1 AND reps = 0)",
    "feed": "SELECT name, spec, iif(spec IS NULL, NULL, added) FROM feed"
    " WHERE spec IS NOT NULL OR id IN (SELECT feed_id FROM sighting)",
}
"""Queries without the rows that undo need not restore: versions of notes, undone answers, unused cards and feeds."""


def rows(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return all rows by table, without the journal, after checking the full-text index."""
    connection.execute("INSERT INTO paper_search (paper_search, rank) VALUES ('integrity-check', 1)")
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT GLOB 'paper_search*' AND name NOT GLOB 'sqlite*'"
    ).fetchall()
    found = {
        name: connection.execute(LEFT_OUT.get(name, f"SELECT * FROM {name}")).fetchall()
        for (name,) in tables
        if name not in JOURNAL
    }
    return {name: "\n".join(sorted([f"{name}: {row!r}" for row in each])) for name, each in found.items()}


def with_notes(deeds: Deeds) -> Deeds:
    """Return the same actions, each shown by hypothesis if the test fails."""

    def noted(desk: Desk) -> Iterator[Deed]:
        for deed in deeds(desk):
            note(str(deed))
            yield deed

    return noted


@pytest.fixture(scope="module")
def template(_six_papers: Path) -> str:
    """Return the path of a library to copy, shared by all examples of a test."""
    return str(_six_papers)


dice = st.randoms(use_true_random=False)
thorough = settings(repeatable, max_examples=25)


@thorough
@given(chance=dice, many=st.integers(1, 24))
def test_steps_are_undone_and_redone_one_by_one(template: str, chance: random.Random, many: int) -> None:
    with opened(template) as desk:
        taken_back_and_done_again(desk, with_notes(made_up(chance, KINDS, many)), rows)


@thorough
@given(chance=dice, many=st.integers(4, 30))
def test_undoing_any_step_in_any_order_leaves_an_intact_library(
    template: str, chance: random.Random, many: int
) -> None:
    kinds = (*KINDS, *sorted(NO_STEPS), *["undo a step"] * 6, "redo", "redo")
    with opened(template) as desk:
        sound_in_any_order(desk, with_notes(made_up(chance, kinds, many)), often=True)
