"""Read a .bib file of the user."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

from readq.errors import ReadqError
from readq.formats.bib_file.content import Content

_LARGEST = 64_000_000
"""The maximum size of a file that is read as a whole, in bytes."""

_IN_MEMORY = 1 << 22
"""The maximum size of a file that is held in memory while it is open, in bytes."""

Stamp = tuple[int, int]
"""The time of the last change of a file, in nanoseconds, and its size in bytes."""


class InputFile(NamedTuple):
    """The content of a file, and its stamp at the time of reading."""

    content: Content
    stamp: Stamp


def read_input(path: str) -> bytes:
    """Return the content of the file at `path`. Raises ReadqError if it cannot be read or is larger than 64 MB."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise _read_error(path, error) from error
    if len(data) > _LARGEST:
        raise ReadqError(f"{path} is larger than {_LARGEST // 1_000_000} MB", "nothing was written")
    return data


@contextmanager
def opened_input(path: str) -> Iterator[InputFile]:
    """Open the file at `path` for the body of the `with`, in which the content can be read.

    A large file is read in parts. If another program changes it, the parts may not fit together. Then the stamp of the
    file differs afterwards. Raises ReadqError if the file cannot be read.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise _read_error(path, error) from error
    with file:
        try:
            data = file.read(_IN_MEMORY + 1)
            status = os.fstat(file.fileno())
        except OSError as error:
            raise _read_error(path, error) from error
        size = status.st_size
        content = Content.of(data) if len(data) <= _IN_MEMORY else Content(size, _reader(path, file, size))
        yield InputFile(content, stamp_of(status))


def _reader(path: str, file: IO[bytes], size: int) -> Callable[[int, int], bytes]:
    def read(start: int, end: int) -> bytes:
        length = min(end, size) - start
        try:
            file.seek(start)
            data = file.read(length)
        except OSError as error:
            raise _read_error(path, error) from error
        if len(data) < length:
            raise changed_error(path)
        return data

    return read


def changed_error(path: str) -> ReadqError:
    """Return the error that another program has changed the file at `path` since it was opened."""
    return ReadqError(f"{path} was changed in the meantime", "nothing was written; run it again")


def _read_error(path: str, error: OSError) -> ReadqError:
    return ReadqError(f"cannot read {path}: {error.strerror}")


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp of a file, from the result of `os.stat`."""
    return status.st_mtime_ns, status.st_size
