"""Find the links `[[key]]` in a note, and replace the keys in them. Pure functions.

The forms are those of Obsidian: `[[key]]`, `[[@key]]`, `[[key|text]]` and `[[key#heading]]`. In a table, `|` is written
as `\\|`. Links in code are ignored.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_LONGEST_KEY = 200
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_TOKEN = re.compile(
    # Code ends at as many backticks as it began with (CommonMark 0.31, section 6.1).
    r"(?<!`)(`++)(?:.*?)(?<!`)\1(?!`)"
    rf"|\[\[(@?)([^\[\]|#\n]{{1,{_LONGEST_KEY}}}?)(?=(?:\\?[|#][^\[\]\n]*)?\]\])"
)
_OPEN = re.compile(r"\[\[@?([^\[\]|#\n]*)$")


class NoteLink(NamedTuple):
    """A link in a text."""

    start: int
    """The index of the first character of the citation key."""
    end: int
    """The index after the last character of the citation key."""
    key: str
    """The citation key."""


def find_links(text: str) -> Iterator[NoteLink]:
    """Yield the links `[[key]]` in a text, in the order of the text."""
    position, fence = 0, ""
    for line in text.split("\n"):
        delimiter = _FENCE.match(line)
        if delimiter and not fence:
            fence = delimiter[1]
        elif delimiter and delimiter[1].startswith(fence):
            fence = ""
        elif not fence:
            for found in _TOKEN.finditer(line):
                if (key := found[3]) and key.strip():
                    yield NoteLink(position + found.start(3), position + found.end(3), key.strip())
        position += len(line) + 1


def linked_keys(text: str) -> tuple[str, ...]:
    """Return the citation keys in the links of a text, each only once, in the order of the text."""
    return tuple(dict.fromkeys(link.key for link in find_links(text))) if "[[" in text else ()


def with_new_keys(text: str, keys: Mapping[str, str]) -> str:
    """Return `text` with new citation keys in its links. `keys` maps case-folded old keys to new keys."""
    parts, position = [], 0
    for link in find_links(text):
        if (new := keys.get(link.key.casefold())) is not None:
            parts += [text[position : link.start], new]
            position = link.end
    return "".join((*parts, text[position:]))


def open_link(line: str) -> str | None:
    """Return the unfinished citation key after `[[` at the end of `line`. It is "" if the user has typed only `[[`.

    Return None if `line` does not end with an unfinished link.
    """
    found = _OPEN.search(line)
    return found[1] if found else None
