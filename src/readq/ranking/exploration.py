"""Put some papers of low interest among the first ones, so that the order cannot confirm itself."""

import random
from typing import NamedTuple

_FIRST, _EVERY = 50, 10
"""One in ten of the first fifty papers of a list is picked from the papers after them."""


class Pick(NamedTuple):
    """A paper that moves up. `source` is its index in the order of interest, `shown` its index in the final list."""

    source: int
    shown: int


def picks(number: int, seed: str) -> list[Pick]:
    """Return which papers of a list of `number` papers move up, ordered by their indexes in the final list.

    The papers are chosen at random among those that interest alone does not put among the first fifty. Equal seeds give
    equal choices. Return an empty list if `number` is at most fifty, because the reader sees all of a short list.
    """
    if number <= _FIRST:
        return []
    places = range(_EVERY - 1, _FIRST, _EVERY)
    kept = _FIRST - len(places)
    # The seed is no secret: the choice must stay the same when a list is loaded again.
    chosen = random.Random(seed).sample(range(kept, number), len(places))  # noqa: S311
    return [Pick(source, shown) for source, shown in zip(chosen, places, strict=True)]
