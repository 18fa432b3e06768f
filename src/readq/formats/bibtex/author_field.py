"""Parse and format names in the author field of a .bib file: `Smith, John and {LIGO Collaboration} and others`.

Follows BibTeX's rules (N. Markey, Tame the BeaST, section 11). Names are separated by `and` outside braces. Words in
lower case, such as `van`, are particles of the family name.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from readq.latex.decode import bibtex_text
from readq.model.authors.group_names import is_group
from readq.model.authors.person_names import CAPITAL_PARTICLES, author_of, is_in_lower_case, split
from readq.model.values import Author
from readq.text import one_line

_SEPARATOR = re.compile(r"[{}]|\sand(?=\s)", re.IGNORECASE)
_BREAK = re.compile(r"[{}]|,|[\s~]+")
# The form of most names: two to four capitalised words or initials.
_SIMPLE = re.compile(
    r"((?:[A-Z][a-z]+(?:-[A-Z]?[a-z]+)?|[A-Z]\.?(?:-?[A-Z]\.)?)(?: [A-Z]\.| [A-Z][a-z]+){0,2}) ([A-Z][a-z]{2,})"
)
_CAPITALISED = re.compile(r"[A-Z][A-Za-z.-]*(?: [A-Z][A-Za-z.-]*)*")
OTHERS = frozenset(("others", "et al", "et al.", "and others"))
_AND = re.compile(r"\sand(?=\s)", re.IGNORECASE)
_WHOLE = re.compile(r"\{[^{}]*\}|\{(?!\\)(?:[^{}]|\{[^{}]*\})*\}")


def names(field: str) -> list[str]:
    """Split an author field into names, without changing the names.

    If two separators follow each other, the name between is empty.
    """
    found: list[str] = []
    depth = start = 0
    for mark in _SEPARATOR.finditer(field):
        if mark[0] in "{}":
            depth += 1 if mark[0] == "{" else -1
        elif depth == 0:
            found.append(field[start : mark.start()].strip())
            start = mark.end()
    return [*found, field[start:].strip()]


def is_well_formed(field: str) -> bool:
    """Return whether BibTeX can parse every name in an author field.

    A name is malformed if it is empty, has more than two commas, or has an empty part between commas.
    """
    return all(name and len(parts := _parts(name)) <= 3 and all(parts) for name in names(field))


def authors(field: str) -> tuple[Author, ...]:
    """Parse an author field into authors, with names in Unicode. `and others` is left out."""
    read = (_author(name) for name in names(field) if name and name.casefold() not in OTHERS)
    return tuple(author for author in read if author.name)


def format_author(author: Author) -> str:
    """Format a name for BibTeX, such as `van Beethoven, Ludwig` or `Smith, Jr., John`.

    The result is not encoded for LaTeX. If `author.family` is None, `author.name` is split first. A name that cannot be
    split is put in braces: `{LIGO Collaboration}`. Return "" for an empty name.
    """
    if author.family is None:
        simple = _SIMPLE.fullmatch(author.name)
        if simple and not is_group(author.name) and CAPITAL_PARTICLES.isdisjoint(simple[1].split()):
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


# The authors of a bibliography recur in it.
@lru_cache(maxsize=16_384)
def _author(name: str) -> Author:
    if "{" in name and _WHOLE.fullmatch(name):
        whole = _decode(name)
        return Author(whole, whole)
    parts = [_decode(part) for part in _parts(name)]
    if len(parts) in (2, 3) and not all(parts):
        parts = [part for part in parts if part]
    if len(parts) == 2:
        return author_of(parts[0], parts[1])
    if len(parts) == 3:
        return author_of(parts[0], parts[2], parts[1])
    if len(parts) == 1 and "{" in name:
        return _from_words(_words(name))
    # No comma: split the name as it is displayed. Too many commas: keep it whole.
    return split(_decode(name)) if len(parts) <= 1 else Author(_decode(name))


def _from_words(words: Sequence[str]) -> Author:
    """Return the author of `First von Last`. Braces make one word of what they enclose."""
    decoded = [word for word in map(_decode, words) if word]
    name = " ".join(decoded)
    if len(decoded) < 2:
        return Author(name, name)
    start = next((i for i, word in enumerate(decoded[1:-1], 1) if word[:1].islower()), len(decoded) - 1)
    return Author(name, " ".join(decoded[start:]), " ".join(decoded[:start]))


def _parts(name: str) -> list[str]:
    if "{" not in name and "}" not in name:
        return [part.strip() for part in name.split(",")]
    return _split_at(name, lambda mark: mark == ",")


def _words(name: str) -> list[str]:
    return _split_at(name, lambda mark: mark[0].isspace() or mark[0] == "~")


def _split_at(name: str, is_break: Callable[[str], bool]) -> list[str]:
    found: list[str] = []
    depth = start = 0
    for mark in _BREAK.finditer(name):
        if mark[0] in "{}":
            depth += 1 if mark[0] == "{" else -1
        elif depth == 0 and is_break(mark[0]):
            found.append(name[start : mark.start()].strip())
            start = mark.end()
    return [*found, name[start:].strip()]


def _decode(text: str) -> str:
    return one_line(bibtex_text(text))


def _family(family: str) -> str:
    words = family.split(" ")
    # For BibTeX everything up to the last lower-case word is the particle.
    capital = next((index for index, word in enumerate(words) if not is_in_lower_case(word)), len(words))
    if any(is_in_lower_case(word) for word in words[capital:]):
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
