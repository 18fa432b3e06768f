"""Replace, remove and add entries in a .bib file that others write too. All other bytes stay."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.content import Content

_SAME, _REMOVED = -1, -2
_AFTER_LINE, _BEFORE_ENTRY, _AT_END = range(3)

_Change = tuple[int, int, tuple[bytes, ...]]
"""The start and the end of the bytes that are replaced, and what replaces them."""


class Splice:
    """The changes to a .bib file. Entries to write are given by numbers, so that their texts need not be in memory."""

    def __init__(self, content: Content, found: BlockList) -> None:
        self._content = content
        self._found = found
        self.newline = _newline_of(content)
        # For each block: the number of the entry that replaces it, _SAME or _REMOVED.
        self._of_block = array("q", [_SAME]) * len(found)
        self._positions, self._numbers, self._places = array("Q"), array("q"), bytearray()
        self.has_changes = False
        """Whether the file changes."""

    def replace(self, place: int, number: int) -> None:
        """Replace the block with the index `place` by the entry with the number `number`."""
        self._of_block[place] = number
        self.has_changes = True

    def remove(self, place: int) -> None:
        """Remove the block with the index `place`, and the blank line that separates it from the next entry."""
        self._of_block[place] = _REMOVED
        self.has_changes = True

    def add(self, entries: Iterable[tuple[int, str]]) -> None:
        """Add new entries, given as pairs of a number and a case-folded key. The pairs must be sorted by key.

        If the entries of the file are sorted by key, each new entry is placed between its neighbours. Otherwise all are
        placed at the end. Call this method after all calls of `replace` and `remove`.
        """
        found = self._found
        stay = array("Q", (n for n in range(len(found)) if found.is_entry(n) and self._of_block[n] != _REMOVED))
        is_sorted = all(one <= other for one, other in pairwise(found.key(place).casefold() for place in stay))
        following = 0 if is_sorted else len(stay)
        position, kind = -1, _AT_END
        for number, folded in entries:
            while following < len(stay) and found.key(stay[following]).casefold() < folded:
                following, position = following + 1, -1
            if following == len(stay):
                position, kind = self._content.size, _AT_END
            elif position < 0:
                position, kind = self._insertion(stay[following - 1] if following else None, stay[following])
            self._positions.append(position)
            self._numbers.append(number)
            self._places.append(kind)
            self.has_changes = True

    def _insertion(self, before: int | None, after: int) -> tuple[int, int]:
        """Return the position between two entries at which others are added, and what kind of position it is.

        A comment above the second entry stays next to it.
        """
        line_end = -1 if before is None else self._line_end(before, self._found.start(after))
        if line_end >= 0:
            return line_end + 1, _AFTER_LINE
        return self._start_with_comment(after) if before is None else self._found.start(after), _BEFORE_ENTRY

    def _start_with_comment(self, first: int) -> int:
        """Return the start of the comment right above the first entry, or of the entry if it has none.

        A comment without a blank line or a block above it is at the top of the file, and is about all of the file.
        """
        start = self._found.start(first)
        above = self._content.read(self._found[first - 1].end if first else 0, start)
        lines = above.splitlines(keepends=True)
        if not lines or not lines[-1].endswith((b"\n", b"\r")):
            return start
        count = next((number for number, line in enumerate(reversed(lines)) if not line.strip()), len(lines) - 1)
        if not first and count == len(lines) - 1 and lines[0].strip():
            return start
        return start - sum(map(len, lines[len(lines) - count :]))

    def _line_end(self, before: int, until: int) -> int:
        """Return the position of the first line end after an entry that is not inside another block, or -1."""
        at = self._found[before].end
        for place in range(before + 1, len(self._found)):
            block = self._found[place]
            if block.start >= until or b"\n" in self._content.read(at, block.start):
                break
            at = block.end
        length = self._content.read(at, until).find(b"\n")
        return at + length if length >= 0 else -1

    def parts(self, bytes_of: Callable[[int], bytes]) -> Iterator[bytes]:
        """Yield the new content of the file in parts.

        `bytes_of` maps the number of an entry, as given to `replace` or `add`, to the bytes of the entry.
        """
        at = 0
        for start, end, texts in self._changes(bytes_of):
            yield from self._content.pieces(at, start)
            yield from texts
            at = end
        yield from self._content.pieces(at)

    def _changes(self, bytes_of: Callable[[int], bytes]) -> Iterator[_Change]:
        """Yield the changes in the order of the file."""
        additions = self._additions(bytes_of)
        addition = next(additions, None)
        for change in self._block_changes(bytes_of):
            # What is added in a place stands before the entry that is replaced there.
            while addition and addition[0] <= change[0]:
                yield addition
                addition = next(additions, None)
            yield change
        if addition:
            yield addition
            yield from additions

    def _block_changes(self, bytes_of: Callable[[int], bytes]) -> Iterator[_Change]:
        for place, number in enumerate(self._of_block):
            if number == _REMOVED:
                yield self._found.start(place), self._end_with_blank_line(place), ()
            elif number != _SAME:
                yield self._found.start(place), self._found[place].end, (bytes_of(number),)

    def _additions(self, bytes_of: Callable[[int], bytes]) -> Iterator[_Change]:
        newline, is_first = self.newline, True
        for position, number, kind in zip(self._positions, self._numbers, self._places, strict=True):
            text = bytes_of(number)
            if kind == _AFTER_LINE:
                yield position, position, (newline, text, newline)
            elif kind == _BEFORE_ENTRY:
                yield position, position, (text, newline, newline)
            else:
                before = _separator(self._tail(), is_blank(self._content), newline) if is_first else newline
                is_first = False
                yield position, position, (before, text, newline)

    def _tail(self) -> bytes:
        return self._content.read(max(self._content.size - 4, 0), self._content.size)

    def _end_with_blank_line(self, place: int) -> int:
        """Return the position after an entry, its line end and the blank line that separates it from the next entry."""
        start, end = self._found.start(place), self._found[place].end
        before = self._content.read(max(start - 4, 0), start).replace(b"\r\n", b"\n")
        # A line that somebody began stays a line, and neighbours stay apart.
        most = 2 if before.endswith(b"\n\n") or start == 0 else int(before.endswith(b"\n"))
        after = self._content.read(end, end + 4)
        for _ in range(most):
            newline = next((sign for sign in (b"\r\n", b"\n") if after.startswith(sign)), b"")
            end, after = end + len(newline), after[len(newline) :]
        return end


def is_blank(content: Content) -> bool:
    """Return whether a file has nothing but white space."""
    return not any(piece.strip() for piece in content.pieces())


def _newline_of(content: Content) -> bytes:
    """Return the line end that most lines of a file have."""
    # Most files have no other. A search for one byte finds this out faster than a count.
    if not any(b"\r" in piece for piece in content.pieces()):
        return b"\n"
    newlines = _NewlineCount()
    for piece in content.pieces():
        newlines.add(piece)
    return newlines.usual


def _separator(tail: bytes, is_blank: bool, newline: bytes) -> bytes:
    """Return what separates an entry from a file at whose end it is added: up to a blank line.

    `tail` are the last four bytes of the file, and `is_blank` tells whether it has nothing but white space.
    """
    tail = tail.replace(b"\r\n", b"\n")
    if is_blank or tail.endswith(b"\n\n"):
        return b""
    return newline if tail.endswith(b"\n") else 2 * newline


class _NewlineCount:
    """Counts the line ends of a text that comes in parts."""

    def __init__(self) -> None:
        self._newlines = self._with_return = 0
        self._last = b""

    def add(self, part: bytes) -> None:
        """Count the line ends of the next part."""
        self._newlines += part.count(b"\n")
        if b"\r" in part or self._last == b"\r":
            self._with_return += (self._last + part).count(b"\r\n")
        self._last = part[-1:] or self._last

    @property
    def usual(self) -> bytes:
        r"""The more frequent line end: `\r\n` or `\n`."""
        return b"\r\n" if self._with_return * 2 > self._newlines else b"\n"


def with_block(parts: Iterable[bytes], block: str) -> Iterator[bytes]:
    """Yield the parts of a .bib file, with the text of a block added at the end, after a blank line."""
    newlines, tail, is_blank = _NewlineCount(), b"", True
    for part in parts:
        newlines.add(part)
        tail = (tail + part[-4:])[-4:]
        is_blank = is_blank and not part.strip()
        yield part
    yield _separator(tail, is_blank, newlines.usual)
    yield block.encode()
    yield newlines.usual
