"""Decide for each entry of a .bib file whether it changes, and make the new bytes of the file.

Other people edit the file too. So three texts of an entry are compared: the text in the file, the text that readq last
wrote to the file, and the text that readq would write now. An entry that readq wrote and nobody edited is replaced. An
entry that somebody else edited, wrote or removed is left unchanged, unless the user asks for its replacement. The
functions are pure: they read and write no files.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from readq.errors import ReadqError
from readq.formats.bib_file.blocks import BROKEN, ENTRY, Block, blocks, conflict_lines, entries, line_of


class Written(NamedTuple):
    """An entry that readq wrote: the id of its paper, and the digest of its bytes.

    `published` is true if the entry shows a published version of a preprint.
    """

    paper_id: int
    sha256: str
    published: bool = False


class Fresh(NamedTuple):
    """An entry as readq would write it now."""

    paper_id: int
    """The id of the paper."""
    key: str
    """The citation key of the entry."""
    text: str
    """The text of the entry. "" means that the text has not changed since readq last wrote it."""
    published: bool = False
    """Whether the entry shows a published version of a preprint."""


class Wishes(NamedTuple):
    """The user's wishes for a revision of a .bib file."""

    renew: Collection[str] = ()
    """The keys of entries to replace even if somebody edited them."""
    accepts_published: bool = False
    """Whether an entry of a preprint is replaced by an entry of its published version."""
    removes: bool = False
    """Whether an entry that readq wrote is removed when its paper is no longer chosen for the file."""
    is_quick: bool = False
    """Whether only entries of changed papers are examined. Edits in other entries are then not reported."""


class RefusedError(ReadqError):
    """Raised for a file that readq must not change. The message states the reason and the line."""


@dataclass
class Revision:
    """The new bytes of a .bib file, and the changes to its entries. Each entry is given by its citation key."""

    data: bytes = b""
    """The new bytes of the file."""
    written: dict[str, Written] = field(default_factory=dict)
    """Maps citation keys to the entries in the new file that readq wrote, now or earlier."""
    added: list[str] = field(default_factory=list)
    """The new entries."""
    renewed: list[str] = field(default_factory=list)
    """The entries that were replaced."""
    removed: list[str] = field(default_factory=list)
    """The entries that were removed."""
    unchanged: int = 0
    """The number of entries that were up to date."""
    edited: list[str] = field(default_factory=list)
    """The entries that were left unchanged because somebody edited them."""
    deleted: list[str] = field(default_factory=list)
    """The entries that were not written again because somebody removed them."""
    commented: list[str] = field(default_factory=list)
    """The entries that were left unchanged because they are commented out with `%`."""
    foreign: list[str] = field(default_factory=list)
    """The entries that were left unchanged because somebody else wrote them. They have the key of a paper."""
    held: list[str] = field(default_factory=list)
    """The entries that were left unchanged although they show a preprint that has been published since."""
    doubled: dict[str, str] = field(default_factory=dict)
    """Maps readq's key of a paper to the key of an entry that somebody else wrote for the same paper."""


def digest(entry: bytes) -> str:
    """Return the SHA-256 of an entry in hexadecimal.

    Line ends do not change the result, because git may convert them.
    """
    return hashlib.sha256(entry.strip().replace(b"\r\n", b"\n")).hexdigest()


def revise(
    data: bytes,
    fresh: Sequence[Fresh],
    last: Mapping[str, Written],
    doubles: Mapping[int, str],
    wishes: Wishes,
    found: Sequence[Block] | None = None,
) -> Revision:
    """Return the revision of the file with the content `data`.

    - `fresh`: the entries that the file is to contain, ordered by key
    - `last`: maps keys to the entries that readq last wrote to the file
    - `doubles`: maps paper ids to the keys of entries by other people that describe the same papers
    - `found`: the blocks of the file, or None if they are still to be read

    Raises RefusedError if the file is not UTF-8, contains a merge conflict, or has a block without an end.
    """
    found = blocks(data) if found is None else found
    refuse_unsound(data, found)
    return _Reviser(data, last, doubles, wishes, found).revise(fresh)


def replace(data: bytes, fresh: Sequence[Fresh], last: Mapping[str, Written], wishes: Wishes) -> Revision | None:
    """Return the revision of a file in which nobody has edited the entries that readq wrote.

    Only the entries `fresh` are read and changed, so this function is faster than `revise`. `last` maps keys to the
    entries that readq last wrote to the file. Return None if the file lacks one of the entries `fresh`. The caller must
    then call `revise`.
    """
    found = entries(data, [one.key for one in fresh])
    there = [block for block in found if block is not None]
    if len(there) < len(fresh):
        return None
    reviser = _Reviser(data, last, {}, wishes, there)
    for one in fresh:
        reviser.decide(one)
    return reviser.finished()


