"""Find the entries, macros, preambles and comments in the bytes of a .bib file, with their exact positions.

The libraries bibtexparser and pybtex do not return positions, so they cannot be used to replace single entries. The
rules are those of BibTeX (its program text, sections 220 to 246): a brace counts even after a backslash, and a quote
ends a value only outside braces. There is one exception, as in biber and JabRef: an entry on a line that begins with
`%` is a comment.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readq.text import pattern

ENTRY = "entry"
BROKEN = "broken"

_START = pattern(rb"@[ \t\r\n]*([A-Za-z][\w:.+-]*)[ \t\r\n]*([{(])")
# The form in which readq writes entries. A pattern recognises it many times faster than a search for each brace.
# One blank before the rest of a line: with `+` the blanks could be divided in many ways, and all would be tried.
_PLAIN = pattern(rb"@[a-z]+\{[^\s,{}()\"]+,\r?\n(?:[ \t][^\n]*\n)*\}")
_MARK = pattern(rb"[{}()\"]")
_ROUND = pattern(rb"@[ \t\r\n]*[A-Za-z][\w:.+-]*[ \t\r\n]*\(")
_HEAD = pattern(rb"@[ \t]*[a-z]+[ \t]*[{(]\s*")
_KEY = pattern(rb"[ \t\r\n]*([^,\s}]*)")
_NEXT = pattern(rb"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]\s*[^\s,{}()\"=]+\s*,", re.MULTILINE)
_MARKS = (b"<<<<<<< ", b">>>>>>> ", b"||||||| ")
_CONFLICT = pattern(rb"^(?:" + b"|".join(map(re.escape, _MARKS)) + rb")", re.MULTILINE)
_MOST_BROKEN = 100
"""The maximum number of blocks without a closing brace.

Once so many have been found in a file, the rest of it is not read. The last of these blocks is taken to extend to the
end of the file.
"""

_FEW = 8
"""The maximum number of entries that are searched for one by one. For more entries, reading all blocks is as fast."""


class Block(NamedTuple):
    """A block of a .bib file, such as an entry. It begins at the `@` and ends with the closing brace."""

    kind: str
    """The kind of the block: ENTRY, `string`, `preamble` or `comment`, or BROKEN for a block that has no end."""
    key: str
    """The citation key of an entry, or ""."""
    start: int
    """The index of the first byte of the block."""
    end: int
    """The index after the last byte of the block."""
    is_commented: bool = False
    """Whether the block is on a line that begins with `%`."""


def blocks(data: bytes) -> list[Block]:
    """Return the blocks of a .bib file, in the order of the file. Raises nothing."""
    return list(_blocks(data))


def entries(data: bytes, keys: Sequence[str]) -> list[Block | None]:
    """Return, for each of `keys`, the entry with this citation key or None. Case does not matter.

    The result is None in three cases: there is no such entry, there are several entries with the key, or it is
    uncertain whether the entry is a part of another block. If there are few `keys`, each of them is searched for
    without reading all blocks. This is faster, but more often uncertain.
    """
    if len(keys) > _FEW:
        return _among_blocks(data, keys)
    return [None] * len(keys) if keys and _ROUND.search(data) else [_searched(data, key) for key in keys]


def _among_blocks(data: bytes, keys: Sequence[str]) -> list[Block | None]:
    found: dict[str, list[Block]] = {}
    for block in blocks(data):
        if block.kind == BROKEN:
            return [None] * len(keys)
        if block.kind == ENTRY:
            found.setdefault(block.key.casefold(), []).append(block)
    of_keys = (found.get(key.casefold(), []) for key in keys)
    return [one[0] if len(one) == 1 and not one[0].is_commented else None for one in of_keys]


def _searched(data: bytes, key: str) -> Block | None:
    found = list(_starts(data, key))
    if len(found) != 1:
        return None
    (at,) = found
    start = _START.match(data, at)
    if start is None or data.count(b"{", 0, at) != data.count(b"}", 0, at) or (end := _end(data, start)) < 0:
        return None
    return Block(ENTRY, _key(data, start.end()), at, end)


def _starts(data: bytes, key: str) -> Iterator[int]:
    """Yield the places at the beginning of a line where an entry with the citation key `key` may start.

    Case does not matter.
    """
    # A pattern that begins with letters whose case matters finds them many times faster than any other.
    data, name = data.lower(), key.encode(errors="surrogatepass").lower()
    before = 0
    for found in re.finditer(re.escape(name) + rb"\s*,", data):
        start = data.rfind(b"@", before, found.start())
        before = found.end()
        if (
            start >= 0
            and data[max(start - 1, 0) : start] in (b"", b"\n")
            and _HEAD.fullmatch(data, start, found.start())
        ):
            yield start


def conflict_lines(data: bytes) -> Iterator[int]:
    """Yield the numbers, counted from 1, of the lines that git wrote as marks of a merge conflict."""
    # Most files have no marks. A search for the plain bytes finds this out faster than a pattern.
    if any(mark in data for mark in _MARKS):
        yield from (line_of(data, mark.start()) for mark in _CONFLICT.finditer(data))


def line_of(data: bytes, at: int) -> int:
    """Return the number of the line, counted from 1, that contains the byte at the index `at`."""
    return data.count(b"\n", 0, at) + 1


def _blocks(data: bytes) -> Iterator[Block]:
    at = broken = 0
    while found := _START.search(data, at):
        start = found.start()
        kind = found[1].decode("ascii").lower()
        kind = kind if kind in ("string", "preamble", "comment") else ENTRY
        is_commented = data[data.rfind(b"\n", 0, start) + 1 : start].lstrip()[:1] == b"%"
        end = _end(data, found)
        key = _key(data, found.end()) if kind == ENTRY else ""
        if is_commented:
            # What follows on the line is a comment too, and further lines are comments of their own.
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
        elif end < 0:
            broken += 1
            following = _NEXT.search(data, found.end()) if broken < _MOST_BROKEN else None
            kind, end = BROKEN, following.start() if following else len(data)
        yield Block(kind, key, start, end, is_commented)
        at = end


def _key(data: bytes, at: int) -> str:
    found = _KEY.match(data, at)
    return found[1].decode("utf-8", "replace") if found else ""


def _end(data: bytes, start: re.Match[bytes]) -> int:
    """Return the position after the block, or -1 if it has no end."""
    if plain := _PLAIN.match(data, start.start()):
        text = plain[0]
        if text.count(b"{") == text.count(b"}"):
            return plain.end()
    is_round = start[2] == b"("
    depth, in_quotes = 0, False
    for mark in _MARK.finditer(data, start.end()):
        sign = mark[0]
        if sign == b"{":
            depth += 1
        elif sign == b"}":
            if depth == 0:
                return -1 if is_round or in_quotes else mark.end()
            depth -= 1
        elif sign == b'"' and depth == 0:
            in_quotes = not in_quotes
        elif sign == b")" and is_round and depth == 0 and not in_quotes:
            return mark.end()
    return -1
