"""Explain a paper's interest, a number from 0 to 100, by the points that each of its words adds or takes away."""

from collections.abc import Mapping
from typing import NamedTuple

from readq.ranking.features import UNIT
from readq.ranking.weights import Calibration, Name
from readq.text import one_line


class Share(NamedTuple):
    """The points that a word adds to a paper's interest. Negative points speak against the paper."""

    word: str
    points: int


class Explanation(NamedTuple):
    """The interest of a paper, and the parts that add up to it."""

    number: int
    """The interest, from 0 to 100. It is the sum of `start`, the points of all `shares`, and `rest`."""
    start: int
    """The interest of a paper without any known word."""
    shares: tuple[Share, ...]
    """The words with the most points for the paper or against it, the largest effect first."""
    rest: int
    """The sum of the points of all other words."""


def reasons(explanation: Explanation) -> str:
    """Return the parts of a paper's interest as text, such as `41 to begin with, +20 diffusion, -3 other words`.

    The parts add up to the interest, a number from 0 to 100.
    """
    parts = [f"{share.points:+} {one_line(share.word)}" for share in explanation.shares]
    rest = [f"{explanation.rest:+} other words"] if explanation.rest else []
    return ", ".join([f"{explanation.start} to begin with", *parts, *rest])


def explain(
    features: Mapping[Name, int],
    weights: Mapping[Name, float],
    calibration: Calibration,
    spellings: Mapping[Name, str],
    most: int = 8,
) -> Explanation:
    """Return the explanation of a paper's interest, a number from 0 to 100. It names at most `most` words.

    `features` has the weight of each word in this paper, and `weights` the weight that was learnt for each word. The
    points of a word are in proportion to the product of its two weights. `calibration` converts the sum of these
    products, the raw score, to interest. `spellings` maps features to the words to display.
    """
    added = {name: own * weights[name] / UNIT for name, own in features.items() if weights.get(name)}
    raw = sum(added.values())
    start, number = round(calibration.number(0.0)), round(calibration.number(raw))
    # The map is monotone, so the factor is not negative, and a word that speaks for the paper has no negative points.
    factor = (calibration.number(raw) - calibration.number(0.0)) / raw if raw else 0.0
    ordered = sorted(added.items(), key=lambda item: (-abs(item[1]), spellings[item[0]]))
    shares = tuple(Share(spellings[name], points) for name, part in ordered[:most] if (points := round(part * factor)))
    return Explanation(number, start, shares, number - start - sum(share.points for share in shares))
