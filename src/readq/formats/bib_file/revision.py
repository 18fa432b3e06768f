"""Decide for each entry of a .bib file whether it changes.

Other people edit the file too. So three texts of an entry are compared: the text in the file, the text that readq last
wrote to the file, and the text that readq would write now. An entry that readq wrote and nobody edited is replaced. An
entry that somebody else edited, wrote or removed is left unchanged, unless the user asks for its replacement.
"""

import hashlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.content import Content
from readq.formats.bib_file.entry_search import search
from readq.formats.bib_file.key_list import KeyList
from readq.formats.bib_file.soundness import refuse_unsound
from readq.formats.bib_file.splice import Splice, with_block
from readq.latex.definitions import used_commands
from readq.model.bib_entries import Fresh, Written


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


class Entries(Protocol):
    """The entries of an update: those that readq would write now, and those that it last wrote to the file.

    The entries that readq would write now are numbered, so that a Splice can name them.
    """

    def __getitem__(self, number: int, /) -> Fresh:
        """Return the entry with the number `number` among those that readq would write now."""

    def in_key_order(self) -> Iterable[tuple[int, Fresh, Written | None]]:
        """Yield the entries that readq would write now, ordered by key.

        Each is yielded after its number. The entry that readq last wrote under the same key follows, or None. The case
        of keys does not matter.
        """

    def no_longer_chosen(self) -> Iterable[tuple[str, Written]]:
        """Yield the entries that readq last wrote and would not write now, each after its case-folded key."""

    def record(self, key: str, written: Written) -> None:
        """Note that the new file has the entry `written` with the citation key `key`."""


@dataclass
class Revision:
    """The new content of a .bib file, and the changes to its entries. Each entry is given by its citation key."""

    entries: Entries
    """The entries of the update."""
    splice: Splice
    """The changes to the content of the file."""
    block: str = ""
    """The text of a block that is added at the end of the file."""
    commands: set[str] = field(default_factory=set)
    """The commands in entries of readq that LaTeX lacks, as `readq.latex.definitions.used_commands` returns them."""
    added: KeyList = field(default_factory=KeyList)
    """The new entries."""
    renewed: KeyList = field(default_factory=KeyList)
    """The entries that were replaced."""
    removed: KeyList = field(default_factory=KeyList)
    """The entries that were removed."""
    unchanged: int = 0
    """The number of entries that were up to date."""
    edited: KeyList = field(default_factory=KeyList)
    """The entries that were left unchanged because somebody edited them."""
    deleted: KeyList = field(default_factory=KeyList)
    """The entries that were not written again because somebody removed them."""
    commented: KeyList = field(default_factory=KeyList)
    """The entries that were left unchanged because they are commented out with `%`."""
    foreign: KeyList = field(default_factory=KeyList)
    """The entries that were left unchanged because somebody else wrote them. They have the key of a paper."""
    held: KeyList = field(default_factory=KeyList)
    """The entries that were left unchanged although they show a preprint that has been published since."""
    doubled: dict[str, str] = field(default_factory=dict)
    """Maps readq's key of a paper to the key of an entry that somebody else wrote for the same paper."""

    @property
    def is_change(self) -> bool:
        """Whether the new content differs from the content of the file."""
        return self.splice.has_changes or bool(self.block)

    def parts(self) -> Iterator[bytes]:
        """Yield the new content of the file in parts."""
        parts = self.splice.parts(lambda number: _bytes(self.entries[number], self.splice.newline))
        return with_block(parts, self.block) if self.block else parts


class FewEntries:
    """The entries of an update that are all in memory."""

    def __init__(self, fresh: Sequence[Fresh], last: Mapping[str, Written]) -> None:
        """Make the entries of an update.

        `fresh` are the entries that readq would write now, ordered by key. `last` maps keys to the entries that readq
        last wrote to the file.
        """
        self._fresh = fresh
        self._last = {key.casefold(): one for key, one in last.items()}
        self.written: dict[str, Written] = {}
        """Maps citation keys to the entries in the new file that readq wrote, now or earlier."""

    def __getitem__(self, number: int, /) -> Fresh:
        return self._fresh[number]

    def in_key_order(self) -> Iterator[tuple[int, Fresh, Written | None]]:
        """Yield the entries as `Entries.in_key_order` does."""
        for number, one in enumerate(self._fresh):
            yield number, one, self._last.get(one.key.casefold())

    def no_longer_chosen(self) -> Iterator[tuple[str, Written]]:
        """Yield the entries as `Entries.no_longer_chosen` does."""
        fresh = {one.key.casefold() for one in self._fresh}
        return ((key, written) for key, written in self._last.items() if key not in fresh)

    def record(self, key: str, written: Written) -> None:
        """Store the entry in the attribute `written`, under its citation key `key`."""
        self.written[key] = written


def digest(entry: bytes) -> str:
    """Return the SHA-256 of an entry in hexadecimal.

    Line ends do not change the result, because git may convert them.
    """
    return hashlib.sha256(entry.strip().replace(b"\r\n", b"\n")).hexdigest()


