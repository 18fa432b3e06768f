"""The cards held against the log: what the answers in force make of a card is what the card should be.

Stability and difficulty are computed anew from the ratings, so that neither a card nor the log can be wrong unseen.
"""

import math
import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from readq.model.values import ALGORITHM, CardState
from readq.store.check import Problem
from readq.store.connection.transactions import reading
from readq.store.review.answers import AnswerRow, CardLog, card_logs, card_ranges, write_answers, write_card

TOLERANCE = 1e-6
"""Relative; other processors round the powers of FSRS otherwise in the last places."""


class _Corrected(NamedTuple):
    """What the log of a card should say, and what the card should be; `answers` are those that are wrong."""

    answers: tuple[AnswerRow, ...]
    state: CardState


def problems(connection: sqlite3.Connection) -> list[Problem]:
    """The cards and logs that are not what replaying the ratings gives. Looks at a few hundred cards at a time.

    Nobody waits longer than that takes; a card and its log are always seen as they are together.
    """
    found: list[Problem] = []
    for first, last in list(card_ranges(connection)):
        with reading(connection):
            together = card_logs(connection, first, last)
        found += [problem for one in together for problem in _problems_of(one)]
    return found


def repair(connection: sqlite3.Connection) -> None:
    """Set logs and cards to what the ratings give, within the caller's transaction; ratings and days are believed."""
    for first, last in list(card_ranges(connection)):
        for one in card_logs(connection, first, last):
            corrected = _corrected(one)
            if corrected is not None:
                write_answers(connection, corrected.answers)
                if not _is(one.state, corrected.state):
                    write_card(connection, one.card, corrected.state)


def _problems_of(one: CardLog) -> Iterator[Problem]:
    corrected = _corrected(one)
    if corrected is None:
        yield Problem("review", f"card {one.card}: its answers cannot be replayed")
        return
    for answer in corrected.answers:
        yield Problem("review", f"card {one.card}: answer {answer.id} led elsewhere than the log says")
    if not _is(one.state, corrected.state):
        yield Problem("card", f"card {one.card}: not where its answers lead")


def _corrected(one: CardLog) -> _Corrected | None:
    """None when the answers cannot be replayed: a day that is none or goes back, another algorithm."""
    if not one.answers:
        return _Corrected((), CardState(None, None, None, one.state.due, None, 0, 0))
    if any(answer.algorithm != ALGORITHM for answer in one.answers):
        return None
    try:
        replayed = _replayed(one.answers)
        wrong = tuple(new for old, new in zip(one.answers, replayed, strict=True) if not _same_answer(old, new))
    except (ValueError, OverflowError):
        return None
    last_logged, last_replayed = one.answers[-1], replayed[-1]
    return _Corrected(wrong, last_replayed.after if last_replayed in wrong else last_logged.after)


def _replayed(answers: tuple[AnswerRow, ...]) -> list[AnswerRow]:
    from readq.review.replay import RatingOnDay, replay

    given = (RatingOnDay(answer.rating, answer.day, answer.retention) for answer in answers)
    return [
        answer._replace(before=made.before, elapsed_days=made.elapsed_days, after=made.after)
        for answer, made in zip(answers, replay(given, answers[0].before.due), strict=True)
    ]


def _same_answer(logged: AnswerRow, replayed: AnswerRow) -> bool:
    return (
        logged.elapsed_days == replayed.elapsed_days
        and _alike(logged.before, replayed.before)
        and _alike(logged.after, replayed.after)
    )


def _alike(logged: CardState, replayed: CardState) -> bool:
    """Whether two states are one but for rounding, which can move a day: then the day that was promised stands."""
    return (
        _near(logged.stability, replayed.stability)
        and _near(logged.difficulty, replayed.difficulty)
        and abs((logged.interval_days or 0) - (replayed.interval_days or 0)) <= 1
        and abs(_ordinal(logged.due) - _ordinal(replayed.due)) <= 1
        and logged[4:] == replayed[4:]
    )


def _is(state: CardState, wanted: CardState) -> bool:
    return (
        _near(state.stability, wanted.stability)
        and _near(state.difficulty, wanted.difficulty)
        and state[2:] == wanted[2:]
    )


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=TOLERANCE)


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
