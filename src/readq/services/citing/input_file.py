"""Read a .bib file of the user."""

import os
from typing import NamedTuple

from readq.errors import ReadqError

_LARGEST = 64_000_000
"""The maximum size of a file that is read, in bytes."""

Stamp = tuple[int, int]
"""The time of the last change of a file, in nanoseconds, and its size in bytes."""


class InputFile(NamedTuple):
    """The content of a file, and its stamp at the time of reading."""

    data: bytes
    stamp: Stamp


def read_input(path: str) -> InputFile:
    """Return the content of the file at `path`. Raises ReadqError if it cannot be read or is larger than 64 MB."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
            status = os.fstat(file.fileno())
    except OSError as error:
        raise ReadqError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise ReadqError(f"{path} is larger than {_LARGEST // 1_000_000} MB", "nothing was written")
    return InputFile(data, stamp_of(status))


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file, from the result of `os.stat`."""
    return status.st_mtime_ns, status.st_size
