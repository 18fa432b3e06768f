"""Compute the states of a card (stability, difficulty, due day and so on) from its answers.

For each answer, the state before it and the state after it are computed.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from readq.model.values import CardState
from readq.review.fsrs_formulae import next_review
from readq.review.parameters import DEFAULT_WEIGHTS, Weights
from readq.review.same_day import LapseCounter, bound_interval, is_first_encounter
from readq.review.schedule import Memory


class RatingOnDay(NamedTuple):
    """A rating of a card on one day."""

    rating: int
    """The rating, from 1 (again) to 4 (easy)."""
    day: str
    """The local day, as an ISO date."""
    retention: float
    """The desired probability of recall on that day, from 0.70 to 0.99."""
    weights: Weights = DEFAULT_WEIGHTS
    """The parameters of the scheduler on that day."""
    is_read: bool = False
    """Whether the rating comes from reading the card's paper to the end, not from an answer to the card.

    Reading a paper gives a new card its first schedule. It does not change a card that has a schedule.
    """


class Replayed(NamedTuple):
    """The states of a card before and after one answer.

    `elapsed_days` is the number of days since the previous answer. It is 0 for the first answer.
    """

    before: CardState
    elapsed_days: int
    after: CardState


def replay(answers: Iterable[RatingOnDay], first_due: str) -> Iterator[Replayed]:
    """Yield the states of a card before and after each of its answers.

    `first_due` is the ISO day on which the card was due before its first answer. `answers` must be in the order in
    which they were given. Raises ValueError if the days of the answers decrease, if a rating is not 1 to 4, or if a
    retention is not from 0.70 to 0.99.
    """
    state = CardState(None, None, None, first_due, None, 0, 0)
    memory: Memory | None = None
    before: date | None = None
    lapses = LapseCounter()
    for answer in answers:
        today = date.fromisoformat(answer.day)
        elapsed = (today - before).days if before else 0
        if answer.is_read and memory is not None:
            yield Replayed(state, elapsed, state)
            continue
        if is_first_encounter(state.reps, state.last_day, answer.day):
            memory = None
        if not answer.is_read:
            lapses.begin_day(answer.day)
        review = next_review(memory, elapsed, answer.retention, answer.rating, answer.weights)
        interval_days = bound_interval(review.interval_days, state.interval_days, lapses.rating_today)
        after = CardState(
            review.stability,
            review.difficulty,
            interval_days,
            (today + timedelta(days=interval_days)).isoformat(),
            answer.day,
            state.reps + (not answer.is_read),
            lapses.lapses if answer.is_read else lapses.add(answer.rating),
        )
        yield Replayed(state, elapsed, after)
        state, memory, before = after, Memory(review.stability, review.difficulty), today
