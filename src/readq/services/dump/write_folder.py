"""Write the user's own data as plain text into a folder, for git."""

import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import filterfalse
from types import MappingProxyType
from typing import NamedTuple

from readq.errors import ReadqError, UsageError, write_error
from readq.paths import replace_file, target_of_temporary
from readq.services.dump import file_layout, regular_files
from readq.services.dump.dump_files import Content, DumpFiles, content_of
from readq.services.dump.read_folder import is_dump, refuse_later_format
from readq.services.dump.regular_files import FileState, is_same_file
from readq.text import filter_output, strip_controls

_NAMES_NOTE = re.compile(rb'"note"\s*:\s*true')

_OF_SHARE = os.path.join(".git", "readq")
"""The folder of `readq share` inside the folder of a dump that is shared."""

_HINT = "make room or name another folder, then dump again: this dump is incomplete"


class DumpReport(NamedTuple):
    """The numbers of papers and notes in a dump, and the numbers of files that were written and removed.

    Files of an older dump in the same folder are removed if the new dump does not have them.
    """

    papers: int
    notes: int
    written: int
    removed: int


class _OlderDump(NamedTuple):
    """What an older dump in the same folder has: the paths of its lists of papers, and of the notes that they name.

    No other file of notes was written by readq. `digests` are hashes of the contents of the lists, if there are
    several.
    """

    lists: set[str]
    digests: dict[str, bytes]
    notes: set[str]


def dump(
    connection: sqlite3.Connection,
    folder: str,
    config_path: str | None = None,
    *,
    with_secrets: bool = False,
) -> DumpReport:
    """Write the dump of the library to `folder`. Files that already have the right content are not written.

    Return a report. `config_path` is the path of the user's config file, which is copied to the dump if it exists.
    Secrets in the URLs of feeds are masked unless `with_secrets` is true. Raises ReadqError in four cases: the folder
    contains files that do not belong to a dump, it is the folder of `readq share`, it contains a note that was added by
    hand and not imported yet, or a file cannot be written.
    """
    _require_dump_or_empty(folder)
    if os.path.isdir(os.path.join(folder, _OF_SHARE)):
        # It has several lists of papers. A commit of one list in their place could remove the papers everywhere.
        raise ReadqError(f"{folder} is the folder of readq share", "readq share writes it; name another folder")
    with DumpFiles(connection, with_secrets=with_secrets) as dumped:
        return _write_all(folder, dumped, _config(config_path))


def dump_in_lists(
    connection: sqlite3.Connection,
    folder: str,
    present: Mapping[str, str] = MappingProxyType({}),
    *,
    refuses_notes: bool = False,
) -> Mapping[str, str]:
    """Write the dump of the library to `folder` as `dump` does, but with the papers in several files.

    Return the fingerprint of each of these files, by path. `present` has the fingerprints that an earlier call for the
    same folder returned. A file that would have the same fingerprint is not made again, nor are the notes on its
    papers. The config file is not copied, and secrets are masked. Raises the errors of `dump`. If `refuses_notes` is
    true, also raises ReadqError if the folder has a note that neither this dump nor the one before it wrote.
    """
    _require_dump_or_empty(folder)
    _remove_unfinished(folder)
    lists = regular_files.paper_lists(folder) if present else {}
    present = {path: one for path, one in present.items() if lists.get(path) is FileState.REGULAR}
    with DumpFiles(connection, with_secrets=False, is_split=True, present=present) as dumped:
        _write_all(folder, dumped, None, refuses_notes=refuses_notes)
        return dumped.fingerprints


def _remove_unfinished(folder: str) -> None:
    """Remove the lists and notes that a killed call was writing. Otherwise git would send them to all machines."""
    for inner in (file_layout.PAPERS_FOLDER, file_layout.NOTES):
        if regular_files.is_folder(folder, inner):
            for name in os.listdir(os.path.join(folder, inner)):
                target = target_of_temporary(name)
                if target and (file_layout.is_list_path(f"{inner}/{target}") or target.endswith(".md")):
                    with suppress(OSError):
                        os.unlink(os.path.join(folder, inner, name))


def _write_all(folder: str, dumped: DumpFiles, settings: str | None, *, refuses_notes: bool = False) -> DumpReport:
    def files() -> Iterator[tuple[str, Content]]:
        yield from dumped.files()
        if settings is not None:
            yield file_layout.CONFIG, content_of(settings)

    names = {name for name, _ in files()}
    _refuse_links(folder, names)
    older = _older_dump(folder, dumped.unchanged)
    _refuse_to_lose_notes(folder, dumped, older)
    if refuses_notes and older.lists:
        _refuse_others(folder, {*older.notes, *names})
    by_case = {name.casefold(): name for name in names}
    # As long as the old lists name them. Notes that no list names, left by a kill, would stay for ever.
    removed = sum(_remove(folder, name, by_case.get(name.casefold())) for name in sorted(older.notes - names))
    written = sum(
        _write(os.path.join(folder, name), content)
        for name, content in files()
        if name not in older.digests or older.digests[name] != _digest(content())
    )
    removed += sum(_remove(folder, name, None) for name in sorted(older.lists - names))
    with suppress(OSError):
        # Only if it is empty.
        os.rmdir(os.path.join(folder, file_layout.PAPERS_FOLDER))
    return DumpReport(dumped.papers, dumped.notes, written, removed)


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
        raise ReadqError(f"{folder} contains files that are not from a dump", "name a new or an empty folder")


