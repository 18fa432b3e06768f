"""Find out whether a file of a dump is a regular file inside the folder, and read it without following links.

A dump may come from another person. A link in its folder could point to any file of the reader, and reading a pipe
would never end.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from enum import Enum, auto
from typing import BinaryIO


class FileState(Enum):
    """The state of a file: missing, a regular file, or OTHER, such as a link, a folder, a pipe or a device.

    A regular file also has the state OTHER if its path leads through a link to a folder.
    """

    MISSING = auto()
    REGULAR = auto()
    OTHER = auto()


def state(folder: str, name: str) -> FileState:
    """Return the state of the file `name` in the folder of a dump. `name` may contain `/`.

    Raises OSError if the state cannot be determined.
    """
    path = folder
    *parents, last = name.split("/")
    try:
        for parent in parents:
            path = os.path.join(path, parent)
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                return FileState.OTHER
        mode = os.lstat(os.path.join(path, last)).st_mode
    except FileNotFoundError:
        return FileState.MISSING
    return FileState.REGULAR if stat.S_ISREG(mode) else FileState.OTHER


def is_folder(folder: str, name: str) -> bool:
    """Return whether `name` in `folder`, the folder of a dump, is a folder. A link to a folder does not count."""
    try:
        return stat.S_ISDIR(os.lstat(os.path.join(folder, name)).st_mode)
    except OSError:
        return False


def read(folder: str, name: str) -> bytes:
    """Return the content of the regular file `name` in the folder of a dump.

    Raises OSError if the file cannot be read, or is not a regular file.
    """
    with opened(folder, name) as file:
        return file.read()


@contextlib.contextmanager
def opened(folder: str, name: str) -> Iterator[BinaryIO]:
    """Return a context manager that opens the regular file `name` in the folder of a dump for reading.

    Raises OSError if the file cannot be read, or is not a regular file.
    """
    path = os.path.join(folder, name)
    if state(folder, name) is FileState.OTHER:
        raise OSError(0, "not a regular file", path)
    # The flags hold if the file was exchanged since. Some platforms do not have them.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "not a regular file", path)
        yield file
