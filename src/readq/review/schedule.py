"""Define the memory state of a card and its next review, and order the intervals of the four ratings."""

from typing import NamedTuple

MAXIMUM_INTERVAL = 1826
"""Longest interval in days: five years."""


class Memory(NamedTuple):
    """The memory state of a card. `stability` is the number of days until the probability of recall falls to 90 %.

    `stability` is at least 0.001. `difficulty` is from 1 to 10.
    """

    stability: float
    difficulty: float


class NextReview(NamedTuple):
    """The memory state after a rating, and the number of days until the next review.

    `interval_days` is from 1 to MAXIMUM_INTERVAL.
    """

    stability: float
    difficulty: float
    interval_days: int


def spread_intervals(intervals: list[int]) -> list[int]:
    """Change the intervals of `again`, `hard`, `good` and `easy` so that a better rating never gives an earlier review.

    `intervals` has the four intervals in this order, in days, and so has the result. The interval of `again` becomes 1.
    The interval of `good` becomes longer than that of `hard`, and that of `easy` longer than that of `good`. No
    interval becomes longer than MAXIMUM_INTERVAL.
    """
    _, hard, good, easy = intervals
    good = max(good, hard + 1)
    easy = min(max(easy, good + 1), MAXIMUM_INTERVAL)
    good = min(good, easy - 1)
    return [1, min(hard, good - 1), good, easy]