def _config(path: str | None) -> str | None:
    if path is None or not os.path.isfile(path):
        return None
    from readq.config_file import read_text

    return filter_output(read_text(path))


def _refuse_links(folder: str, names: Iterable[str]) -> None:
    """Raise ReadqError if a file to be written is a link, a pipe or a device, or is in a linked folder."""
    lists = regular_files.paper_lists(folder)
    is_regular = {name for name, found in lists.items() if found is FileState.REGULAR}
    for name in filterfalse(is_regular.__contains__, names):
        if regular_files.state(folder, name) is FileState.OTHER:
            raise ReadqError(
                f"{os.path.join(folder, name)} is not a regular file in {folder}", "remove it, or name another folder"
            )


def _older_dump(folder: str, without: Collection[str]) -> _OlderDump:
    """Return what the dump in `folder` has, except for the lists `without` and the notes that they name.

    Raises ReadqError if one of several lists cannot be read.
    """
    try:
        older = _OlderDump({*regular_files.paper_lists(folder)}.difference(without), {}, set())
        for name, content in regular_files.short_lists(folder, without):
            older.digests[name] = _digest([content])
            older.notes.update(_notes(content.split(b"\n")))
    except OSError as error:
        raise ReadqError(f"{error.filename} cannot be read: {error.strerror}", "check its permissions") from error
    if file_layout.PAPERS in older.lists:
        with suppress(OSError), regular_files.opened(folder, file_layout.PAPERS) as file:
            older.notes.update(_notes(file))
    return older


def _notes(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the paths of the notes that lines of a list of papers name."""
    # A line is parsed only if it may name a note: most do not, and all together are much.
    for line in filter(_NAMES_NOTE.search, lines):
        with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            paper = json.loads(line.decode(errors="replace"))
            if paper["note"]:
                yield file_layout.note_path(paper["key"])


def _digest(content: Iterable[bytes]) -> bytes:
    digest = hashlib.blake2b()
    for part in content:
        digest.update(part)
    return digest.digest()


def _refuse_to_lose_notes(folder: str, files: DumpFiles, older: _OlderDump) -> None:
    """Raise ReadqError if `files` would overwrite a note that was added by hand and has other lines."""
    if not older.lists:
        # A first dump was interrupted: nothing says which notes it wrote.
        return
    present = set(_names(os.path.join(folder, file_layout.NOTES)))
    dumped = {name.casefold() for name in older.notes}
    for name, text in files.note_files() if present else ():
        is_present = os.path.basename(name) in present
        if is_present and name.casefold() not in dumped and not _contains_file(text, folder, name):
            raise _note_by_hand(folder, name)


def _refuse_others(folder: str, written: Collection[str]) -> None:
    """Raise ReadqError if the folder has a note that is not one of `written`, the paths of the notes of a dump."""
    known = {name.casefold() for name in written}
    for name in sorted(f"{file_layout.NOTES}/{one}" for one in _names(os.path.join(folder, file_layout.NOTES))):
        if file_layout.is_note_path(name) and name.casefold() not in known:
            raise _note_by_hand(folder, name)


def _note_by_hand(folder: str, name: str) -> ReadqError:
    path = os.path.join(folder, name)
    return ReadqError(f"{path} is a note that no dump wrote", f"run readq import {folder}, or remove the note")


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _contains_file(text: str, folder: str, name: str) -> bool:
    """Return whether `text` contains the lines of the file `name` in `folder`."""
    lines = strip_controls(regular_files.read(folder, name).decode("utf-8-sig", errors="replace")).strip("\n")
    return f"\n{lines}\n" in f"\n{text}\n"


def _write(path: str, content: Content) -> bool:
    """Write the file if its content differs, and return whether it did."""
    with suppress(OSError), open(path, "rb") as file:
        if all(file.read(len(part)) == part for part in content()) and not file.read(1):
            return False
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        replace_file(path, content())
    except OSError as error:
        raise write_error(path, error, _HINT) from error
    return True


def _remove(folder: str, name: str, same_name: str | None) -> bool:
    """Remove a file of an older dump. Return True if it was removed, and False if nothing had to be removed.

    Nothing has to be removed if the file is missing, is no regular file, or is the same file as `same_name`.
    `same_name` is the name of a new note, or None. It differs from `name` only in upper and lower case.
    """
    path = os.path.join(folder, name)
    if regular_files.state(folder, name) is not FileState.REGULAR:
        return False
    try:
        if same_name is not None and is_same_file(path, os.path.join(folder, same_name)):
            return False
        os.unlink(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise write_error(path, error, _HINT) from error
    return True
