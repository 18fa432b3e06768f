"""Write the reader's own data as plain text into a folder, for git."""

import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

from readq.errors import ReadqError, UsageError, write_error
from readq.feeds.secrets import masked
from readq.model.records import LibraryRecord
from readq.paths import write_atomically
from readq.services.dump import file_layout, regular_files
from readq.services.dump.read_folder import is_dump, refuse_later_format
from readq.services.dump.regular_files import FileState
from readq.store.connection.transactions import reading
from readq.store.records import read
from readq.text import filter_output, strip_controls

_HINT = "make room or name another folder, then dump again: this dump is incomplete"


class DumpReport(NamedTuple):
    """The numbers of papers and notes in a dump, and the numbers of files that were written and removed.

    Files of an older dump in the same folder are removed if the new dump does not have them.
    """

    papers: int
    notes: int
    written: int
    removed: int


def dump(
    connection: sqlite3.Connection, folder: str, config_path: str | None = None, *, with_secrets: bool = False
) -> DumpReport:
    """Write the dump of the library to `folder`. Files that have the right content already are not written.

    `config_path` is the reader's config file. It is copied if it exists. Secrets in the addresses of feeds are masked
    unless `with_secrets` is true. Raises ReadqError in three cases: the folder contains files that do not belong to a
    dump, it contains a note that was added by hand and not imported yet, or it cannot be written to.
    """
    _require_dump_or_empty(folder)
    with reading(connection):
        feeds = read.feeds(connection)
        shown = feeds if with_secrets else tuple(feed._replace(spec=masked(feed.spec)) for feed in feeds)
        library = LibraryRecord(tuple(read.papers(connection).values()), shown, read.views(connection))
    files = dict(file_layout.files(library))
    settings = _config(config_path)
    if settings is not None:
        files[file_layout.CONFIG] = settings
    _refuse_links(folder, files)
    old_notes = _notes_of_older_dump(folder)
    _refuse_to_lose_notes(folder, files, old_notes)
    written = sum(_write(os.path.join(folder, name), text) for name, text in files.items())
    by_case = {name.casefold(): name for name in files}
    removed = sum(_remove(folder, name, by_case.get(name.casefold())) for name in sorted(old_notes - files.keys()))
    notes = sum(paper.note is not None for paper in library.papers)
    return DumpReport(len(library.papers), notes, written, removed)


def _require_dump_or_empty(folder: str) -> None:
    """Raise ReadqError unless `folder` is missing, has only hidden files, or holds a dump of a known format."""
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
        raise ReadqError(f"{folder} contains other files than a dump", "name a new or an empty folder")


def _config(path: str | None) -> str | None:
    if path is None or not os.path.isfile(path):
        return None
    from readq.config import read_text

    return filter_output(read_text(path))


def _refuse_links(folder: str, names: Iterable[str]) -> None:
    """Raise ReadqError if a file to be written is a link, a pipe or a device, or is in a linked folder."""
    for name in names:
        if regular_files.state(folder, name) is FileState.OTHER:
            raise ReadqError(
                f"{os.path.join(folder, name)} is not a regular file in {folder}", "remove it, or name another folder"
            )


def _notes_of_older_dump(folder: str) -> set[str]:
    """Return the notes that the dump in `folder` names; other files in its folder of notes are not ours."""
    import json

    notes: set[str] = set()
    try:
        lines = regular_files.read(folder, file_layout.PAPERS).decode(errors="replace").split("\n")
    except OSError:
        return notes
    for line in lines:
        with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            paper = json.loads(line)
            if paper["note"]:
                notes.add(file_layout.note_path(paper["key"]))
    return notes


def _refuse_to_lose_notes(folder: str, files: Mapping[str, str], old_notes: Collection[str]) -> None:
    """Raise ReadqError if writing `files` would overwrite a note that was added by hand and has other lines."""
    if not os.path.exists(os.path.join(folder, file_layout.PAPERS)):
        # A first dump was interrupted: nothing says which notes it wrote.
        return
    present = set(_names(os.path.join(folder, file_layout.NOTES)))
    dumped = {name.casefold() for name in old_notes}
    for name, text in files.items():
        path = os.path.join(folder, name)
        is_present = name.startswith(file_layout.NOTES) and os.path.basename(name) in present
        if is_present and name.casefold() not in dumped and not _contains_file(text, folder, name):
            raise ReadqError(f"{path} is a note that no dump wrote", f"run readq import {folder}, or remove the note")


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _contains_file(text: str, folder: str, name: str) -> bool:
    """Return whether `text` contains the lines of the file `name` in `folder`."""
    lines = strip_controls(regular_files.read(folder, name).decode("utf-8-sig", errors="replace")).strip("\n")
    return f"\n{lines}\n" in f"\n{text}\n"


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
        raise write_error(path, error, _HINT) from error
    return True


def _remove(folder: str, name: str, same_name: str | None) -> bool:
    """Remove a note of an older dump, and return whether that was necessary.

    It is not if the note is missing or no regular file, or if it is the same file as `same_name`, which differs in
    case only.
    """
    path = os.path.join(folder, name)
    if regular_files.state(folder, name) is not FileState.REGULAR:
        return False
    try:
        if same_name is not None and os.path.samefile(path, os.path.join(folder, same_name)):
            return False
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise write_error(path, error, _HINT) from error
    return True
