"""Put some papers of low interest among the first ones, so that the order cannot confirm itself."""

import random
from typing import NamedTuple

_FIRST, _EVERY = 50, 10
"""Of the first fifty papers, one in ten comes from the rest."""


class Pick(NamedTuple):
    """A paper that moves up: `source` is its index by interest, `shown` its index in the list."""

    source: int
    shown: int


def picks(number: int, seed: str) -> list[Pick]:
    """Return which papers of a list of `number` papers move up, in the order of their new places.

    They are chosen at random from those that are not among the first by interest. Equal seeds give equal choices. A
    list of at most fifty papers is seen whole, so nothing moves in it.
    """
    if number <= _FIRST:
        return []
    places = range(_EVERY - 1, _FIRST, _EVERY)
    kept = _FIRST - len(places)
    # The seed is no secret: the choice must stay the same when a list is loaded again.
    chosen = random.Random(seed).sample(range(kept, number), len(places))  # noqa: S311
    return [Pick(source, shown) for source, shown in zip(chosen, places, strict=True)]
