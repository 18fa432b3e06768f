"""Compute the result of FSRS-6 for one rating of a card, fast enough to replay years of answers.

For each answer, the `fsrs` package computes the results of all four ratings and creates a card and a log entry. That
takes too long for hundreds of thousands of answers. This module uses the weights of the package and its order of
operations. So its results are equal to those of `readq.review.fsrs` to the last bit. A test verifies this.

The formulae: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
"""

from functools import lru_cache
from math import e

from readq.review.parameters import DEFAULT_WEIGHTS, Weights
from readq.review.schedule import MAXIMUM_INTERVAL, Memory, NextReview, spread_intervals

_LEAST_STABILITY = 0.001
_EASIEST, _HARDEST = 1.0, 10.0
_AGAIN, _GOOD = 1, 3


def next_review(
    memory: Memory | None, elapsed_days: int, retention: float, rating: int, weights: Weights = DEFAULT_WEIGHTS
) -> NextReview:
    """Return the next review of a card that is rated `rating`, from 1 (again) to 4 (easy).

    `memory` is the memory state after the last rating, or None if the card was never rated. `elapsed_days` is the
    number of days since the last rating. `retention` is the desired probability of recall at the next review. `weights`
    are valid parameters of FSRS-6 (see `readq.review.parameters`). The result is that of `fsrs.preview` for this
    rating. Raises ValueError if `rating` is not 1 to 4, if `retention` is not from 0.70 to 0.99, or if `elapsed_days`
    is negative.
    """
    if not _AGAIN <= rating <= 4:
        raise ValueError(f"there is no rating {rating}")
    if elapsed_days < 0:
        raise ValueError(f"{elapsed_days} days cannot have passed")
    return _formulae(weights).next_review(memory, elapsed_days, retention, rating)


def recall_probability(stability: float, elapsed_days: int, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """Return the probability, from 0 to 1, that a card is recalled `elapsed_days` days after its last answer.

    `stability` is the stability of the card after that answer, in days.
    """
    return _formulae(weights).recall_probability(stability, elapsed_days)


class _Formulae:
    """The formulae for one set of weights. The terms that depend only on the weights are computed once."""

    def __init__(self, weights: Weights) -> None:
        self._w = w = weights
        self._decay = -w[20]
        self._factor = 0.9 ** (1 / self._decay) - 1
        self._growth = e ** w[8]
        self._short_lapse = e ** (w[17] * w[18])
        self._first_difficulty = tuple(w[4] - e ** (w[5] * (rating - 1)) + 1 for rating in range(1, 5))
        self._first_stability = tuple(max(weight, _LEAST_STABILITY) for weight in w[:4])
        self._interval_factors: dict[float, float] = {}

    def next_review(self, memory: Memory | None, elapsed_days: int, retention: float, rating: int) -> NextReview:
        factor = self._interval_factors.get(retention) or self._interval_factor(retention)
        if memory is None:
            stabilities = self._first_stability
            difficulty = _clamp_difficulty(self._first_difficulty[rating - 1])
        else:
            stabilities = self._stabilities(memory, elapsed_days, rating)
            difficulty = self._next_difficulty(memory.difficulty, rating)
        if rating == _AGAIN:
            return NextReview(stabilities[0], difficulty, 1)
        intervals = [min(max(round(one / self._factor * factor), 1), MAXIMUM_INTERVAL) for one in stabilities]
        return NextReview(stabilities[rating - 1], difficulty, spread_intervals(intervals)[rating - 1])

    def recall_probability(self, stability: float, elapsed_days: int) -> float:
        return float((1 + self._factor * elapsed_days / stability) ** self._decay)

    def _interval_factor(self, retention: float) -> float:
        """Return the part of the interval's factor that depends on the desired retention.

        The caller divides it by the factor of the weights.
        """
        if not 0.70 <= retention <= 0.99:
            raise ValueError(f"desired retention {retention} is not between 0.70 and 0.99")
        return self._interval_factors.setdefault(retention, retention ** (1 / self._decay) - 1)

    def _stabilities(self, memory: Memory, elapsed_days: int, rating: int) -> tuple[float, ...]:
        """Return the stability after each of the ratings.

        If `rating` is `again`, return only that after `again`, because the interval then depends on no other.
        """
        stability, difficulty = memory
        if elapsed_days < 1:
            return tuple(self._same_day_stability(stability, button) for button in range(1, 5))
        w = self._w
        forgotten = 1 - self.recall_probability(stability, elapsed_days)
        if rating == _AGAIN:
            lapsed = (
                w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * e ** (forgotten * w[14])
            )  # fmt: skip
            return (max(min(lapsed, stability / self._short_lapse), _LEAST_STABILITY),)
        growth = self._growth * (11 - difficulty) * stability ** -w[9] * (e ** (forgotten * w[10]) - 1)
        return (
            0.0,
            max(stability * (1 + growth * w[15]), _LEAST_STABILITY),
            max(stability * (1 + growth), _LEAST_STABILITY),
            max(stability * (1 + growth * w[16]), _LEAST_STABILITY),
        )

    def _same_day_stability(self, stability: float, rating: int) -> float:
        w = self._w
        change = e ** (w[17] * (rating - _GOOD + w[18])) * stability ** -w[19]
        if rating != _AGAIN:
            change = max(change, 1.0)
        return float(max(stability * change, _LEAST_STABILITY))

    def _next_difficulty(self, difficulty: float, rating: int) -> float:
        w = self._w
        damped = difficulty + (_HARDEST - difficulty) * -(w[6] * (rating - _GOOD)) / 9.0
        return _clamp_difficulty(w[7] * self._first_difficulty[3] + (1 - w[7]) * damped)


_formulae = lru_cache(maxsize=8)(_Formulae)


def _clamp_difficulty(difficulty: float) -> float:
    return min(max(difficulty, _EASIEST), _HARDEST)
