"""Restore a backup: replace the library by a copy of the backup, atomically, and keep the former library."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from readq.errors import LibraryDiskError, LibraryError, LibraryLockedError
from readq.store.connection import lock_wait
from readq.store.connection.sqlite_errors import library_error
from readq.store.files.backup import copy_verified, draft_file, fsync_folder
from readq.store.files.integrity import Contents, is_corruption, open_unmigrated, write_locked
from readq.store.files.location import journal_mode
from readq.store.files.publish import publish

BEFORE_RESTORE = ".before-restore"
"""The suffix that a restore appends to the file name of the replaced library."""

_COMPANIONS = ("-journal", "-wal", "-shm")
"""The suffixes of the files that SQLite creates next to a library. A restore renames them together with the library.

If they kept their names, SQLite would apply them to the restored library.
"""


class RestoreResult(NamedTuple):
    """The result of a restore."""

    contents: Contents
    """The row counts of the restored library."""
    kept: str | None
    """The path to which the former library was moved, or None if there was no library."""


def replace_library(source: str, library: str, busy_timeout: float) -> RestoreResult:
    """Replace the library at the path `library` by a verified copy of the backup `source`, with one rename.

    Keeps the former library under another name, even if it is damaged, was made by a newer readq or is the file of
    another program. Waits up to `busy_timeout` seconds for locks. Raises LibraryError or a subclass if the backup or
    the library cannot be used. After an error the library is unchanged, unless the message says that it was replaced.
    """
    library = os.path.realpath(library)
    if os.path.lexists(library) and not os.path.isfile(library):
        raise LibraryDiskError(f"the library path is not a regular file: {library}", "choose another with --db")
    os.makedirs(os.path.dirname(library), mode=0o700, exist_ok=True)
    with draft_file(library) as draft:
        found = _copy(source, draft, library, busy_timeout)
        kept = None
        if os.path.lexists(library):
            with _exclusive_lock(library, busy_timeout):
                kept = _keep(library)
                _replace(draft, library, kept)
        else:
            publish(draft, library)
        _sync(library, kept)
    return RestoreResult(found, kept)


def _sync(library: str, kept: str | None) -> None:
    try:
        fsync_folder(library)
    except OSError as error:
        advice = f"the former library is {kept}; check the disk" if kept else "check the disk"
        raise LibraryDiskError(
            f"{library} was replaced, but the change may not survive a power cut: {error.strerror}", advice
        ) from error


def _copy(source: str, draft: str, library: str, busy_timeout: float) -> Contents:
    try:
        with contextlib.closing(open_unmigrated(source, busy_timeout)) as connection, write_locked(connection):
            found = copy_verified(source, draft)
        with contextlib.closing(sqlite3.connect(draft)) as connection:
            connection.execute(f"PRAGMA journal_mode={journal_mode(library)}")
            _forget_note_files(connection)
    except sqlite3.Error as error:
        raise _nothing_changed(library_error(error, source)) from error
    except LibraryError as error:
        raise _nothing_changed(error) from error
    return found


def _forget_note_files(connection: sqlite3.Connection) -> None:
    """Delete the rows about folders of notes, so that the folders count as never compared.

    The files in the folders agree with the library that is replaced. If the rows stayed, the next sync would take the
    differences between the files and the backup for changes of the user, and undo the restore. A library with an
    older schema may lack the tables.
    """
    with connection:
        for table in ("note_file", "note_folder"):
            if connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone():
                connection.execute(f"DELETE FROM {table}")


def _nothing_changed(error: LibraryError) -> LibraryError:
    advice = error.hint if isinstance(error, LibraryDiskError | LibraryLockedError) else "choose another backup"
    return type(error)(error.message, f"nothing was changed; {advice}")


@contextlib.contextmanager
def _exclusive_lock(library: str, busy_timeout: float) -> Iterator[None]:
    """Move all commits from the write-ahead log to the library, and lock it exclusively during the `with` block.

    A damaged library cannot be locked by SQLite, so the body runs without a lock.
    """
    connection = None
    try:
        connection = lock_wait.connect(library, library, busy_timeout)
        # In WAL mode, closing the last connection would delete the file `LIBRARY-wal`, by then that of the new library.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if not is_corruption(error):
            raise library_error(error, library) from error
    try:
        yield
    finally:
        if connection is not None:
            connection.close()


def _keep(library: str) -> str:
    kept = _free_name(library + BEFORE_RESTORE)
    try:
        os.link(library, kept)
    except OSError:
        # Without hard links the library has to be renamed first, so its name is free for a moment.
        _rename(library, kept)
    for companion in _COMPANIONS:
        if os.path.lexists(library + companion):
            os.rename(library + companion, kept + companion)
    return kept


def _replace(draft: str, library: str, kept: str) -> None:
    try:
        os.replace(draft, library)
    except OSError:
        if not os.path.lexists(library):
            os.rename(kept, library)
        raise


def _rename(library: str, kept: str) -> None:
    try:
        os.rename(library, kept)
    except OSError as error:
        raise LibraryDiskError(f"cannot keep {library} as {kept}: {error.strerror}", "nothing was changed") from error


def _free_name(path: str) -> str:
    free, number = path, 1
    while os.path.lexists(free):
        number += 1
        free = f"{path}-{number}"
    return free
