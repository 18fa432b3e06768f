"""List, read and write the Markdown files of a folder of notes, without access to the library."""

import os
import re
import stat
import unicodedata
from collections.abc import Collection, Mapping
from typing import NamedTuple

from readq.errors import DiskError, ReadqError
from readq.formats.markdown.front_matter import FrontMatterError
from readq.formats.markdown.note_file import NoteFile, digest, parse
from readq.paths import is_utf8, replace_file

SUFFIX = ".md"
_LONGEST_FILE = 4 * 1024 * 1024
"""The maximum size of a file that is read or written, in bytes."""

_LONGEST_NAME = 200
"""The maximum length of a file name without its suffix, in bytes. File systems allow 255 bytes in all."""

_UNSAFE = re.compile(r"[^\w.+-]")
_COPY = re.compile(r"\.sync-conflict-\d|\(.*conflicted copy.*\)|\s\(\d{1,3}\)\.md$|\.orig\.md$|~\.md$", re.IGNORECASE)
"""The pattern of names that sync programs and editors give to copies of a file.

A number of four digits in parentheses is a year, which people write into the names of their files.
"""

_RECENT_NS = 2_000_000_000
"""The time after a change, in nanoseconds, in which a second change may go unnoticed.

Some file systems store times so coarsely that the two changes have the same time.
"""


class Problem(NamedTuple):
    """A file or folder that a sync leaves unchanged, and the reason."""

    where: str
    why: str


class FileState(NamedTuple):
    """The size of a file in bytes, and the time of its last change in nanoseconds since 1970."""

    size: int
    mtime_ns: int


KnownFiles = dict[str, tuple[tuple[int, int], Problem | None]]
"""The files that belong to no paper, as found by earlier scans.

The dict maps the name of each file to its size, its time of change, and its problem or None. A file of this dict is
read again only when its size or its time of change has changed.
"""


class Scan(NamedTuple):
    """The Markdown files of a folder."""

    files: Mapping[str, tuple[int, int]]
    """Maps file names to pairs: the size, and the time of the last change.

    The pairs are plain tuples, not FileState objects. A folder may have ten thousand files, and tuples are faster.
    """
    odd: Mapping[str, str]
    """Maps the names of other entries that end in `.md` to the reasons why they are left alone.

    They are links, folders, and files whose names are not UTF-8, which the library cannot store.
    """


class ReadFile(NamedTuple):
    """A file that was read: its state at the time of reading, the digest of its bytes, and its parsed content."""

    state: FileState
    digest: str
    content: NoteFile


def scan(path: str) -> Scan:
    """Return the Markdown files in the folder at `path`, without hidden files. Subfolders are not searched.

    Raises DiskError if the folder cannot be read.
    """
    files: dict[str, tuple[int, int]] = {}
    odd: dict[str, str] = {}
    try:
        # By its descriptor, so that the system does not look up the path again for each file.
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = entry.name
                    if not name.endswith(SUFFIX) or name[0] == ".":
                        continue
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    if not stat.S_ISREG(status.st_mode):
                        odd[name] = "it is a link or no file"
                    elif not name.isascii() and not is_utf8(name):
                        odd[name] = "its name is not UTF-8"
                    else:
                        files[name] = (status.st_size, status.st_mtime_ns)
        finally:
            os.close(folder)
    except OSError as error:
        raise DiskError(f"cannot read the notes in {path}: {error.strerror}", "check notes.folder") from error
    return Scan(files, odd)


def is_copy(name: str) -> bool:
    """Return whether `name` looks like the name that a sync program or an editor gives to a copy of a file."""
    return _COPY.search(name) is not None


def read(path: str, now_ns: int) -> ReadFile:
    """Read the file at `path`, and return its content and state.

    `now_ns` is the present time in nanoseconds since 1970. If the file was changed less than two seconds before
    `now_ns`, the time in its state is -1 (see `settled`). Raises FrontMatterError if the file is longer than 4 MB or
    its front matter is broken. Raises OSError if the file cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > _LONGEST_FILE:
            raise FrontMatterError(f"it is longer than {_LONGEST_FILE >> 20} MB")
        data = file.read(_LONGEST_FILE + 1)
    return ReadFile(settled(status, now_ns), digest(data), parse(data))


def settled(status: os.stat_result, now_ns: int) -> FileState:
    """Return the size and the time of change of a file.

    A later scan compares them with the present values, to see whether the file has changed. Two changes within two
    seconds can have the same time. So if the file was changed less than two seconds before `now_ns`, the returned time
    is -1. The next scan then counts the file as changed, and the file is read again.
    """
    is_recent = now_ns - status.st_mtime_ns < _RECENT_NS
    return FileState(status.st_size, -1 if is_recent else status.st_mtime_ns)


def write(path: str, content: str, former: str | None) -> bool:
    """Write `content` to the file at `path` atomically. Return True if the file was written.

    `former` is the digest of the file to replace, or None for a new file. If the present file has another digest, it
    was changed meanwhile: nothing is written, and False is returned. Raises OSError if the file cannot be written.
    Raises ReadqError if `content` is longer than 4 MB.
    """
    data = content.encode()
    if len(data) > _LONGEST_FILE:
        raise ReadqError(f"the note is longer than {_LONGEST_FILE >> 20} MB: not written")
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            present = digest(file.read(_LONGEST_FILE + 1))
    except FileNotFoundError:
        present = None
    if present != former:
        return False
    # The note is in the library, so that a crash of the system loses nothing: no need to wait for the disk.
    replace_file(path, (data,), is_durable=False)
    return True


def has_digest(path: str, former: str) -> bool:
    """Return whether the digest of the file at `path` is `former`. Raises OSError if the file cannot be read."""
    with open(path, "rb") as file:
        return digest(file.read(_LONGEST_FILE + 1)) == former


def delete(path: str, former: str) -> bool:
    """Delete the file at `path` if its digest is `former`. Return True if there is no file at `path` any more.

    Raises OSError if the file cannot be read or deleted.
    """
    try:
        is_same = has_digest(path, former)
        if is_same:
            os.unlink(path)
    except FileNotFoundError:
        return True
    return is_same


def file_name(key: str, prefix: str, paper_id: int, taken: Collection[str]) -> str:
    """Return the name of the file of a paper: `prefix`, then the citation key, then `.md`.

    Characters of the key that are not safe in a file name are replaced. If the result in lower case is in `taken`, the
    id of the paper is added after the key.
    """
    safe = _UNSAFE.sub("_", key).replace("..", "_").lstrip(".")
    stem = prefix + safe.encode()[:_LONGEST_NAME].decode(errors="ignore")
    name = f"{stem or '_'}{SUFFIX}"
    return f"{stem}-{paper_id}{SUFFIX}" if name.lower() in taken else name


def is_made_name(name: str, key: str, paper_id: int) -> bool:
    """Return whether `file_name` gives the name `name` to the file of a paper, with any prefix.

    If it does not, the user has renamed the file.
    """
    made = [file_name(key, prefix, paper_id, ()) for prefix in ("", "@")]
    # Some systems store names in another form of Unicode.
    return unicodedata.normalize("NFC", name) in (
        *made,
        *(f"{one.removesuffix(SUFFIX)}-{paper_id}{SUFFIX}" for one in made),
    )