def refuse_unsound(data: bytes, found: Sequence[Block]) -> None:
    """Raise RefusedError if a file is not UTF-8 text, contains a merge conflict, or has a block without an end.

    `data` is the content of the file, and `found` are its blocks.
    """
    for number in conflict_lines(data):
        raise RefusedError(f"line {number} has the mark of a merge conflict")
    for block in found:
        if block.kind == BROKEN:
            raise RefusedError(f"the block of line {line_of(data, block.start)} has no end: its braces do not balance")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(f"line {line_of(data, error.start)} is not UTF-8") from error
    if b"\0" in data:
        raise RefusedError(f"line {line_of(data, data.index(0))} is not text")


def with_block(data: bytes, block: str) -> bytes:
    """Return the content of a .bib file with the text of a block added at the end, after a blank line."""
    ends = _Additions(data, _newline(data))
    ends.append(block.encode())
    return b"".join([data, *ends.parts])


def _newline(data: bytes) -> bytes:
    has_returns = b"\r" in data and data.count(b"\r\n") * 2 > data.count(b"\n")
    return b"\r\n" if has_returns else b"\n"


class _Reviser:
    def __init__(
        self,
        data: bytes,
        last: Mapping[str, Written],
        doubles: Mapping[int, str],
        wishes: Wishes,
        found: Sequence[Block],
    ) -> None:
        self._data = data
        self._last = {key.casefold(): one for key, one in last.items()}
        self._doubles = doubles
        self._wishes = wishes
        self._renew = {key.casefold() for key in wishes.renew}
        self._found = found
        self._blocks = [block for block in found if block.kind == ENTRY and not block.is_commented]
        self._by_key = {block.key.casefold(): block for block in reversed(self._blocks)}
        self._commented = {block.key.casefold() for block in found if block.is_commented}
        self._newline = _newline(data)
        # Places in the file, the bytes that are replaced there, and what replaces them.
        self._changes: list[tuple[int, int, bytes]] = []
        self._additions: list[Fresh] = []
        self._result = Revision()

    def revise(self, fresh: Sequence[Fresh]) -> Revision:
        for one in fresh:
            self.decide(one)
        self._let_go({one.key.casefold() for one in fresh})
        self._add()
        return self.finished()

    def finished(self) -> Revision:
        self._result.data = self._spliced()
        return self._result

    def _spliced(self) -> bytes:
        parts: list[bytes] = []
        at = 0
        # What is added in a place stands before the entry that is replaced there.
        for start, end, text in sorted(self._changes, key=lambda change: change[:2]):
            parts += [self._data[at:start], text]
            at = end
        return b"".join([*parts, self._data[at:]])

    def decide(self, one: Fresh) -> None:
        folded = one.key.casefold()
        block, last = self._by_key.get(folded), self._last.get(folded)
        if block is None:
            self._decide_absent(one, last, folded)
            return
        if not one.text and last:
            self._keep(one.key, last)
            return
        there, text = digest(self._data[block.start : block.end]), self._bytes(one)
        if there == digest(text):
            self._keep(one.key, self._record(one, text))
        elif folded in self._renew:
            self._replace(one, block, text)
        elif last is None or last.paper_id != one.paper_id:
            self._result.foreign.append(one.key)
        elif there != last.sha256:
            self._result.edited.append(one.key)
            self._result.written[one.key] = last
        elif one.published and not last.published and not self._wishes.accepts_published:
            self._result.held.append(one.key)
            self._result.written[one.key] = last
        else:
            self._replace(one, block, text)

    def _decide_absent(self, one: Fresh, last: Written | None, folded: str) -> None:
        result = self._result
        if folded in self._renew:
            self._additions.append(one)
        elif folded in self._commented:
            result.commented.append(one.key)
        elif last is not None and last.paper_id == one.paper_id:
            result.deleted.append(one.key)
            result.written[one.key] = last
        elif one.paper_id in self._doubles:
            result.doubled[one.key] = self._doubles[one.paper_id]
        else:
            self._additions.append(one)

    def _keep(self, key: str, written: Written) -> None:
        self._result.unchanged += 1
        self._result.written[key] = written

    def _replace(self, one: Fresh, block: Block, text: bytes) -> None:
        self._changes.append((block.start, block.end, text))
        self._result.renewed.append(one.key)
        self._result.written[one.key] = self._record(one, text)

    def _bytes(self, one: Fresh) -> bytes:
        return one.text.strip().encode().replace(b"\n", self._newline)

    def _record(self, one: Fresh, text: bytes) -> Written:
        return Written(one.paper_id, digest(text), one.published)

    def _let_go(self, fresh: Collection[str]) -> None:
        """Remove the entries of papers that are no longer chosen, if the user wishes it and nobody edited them.

        If such an entry is not removed, it stays recorded as an entry that readq wrote.
        """
        for key, written in self._last.items():
            block = self._by_key.get(key)
            if key in fresh or block is None:
                continue
            is_own = digest(self._data[block.start : block.end]) == written.sha256
            if self._wishes.removes and is_own:
                self._changes.append((block.start, self._end_with_blank_line(block), b""))
                self._result.removed.append(block.key)
                continue
            if self._wishes.removes:
                self._result.edited.append(block.key)
            self._result.written[block.key] = written

    def _end_with_blank_line(self, block: Block) -> int:
        """Return the position after an entry, its line end and the blank line that separates it from the next entry."""
        before = self._data[max(block.start - 4, 0) : block.start].replace(b"\r\n", b"\n")
        # A line that somebody began stays a line, and neighbours stay apart.
        most = 2 if before.endswith(b"\n\n") or block.start == 0 else int(before.endswith(b"\n"))
        end = block.end
        for _ in range(most):
            newline = next((sign for sign in (b"\r\n", b"\n") if self._data.startswith(sign, end)), b"")
            end += len(newline)
        return end

    def _add(self) -> None:
        removed = {start for start, _, text in self._changes if not text}
        stay = [block for block in self._blocks if block.start not in removed]
        keys = [block.key.casefold() for block in stay]
        is_sorted = keys == sorted(keys)
        ends = _Additions(self._data, self._newline)
        place = 0
        for one in self._additions:
            text = self._bytes(one)
            self._result.added.append(one.key)
            self._result.written[one.key] = self._record(one, text)
            if not is_sorted:
                ends.append(text)
                continue
            while place < len(keys) and keys[place] < one.key.casefold():
                place += 1
            if place == len(keys):
                ends.append(text)
            else:
                self._changes.append(self._insertion(stay[place - 1] if place else None, stay[place], text))
        if ends.parts:
            self._changes.append((len(self._data), len(self._data), b"".join(ends.parts)))

    def _insertion(self, before: Block | None, after: Block, text: bytes) -> tuple[int, int, bytes]:
        """Return the change that adds an entry between two others.

        A comment above the second entry stays next to it.
        """
        line_end = -1 if before is None else self._line_end(before, after.start)
        if line_end >= 0:
            return line_end + 1, line_end + 1, self._newline + text + self._newline
        start = self._start_with_comment(after) if before is None else after.start
        return start, start, text + 2 * self._newline

    def _start_with_comment(self, first: Block) -> int:
        """Return the start of the comment right above the first entry, or of the entry if it has none.

        A comment without a blank line or a block above it is at the top of the file, and is about all of the file.
        """
        place = bisect_right(self._found, first.start, key=lambda block: block.start) - 1
        above = self._data[self._found[place - 1].end if place else 0 : first.start]
        lines = above.splitlines(keepends=True)
        if not lines or not lines[-1].endswith((b"\n", b"\r")):
            return first.start
        count = next((number for number, line in enumerate(reversed(lines)) if not line.strip()), len(lines) - 1)
        if not place and count == len(lines) - 1 and lines[0].strip():
            return first.start
        return first.start - sum(map(len, lines[len(lines) - count :]))

    def _line_end(self, before: Block, until: int) -> int:
        """Return the position of the first line end after an entry that is not inside another block, or -1."""
        at = before.end
        for place in range(bisect_right(self._found, before.start, key=lambda block: block.start), len(self._found)):
            block = self._found[place]
            if block.start >= until or self._data.find(b"\n", at, block.start) >= 0:
                break
            at = block.end
        return self._data.find(b"\n", at, until)


class _Additions:
    """Adds entries at the end of a file, each after a blank line."""

    def __init__(self, data: bytes, newline: bytes) -> None:
        self._newline = newline
        self._tail = data[-4:].replace(b"\r\n", b"\n")
        self._is_blank = not data.strip()
        self.parts: list[bytes] = []

    def append(self, entry: bytes) -> None:
        if self.parts:
            before = self._newline
        elif self._is_blank or self._tail.endswith(b"\n\n"):
            before = b""
        else:
            before = self._newline if self._tail.endswith(b"\n") else 2 * self._newline
        self.parts += (before, entry, self._newline)
