"""Split names of authors into family and given names, and format them so that BibTeX splits them the same way.

The parts of a displayed name are ambiguous, as in `Hai Van Pham` or `Federico García Lorca`. So the parts are stored
with the paper, and a person can correct them. BibTeX's rules: N. Markey, Tame the BeaST, section 11.
"""

import re
import unicodedata
from functools import lru_cache

from readq.model.values import Author
from readq.text import one_line

# Lower-case words before a family name belong to it; these do when capitalised, too.
_CAPITALS = frozenset("Van Von De Del Della Den Der Dos Ter Al El St. Vande Vander".split())  # noqa: SIM905
_CONNECTIVES = frozenset(("y", "e", "i"))
_SUFFIXES = re.compile(r"(?:jr|sr|jnr|snr)\.?|ii|iii|iv|2nd|3rd", re.IGNORECASE)
_DEGREES = re.compile(r"(?:ph\.?\s?d|m\.?d|m\.?sc|b\.?sc|ms|ma|frs|esq)\.?", re.IGNORECASE)
_ORGANISATION = frozenset(
    "academy ai alliance association bank center centre cern coalition collaboration collective college committee "  # noqa: SIM905
    "community company consortium contributors corporation council department developers division foundation google "
    "group hospital inc inc. initiative institut institute institution lab laboratories laboratory labs llc ltd ltd. "
    "members microsoft ministry network nvidia office organisation organization partnership platform program programme "
    "project research robotics school science society systems task team technologies the union university working "
    "deepmind openai".split()
)
# The form of most names: two to four capitalised words or initials.
_SIMPLE = re.compile(
    r"((?:[A-Z][a-z]+(?:-[A-Z]?[a-z]+)?|[A-Z]\.?(?:-?[A-Z]\.)?)(?: [A-Z]\.| [A-Z][a-z]+){0,2}) ([A-Z][a-z]{2,})"
)
_CAPITALISED = re.compile(r"[A-Z][A-Za-z.-]*(?: [A-Z][A-Za-z.-]*)*")
_NOT_IN_PERSONS = re.compile(r"[0-9:;&@/|\\{}<>]|https?|\S{40}")
_AND = re.compile(r"\sand(?=\s)", re.IGNORECASE)
OTHERS = frozenset(("others", "et al", "et al.", "and others"))


@lru_cache(maxsize=16_384)
def split(name: str) -> Author:
    """Split a displayed name into its parts.

    `Ludwig van Beethoven` has the family name `van Beethoven` and the given name `Ludwig`. `Smith, Jr., John` has the
    family name `Smith`, the suffix `Jr.` and the given name `John`. Some names are not split: names of organisations,
    single names, names in Chinese, Japanese or Korean characters, and text that does not look like a person's name. For
    these, `family` is the whole text, and `given` is None.
    """
    name = one_line(name)
    if _is_one_piece(name):
        return Author(name, name)
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1:
        return _split_words(name, name.split(" "))
    if _SUFFIXES.fullmatch(parts[-1]) or _DEGREES.fullmatch(parts[-1]):
        suffix = parts.pop() if _SUFFIXES.fullmatch(parts[-1]) else parts.pop() and None
        inner = split(", ".join(parts))
        return inner._replace(name=name, suffix=suffix) if inner.given else Author(name, name)
    if len(parts) == 2 and all(parts):
        return Author(f"{parts[1]} {parts[0]}", parts[0], parts[1])
    if len(parts) == 3 and all(parts) and _SUFFIXES.fullmatch(parts[1]):
        return Author(f"{parts[2]} {parts[0]} {parts[1]}", parts[0], parts[2], parts[1])
    return Author(name, name)


def format_author(author: Author) -> str:
    """Format a name for BibTeX, such as `van Beethoven, Ludwig` or `Smith, Jr., John`.

    The result is not encoded for LaTeX. If `author.family` is None, `author.name` is split first. A name that cannot be
    split is put in braces: `{LIGO Collaboration}`. Return "" for an empty name.
    """
    if author.family is None:
        simple = _SIMPLE.fullmatch(author.name)
        if simple and _ORGANISATION.isdisjoint(author.name.lower().split()) and _CAPITALS.isdisjoint(simple[1].split()):
            return f"{simple[2]}, {simple[1]}"
        author = split(author.name)
    elif author.given and not author.suffix and _CAPITALISED.fullmatch(f"{author.family} {author.given}"):
        return f"{author.family}, {author.given}"
    family = one_line(author.family or "")
    given = one_line(author.given or "")
    if not family or not given:
        return _braced(family or given or one_line(author.name))
    parts = [_family(family), _part(given)]
    if suffix := one_line(author.suffix or ""):
        parts.insert(1, _part(suffix))
    return ", ".join(parts)


def surname(author: Author) -> str:
    """Return the family name without particles at its beginning: `Beethoven` for `Ludwig van Beethoven`.

    Particles are words in lower case, such as `van`. A name that cannot be split is returned whole.
    """
    if author.family is None:
        author = split(author.name)
    if author.given is None:
        return author.family or author.name
    words = (author.family or author.name).split()
    while len(words) > 1 and words[0][:1].islower():
        words.pop(0)
    return " ".join(words)


def _is_one_piece(name: str) -> bool:
    return (
        " " not in name.replace(", ", " ")
        or _NOT_IN_PERSONS.search(name) is not None
        or _is_organisation(name)
        or _AND.search(name) is not None
        or (not name.isascii() and any(_is_ideograph(char) for char in name))
    )


def _is_organisation(name: str) -> bool:
    return not _ORGANISATION.isdisjoint(name.lower().replace(",", " ").replace("-", " ").split())


def _is_ideograph(char: str) -> bool:
    return char >= "\u2e80" and unicodedata.name(char, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA"))


def _split_words(name: str, words: list[str]) -> Author:
    suffix = None
    if len(words) > 2 and _SUFFIXES.fullmatch(words[-1]):
        suffix = words.pop()
    start = len(words) - 1
    while start > 1 and (words[start - 1] in _CAPITALS or _is_in_lower_case(words[start - 1])):
        start -= 1
        if words[start] in _CONNECTIVES and start > 1:
            start -= 1
    # A first word in lower case is a given name: danah boyd, bell hooks.
    return Author(name, " ".join(words[start:]), " ".join(words[:start]) or None, suffix)


def _is_in_lower_case(word: str) -> bool:
    return next((char for char in word if char.isalpha()), "").islower()


def _family(family: str) -> str:
    words = family.split(" ")
    # For BibTeX everything up to the last lower-case word is the particle.
    capital = next((index for index, word in enumerate(words) if not _is_in_lower_case(word)), len(words))
    if any(_is_in_lower_case(word) for word in words[capital:]):
        return " ".join([*words[:capital], _braced(" ".join(words[capital:]))])
    return _part(family)


def _part(text: str) -> str:
    return (
        _braced(text) if "," in text or "{" in text or "}" in text or "[" in text or _AND.search(f" {text} ") else text
    )


def _braced(text: str) -> str:
    """Return `text` in braces. Braces inside, which could end the group, become parentheses."""
    if not text:
        return ""
    return "{" + text.replace("{", "(").replace("}", ")") + "}"
