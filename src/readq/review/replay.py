"""A card's memory, made again from its answers in order."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from readq.model.dumped import CardState
from readq.model.values import Rating
from readq.review.fsrs import Memory, preview


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

    Raises ValueError for a day that goes back or a retention that FSRS does not take.
    """
    state = CardState(None, None, None, first_due, None, 0, 0)
    for answer in answers:
        step = _answered(state, answer)
        yield step
        state = step.after


def _answered(card: CardState, answer: Answer) -> Replayed:
    today = date.fromisoformat(answer.day)
    elapsed = (today - date.fromisoformat(card.last_day)).days if card.last_day else 0
    memory = None if card.stability is None or card.difficulty is None else Memory(card.stability, card.difficulty)
    outcome = preview(memory, elapsed, answer.retention)[Rating(answer.rating)]
    due = (today + timedelta(days=outcome.interval_days)).isoformat()
    lapses = card.lapses + (answer.rating == Rating.AGAIN and card.reps > 0)
    after = CardState(
        outcome.stability, outcome.difficulty, outcome.interval_days, due, answer.day, card.reps + 1, lapses
    )
    return Replayed(card, elapsed, after)
