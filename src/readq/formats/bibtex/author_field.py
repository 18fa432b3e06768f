"""Parse the author field of a .bib file: `Smith, John and {LIGO Collaboration} and others`.

Follows BibTeX's rules (N. Markey, Tame the BeaST, section 11). Names are separated by `and` outside braces. Words in
lower case, such as `van`, are particles of the family name.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from readq.formats.bibtex.person_names import OTHERS, split
from readq.latex.decode import bibtex_text
from readq.model.values import Author
from readq.text import one_line

_SEPARATOR = re.compile(r"[{}]|\sand(?=\s)", re.IGNORECASE)
_BREAK = re.compile(r"[{}]|,|[\s~]+")
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
        return Author(f"{parts[1]} {parts[0]}", parts[0], parts[1])
    if len(parts) == 3:
        return Author(f"{parts[2]} {parts[0]} {parts[1]}", parts[0], parts[2], parts[1])
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
