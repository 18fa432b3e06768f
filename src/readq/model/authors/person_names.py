"""Split the displayed names of authors into family and given names.

The parts of a displayed name are ambiguous, as in `Hai Van Pham` or `Federico García Lorca`. So the parts are stored
with the paper, and a person can correct them.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from readq.model.authors.group_names import NEVER_FAMILY, is_group
from readq.model.values import Author
from readq.text import one_line, pattern

CAPITAL_PARTICLES = frozenset("Van Von De Del Della Den Der Dos Ter Al El St. Vande Vander".split())  # noqa: SIM905
"""Capitalised words, such as `Van`, that become a part of the family name that follows them.

A word in lower case before a family name, such as `von`, is always a part of the name. So the set has no such words.
"""

_LOWER_PARTICLES = frozenset(
    "von van vom zu zur der den de del della di du des dos da ibn bin bint al el le la ter ten".split()  # noqa: SIM905
)
_CONNECTIVES = frozenset(("y", "e", "i"))
_SUFFIXES = pattern(r"(?:jr|sr|jnr|snr)\.?|ii|iii|iv|2nd|3rd", re.IGNORECASE)
_DEGREES = pattern(r"(?:ph\.?\s?d|m\.?d|m\.?sc|b\.?sc|ms|ma|frs|esq)\.?", re.IGNORECASE)
_NOT_IN_PERSONS = pattern(r"[0-9:;&@/|\\{}<>]|https?|\S{40}")
_AND = pattern(r"\sand(?=\s)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def split(name: str) -> Author:
    """Split a displayed name into its parts.

    `Ludwig van Beethoven` has the family name `van Beethoven` and the given name `Ludwig`. `Smith, Jr., John` has the
    family name `Smith`, the suffix `Jr.` and the given name `John`.

    Names of organisations, single names such as `Madonna` and `von Neumann`, names in Chinese, Japanese or Korean
    characters, and texts that do not look like names are not split. The result then has the whole text as `family`, and
    None as `given`.
    """
    name = one_line(name)
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and parts[1] and parts[0].lower() in NEVER_FAMILY:
        return author_of(*parts)
    if _is_one_piece(name):
        return Author(name, name)
    if len(parts) == 1:
        return _split_words(name, name.split(" "))
    if _SUFFIXES.fullmatch(parts[-1]) or _DEGREES.fullmatch(parts[-1]):
        suffix = parts.pop() if _SUFFIXES.fullmatch(parts[-1]) else parts.pop() and None
        inner = split(", ".join(parts))
        return inner._replace(name=name, suffix=suffix) if inner.given else Author(name, name)
    if len(parts) == 2 and all(parts):
        return author_of(parts[0], parts[1])
    if len(parts) == 3 and all(parts) and _SUFFIXES.fullmatch(parts[1]):
        return Author(f"{parts[2]} {parts[0]} {parts[1]}", parts[0], parts[2], parts[1])
    return Author(name, name)


def suffix_or_degree(text: str) -> tuple[str | None] | None:
    """Parse what may stand at the end of a name: a suffix such as `Jr.`, or a degree such as `PhD`.

    The result has one element: the suffix, or None for a degree. Return None for other text.
    """
    if _SUFFIXES.fullmatch(text):
        return (text,)
    return (None,) if _DEGREES.fullmatch(text) else None


def author_of(family: str, given: str, suffix: str | None = None) -> Author:
    """Return the author with the given parts of a name.

    The displayed name is `given`, `family` and `suffix` in this order. If `family` is a word of NEVER_FAMILY, such as
    `Team`, the author is a group. The whole displayed name then becomes the `family` of the result, and its `given` is
    None.
    """
    name = " ".join(filter(None, (given, family, suffix)))
    if family.lower() in NEVER_FAMILY:
        return Author(name, name)
    return Author(name, family, given, suffix or None)


def surname(author: Author) -> str:
    """Return the family name without particles at its beginning: `Beethoven` for `Ludwig van Beethoven`.

    Particles are words in lower case, such as `van`. They are also removed from a family name without a given name:
    `Neumann` for `von Neumann`. Any other name that cannot be split is returned whole.
    """
    if author.family is None:
        author = split(author.name)
    words = (author.family or author.name).split()
    if author.given is None:
        return words[-1] if _is_family_name(words) else author.family or author.name
    particles = takewhile(lambda word: word[:1].islower(), words[:-1])
    return " ".join(words[sum(1 for _ in particles) :])


def _is_one_piece(name: str) -> bool:
    return (
        " " not in name.replace(", ", " ")
        or _NOT_IN_PERSONS.search(name) is not None
        or is_group(name)
        or _AND.search(name) is not None
        or (not name.isascii() and any(_is_ideograph(char) for char in name))
    )


def _is_ideograph(char: str) -> bool:
    return char >= "\u2e80" and unicodedata.name(char, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))


def _split_words(name: str, words: list[str]) -> Author:
    suffix = None
    if len(words) > 2 and _SUFFIXES.fullmatch(words[-1]):
        suffix = words.pop()
    if _is_family_name(words):
        return Author(name, name, None, suffix)
    start = len(words) - 1
    while start > 1 and (words[start - 1] in CAPITAL_PARTICLES or is_in_lower_case(words[start - 1])):
        start -= 1
        if words[start] in _CONNECTIVES and start > 1:
            start -= 1
    # A first word in lower case is a given name: danah boyd, bell hooks.
    return Author(name, " ".join(words[start:]), " ".join(words[:start]) or None, suffix)


def _is_family_name(words: Sequence[str]) -> bool:
    """Return whether the words of a name are particles and a family name, without a given name: `von Neumann`."""
    return len(words) > 1 and _LOWER_PARTICLES.issuperset(words[:-1]) and words[-1][:1].isupper()


def is_in_lower_case(word: str) -> bool:
    """Return whether the first letter of `word` is in lower case."""
    return next((char for char in word if char.isalpha()), "").islower()
