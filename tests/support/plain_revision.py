"""Revise a .bib file in a plain way, with everything in memory, as a reference for the real revision."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.formats.bib_file.blocks import ENTRY, Block, blocks
from readq.formats.bib_file.revision import Wishes, digest
from readq.model.bib_entries import Fresh, Written


class PlainRevision:
    """The new bytes `data` of a file, the entries `written` in it, and what happened to each key, in `told`."""

    def __init__(
        self,
        data: bytes,
        fresh: Sequence[Fresh],
        last: Mapping[str, Written],
        doubles: Mapping[int, str],
        wishes: Wishes,
    ) -> None:
        self.written: dict[str, Written] = {}
        self.told: dict[str, list[str]] = {}
        self._old = data
        self._found = blocks(data)
        self._entries = [block for block in self._found if block.kind == ENTRY and not block.is_commented]
        self._by_key = {block.key.casefold(): block for block in reversed(self._entries)}
        has_returns = data.count(b"\r\n") * 2 > data.count(b"\n")
        self._newline = b"\r\n" if has_returns else b"\n"
        self._last = {key.casefold(): one for key, one in last.items()}
        self._wishes, self._doubles = wishes, doubles
        self._changes: list[_Change] = []
        added = [one for one in fresh if self._is_added(one)]
        self._let_go({one.key.casefold() for one in fresh})
        self._add(added)
        parts, at = [], 0
        for start, end, text in sorted(self._changes, key=lambda change: change[:2]):
            parts += [data[at:start], text]
            at = end
        self.data = b"".join([*parts, data[at:]])

    def _tell(self, what: str, key: str, written: Written | None = None) -> None:
        self.told.setdefault(what, []).append(key)
        if written:
            self.written[key] = written

    def _text(self, one: Fresh) -> bytes:
        return one.text.strip().encode().replace(b"\n", self._newline)

    def _is_added(self, one: Fresh) -> bool:
        folded = one.key.casefold()
        block, last = self._by_key.get(folded), self._last.get(folded)
        must_renew = folded in {key.casefold() for key in self._wishes.renew}
        is_own = last is not None and last.paper_id == one.paper_id
        new = Written(one.paper_id, digest(self._text(one)), one.published)
        if block is None:
            if must_renew:
                return True
            if any(other.is_commented and other.key.casefold() == folded for other in self._found):
                self._tell("commented", one.key)
            elif is_own:
                self._tell("deleted", one.key, last)
            elif one.paper_id in self._doubles:
                self._tell("doubled", one.key)
            else:
                return True
            return False
        there = digest(self._old[block.start : block.end])
        if not one.text and last:
            self._tell("unchanged", one.key, last)
        elif there == new.sha256:
            self._tell("unchanged", one.key, new)
        elif not must_renew and not is_own:
            self._tell("foreign", one.key)
        elif not must_renew and last and there != last.sha256:
            self._tell("edited", one.key, last)
        elif not must_renew and last and one.published and not last.published and not self._wishes.accepts_published:
            self._tell("held", one.key, last)
        else:
            self._changes.append(_Change(block.start, block.end, self._text(one)))
            self._tell("renewed", one.key, new)
        return False

    def _let_go(self, fresh: set[str]) -> None:
        for key, written in self._last.items():
            block = self._by_key.get(key)
            if key in fresh or block is None:
                continue
            if self._wishes.removes and digest(self._old[block.start : block.end]) == written.sha256:
                self._changes.append(_Change(block.start, self._end_with_blank_line(block), b""))
                self._tell("removed", block.key)
            elif self._wishes.removes:
                self._tell("edited", block.key, written)
            else:
                self.written[block.key] = written

    def _end_with_blank_line(self, block: Block) -> int:
        before = self._old[max(block.start - 4, 0) : block.start].replace(b"\r\n", b"\n")
        end = block.end
        for _ in range(2 if before.endswith(b"\n\n") or block.start == 0 else int(before.endswith(b"\n"))):
            end += next((len(sign) for sign in (b"\r\n", b"\n") if self._old.startswith(sign, end)), 0)
        return end

    def _add(self, added: Sequence[Fresh]) -> None:
        removed = {start for start, _, text in self._changes if not text}
        stay = [block for block in self._entries if block.start not in removed]
        keys = [block.key.casefold() for block in stay]
        end = b""
        for one in added:
            text = self._text(one)
            self._tell("added", one.key, Written(one.paper_id, digest(text), one.published))
            place = next((n for n, key in enumerate(keys) if key >= one.key.casefold()), len(keys))
            if keys == sorted(keys) and place < len(keys):
                self._changes.append(self._insertion(stay[place - 1] if place else None, stay[place], text))
                continue
            tail = self._old[-4:].replace(b"\r\n", b"\n")
            if end or (self._old.strip() and not tail.endswith(b"\n\n")):
                end += self._newline if end or tail.endswith(b"\n") else 2 * self._newline
            end += text + self._newline
        if end:
            self._changes.append(_Change(len(self._old), len(self._old), end))

    def _insertion(self, before: Block | None, after: Block, text: bytes) -> "_Change":
        line_end = -1 if before is None else self._line_end(before, after.start)
        if line_end >= 0:
            return _Change(line_end + 1, line_end + 1, self._newline + text + self._newline)
        start = self._start_with_comment(after) if before is None else after.start
        return _Change(start, start, text + 2 * self._newline)

    def _start_with_comment(self, first: Block) -> int:
        place = self._found.index(first)
        lines = self._old[self._found[place - 1].end if place else 0 : first.start].splitlines(keepends=True)
        if not lines or not lines[-1].endswith((b"\n", b"\r")):
            return first.start
        count = next((number for number, line in enumerate(reversed(lines)) if not line.strip()), len(lines) - 1)
        if not place and count == len(lines) - 1 and lines[0].strip():
            return first.start
        return first.start - sum(map(len, lines[len(lines) - count :]))

    def _line_end(self, before: Block, until: int) -> int:
        at = before.end
        for block in self._found[bisect_right(self._found, before.start, key=lambda block: block.start) :]:
            if block.start >= until or self._old.find(b"\n", at, block.start) >= 0:
                break
            at = block.end
        return self._old.find(b"\n", at, until)


class _Change(NamedTuple):
    start: int
    end: int
    text: bytes
