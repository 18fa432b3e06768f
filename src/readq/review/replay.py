"""A card's memory, made again from its answers in order."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from readq.model.values import CardState, Rating
from readq.review.fsrs import Memory
from readq.review.fsrs_formulae import next_review


class Answer(NamedTuple):
    """A rating given on a local day under a desired retention."""

    rating: int
    day: str
    retention: float


class Replayed(NamedTuple):
    """The card before an answer, whole days since the one before (0 for the first), and the card after it."""

    before: CardState
    elapsed_days: int
    after: CardState


def replay(answers: Iterable[Answer], first_due: str) -> Iterator[Replayed]:
    """Give the answers again to a card that first fell due on `first_due`; their days must not go back.

    Raises ValueError for a day that goes back, and for a rating or a retention that FSRS does not take.
    """
    state = CardState(None, None, None, first_due, None, 0, 0)
    memory: Memory | None = None
    before: date | None = None
    for answer in answers:
        today = date.fromisoformat(answer.day)
        elapsed = (today - before).days if before else 0
        outcome = next_review(memory, elapsed, answer.retention, answer.rating)
        after = CardState(
            outcome.stability,
            outcome.difficulty,
            outcome.interval_days,
            (today + timedelta(days=outcome.interval_days)).isoformat(),
            answer.day,
            state.reps + 1,
            state.lapses + (answer.rating == Rating.AGAIN and state.reps > 0),
        )
        yield Replayed(state, elapsed, after)
        state, memory, before = after, Memory(outcome.stability, outcome.difficulty), today
