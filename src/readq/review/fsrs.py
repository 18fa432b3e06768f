"""Schedule reviews by FSRS-6 in whole days, with the `fsrs` package.

The `fsrs` package is slow to import. So other modules import this module only inside functions that rate or preview.
The package counts periods of 24 hours: a review at 21:00 and a review at 20:59 of the next day would count as 0 days
apart. So readq passes a midnight in UTC for each local day. The package's learning steps and random fuzz are off.

The algorithm: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import fsrs

from readq.model.values import Rating
from readq.review.parameters import DEFAULT_WEIGHTS
from readq.review.schedule import MAXIMUM_INTERVAL, Memory, NextReview, spread_intervals

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def preview(memory: Memory | None, elapsed_days: int, retention: float) -> dict[Rating, NextReview]:
    """Return a mapping from each of the four ratings to the next review that it would give.

    `memory` is the memory state after the last rating, or None if the card was never rated. `elapsed_days` is the
    number of days since the last rating. `retention` is the desired probability of recall at the next review. The
    interval of `again` is 1 day. The intervals of `hard`, `good` and `easy` increase in this order. Raises ValueError
    if `retention` is not from 0.70 to 0.99, or if `elapsed_days` is negative.
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
        parameters=DEFAULT_WEIGHTS,
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAXIMUM_INTERVAL,
        enable_fuzzing=False,
    )


def _card(memory: Memory | None) -> fsrs.Card:
    # Without a card id the package sleeps for a millisecond to create one.
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