def revise(
    content: Content, found: BlockList, entries: Entries, doubles: Mapping[int, str], wishes: Wishes
) -> Revision:
    """Return the revision of the file with the content `content` and the blocks `found`.

    `doubles` maps paper ids to the keys of entries by other people that describe the same papers. Raises RefusedError
    if the file is not UTF-8, contains a merge conflict, or has a block without an end.
    """
    refuse_unsound(content, found)
    reviser = _Reviser(content, found, entries, doubles, wishes)
    reviser.decide()
    reviser.let_go()
    reviser.add()
    return reviser.result


def replace(content: Content, fresh: Sequence[Fresh], entries: Entries, wishes: Wishes) -> Revision | None:
    """Return the revision of a file in which nobody has edited the entries that readq wrote.

    Only the entries `fresh`, which `entries` contains, are read and changed, so this function is faster than `revise`.
    Return None if the file lacks one of the entries `fresh`. The caller must then call `revise`.
    """
    there = [block for block in search(content, [one.key for one in fresh]) if block is not None]
    if len(there) < len(fresh):
        return None
    reviser = _Reviser(content, BlockList(sorted(there, key=lambda block: block.start)), entries, {}, wishes)
    reviser.decide()
    return reviser.result


class _Reviser:
    def __init__(
        self, content: Content, found: BlockList, entries: Entries, doubles: Mapping[int, str], wishes: Wishes
    ) -> None:
        self._content = content
        self._found = found
        self._entries = entries
        self._doubles = doubles
        self._wishes = wishes
        self._renew = {key.casefold() for key in wishes.renew}
        self._additions = array("q")
        self.result = Revision(entries, Splice(content, found))

    def decide(self) -> None:
        """Decide for each entry that readq would write now."""
        for number, one, last in self._entries.in_key_order():
            place = self._found.entry(one.key.casefold())
            if place is None:
                self._decide_absent(number, one, last)
            else:
                self._decide_present(number, one, last, place)

    def _decide_present(self, number: int, one: Fresh, last: Written | None, place: int) -> None:
        result = self.result
        if not one.text and last:
            self._keep(one, last)
            return
        there, text = self._digest(place), digest(one.text.encode())
        if there == text:
            self._keep(one, Written(one.paper_id, text, one.published))
        elif one.key.casefold() in self._renew:
            self._replace(number, one, text, place)
        elif last is None or last.paper_id != one.paper_id:
            result.foreign.append(one.key)
        elif there != last.sha256:
            result.edited.append(one.key)
            self._record(one, last)
        elif one.published and not last.published and not self._wishes.accepts_published:
            result.held.append(one.key)
            self._record(one, last)
        else:
            self._replace(number, one, text, place)

    def _decide_absent(self, number: int, one: Fresh, last: Written | None) -> None:
        result, folded = self.result, one.key.casefold()
        if folded in self._renew:
            self._additions.append(number)
        elif self._found.is_commented(folded):
            result.commented.append(one.key)
        elif last is not None and last.paper_id == one.paper_id:
            result.deleted.append(one.key)
            self._record(one, last)
        elif one.paper_id in self._doubles:
            result.doubled[one.key] = self._doubles[one.paper_id]
        else:
            self._additions.append(number)

    def _keep(self, one: Fresh, written: Written) -> None:
        self.result.unchanged += 1
        self._record(one, written)

    def _replace(self, number: int, one: Fresh, text: str, place: int) -> None:
        self.result.splice.replace(place, number)
        self.result.renewed.append(one.key)
        self._record(one, Written(one.paper_id, text, one.published))

    def _record(self, one: Fresh, written: Written) -> None:
        self._entries.record(one.key, written)
        if "\\" in one.text:
            self.result.commands |= used_commands(one.text)

    def _digest(self, place: int) -> str:
        return digest(self._content.read(self._found.start(place), self._found.end(place)))

    def let_go(self) -> None:
        """Remove the entries of papers that are no longer chosen, if the user wishes it and nobody edited them.

        If such an entry is not removed, it stays recorded as an entry that readq wrote.
        """
        for folded, written in self._entries.no_longer_chosen():
            place = self._found.entry(folded)
            if place is None:
                continue
            key = self._found.key(place)
            if self._wishes.removes and self._digest(place) == written.sha256:
                self.result.splice.remove(place)
                self.result.removed.append(key)
                continue
            if self._wishes.removes:
                self.result.edited.append(key)
            self._entries.record(key, written)

    def add(self) -> None:
        """Add the new entries to the file."""
        if self._additions:
            self.result.splice.add(self._added())

    def _added(self) -> Iterator[tuple[int, str]]:
        for number in self._additions:
            one = self._entries[number]
            self.result.added.append(one.key)
            self._record(one, Written(one.paper_id, digest(one.text.encode()), one.published))
            yield number, one.key.casefold()


def _bytes(one: Fresh, newline: bytes) -> bytes:
    return one.text.strip().encode().replace(b"\n", newline)
