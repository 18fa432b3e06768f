"""Marks of the lines of a list, such as the status of the paper in each line.

Marks are a byte string with one byte for each line of the list. So the marks of 100,000 lines take 100 KB, and the
functions here change all of them without a loop in Python. A mask is a byte string in which each byte is 0 or 1.
"""

from array import array
from collections.abc import Iterator
from itertools import compress

from readq.model.values import Status
from readq.store.papers.queries import STATUS_CODES

_ALL_BITS = bytes([0, *[255] * 255])
"""A table for `bytes.translate` that maps the mark 0 to 0, and each other mark to 255."""

_ONE_BIT = bytes([0, *[1] * 255])
_IS_ZERO = bytes([1, *[0] * 255])


def mask_of(marks: bytes | bytearray) -> bytes:
    """Return a mask that has 1 for each line with a mark other than 0, and 0 for each other line."""
    return bytes(marks.translate(_ONE_BIT))


def mask_of_zeros(marks: bytes | bytearray) -> bytes:
    """Return a mask that has 1 for each line with the mark 0, and 0 for each other line."""
    return bytes(marks.translate(_IS_ZERO))


def both(one: bytes, other: bytes | bytearray) -> bytes:
    """Return the bitwise AND of two byte strings of equal length."""
    common = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return common.to_bytes(len(one), "little")


def where(mask: bytes | bytearray, marks: bytes | bytearray, others: bytes | bytearray) -> bytearray:
    """Combine two byte strings of marks, and return the new marks.

    A line with 1 in `mask` gets its mark from `marks`. Each other line gets its mark from `others`.
    """
    bits = int.from_bytes(mask.translate(_ALL_BITS), "little")
    chosen, rest = int.from_bytes(marks, "little"), int.from_bytes(others, "little")
    return bytearray(((chosen & bits) | (rest & ~bits)).to_bytes(len(mask), "little"))


def count(marks: bytes | bytearray) -> int:
    """Return the number of lines with a mark other than 0."""
    return len(marks) - marks.count(0)


class Targets:
    """The papers that an action applies to, stored as the ids of a list and a mask of its lines.

    The mask has 1 for each line with one of the papers, and 0 for each other line. `paper_ids` makes the list of the
    papers' ids. This takes time in a long list, so it is done in the writer thread.
    """

    def __init__(self, ids: "array[int]", mask: bytes | None = None, *, undecided: bool = False) -> None:
        """Create targets from `ids`, the ids of a list, and `mask`, the mask of its lines, or None for all lines.

        If `undecided` is true, the action leaves out each paper whose status in the library is no longer `inbox` when
        the action is written.
        """
        self.ids = ids
        self.mask = b"\1" * len(ids) if mask is None else mask
        self.undecided = undecided
        self._count = count(self.mask)

    @classmethod
    def of(cls, *paper_ids: int) -> "Targets":
        """Return targets with the papers that have these ids."""
        return cls(array("q", paper_ids))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return compress(self.ids, self.mask)

    def paper_ids(self) -> "array[int]":
        """Return the ids of the papers, in the order of the list."""
        return self.ids if self._count == len(self.ids) else array("q", compress(self.ids, self.mask))

    def first(self) -> int:
        """Return the id of the first paper. Raises ValueError if there are no papers."""
        return self.ids[self.mask.index(1)]


def status_code(status: str) -> int:
    """Return the code of a status: a number that fits into one byte. The code of `inbox` is 0."""
    return STATUS_CODES[Status(status)]


def status_of(code: int) -> Status:
    """Return the status that has the code `code`.

    Return `dropped` for the code GONE, which stands for a removed paper.
    """
    return _STATUSES.get(code, Status.DROPPED)


_STATUSES = {code: status for status, code in STATUS_CODES.items()}

GONE = len(STATUS_CODES)
"""The mark of a paper that is no longer in the library."""
