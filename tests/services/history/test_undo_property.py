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
from random_actions import KINDS_WITHOUT_STEP, Action, OpenLibrary
from random_histories import KINDS, Actions, check_stays_intact, check_undo_and_redo, generated, open_copy

# Which papers wait to be counted is no part of what a step changed: undo makes them wait again.
JOURNAL = ("step", "change", "note_history", "draft", "interest_pending")
LEFT_OUT = {
    "note": "SELECT paper_id, text FROM note",
    "review": "SELECT * FROM review WHERE undone = 0",
    "card": "SELECT * FROM card WHERE NOT (suspended = 1 AND reps = 0)",
    "feed": "SELECT name, spec, iif(spec IS NULL, NULL, added) FROM feed"
    " WHERE spec IS NOT NULL OR id IN (SELECT feed_id FROM sighting)",
    "origin": "SELECT name FROM origin WHERE id IN (SELECT origin_id FROM source)",
}
"""Queries without the rows that undo need not restore: versions of notes, undone answers, unused cards and feeds."""


def rows(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return all rows by table, without the journal, after checking the full-text index."""
    connection.execute("INSERT INTO paper_search (paper_search, rank) VALUES ('integrity-check', 1)")
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*_search*' AND name NOT GLOB 'sqlite*'"
    ).fetchall()
    found = {
        name: connection.execute(LEFT_OUT.get(name, f"SELECT * FROM {name}")).fetchall()
        for (name,) in tables
        if name not in JOURNAL
    }
    return {name: "\n".join(sorted([f"{name}: {row!r}" for row in each])) for name, each in found.items()}


def with_notes(actions: Actions) -> Actions:
    """Return the same actions, each shown by hypothesis if the test fails."""

    def noted(library: OpenLibrary) -> Iterator[Action]:
        for action in actions(library):
            note(str(action))
            yield action

    return noted


@pytest.fixture(scope="module")
def template(_six_papers: Path) -> str:
    """Return the path of a library to copy, shared by all examples of a test."""
    return str(_six_papers)


rngs = st.randoms(use_true_random=False)
thorough = settings(repeatable, max_examples=25)


@thorough
@given(rng=rngs, many=st.integers(1, 24))
def test_steps_are_undone_and_redone_one_by_one(template: str, rng: random.Random, many: int) -> None:
    with open_copy(template) as library:
        check_undo_and_redo(library, with_notes(generated(rng, KINDS, many)), rows)


@thorough
@given(rng=rngs, many=st.integers(4, 30))
def test_undoing_any_step_in_any_order_leaves_an_intact_library(template: str, rng: random.Random, many: int) -> None:
    kinds = (*KINDS, *sorted(KINDS_WITHOUT_STEP), *["undo a step"] * 6, "redo", "redo")
    with open_copy(template) as library:
        check_stays_intact(library, with_notes(generated(rng, kinds, many)), after_each_action=True)
