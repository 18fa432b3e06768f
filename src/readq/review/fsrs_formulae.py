"""FSRS-6 for one answer after the other, as replaying a log needs it: the same numbers as `readq.review.fsrs`, faster.

The package works out a card of its own, four buttons and a log entry for each answer; a log of years has hundreds of
thousands. Its weights are used here, and its arithmetic in its order, so that not one bit differs; a test holds the
two together.

The formulae: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
"""

from functools import lru_cache
from math import e

import fsrs

from readq.review.fsrs import MAXIMUM_INTERVAL, Memory, NextReview, spread_intervals

_W = fsrs.Scheduler().parameters
_DECAY = -_W[20]
_FACTOR = 0.9 ** (1 / _DECAY) - 1
_LEAST_STABILITY = 0.001
_EASIEST, _HARDEST = 1.0, 10.0
_AGAIN, _HARD, _GOOD, _EASY = 1, 2, 3, 4

_GROWTH = e ** _W[8]
_SHORT_LAPSE = e ** (_W[17] * _W[18])
_FIRST_DIFFICULTY = tuple(_W[4] - e ** (_W[5] * (rating - 1)) + 1 for rating in range(1, 5))


def next_review(memory: Memory | None, elapsed_days: int, retention: float, rating: int) -> NextReview:
    """What `fsrs.preview` says of `rating` (1 to 4).

    Raises ValueError for another rating, a `retention` that FSRS does not take, and negative `elapsed_days`.
    """
    if not _AGAIN <= rating <= _EASY:
        raise ValueError(f"there is no rating {rating}")
    if elapsed_days < 0:
        raise ValueError(f"{elapsed_days} days cannot have passed")
    stretch = _stretch(retention)
    if memory is None:
        stabilities = tuple(max(weight, _LEAST_STABILITY) for weight in _W[:4])
        difficulty = _within(_FIRST_DIFFICULTY[rating - 1])
    else:
        stabilities = _stabilities(memory, elapsed_days, rating)
        difficulty = _next_difficulty(memory.difficulty, rating)
    if rating == _AGAIN:
        return NextReview(stabilities[0], difficulty, 1)
    intervals = [min(max(round(stability / _FACTOR * stretch), 1), MAXIMUM_INTERVAL) for stability in stabilities]
    return NextReview(stabilities[rating - 1], difficulty, spread_intervals(intervals)[rating - 1])


@lru_cache(maxsize=8)
def _stretch(retention: float) -> float:
    """How the interval grows when recall may fall to `retention`."""
    if not 0.70 <= retention <= 0.99:
        raise ValueError(f"desired retention {retention} is not between 0.70 and 0.99")
    return float(retention ** (1 / _DECAY) - 1)


def _stabilities(memory: Memory, elapsed_days: int, rating: int) -> tuple[float, ...]:
    """By rating. Of `again` only its own is asked; the others' intervals depend on each other, but not on it."""
    stability, difficulty = memory
    if elapsed_days < 1:
        return tuple(_on_the_same_day(stability, button) for button in range(1, 5))
    forgotten = 1 - (1 + _FACTOR * elapsed_days / stability) ** _DECAY
    if rating == _AGAIN:
        lapsed = (
            _W[11] * difficulty ** -_W[12] * ((stability + 1) ** _W[13] - 1) * e ** (forgotten * _W[14])
        )  # fmt: skip
        return (max(min(lapsed, stability / _SHORT_LAPSE), _LEAST_STABILITY),)
    growth = _GROWTH * (11 - difficulty) * stability ** -_W[9] * (e ** (forgotten * _W[10]) - 1)
    return (
        0.0,
        max(stability * (1 + growth * _W[15]), _LEAST_STABILITY),
        max(stability * (1 + growth), _LEAST_STABILITY),
        max(stability * (1 + growth * _W[16]), _LEAST_STABILITY),
    )


def _on_the_same_day(stability: float, rating: int) -> float:
    change = e ** (_W[17] * (rating - 3 + _W[18])) * stability ** -_W[19]
    if rating != _AGAIN:
        change = max(change, 1.0)
    return float(max(stability * change, _LEAST_STABILITY))


def _next_difficulty(difficulty: float, rating: int) -> float:
    damped = difficulty + (_HARDEST - difficulty) * -(_W[6] * (rating - 3)) / 9.0
    return _within(_W[7] * _FIRST_DIFFICULTY[_EASY - 1] + (1 - _W[7]) * damped)


def _within(difficulty: float) -> float:
    return min(max(difficulty, _EASIEST), _HARDEST)
