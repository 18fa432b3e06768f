"""Make citation keys unique by appending the suffixes a, b, … z, aa, …"""

from array import array
from collections.abc import Callable, Container
from itertools import count

from readq.text import pattern

_BUCKETS = 4096
_SUFFIX = pattern(r"[a-z]{0,2}")


def unique_key(base: str, taken: Callable[[str], bool] | Container[str]) -> str:
    """Return the first key that is not taken: `base`, `base` with the suffix a, `base` with the suffix b, and so on.

    The suffix aa follows z. `taken` is a collection of the keys in use, case-folded, or a function that returns whether
    a case-folded key is in use.
    """
    is_taken = taken if callable(taken) else taken.__contains__
    return next_key(base, is_taken, 1)[0] if is_taken(base.casefold()) else base


class CompactKeySet:
    """A set of citation keys, case-folded. To save memory, it stores an 8-byte hash in place of each key.

    The test `key in keys` is true by mistake if `key` has the same hash as a different key in the set. In a set of
    300,000 keys, the probability that any two keys have the same hash is about 1 in 400 million.
    """

    def __init__(self) -> None:
        # Made as they are needed: many sets hold the key of a single paper.
        self._buckets: dict[int, array[int]] = {}

    def __contains__(self, key: object) -> bool:
        number = hash(key)
        return number in self._buckets.get(number % _BUCKETS, ())

    def add(self, key: str) -> None:
        """Add `key`, which must be case-folded."""
        number = hash(key)
        self._buckets.setdefault(number % _BUCKETS, array("q")).append(number)


def next_key(base: str, is_taken: Callable[[str], bool], start: int) -> tuple[str, int]:
    """Find the first unused key of a sequence. Return the key and its index in the sequence.

    The sequence is `base` (index 0), `base` with the suffix a (index 1), `base` with the suffix b (index 2), and so on.
    The search begins at the index `start`. `is_taken` returns whether a case-folded key is in use.
    """
    for place in count(start):
        key = base + _letters(place)
        if not is_taken(key.casefold()):
            return key, place
    raise AssertionError("there is no last key")


def has_base(key: str, base: str) -> bool:
    """Return whether `key` is `base`, or `base` with a suffix of one or two letters. Case is ignored."""
    key, base = key.casefold(), base.casefold()
    return key.startswith(base) and _SUFFIX.fullmatch(key, len(base)) is not None


def _letters(number: int) -> str:
    """Return a for 1, z for 26, aa for 27, like the columns of a spreadsheet."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("a") + digit) + letters
    return letters
