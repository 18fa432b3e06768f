"""Types for the memory state of a card after a rating. A function ensures that better ratings give longer intervals."""

from typing import NamedTuple

MAXIMUM_INTERVAL = 1826
"""The maximum interval in days: five years."""


class Memory(NamedTuple):
    """The memory state of a card. `stability` is the number of days until the probability of recall falls to 90 %.

    `stability` is at least 0.001. `difficulty` is from 1 to 10.
    """

    stability: float
    difficulty: float


class NextReview(NamedTuple):
    """The memory state of a card after a rating, and the number of days until its next review.

    `interval_days` is from 1 to MAXIMUM_INTERVAL.
    """

    stability: float
    difficulty: float
    interval_days: int


def spread_intervals(intervals: list[int]) -> list[int]:
    """Return the intervals of `again`, `hard`, `good` and `easy`, changed so that a better rating gives a later review.

    `intervals` and the result have the four intervals in this order, in days. The interval of `again` becomes 1, and
    that of `hard` can be 1 too. The interval of `good` becomes longer than that of `hard`, and that of `easy` longer
    than that of `good`. No interval becomes longer than MAXIMUM_INTERVAL.
    """
    _, hard, good, easy = intervals
    good = max(good, hard + 1)
    easy = min(max(easy, good + 1), MAXIMUM_INTERVAL)
    good = min(good, easy - 1)
    return [1, min(hard, good - 1), good, easy]
