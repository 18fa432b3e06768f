"""Marks of the lines of a list: one byte a line, so that a mark on 100,000 lines takes 100 KB and no loop in Python.

A mask is marks in which each byte is 0 or 1.
"""

from array import array
from collections.abc import Iterator
from itertools import compress

from readq.model.values import Status
from readq.store.papers.queries import STATUS_CODES

_ALL_BITS = bytes([0, *[255] * 255])
"""A table for `bytes.translate` that maps each mark but 0 to 255."""

_ONE_BIT = bytes([0, *[1] * 255])
_IS_ZERO = bytes([1, *[0] * 255])


def mask_of(marks: bytes | bytearray) -> bytes:
    """Return the mask of the lines whose marks are not 0."""
    return bytes(marks.translate(_ONE_BIT))


def mask_of_zeros(marks: bytes | bytearray) -> bytes:
    """Return the mask of the lines whose marks are 0."""
    return bytes(marks.translate(_IS_ZERO))


def both(one: bytes, other: bytes | bytearray) -> bytes:
    """Return the marks that two lists of marks of equal length have in common, bit by bit."""
    common = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return common.to_bytes(len(one), "little")


def where(mask: bytes | bytearray, marks: bytes | bytearray, others: bytes | bytearray) -> bytearray:
    """Return `marks` in the lines whose mask is not 0, and `others` in the other lines."""
    bits = int.from_bytes(mask.translate(_ALL_BITS), "little")
    chosen, rest = int.from_bytes(marks, "little"), int.from_bytes(others, "little")
    return bytearray(((chosen & bits) | (rest & ~bits)).to_bytes(len(mask), "little"))


def count(marks: bytes | bytearray) -> int:
    """Return the number of lines whose marks are not 0."""
    return len(marks) - marks.count(0)


class Targets:
    """The papers that a decision applies to, as a mask of the lines of a list.

    The ids of the papers are collected only when they are needed, which is in the writer thread.
    """

    def __init__(self, ids: "array[int]", mask: bytes | None = None, *, undecided: bool = False) -> None:
        """`ids` are the listed papers and `mask` is the mask of those meant, None for all.

        With `undecided`, papers that are decided on when the decision is written are left alone.
        """
        self.ids = ids
        self.mask = b"\1" * len(ids) if mask is None else mask
        self.undecided = undecided
        self._count = count(self.mask)

    @classmethod
    def of(cls, *paper_ids: int) -> "Targets":
        """Return the papers with these ids."""
        return cls(array("q", paper_ids))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return compress(self.ids, self.mask)

    def paper_ids(self) -> "array[int]":
        """Return the ids of the papers, in the order of the list."""
        return self.ids if self._count == len(self.ids) else array("q", compress(self.ids, self.mask))

    def first(self) -> int:
        """Return the id of the first paper. Raises ValueError if there is none."""
        return self.ids[self.mask.index(1)]


def status_code(status: str) -> int:
    """Return the mark for a status. It is 0 for `inbox`."""
    return STATUS_CODES[Status(status)]


def status_of(code: int) -> Status:
    """Return the status for a mark. A mark of no status stands for a removed paper; return `dropped` for it."""
    return _STATUSES.get(code, Status.DROPPED)


_STATUSES = {code: status for status, code in STATUS_CODES.items()}

GONE = len(STATUS_CODES)
"""The mark of a paper that is not in the library any more."""
