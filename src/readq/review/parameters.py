"""Parse and check the parameters of the scheduler: the 21 weights of FSRS-6."""

import json
from functools import lru_cache

Weights = tuple[float, ...]

DEFAULT_WEIGHTS: Weights = (
    *(0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796),
    *(1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542),
)
"""The default weights of FSRS-6. In every library, they are the set of parameters with the id 1."""

_BOUNDS = (
    *((0.001, 100.0),) * 4,
    *((1.0, 10.0), (0.001, 4.0), (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8), (0.001, 3.5)),
    *((0.001, 5.0), (0.001, 0.25), (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0)),
    *((0.0, 2.0), (0.0, 2.0), (0.0, 0.8), (0.1, 0.8)),
)
"""The minimum and the maximum valid value of each weight."""


@lru_cache(maxsize=64)
def parse_weights(text: str) -> Weights:
    """Parse a JSON array and return the weights in it. Return DEFAULT_WEIGHTS if `text` is empty.

    Raises ValueError if `text` is not a JSON array of 21 numbers, or if a weight is out of bounds.
    """
    if not text:
        return DEFAULT_WEIGHTS
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("the weights are not a JSON array") from None
    if not isinstance(values, list) or len(values) != len(_BOUNDS):
        raise ValueError(f"the weights are not {len(_BOUNDS)} numbers")
    for place, (value, (least, most)) in enumerate(zip(values, _BOUNDS, strict=True)):
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"weight {place} is not a number")
        if not least <= value <= most:
            raise ValueError(f"weight {place} is not from {least:g} to {most:g}")
    return tuple(map(float, values))


def weights_text(weights: Weights) -> str:
    """Return weights as the text of a JSON array. `parse_weights` returns the same weights for this text."""
    return json.dumps(list(weights), separators=(",", ":"))
