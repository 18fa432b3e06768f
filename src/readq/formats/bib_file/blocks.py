"""Find the entries, macros, preambles and comments in the bytes of a .bib file, with their exact positions.

The libraries bibtexparser and pybtex do not return positions, so they cannot be used to replace single entries. The
rules are those of BibTeX (its program text, sections 220 to 246): a brace counts even after a backslash, and a quote
ends a value only outside braces. There is one exception, as in biber and JabRef: an entry on a line that begins with
`%` is a comment.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from readq.formats.bib_file.content import Content
from readq.text import pattern

ENTRY = "entry"
BROKEN = "broken"

_START = pattern(rb"@[ \t\r\n]*([A-Za-z][\w:.+-]*)[ \t\r\n]*([{(])")
# The form in which readq writes entries. A pattern recognises it many times faster than a search for each brace.
# One blank before the rest of a line: with `+` the blanks could be divided in many ways, and all would be tried.
_PLAIN = pattern(rb"@[a-z]+\{[^\s,{}()\"]+,\r?\n(?:[ \t][^\n]*\n)*\}")
_MARK = pattern(rb"[{}()\"]")
_KEY = pattern(rb"[ \t\r\n]*([^,\s}]*)")
_NEXT = pattern(rb"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]\s*[^\s,{}()\"=]+\s*,", re.MULTILINE)
_MARKS = (b"<<<<<<< ", b">>>>>>> ", b"||||||| ")
_CONFLICT = pattern(rb"^(?:" + b"|".join(map(re.escape, _MARKS)) + rb")", re.MULTILINE)
_MOST_BROKEN = 100
"""The maximum number of blocks without a closing brace.

Once so many have been found in a file, the rest of it is not read. The last of these blocks is taken to extend to the
end of the file.
"""


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
    return list(scan(Content.of(data)))


def scan(content: Content) -> Iterator[Block]:
    """Yield the blocks of a .bib file, in the order of the file.

    Only a part of the file is in memory at a time. A long block is in memory as a whole.
    """
    data, base, at, wanted = b"", 0, 0, 0
    for start, window in content.windows():
        data, base = (data + window, base) if data else (window, start)
        is_last = start + len(window) == content.size
        if len(data) < wanted and not is_last:
            continue
        rest = len(data)
        for block in _blocks(data, at):
            if block.kind == BROKEN and not is_last:
                # Its end may come later. It is looked for in twice as much, so that a long block takes linear time.
                rest = block.start
                break
            yield block._replace(start=base + block.start, end=base + block.end) if base else block
        # What comes before the block on its line tells whether it is a comment.
        line = data.rfind(b"\n", 0, rest) + 1 if rest < len(data) else rest
        data, base, at, wanted = data[line:], base + line, rest - line, 2 * (len(data) - line)


def block_at(content: Content, at: int) -> Block | None:
    """Return the entry that starts at the position `at` of a .bib file, or None if there is no entry with an end."""
    data = b""
    for _, window in content.windows(at):
        data += window
        start = _START.match(data)
        if start is None:
            return None
        if (end := _end(data, start)) >= 0:
            return Block(ENTRY, _key(data, start.end()), at, at + end)
    return None


def conflict_lines(data: bytes) -> Iterator[int]:
    """Yield the numbers, counted from 1, of the lines that git wrote as marks of a merge conflict."""
    # Most files have no marks. A search for the plain bytes finds this out faster than a pattern.
    if any(mark in data for mark in _MARKS):
        yield from (line_of(data, mark.start()) for mark in _CONFLICT.finditer(data))


def line_of(data: bytes, at: int) -> int:
    """Return the number of the line, counted from 1, that contains the byte at the index `at`."""
    return data.count(b"\n", 0, at) + 1


def _blocks(data: bytes, at: int) -> Iterator[Block]:
    broken = 0
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
