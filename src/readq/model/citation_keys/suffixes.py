"""Make citation keys unique by the suffixes a, b, … z, aa, …"""

import re
from array import array
from collections.abc import Callable, Container
from itertools import count

_BUCKETS = 4096
_SUFFIX = re.compile(r"[a-z]{0,2}")


def unique_key(base: str, taken: Callable[[str], bool] | Container[str]) -> str:
    """Return `base` if it is free. Otherwise return `base` with the first free suffix of a, b, … z, aa, …

    `taken` is a collection of the keys in use, case-folded. It may also be a function that returns whether a
    case-folded key is in use.
    """
    return next_key(base, taken if callable(taken) else taken.__contains__, 0)[0]


class CompactKeySet:
    """A set of case-folded citation keys. It keeps a hash of 8 bytes of each key, to save memory.

    In a set of 300,000 keys, two different keys have the same hash with a probability of 1 in 10^8. A key that is not
    in the set then counts as one of the set.
    """

    def __init__(self) -> None:
        self._buckets = tuple(array("q") for _ in range(_BUCKETS))

    def __contains__(self, key: object) -> bool:
        number = hash(key)
        return number in self._buckets[number % _BUCKETS]

    def add(self, key: str) -> None:
        """Add a case-folded key."""
        number = hash(key)
        self._buckets[number % _BUCKETS].append(number)


def next_key(base: str, is_taken: Callable[[str], bool], start: int) -> tuple[str, int]:
    """Return the first free key in a sequence of keys, and the index of that key.

    The sequence is `base` (index 0), and then `base` with the suffix a (index 1), b (index 2), and so on. The search
    begins at the index `start`. `is_taken` returns whether a case-folded key is in use.
    """
    for place in count(start):
        key = base + _letters(place)
        if not is_taken(key.casefold()):
            return key, place
    raise AssertionError("there is no last key")


def has_base(key: str, base: str) -> bool:
    """Return whether `key` is `base`, or `base` with a suffix that `unique_key` adds. Case is ignored."""
    key, base = key.casefold(), base.casefold()
    return key.startswith(base) and _SUFFIX.fullmatch(key, len(base)) is not None


def _letters(number: int) -> str:
    """Return a for 1, z for 26, aa for 27, like the columns of a spreadsheet."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("a") + digit) + letters
    return letters
