"""Keep the ids of answers in the undo history right when answers get other ids.

A merge sorts the answers to a card by time and gives them ascending ids. If a clock was set back, a later answer can
have an earlier time than the answer before it. Then the merge changes their ids, and undo of the merge gives the former
ids back.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

_NUMBER = "CAST(substr(c.field, 8) AS INTEGER)"
_REFERENCES = "FROM change c WHERE c.field GLOB 'rating:*' AND c.step_id IN (SELECT id FROM step WHERE undone IS NULL)"


class Reference(NamedTuple):
    """A change in the undo history that refers to an answer: the ids of the step and of the paper."""

    step: int
    paper: int


class Answer(NamedTuple):
    """An answer to a card, identified by its card, its time `at` (UTC text) and its rating.

    Card, time and rating stay the same when an answer gets another id, unless a merge moves it to another card.
    """

    card: int
    at: str
    rating: int


class References:
    """The references of the undo history to answers, for one transaction. Skips undone steps."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._places: dict[int, list[Reference]] | None = None

    def move(self, moved: Mapping[int, int]) -> None:
        """Replace the ids of answers in the undo history. `moved` maps former ids to new ids."""
        if not moved:
            return
        if self._places is None:
            self._places = defaultdict(list)
            for step, paper, answer in self._connection.execute(
                f"SELECT c.step_id, c.paper_id, {_NUMBER} {_REFERENCES}"
            ):
                self._places[answer].append(Reference(step, paper))
        places = {old: self._places.pop(old, []) for old in moved}
        changes = [(moved[old], *place, old) for old, own in places.items() for place in own]
        # In two passes, because one answer may get the former id of another.
        self._connection.executemany(
            "UPDATE change SET field = 'moved:' || ?1, after = ?1 WHERE step_id = ?2 AND paper_id = ?3"
            " AND field = 'rating:' || ?4",
            changes,
        )
        self._connection.executemany(
            # A change with this name refers to an answer that no longer exists.
            "UPDATE OR REPLACE change SET field = 'rating:' || ?1"
            " WHERE step_id = ?2 AND paper_id = ?3 AND field = 'moved:' || ?1",
            [(new, *place) for new, *place, _ in changes],
        )
        for old, own in places.items():
            self._places[moved[old]].extend(own)


def referred_answers(connection: sqlite3.Connection) -> Mapping[int, Answer]:
    """Return the answers to which the undo history refers, by id. Skips undone steps and missing answers."""
    rows = connection.execute(
        f"SELECT id, card_id, at, rating FROM review WHERE id IN (SELECT {_NUMBER} {_REFERENCES}) ORDER BY id"
    )
    return {number: Answer(*answer) for number, *answer in rows}


def follow(connection: sqlite3.Connection, before: Mapping[int, Answer]) -> None:
    """Correct the references of the undo history to answers, after undo or redo gave answers other ids.

    `before` is the result of `referred_answers` before the undo or redo. Each reference then names the same answer as
    in `before`. References to answers that no longer exist stay unchanged. Runs inside the caller's transaction.
    """
    present = referred_answers(connection)
    kept = {number for number, answer in before.items() if number in present and present[number][1:] == answer[1:]}
    lost = {number: answer for number, answer in before.items() if number not in kept}
    rows = connection.execute(
        "SELECT id, card_id, at, rating FROM review WHERE at IN (SELECT value FROM json_each(?)) ORDER BY undone, id",
        (json.dumps([answer.at for answer in lost.values()]),),
    )
    found = {number: Answer(*answer) for number, *answer in rows if number not in kept}
    moved: dict[int, int] = {}
    for number, answer in lost.items():
        same = [one for one, other in found.items() if other[1:] == answer[1:]]
        if same:
            moved[number] = next((one for one in same if found[one].card == answer.card), same[0])
            del found[moved[number]]
    References(connection).move(moved)
