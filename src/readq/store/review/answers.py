"""Read cards with their logged answers, and overwrite wrong states.

`readq check` uses this module to find and repair cards whose state does not follow from their answers. Answers that
were undone are left out.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readq.model.values import CardState
from readq.store.review.lapses import LAPSED
from readq.store.review.params import WEIGHTS

_CARDS_AT_ONCE = 500


class AnswerRow(NamedTuple):
    """A logged answer that was not undone, with the states of its card before and after the answer."""

    id: int
    rating: int
    """The rating, from 1 to 4."""
    day: str
    """The local ISO day for which the answer counts."""
    retention: float
    """The desired probability of recall, from 0 to 1."""
    algorithm: str
    """The name of the scheduler."""
    before: CardState
    elapsed_days: int
    """The number of days since the previous answer to the card."""
    after: CardState
    weights: str = ""
    """The parameters of the scheduler as a JSON array, or "" for the default weights.

    It is `unknown:ID` if the library lacks the weights with this id.
    """
    is_read: bool = False
    """Whether the row records that the user read the paper to the end. Such a row is no answer."""


class CardLog(NamedTuple):
    """The id of a card, its present state, and its answers that were not undone, oldest first."""

    card: int
    state: CardState
    answers: tuple[AnswerRow, ...]


def card_ranges(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Split the ids of all cards into ranges of at most 500 cards. Yield the first and the last id of each range."""
    rows = connection.execute("SELECT id FROM card ORDER BY id").fetchall()
    for start in range(0, len(rows), _CARDS_AT_ONCE):
        run = rows[start : start + _CARDS_AT_ONCE]
        yield run[0][0], run[-1][0]


def card_logs(connection: sqlite3.Connection, first: int, last: int) -> list[CardLog]:
    """Return the cards with ids from `first` to `last` (both included), ordered by id.

    Each card comes with its answers that were not undone, oldest first.
    """
    answers: dict[int, list[AnswerRow]] = {}
    for row in connection.execute(
        "SELECT card_id, id, rating, day, retention, algorithm, elapsed_days, stability, difficulty, interval_days,"
        " due, stability_before, difficulty_before, interval_before, due_before, last_day_before, reps_before,"
        f" lapses_before, {LAPSED}, {WEIGHTS}, kind = 'read'"
        " FROM review r WHERE undone = 0 AND card_id BETWEEN ? AND ? ORDER BY card_id, id",
        (first, last),
    ):
        card, number, rating, day, retention, algorithm, elapsed, *after_before = row
        after, before = after_before[:4], CardState._make(after_before[4:-3])
        lapsed, weights, is_read = after_before[-3:]
        state = CardState._make((*after, day, before.reps + (not is_read), before.lapses + lapsed))
        if is_read and before.stability is not None:
            state = before
        answers.setdefault(card, []).append(
            AnswerRow(number, rating, day, retention, algorithm, before, elapsed, state, weights, bool(is_read))
        )
    cards = connection.execute(
        "SELECT id, stability, difficulty, interval_days, due, last_day, reps, lapses FROM card"
        " WHERE id BETWEEN ? AND ? ORDER BY id",
        (first, last),
    )
    return [CardLog(row[0], CardState._make(row[1:]), tuple(answers.get(row[0], ()))) for row in cards]


def write_answers(connection: sqlite3.Connection, answers: Iterable[AnswerRow]) -> None:
    """Overwrite the elapsed days of logged answers, and the states of the card before and after each answer.

    The id of each element of `answers` selects the row to overwrite.
    """
    connection.executemany(
        "UPDATE review SET elapsed_days = ?, stability = ?, difficulty = ?, interval_days = ?, due = ?,"
        " stability_before = ?, difficulty_before = ?, interval_before = ?, due_before = ?, last_day_before = ?,"
        " reps_before = ?, lapses_before = ? WHERE id = ?",
        ((answer.elapsed_days, *answer.after[:4], *answer.before, answer.id) for answer in answers),
    )


def write_card(connection: sqlite3.Connection, card: int, state: CardState) -> None:
    """Overwrite the scheduling state of the card with the id `card`."""
    connection.execute(
        "UPDATE card SET stability = ?, difficulty = ?, interval_days = ?, due = ?, last_day = ?, reps = ?, lapses = ?"
        " WHERE id = ?",
        (*state, card),
    )
