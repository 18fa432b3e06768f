"""FSRS-6 scheduling in whole days, by the `fsrs` package.

Imported only where something is rated or previewed. The package takes instants and counts 24-hour periods, which would
make 21:00 and 20:59 of the next day one day; it is given days since an arbitrary midnight in UTC instead, and neither
its learning steps nor its fuzz, which is not the same twice.

The algorithm: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import fsrs

from readq.model.values import Rating

MAXIMUM_INTERVAL = 1826
"""Five years, in days."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Memory(NamedTuple):
    """A state of memory. `stability`: the days until recall falls to 90 %, at least 0.001; `difficulty`: 1 to 10."""

    stability: float
    difficulty: float


class NextReview(NamedTuple):
    """A memory after a rating, and the whole days until it is asked again (1 to MAXIMUM_INTERVAL)."""

    stability: float
    difficulty: float
    interval_days: int


def preview(memory: Memory | None, elapsed_days: int, retention: float) -> dict[Rating, NextReview]:
    """Return what each rating would bring, `elapsed_days` after the last one; `memory` is None before the first.

    Intervals keep the order of the buttons: again is always tomorrow, and 1 <= hard < good < easy. `retention` is the
    desired probability of recall at the next review, 0.70 to 0.99.
    Raises ValueError when `retention` or `elapsed_days` (negative) is out of range.
    """
    scheduler = _scheduler(retention)
    card, now = _card(memory), _day(elapsed_days)
    reviewed = [scheduler.review_card(card, fsrs.Rating(rating), now)[0] for rating in Rating]
    intervals = spread_intervals([(after.due - now).days for after in reviewed])
    return {
        rating: NextReview(*_state(after), interval_days)
        for rating, after, interval_days in zip(Rating, reviewed, intervals, strict=True)
    }


@lru_cache(maxsize=8)
def _scheduler(retention: float) -> fsrs.Scheduler:
    if not 0.70 <= retention <= 0.99:
        raise ValueError(f"desired retention {retention} is not between 0.70 and 0.99")
    return fsrs.Scheduler(
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAXIMUM_INTERVAL,
        enable_fuzzing=False,
    )


def _card(memory: Memory | None) -> fsrs.Card:
    # Without a number of its own the package waits a millisecond to make one.
    if memory is None:
        return fsrs.Card(card_id=0, due=_EPOCH)
    return fsrs.Card(
        card_id=0,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_EPOCH,
        last_review=_EPOCH,
    )


def _day(elapsed_days: int) -> datetime:
    if elapsed_days < 0:
        raise ValueError(f"{elapsed_days} days cannot have passed")
    return _EPOCH + timedelta(days=elapsed_days)


def _state(card: fsrs.Card) -> Memory:
    if card.stability is None or card.difficulty is None:
        raise TypeError("a reviewed card has a stability and a difficulty")
    return Memory(card.stability, card.difficulty)


def spread_intervals(intervals: list[int]) -> list[int]:
    """Intervals by button, kept apart where rounding or the maximum makes them equal; again is always tomorrow."""
    _, hard, good, easy = intervals
    good = max(good, hard + 1)
    easy = min(max(easy, good + 1), MAXIMUM_INTERVAL)
    good = min(good, easy - 1)
    return [1, min(hard, good - 1), good, easy]
