"""Find out whether a file of a dump is a regular file inside the folder, and read it without following links.

A dump may come from another person. A link in its folder could point to any file of the user, and reading a pipe
would never end.
"""

import contextlib
import os
import stat
from collections.abc import Collection, Iterator
from enum import Enum, auto
from typing import BinaryIO

from readq.services.dump import file_layout

# Some platforms do not have all of them.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


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
    except (FileNotFoundError, NotADirectoryError):
        return FileState.MISSING
    return FileState.REGULAR if stat.S_ISREG(mode) else FileState.OTHER


def is_folder(folder: str, name: str) -> bool:
    """Return whether the dump in `folder` contains a folder `name`. A link to a folder does not count."""
    try:
        return stat.S_ISDIR(os.lstat(os.path.join(folder, name)).st_mode)
    except OSError:
        return False


def is_same_file(path: str, other: str) -> bool:
    """Return whether two paths lead to the same file. Names that differ only in case do so on some file systems.

    Raises OSError if there is no file at `path`.
    """
    return os.path.exists(other) and os.path.samefile(path, other)


def paper_lists(folder: str) -> dict[str, FileState]:
    """Return a dict that maps the path of each list of papers in the folder of a dump to the state of the file.

    `papers.jsonl` is first, and the lists `papers/XYZ.jsonl` follow, sorted by path. Missing lists are left out. Raises
    OSError if the folder cannot be read.
    """
    inner = file_layout.PAPERS_FOLDER
    lists = {file_layout.PAPERS: state(folder, file_layout.PAPERS)}
    if is_folder(folder, inner):
        with os.scandir(os.path.join(folder, inner)) as entries:
            # Most file systems tell the kind of each entry along with its name.
            kinds = {f"{inner}/{entry.name}": entry.is_file(follow_symlinks=False) for entry in entries}
        paths = sorted(filter(file_layout.is_list_path, kinds))
        lists |= {path: FileState.REGULAR if kinds[path] else FileState.OTHER for path in paths}
    return {path: found for path, found in lists.items() if found is not FileState.MISSING}


def short_lists(folder: str, without: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each list of papers `papers/XYZ.jsonl` in the folder of a dump.

    The paths in `without`, and lists that are not regular files, are left out. Raises OSError if a list cannot be read.
    """
    for path, found in paper_lists(folder).items():
        if found is FileState.REGULAR and path != file_layout.PAPERS and path not in without:
            # Less is checked than in `opened`: there are thousands of them.
            with open(os.open(os.path.join(folder, path), _FLAGS), "rb", buffering=0) as file:
                yield path, file.read()


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
    # The flags hold if the file was exchanged since.
    with open(os.open(path, _FLAGS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "not a regular file", path)
        yield file
