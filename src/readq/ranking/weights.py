"""Learn from decisions which features speak for a paper and which against it, and score papers (Rocchio's method).

A feature's weight is the product of three factors:

- its mean weight in the liked papers, minus 0.75 of its mean weight in the dropped papers;
- the difference of the two means, without its sign, divided by the square root of the mean in all decided papers. This
  factor is small for a difference that may be due to chance. So a few wrong decisions cost little;
- the square of its inverse document frequency.

The means are computed from sums of integers. So a decision that the user takes back is subtracted from the sums without
a rounding error.
"""

import functools
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from math import sqrt
from typing import NamedTuple, TypeVar

from readq.ranking.features import UNIT

Name = TypeVar("Name", bound=Hashable)
"""The type that identifies a feature: the feature's text, or the id of this text in the library."""

ENOUGH = 10
"""Papers get scores only if the user has liked at least this number of papers, and dropped at least this number."""

_DROPPED_SHARE = 0.75
_RARITY = 2
_HALVING_DAYS = 730
"""The number of days after which a decision has half the weight of a new decision."""

_FIRST_DAY = date(2024, 1, 1)
_DECISION = 1024
"""The weight of a decision made on _FIRST_DAY. Later decisions have larger weights."""

_MOST_DOUBLINGS = 24
"""The maximum number of times that the weight of a decision doubles after _FIRST_DAY.

So decisions of 2071 and later all have the same weight, and the sums of 100,000 decisions stay within 63 bits.
"""

_STEEPEST = 6.0


class FeatureSums(NamedTuple):
    """Sums over all papers that have one feature, such as a word. Feature weights are computed from them."""

    papers: int = 0
    """The number of papers with the feature, decided or not."""
    liked: int = 0
    """A sum over the liked papers: the feature's weight in the paper, times the weight of the decision."""
    dropped: int = 0
    """A sum over the dropped papers: the feature's weight in the paper, times the weight of the decision."""


class Totals(NamedTuple):
    """Totals over the papers from which the FeatureSums are computed."""

    papers: int = 0
    """The number of papers, decided or not."""
    liked: int = 0
    """The number of liked papers."""
    dropped: int = 0
    """The number of dropped papers."""
    liked_weight: int = 0
    """The sum of the weights of the decisions on liked papers."""
    dropped_weight: int = 0
    """The sum of the weights of the decisions on dropped papers."""

    @property
    def speaks(self) -> bool:
        """Whether there are enough liked papers and enough dropped papers for scores (ENOUGH of each)."""
        return self.liked >= ENOUGH and self.dropped >= ENOUGH


class Calibration(NamedTuple):
    """The conversion of raw scores to interest, a number from 0 to 100.

    `centre` is the raw score that becomes 50. `slope` is positive, so a higher raw score gives a higher number.
    """

    centre: float = 0.0
    slope: float = 1.0

    def number(self, raw: float) -> float:
        """Return the interest, from 0 to 100, for a raw score."""
        exponent = min(50.0, max(-50.0, self.slope * (self.centre - raw)))
        return 100 / (1 + math.exp(exponent))


@functools.lru_cache(maxsize=4096)
def decision_weight(day: date, *, bulk: bool = False) -> int:
    """Return the weight of a decision made on `day`, at least 1. A decision two years later has twice the weight.

    If `bulk` is true, the user decided on several papers at once, and the weight is half as large.
    """
    doublings = min((day - _FIRST_DAY).days / _HALVING_DAYS, _MOST_DOUBLINGS)
    return max(1, round(_DECISION * math.pow(2.0, doublings - bulk)))


def feature_weights(sums: Mapping[Name, FeatureSums], totals: Totals) -> dict[Name, float]:
    """Return the weight of each feature in `sums`. A positive weight speaks for a paper, a negative one against it."""
    liked, dropped = max(totals.liked_weight, 1) * UNIT, max(totals.dropped_weight, 1) * UNIT
    return {
        feature: _weight(_rarity(papers, totals.papers), own_liked, liked, own_dropped, dropped)
        for feature, (papers, own_liked, own_dropped) in sums.items()
        if own_liked or own_dropped
    }


def _weight(rarity: float, liked: int, of_liked: int, dropped: int, of_dropped: int) -> float:
    """Return the weight of a feature with the sums `liked` and `dropped`, which are not both 0.

    `of_liked` and `of_dropped` are the largest values that the sums can have.
    """
    in_liked, in_dropped = liked / of_liked, dropped / of_dropped
    in_all = (liked + dropped) / (of_liked + of_dropped)
    return rarity * (in_liked - _DROPPED_SHARE * in_dropped) * abs(in_liked - in_dropped) / sqrt(in_all)


@functools.lru_cache(maxsize=65_536)
def _rarity(papers: int, of: int) -> float:
    return math.log((of + 1) / (papers + 0.5)) ** _RARITY


def raw_score(features: Mapping[Name, int], weights: Mapping[Name, float]) -> float:
    """Return the raw score of a paper, which is positive for a paper that the user probably likes.

    The score is a sum over the features of the paper: the weight in `weights`, times the weight in `features` divided
    by UNIT.
    """
    return sum(own * weights.get(feature, 0.0) for feature, own in features.items()) / UNIT


def without(
    own: Mapping[Name, int], verdict: int, sums: Mapping[Name, FeatureSums], totals: Totals
) -> tuple[dict[Name, FeatureSums], Totals]:
    """Return the sums of a paper's features, and the totals, without the decision on this paper.

    The score of a decided paper is computed from these sums, so that the decision on a paper has no influence on the
    paper's own score. Only sums of weights change. The numbers of papers stay the same.

    `own` maps the paper's features to their weights. `verdict` is the weight of the decision on the paper: positive if
    it is liked, negative if it is dropped, 0 if it is undecided.
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
    """Return the raw score of a paper, computed from the decisions on all other papers.

    The parameters are the same as those of `without`. This function is three times as fast as calls of `without`,
    `feature_weights` and `raw_score`, with an equal result.
    """
    of_liked, of_dropped = max(verdict, 0), max(-verdict, 0)
    liked = max(totals.liked_weight - of_liked, 1) * UNIT
    dropped = max(totals.dropped_weight - of_dropped, 1) * UNIT
    both, score = liked + dropped, 0.0
    for feature, weight in own.items():
        if each := sums.get(feature):
            papers, own_liked, own_dropped = each
            own_liked -= of_liked * weight
            own_dropped -= of_dropped * weight
            if own_liked or own_dropped:
                # The calculation of `_weight`, without a call for each feature.
                in_liked, in_dropped = own_liked / liked, own_dropped / dropped
                difference = (in_liked - _DROPPED_SHARE * in_dropped) * abs(in_liked - in_dropped)
                score += weight * _rarity(papers, totals.papers) * difference / sqrt(own_liked + own_dropped)
    return score * sqrt(both) / UNIT


def calibrate(liked: Sequence[float], dropped: Sequence[float]) -> Calibration:
    """Return the map from raw scores to interest, given the raw scores of liked papers and of dropped papers.

    The midpoint between the mean scores of the two groups becomes 50. The interest of a paper estimates the
    probability, in percent, that the user likes it. The estimate assumes that both groups of scores are normally
    distributed with the same variance, and that liking is as frequent as dropping.
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
