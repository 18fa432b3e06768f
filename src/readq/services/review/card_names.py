"""Find cards by their names on the command line: `card:ID`."""

import sqlite3
from collections.abc import Sequence

from readq.store.references import MAX_DIGITS
from readq.store.review.cards import find_cards

_PREFIX = "card:"


def split(references: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return two lists: the references of the form `card:ID`, and all other references.

    A reference such as `card:smith2020` is in the second list, because a citation key may begin with `card:` too.
    """
    names = [one for one in references if number(one) is not None]
    return names, [one for one in references if number(one) is None]


def find(connection: sqlite3.Connection, names: Sequence[str]) -> tuple[list[int], tuple[str, ...]]:
    """Return the ids of the cards with the names `names`, each once, and the names of cards that do not exist."""
    numbers = {name: number(name) for name in names}
    present = find_cards(connection, [one for one in numbers.values() if one is not None])
    missing = tuple(name for name, one in numbers.items() if one not in present)
    return [one for one in dict.fromkeys(numbers.values()) if one in present and one is not None], missing


def number(name: str) -> int | None:
    """Return the card id in a name of the form `card:ID`. Return None if `name` has another form."""
    digits = name.removeprefix(_PREFIX)
    is_number = digits != name and digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS
    return int(digits) if is_number else None
