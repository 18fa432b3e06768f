"""Move some papers of low interest to the start of a list, so that the ranking also learns about such papers."""

import random
from typing import NamedTuple

_FIRST, _EVERY = 50, 10
"""The number of places that count as the start of a list, and the distance between two picks.

Of the first fifty places, every tenth has a paper that is picked at random from the papers further down.
"""


class Pick(NamedTuple):
    """A paper that moves up. `source` is its index in the order of interest, `shown` its index in the final list."""

    source: int
    shown: int


def picks(number: int, seed: str) -> list[Pick]:
    """Return the papers that move up in a list of `number` papers, ordered by their indexes in the final list.

    The papers are chosen at random from those whose interest does not put them among the first fifty. Equal seeds give
    equal choices. Return an empty list if `number` is at most fifty, because the user sees all of a short list.
    """
    if number <= _FIRST:
        return []
    places = range(_EVERY - 1, _FIRST, _EVERY)
    kept = _FIRST - len(places)
    # The seed is no secret: the choice must stay the same when a list is loaded again.
    chosen = random.Random(seed).sample(range(kept, number), len(places))  # noqa: S311
    return [Pick(source, shown) for source, shown in zip(chosen, places, strict=True)]
