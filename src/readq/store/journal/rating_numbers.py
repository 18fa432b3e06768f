"""Keep the ids of answers right in the steps that gave the answers, when a merge gives answers other ids.

A merge orders the answers of a card by time. Where a clock was set back, their ids must change to have that order, too.
"""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

_NUMBER = "CAST(substr(c.field, 8) AS INTEGER)"
_NAMED = (
    f"SELECT c.step_id, c.paper_id, r.id, r.card_id, r.at, r.rating FROM change c JOIN review r ON r.id = {_NUMBER}"
    " WHERE c.field GLOB 'rating:*' AND c.step_id IN (SELECT id FROM step WHERE undone IS NULL)"
    " ORDER BY r.id"
)


class _Place(NamedTuple):
    """The change that names an answer: the ids of its step and paper, and that of the answer."""

    step: int
    paper: int
    answer: int


class Answer(NamedTuple):
    """An answer to a card by what stays when its id changes. `at` is its time (UTC text)."""

    card: int
    at: str
    rating: int


def named_answers(connection: sqlite3.Connection) -> Mapping[_Place, Answer]:
    """Return the answers that steps name, except undone steps. To be passed to `follow` after a merge."""
    return {_Place(*row[:3]): Answer(*row[3:]) for row in connection.execute(_NAMED)}


def follow(connection: sqlite3.Connection, before: Mapping[_Place, Answer]) -> None:
    """Let the steps name the same answers as before a merge, by their present ids, in the caller's transaction.

    `before` is the result of `named_answers` before the merge. Answers that are gone keep their old ids.
    """
    moved: list[tuple[_Place, int]] = []
    taken: set[int] = set()
    for place, answer in before.items():
        present = [
            number
            for (number,) in connection.execute(
                "SELECT id FROM review WHERE card_id = ? AND at = ? AND rating = ? ORDER BY id = ? DESC, undone, id",
                (*answer, place.answer),
            )
            if number not in taken
        ]
        if present:
            taken.add(present[0])
            if present[0] != place.answer:
                moved.append((place, present[0]))
    # In two passes, because one answer may get the former id of another.
    connection.executemany(
        "UPDATE change SET field = ?, after = ? WHERE step_id = ? AND paper_id = ? AND field = ?",
        [(f"moved:{new}", new, place.step, place.paper, f"rating:{place.answer}") for place, new in moved],
    )
    connection.executemany(
        "UPDATE change SET field = ? WHERE step_id = ? AND paper_id = ? AND field = ?",
        [(f"rating:{new}", place.step, place.paper, f"moved:{new}") for place, new in moved],
    )
