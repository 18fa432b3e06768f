"""Write the reader's own data as plain text into a folder, for git."""

import os
import sqlite3
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import NamedTuple

from readq.errors import ReadqError, UsageError, write_error
from readq.model.records import LibraryRecord
from readq.paths import write_atomically
from readq.services.dump import file_layout
from readq.services.dump.read_folder import is_dump, refuse_later_format
from readq.store.connection.transactions import reading
from readq.store.records import read
from readq.text import strip_controls

_THEN = "make room or name another folder, then dump again: this one is not whole"


class Dumped(NamedTuple):
    """The numbers of papers and notes in a dump, of files written, and of files of an older dump removed."""

    papers: int
    notes: int
    written: int
    removed: int


def dump(connection: sqlite3.Connection, folder: str, config_path: str | None = None) -> Dumped:
    """Write the library's dump to `folder`; files with the right bytes are not touched.

    `config_path` is the reader's config file, which is copied when there is one. Raises ReadqError when the folder
    holds other things than a dump or a note that no dump wrote and no import took in, or when it cannot be written.
    """
    refuse_unless_ours(folder)
    with reading(connection):
        library = LibraryRecord(tuple(read.papers(connection).values()), read.feeds(connection), read.views(connection))
    files = dict(file_layout.files(library))
    settings = _config(config_path)
    if settings is not None:
        files[file_layout.CONFIG] = settings
    earlier = _notes_of_older_dump(folder)
    _refuse_to_lose_notes(folder, files, earlier)
    written = sum(_write(os.path.join(folder, name), text) for name, text in files.items())
    kept = {name.casefold(): name for name in files}
    removed = sum(_remove(folder, name, kept.get(name.casefold())) for name in sorted(earlier - files.keys()))
    notes = sum(paper.note is not None for paper in library.papers)
    return Dumped(len(library.papers), notes, written, removed)


def refuse_unless_ours(folder: str) -> None:
    """Raise ReadqError unless `folder` is missing, has hidden files at most, or holds a dump of a known format."""
    if not folder:
        raise UsageError("the name of the folder is empty", "name a folder")
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ReadqError(f"cannot dump to {folder}: {error.strerror}", "name a folder") from error
    if is_dump(folder):
        refuse_later_format(folder)
    elif any(not name.startswith(".") for name in names):
        raise ReadqError(f"{folder} holds other things than a dump", "name a new or an empty folder")


def _config(path: str | None) -> str | None:
    if path is None or not os.path.isfile(path):
        return None
    from readq.config import read_text

    return read_text(path)


def _notes_of_older_dump(folder: str) -> set[str]:
    """Return the notes that the dump in `folder` names; other files in its folder of notes are not ours."""
    import json

    found: set[str] = set()
    try:
        with open(os.path.join(folder, file_layout.PAPERS), encoding="utf-8", errors="replace") as file:
            lines = list(file)
    except OSError:
        return found
    for line in lines:
        with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            paper = json.loads(line)
            if paper["note"]:
                found.add(file_layout.note_path(paper["key"]))
    return found


def _refuse_to_lose_notes(folder: str, files: Mapping[str, str], ours: Collection[str]) -> None:
    """Raise ReadqError if writing would overwrite a note that was added by hand and has other lines."""
    if not os.path.exists(os.path.join(folder, file_layout.PAPERS)):
        # A first dump was interrupted: nothing says which notes it wrote.
        return
    beside = set(_names(os.path.join(folder, file_layout.NOTES)))
    own = {name.casefold() for name in ours}
    for name, text in files.items():
        path = os.path.join(folder, name)
        is_beside = name.startswith(file_layout.NOTES) and os.path.basename(name) in beside
        if is_beside and name.casefold() not in own and not _is_held(path, text):
            remedy = f"readq import {folder} takes it in; else remove it"
            raise ReadqError(f"{path} is a note that no dump wrote", remedy)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _is_held(path: str, text: str) -> bool:
    """Return whether `text` contains the lines of the file at `path`."""
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        said = strip_controls(file.read()).strip("\n")
    return f"\n{said}\n" in f"\n{text}\n"


def _write(path: str, text: str) -> bool:
    """Write the file if its content differs, and return whether it did."""
    data = text.encode()
    with suppress(OSError), open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size == len(data) and file.read() == data:
            return False
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomically(path, text)
    except OSError as error:
        raise write_error(path, error, _THEN) from error
    return True


def _remove(folder: str, name: str, alike: str | None) -> bool:
    """Remove a note of an older dump. Return False if it is missing, or is the same file as `alike` in other case."""
    path = os.path.join(folder, name)
    try:
        if alike is not None and os.path.samefile(path, os.path.join(folder, alike)):
            return False
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise write_error(path, error, _THEN) from error
    return True
