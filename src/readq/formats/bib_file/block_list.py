"""The blocks of a .bib file as a list that needs little memory, with an index of the citation keys."""

from array import array
from collections.abc import Iterable, Sequence
from typing import overload

from readq.formats.bib_file.blocks import BROKEN, ENTRY, Block
from readq.formats.bib_file.key_list import KeyList

_KINDS = (ENTRY, "string", "preamble", "comment", BROKEN)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_COMMENTED = 1 << 7
_BUCKETS = 4096


class BlockList(Sequence[Block]):
    """The blocks of a file, in the order of the file."""

    def __init__(self, found: Iterable[Block]) -> None:
        self._starts, self._ends = array("Q"), array("Q")
        self._keys = KeyList()
        self._kinds = bytearray()
        # The hash of each case-folded key, followed by the place of its block, in many short arrays.
        self._buckets: dict[int, array[int]] = {}
        for kind, key, start, end, is_commented in found:
            self._starts.append(start)
            self._ends.append(end)
            self._keys.append(key)
            self._kinds.append(_NUMBERS[kind] | (_COMMENTED if is_commented else 0))
            if kind == ENTRY or is_commented:
                number = hash(key.casefold())
                self._buckets.setdefault(number % _BUCKETS, array("q")).extend((number, len(self._starts) - 1))

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> Block: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Block]: ...

    def __getitem__(self, place: int | slice) -> Block | Sequence[Block]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        kind = self._kinds[place]
        is_commented = bool(kind & _COMMENTED)
        kind &= ~_COMMENTED
        return Block(_KINDS[kind], self._keys[place], self._starts[place], self._ends[place], is_commented)

    def is_entry(self, place: int) -> bool:
        """Return whether the block with the index `place` is an entry that is not commented out."""
        return self._kinds[place] == 0

    def is_macro(self, place: int) -> bool:
        """Return whether the block with the index `place` defines a macro, commented out or not."""
        return self._kinds[place] & ~_COMMENTED == _NUMBERS["string"]

    def key(self, place: int) -> str:
        """Return the citation key of the block with the index `place`, or "" if it has none."""
        return self._keys[place]

    def start(self, place: int) -> int:
        """Return the position of the first byte of the block with the index `place`."""
        return self._starts[place]

    def end(self, place: int) -> int:
        """Return the position after the last byte of the block with the index `place`."""
        return self._ends[place]

    @property
    def broken(self) -> Block | None:
        """The first block that has no end, or None."""
        place = self._kinds.find(_NUMBERS[BROKEN])
        return None if place < 0 else self[place]

    def entry(self, folded: str) -> int | None:
        """Return the index of the first entry with the case-folded key `folded` that is not commented out, or None."""
        for place in self._bearers(folded):
            if self.is_entry(place):
                return place
        return None

    def is_commented(self, folded: str) -> bool:
        """Return whether a block with the case-folded key `folded` is commented out."""
        return any(self._kinds[place] & _COMMENTED for place in self._bearers(folded))

    def _bearers(self, folded: str) -> list[int]:
        number = hash(folded)
        bucket = self._buckets.get(number % _BUCKETS, ())
        if number not in bucket:
            return []
        pairs = zip(bucket[::2], bucket[1::2], strict=True)
        return [place for other, place in pairs if other == number and self._keys[place].casefold() == folded]
