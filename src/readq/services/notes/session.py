"""Sync the folder of notes with a library, for commands and for the UI. Only one process at a time can do this."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.errors import NotesBusyError, ReadqError
from readq.paths import expand
from readq.services.notes.comparison import NotesFolder
from readq.services.notes.files import KnownFiles
from readq.services.notes.sync import SyncOptions, SyncReport, sync
from readq.services.papers.triage import on_done
from readq.store import library
from readq.store.connection import sqlite_errors
from readq.store.connection.sync_lock import process_lock
from readq.store.connection.write_access import unwritable_reason
from readq.text import counted

_LOCK_RETRY = 0.05
"""The time between two attempts to get the lock, in seconds."""


class Waits(NamedTuple):
    """The longest waits in seconds: `library` is for a locked library, `lock` for the lock of the folder of notes."""

    library: float
    lock: float


_FILE_WAITS = Waits(library=5, lock=5)
"""How long to wait for locks at most when the file of a note is prepared for an editor."""


def notes_folder(config: Config) -> NotesFolder | None:
    """Return the folder of notes in the settings. Return None if the settings name no folder."""
    if not config.notes_folder:
        return None
    return NotesFolder(expand(config.notes_folder), config.notes_file_name.removesuffix("KEY.md"))


@contextlib.contextmanager
def notes_lock(path: str, seconds: float) -> Iterator[None]:
    """Return a context manager that holds the lock of the folder of notes. `path` is the path of the library.

    Raises NotesBusyError if another process still holds the lock after `seconds`.
    """
    until = time.monotonic() + seconds
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(process_lock(f"{os.path.realpath(path)}.notes", _busy))
                break
            except NotesBusyError:
                if time.monotonic() >= until:
                    raise
            time.sleep(_LOCK_RETRY)
        yield


def _busy(who: str) -> NotesBusyError:
    return NotesBusyError(f"another process compares the notes{who}", "try again when it is done")


@contextlib.contextmanager
def _locked(path: str, seconds: float) -> Iterator[None]:
    """Hold the lock of the folder of notes during the `with` block, as `notes_lock` does.

    Converts an SQLite error in the block into a LibraryError.
    """
    try:
        with notes_lock(path, seconds):
            yield
    except sqlite3.Error as error:
        raise sqlite_errors.library_error(error, path) from error


def sync_notes(
    path: str, config: Config, now: datetime, waits: Waits, known: KnownFiles | None = None
) -> SyncReport | None:
    """Sync the folder of notes and the library at `path`, and return the report.

    Do nothing and return None in four cases: the settings name no folder, there is no library, the library cannot be
    written to, or another process is syncing the folder. `known` is updated for the next call (see KnownFiles). Raises
    ReadqError if the folder or the library cannot be used.
    """
    folder = notes_folder(config)
    if folder is None or not os.path.exists(path) or unwritable_reason(path):
        return None
    try:
        with _locked(path, waits.lock):
            connection = library.open_if_writable(path, waits.library)
            if connection is None:
                return None
            with contextlib.closing(connection):
                return sync(connection, folder, now, SyncOptions(on_done(config)), known)
    except NotesBusyError:
        return None


def sync_quietly(
    path: str, config: Config, now: datetime, waits: Waits, known: KnownFiles | None = None
) -> tuple[SyncReport | None, list[str]]:
    """Call `sync_notes`. Return its report, and lines of text for the user about problems. Raises no ReadqError.

    If `sync_notes` raises a ReadqError, the report is None, and the only line is the error.
    """
    try:
        report = sync_notes(path, config, now, waits, known)
    except ReadqError as error:
        return None, [f"notes: {error}"]
    return report, [] if report is None else messages(report)


def file_of_note(path: str, config: Config, paper_id: int, now: datetime) -> str | ReadqError:
    """Return the path of the file of a paper's note. If this fails, return the ReadqError.

    The folder of notes is synced first, and a file is created if the paper has no note. `path` is the path of the
    library. The settings must name a folder of notes.
    """
    from readq.services.notes.open_file import prepare_file

    folder = notes_folder(config)
    assert folder is not None
    try:
        with (
            _locked(path, _FILE_WAITS.lock),
            contextlib.closing(library.open_for_changing(path, _FILE_WAITS.library)) as opened,
        ):
            options = SyncOptions(on_done(config))
            return prepare_file(opened, folder, paper_id, now, options, config.notes_template)
    except ReadqError as error:
        return error


_MOST_NAMED = 5


def messages(report: SyncReport) -> list[str]:
    """Return lines of text about the problems of a sync, and about notes that changed in the library and in the file.

    If there are more than five problems, five have a line each, and one more line counts the rest.
    """
    lines = [f"notes: {problem.where}: {problem.why}" for problem in report.problems[:_MOST_NAMED]]
    if (more := len(report.problems) - _MOST_NAMED) > 0:
        lines.append(f"notes: {counted(more, 'more problem')}: readq notes status names them")
    if report.both:
        named = ", ".join(report.both[:_MOST_NAMED])
        lines.append(f"notes: changed on both sides, both texts are kept: {named}")
    return lines
