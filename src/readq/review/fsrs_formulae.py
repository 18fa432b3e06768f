"""Compute FSRS-6 for one rating at a time, fast enough to replay years of answers.

For each answer, the `fsrs` package computes all four ratings and creates a card and a log entry. That takes too long
for hundreds of thousands of answers. This module uses the weights of the package and its order of operations. So its
results are equal to the results of `readq.review.fsrs` to the last bit. A test verifies this.

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
    """Return the next review of a card that is rated `rating`, from 1 (again) to 4 (easy).

    The other parameters and the result are the same as those of `fsrs.preview`. Raises ValueError if `rating` is not 1
    to 4. Raises ValueError if `retention` is not from 0.70 to 0.99, or if `elapsed_days` is negative.
    """
    if not _AGAIN <= rating <= _EASY:
        raise ValueError(f"there is no rating {rating}")
    if elapsed_days < 0:
        raise ValueError(f"{elapsed_days} days cannot have passed")
    factor = _interval_factor(retention)
    if memory is None:
        stabilities = tuple(max(weight, _LEAST_STABILITY) for weight in _W[:4])
        difficulty = _clamp_difficulty(_FIRST_DIFFICULTY[rating - 1])
    else:
        stabilities = _stabilities(memory, elapsed_days, rating)
        difficulty = _next_difficulty(memory.difficulty, rating)
    if rating == _AGAIN:
        return NextReview(stabilities[0], difficulty, 1)
    intervals = [min(max(round(stability / _FACTOR * factor), 1), MAXIMUM_INTERVAL) for stability in stabilities]
    return NextReview(stabilities[rating - 1], difficulty, spread_intervals(intervals)[rating - 1])


@lru_cache(maxsize=8)
def _interval_factor(retention: float) -> float:
    """Return the factor of the interval for a desired retention, before division by _FACTOR."""
    if not 0.70 <= retention <= 0.99:
        raise ValueError(f"desired retention {retention} is not between 0.70 and 0.99")
    return float(retention ** (1 / _DECAY) - 1)


def _stabilities(memory: Memory, elapsed_days: int, rating: int) -> tuple[float, ...]:
    """Return the stabilities by rating. For `again` only its own, because its interval depends on no other."""
    stability, difficulty = memory
    if elapsed_days < 1:
        return tuple(_same_day_stability(stability, button) for button in range(1, 5))
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


def _same_day_stability(stability: float, rating: int) -> float:
    change = e ** (_W[17] * (rating - 3 + _W[18])) * stability ** -_W[19]
    if rating != _AGAIN:
        change = max(change, 1.0)
    return float(max(stability * change, _LEAST_STABILITY))


def _next_difficulty(difficulty: float, rating: int) -> float:
    damped = difficulty + (_HARDEST - difficulty) * -(_W[6] * (rating - 3)) / 9.0
    return _clamp_difficulty(_W[7] * _FIRST_DIFFICULTY[_EASY - 1] + (1 - _W[7]) * damped)


def _clamp_difficulty(difficulty: float) -> float:
    return min(max(difficulty, _EASIEST), _HARDEST)
