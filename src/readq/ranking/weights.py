"""Learn from decisions which features speak for a paper and which against it, and score papers (Rocchio's method).

A feature's weight is its mean weight in the liked papers, minus 0.75 of its mean weight in the dropped papers, times
its inverse document frequency to the power of 2.5. Means come from sums of whole numbers, so that a decision that is
taken back leaves no trace in them.
"""

import functools
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from readq.ranking.features import UNIT

Name = TypeVar("Name", bound=Hashable)
"""The type of the names of features: text, or the ids that stand for it in a library."""

ENOUGH = 10
"""The number of liked papers, and of dropped papers, from which on there is a score."""

_DROPPED_SHARE = 0.75
_RARITY = 2.5
_HALVING_DAYS = 730
"""Days after which a decision counts half as much, compared with a new one."""

_FIRST_DAY = date(2024, 1, 1)
_DECISION = 1024
"""The weight of a decision made on _FIRST_DAY. Later ones weigh more."""

_MOST_DOUBLINGS = 24
"""Decisions of 2071 and later all weigh the same. So sums of 100,000 decisions stay within 63 bits."""

_STEEPEST = 6.0


class FeatureSums(NamedTuple):
    """The sums of one feature. `papers` is the number of papers with this feature.

    `liked` and `dropped` are the sums over the decisions of the feature's weight times the weight of the decision.
    """

    papers: int = 0
    liked: int = 0
    dropped: int = 0


class Totals(NamedTuple):
    """Figures of all counted papers. `papers` is their number, `liked` and `dropped` the numbers of decisions.

    `liked_weight` and `dropped_weight` are the sums of the weights of these decisions.
    """

    papers: int = 0
    liked: int = 0
    dropped: int = 0
    liked_weight: int = 0
    dropped_weight: int = 0

    @property
    def speaks(self) -> bool:
        """Whether there are enough decisions of both kinds for a score."""
        return self.liked >= ENOUGH and self.dropped >= ENOUGH


class Calibration(NamedTuple):
    """The map from raw scores to numbers from 0 to 100.

    `centre` is the raw score that becomes 50. `slope` is positive, so that the map is monotone.
    """

    centre: float = 0.0
    slope: float = 1.0

    def number(self, raw: float) -> float:
        """Return the number from 0 to 100 for a raw score."""
        exponent = min(50.0, max(-50.0, self.slope * (self.centre - raw)))
        return 100 / (1 + math.exp(exponent))


@functools.lru_cache(maxsize=4096)
def decision_weight(day: date, *, bulk: bool = False) -> int:
    """Return the weight of a decision made on `day`. Doubles every two years; at least 1.

    With `bulk`, the paper was decided on together with others, and the weight is half as large.
    """
    doublings = min((day - _FIRST_DAY).days / _HALVING_DAYS, _MOST_DOUBLINGS)
    return max(1, round(_DECISION * math.pow(2.0, doublings - bulk)))


def feature_weights(sums: Mapping[Name, FeatureSums], totals: Totals) -> dict[Name, float]:
    """Return the weight of each feature in `sums`. A positive weight speaks for a paper, a negative one against it."""
    liked, dropped = max(totals.liked_weight, 1) * UNIT, max(totals.dropped_weight, 1) * UNIT / _DROPPED_SHARE
    return {
        feature: _rarity(papers, totals.papers) * (own_liked / liked - own_dropped / dropped)
        for feature, (papers, own_liked, own_dropped) in sums.items()
        if own_liked or own_dropped
    }


@functools.lru_cache(maxsize=65_536)
def _rarity(papers: int, of: int) -> float:
    return float(math.log((of + 1) / (papers + 0.5)) ** _RARITY)


def raw_score(features: Mapping[Name, int], weights: Mapping[Name, float]) -> float:
    """Return the sum of the weights of a paper's features, each times its weight in the paper, from 0 to 1."""
    return sum(own * weights.get(feature, 0.0) for feature, own in features.items()) / UNIT


def without(
    own: Mapping[Name, int], verdict: int, sums: Mapping[Name, FeatureSums], totals: Totals
) -> tuple[dict[Name, FeatureSums], Totals]:
    """Return the sums of a paper's features, and the totals, without the decision on this paper.

    `own` are the paper's features. `verdict` is the weight of the decision on it: positive if the paper is liked,
    negative if it is dropped, 0 if it is undecided. A decided paper is scored by these, so that its number does not
    come from the decision on itself.
    """
    liked, dropped = max(verdict, 0), max(-verdict, 0)
    rest = {
        name: FeatureSums(each.papers, each.liked - liked * own[name], each.dropped - dropped * own[name])
        for name in own
        if (each := sums.get(name))
    }
    return rest, totals._replace(
        liked_weight=totals.liked_weight - liked, dropped_weight=totals.dropped_weight - dropped
    )


def fair_score(own: Mapping[Name, int], verdict: int, sums: Mapping[Name, FeatureSums], totals: Totals) -> float:
    """Return the raw score of a paper from the decisions on all other papers.

    The parameters are those of `without`, with which the result can be computed too, in three times the time.
    """
    of_liked, of_dropped = max(verdict, 0), max(-verdict, 0)
    liked = max(totals.liked_weight - of_liked, 1) * UNIT
    dropped = max(totals.dropped_weight - of_dropped, 1) * UNIT / _DROPPED_SHARE
    score = 0.0
    for feature, weight in own.items():
        if each := sums.get(feature):
            papers, own_liked, own_dropped = each
            difference = (own_liked - of_liked * weight) / liked - (own_dropped - of_dropped * weight) / dropped
            score += weight * _rarity(papers, totals.papers) * difference
    return score / UNIT


def calibrate(liked: Sequence[float], dropped: Sequence[float]) -> Calibration:
    """Return the map under which 50 is as near to the liked as to the dropped papers.

    `liked` and `dropped` are raw scores of papers that were decided on. The map takes both for normally distributed
    with one variance, and liking for as frequent as dropping; the number is then the probability of liking in percent.
    """
    if not liked or not dropped:
        return Calibration()
    high, low = sum(liked) / len(liked), sum(dropped) / len(dropped)
    spread = _squares(liked, high) + _squares(dropped, low)
    variance = spread / max(1, len(liked) + len(dropped) - 2)
    distance = max(high - low, 1e-9)
    slope = min(distance / variance, _STEEPEST / distance) if variance else _STEEPEST / distance
    return Calibration((high + low) / 2, slope)


def _squares(values: Iterable[float], mean: float) -> float:
    return sum((value - mean) ** 2 for value in values)
