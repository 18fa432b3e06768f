"""Check cards and the log of answers by replaying the ratings, and correct wrong cards and log entries.

Stability, difficulty and due day are computed again from the ratings. A difference is a fault in the card or the log.
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
"""The maximum relative difference at which two values of stability or difficulty count as equal.

It allows for rounding, because different processors compute slightly different powers.
"""


class _Corrected(NamedTuple):
    """The correct state of a card, and the corrected log entries of answers that are wrong."""

    answers: tuple[AnswerRow, ...]
    state: CardState


def find_problems(connection: sqlite3.Connection) -> list[Problem]:
    """Return a problem for each card and each log entry that differs from a replay of the ratings.

    Each transaction reads a few hundred cards, so that writers wait only briefly. A card and its log are always read in
    the same transaction.
    """
    found: list[Problem] = []
    for first, last in list(card_ranges(connection)):
        with reading(connection):
            logs = card_logs(connection, first, last)
        found += [problem for log in logs for problem in _card_problems(log)]
    return found


def repair_problems(connection: sqlite3.Connection) -> None:
    """Replace wrong log entries and cards by values computed from the ratings. Runs inside the caller's transaction.

    Cards with answers that cannot be replayed are left unchanged.
    """
    for first, last in list(card_ranges(connection)):
        for log in card_logs(connection, first, last):
            corrected = _corrected(log)
            if corrected is not None:
                write_answers(connection, corrected.answers)
                if not _is_equal(log.state, corrected.state):
                    write_card(connection, log.card, corrected.state)


def _card_problems(log: CardLog) -> Iterator[Problem]:
    if unknown := _unknown_parameters(log):
        yield Problem("review", f"card {log.card}: {unknown}; it cannot be checked, and is left as it is")
        return
    corrected = _corrected(log)
    if corrected is None:
        yield Problem("review", f"card {log.card}: its answers cannot be replayed")
        return
    for answer in corrected.answers:
        yield Problem("review", f"card {log.card}: the log entry of answer {answer.id} is wrong")
    if not _is_equal(log.state, corrected.state):
        yield Problem("card", f"card {log.card}: not the state that its answers give")


def _corrected(log: CardLog) -> _Corrected | None:
    """Return the correct state, and the corrected log entries. Return None if the answers cannot be replayed.

    They cannot be replayed if they have invalid or decreasing days, another algorithm, or parameters that are not
    known.
    """
    if not log.answers:
        return _Corrected((), CardState(None, None, None, log.state.due, None, 0, 0))
    if any(answer.algorithm != ALGORITHM for answer in log.answers) or _unknown_parameters(log):
        return None
    try:
        again = replayed(log.answers)
        follows = (False, *(made.elapsed_days == 0 and made.before.reps > 0 for made in again))
        wrong = tuple(
            new
            for old, new, repetition in zip(log.answers, again, follows, strict=False)
            if not _same_answer(old, new, follows_repetition=repetition)
        )
    except (ValueError, OverflowError):
        return None
    last_logged, last_replayed = log.answers[-1], again[-1]
    state = last_replayed.after if last_replayed in wrong else last_logged.after
    # A card that was only read may be due on another day: the user may enrol it by hand.
    return _Corrected(wrong, state if state.reps else state._replace(due=log.state.due))


def _unknown_parameters(log: CardLog) -> str:
    """Return which answers to a card were given under unknown parameters, and why. Return "" if there are none."""
    from readq.review.parameters import parse_weights

    for weights in dict.fromkeys(answer.weights for answer in log.answers):
        try:
            parse_weights(weights)
        except ValueError as error:
            numbers = ", ".join(str(answer.id) for answer in log.answers if answer.weights == weights)
            return f"no valid parameters of the answers {numbers} ({error})"
    return ""


def replayed(answers: tuple[AnswerRow, ...]) -> list[AnswerRow]:
    """Return the answers to one card with the states that a replay of their ratings gives.

    Raises ValueError or OverflowError if the answers cannot be replayed, for example because their days decrease.
    """
    from readq.review.parameters import parse_weights
    from readq.review.replay import RatingOnDay, replay

    ratings = (
        RatingOnDay(answer.rating, answer.day, answer.retention, parse_weights(answer.weights), answer.is_read)
        for answer in answers
    )
    return [
        answer._replace(
            # Before the first answer the due day may be a day on which the user enrolled the paper by hand.
            before=new.before if new.before.reps else new.before._replace(due=answer.before.due),
            elapsed_days=new.elapsed_days,
            after=new.after,
        )
        for answer, new in zip(answers, replay(ratings, answers[0].before.due), strict=True)
    ]


def _same_answer(logged: AnswerRow, wanted: AnswerRow, *, follows_repetition: bool) -> bool:
    """Return whether the log entry `logged` is correct: it may differ from the replayed `wanted` only by rounding.

    `follows_repetition` tells whether the answer before it is a second answer on the same day.
    """
    is_repetition = wanted.elapsed_days == 0 and wanted.before.reps > 0
    return (
        logged.elapsed_days == wanted.elapsed_days
        and _is_similar(logged.before, wanted.before, may_be_longer=follows_repetition)
        and _is_similar(logged.after, wanted.after, may_be_longer=is_repetition)
    )


def _is_similar(logged: CardState, wanted: CardState, *, may_be_longer: bool) -> bool:
    """Return whether two states are equal up to rounding, which may move the due day by one day.

    With `may_be_longer`, the interval may be longer, because in entries of earlier versions a second answer on the same
    day may lengthen it.
    """
    longer = (logged.interval_days or 0) - (wanted.interval_days or 0)
    later = _ordinal(logged.due) - _ordinal(wanted.due)
    return (
        _is_close(logged.stability, wanted.stability)
        and _is_close(logged.difficulty, wanted.difficulty)
        and (abs(longer) <= 1 or (may_be_longer and longer > 0))
        and (abs(later) <= 1 or (may_be_longer and later > 0))
        and logged[4:] == wanted[4:]
    )


def _is_equal(state: CardState, wanted: CardState) -> bool:
    return (
        _is_close(state.stability, wanted.stability)
        and _is_close(state.difficulty, wanted.difficulty)
        and state[2:] == wanted[2:]
    )


def _is_close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=TOLERANCE)


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
