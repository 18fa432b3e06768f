"""Update the ids of answers in the undo history when a merge gives answers other ids.

A merge sorts the answers to a card by time and gives them ascending ids. If a clock was set back, a later answer can
have an earlier time than the answer before it. Then the merge changes their ids.
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
    """A change that refers to an answer: the ids of the step, the paper and the answer."""

    step: int
    paper: int
    answer: int


class Answer(NamedTuple):
    """An answer to a card, identified by its card, its time `at` (UTC text) and its rating.

    Card, time and rating stay the same when a merge gives the answer another id.
    """

    card: int
    at: str
    rating: int


def named_answers(connection: sqlite3.Connection) -> Mapping[_Place, Answer]:
    """Return a mapping from references in the undo history to answers. Skips undone steps.

    A reference is given by the ids of the step, the paper and the answer. Call this function before a merge, and pass
    the result to `follow` after the merge.
    """
    return {_Place(*row[:3]): Answer(*row[3:]) for row in connection.execute(_NAMED)}


def follow(connection: sqlite3.Connection, before: Mapping[_Place, Answer]) -> None:
    """Change the ids of answers in the undo history after a merge, so that steps refer to the same answers as before.

    `before` is the result of `named_answers` before the merge. References to answers that no longer exist stay
    unchanged. Runs inside the caller's transaction.
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
