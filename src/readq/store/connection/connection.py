"""Connections to a library's file: identity, durability, transactions.

SQLite's defaults lose concurrent updates without an error, so the module's own BEGIN and COMMIT are off
(`isolation_level=None`) and every transaction here says what it is: `BEGIN IMMEDIATE` to write, `BEGIN` to read.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator

from readq.errors import LibraryDiskError, LibraryError, LibraryLockedError, LibraryNewerError
from readq.store.connection.lock_wait import HeldError
from readq.store.connection.lock_wait import connect as waiting_connection
from readq.store.connection.writable import read_only, why_not

APPLICATION_ID = 0x72656471
"""`redq` in ASCII, in the file's header: says that a SQLite file is ours."""

SCHEMA_VERSION = 2
"""The schema that this readq writes; `PRAGMA user_version` of the file."""

DEFAULT_BUSY_TIMEOUT = 30.0
"""Seconds that a writer waits for another process before it gives up."""

_VERSION = sqlite3.sqlite_version_info
WAL_IS_SAFE = _VERSION >= (3, 51, 3) or (3, 50, 7) <= _VERSION < (3, 51) or (3, 44, 6) <= _VERSION < (3, 45)
"""False on releases whose WAL reset can lose commits (sqlite.org/wal.html, "the WAL-reset bug")."""


def connect_to(path: str, mode: str, busy_timeout: float) -> sqlite3.Connection:
    """A connection to an existing file, `rw`, `ro` or `ro&immutable=1`, prepared but not looked at.

    Raises sqlite3.Error.
    """
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = waiting_connection(f"file:{quoted}?mode={mode}", path, busy_timeout, uri=True)
    with closing_on_error(connection):
        prepare(connection)
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Set what every connection of ours relies on: durable commits, foreign keys, and damage that is not overlooked.

    `trusted_schema` stays on: without it SQLite 3.40 refuses the full-text index inside triggers.
    """
    connection.execute("PRAGMA foreign_keys=ON")
    # Else a page of rubbish passes for one with other rows or none: papers would go missing without an error.
    connection.execute("PRAGMA cell_size_check=ON")
    # As FULL; and with a rollback journal the folder is synced when that is deleted: else the journal could be back
    # after a power cut, and roll back what was acknowledged.
    connection.execute("PRAGMA synchronous=EXTRA")


def refuse_unless_library_file(path: str) -> None:
    """Raise before SQLite touches what cannot be a library: no regular file, or an empty one.

    The file is not opened: closing it would drop the locks that other connections of this process hold on it
    (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        found = os.stat(path)
    except OSError as error:
        raise LibraryDiskError(f"cannot open the library {path}: {error.strerror}", "check --db") from error
    if not stat.S_ISREG(found.st_mode):
        raise LibraryDiskError(f"the library path is not a regular file: {path}", "choose another with --db")
    if found.st_size == 0:
        raise LibraryError(f"the library is an empty file: {path}", "remove it, or restore a backup over it")


def checked_version(connection: sqlite3.Connection, path: str) -> int:
    """The schema of the library at `path`; raises for the database of another program and for a newer readq's."""
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    if application != APPLICATION_ID:
        raise LibraryError(f"a database of another program, not a readq library: {path}", "check --db and READQ_DB")
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version > SCHEMA_VERSION:
        raise LibraryNewerError(
            f"{path} was made by a newer readq: schema {version}, this one knows {SCHEMA_VERSION}",
            "update readq; nothing was changed",
        )
    return int(version)


def is_made(error: sqlite3.Error) -> bool:
    """Whether a transaction is committed all the same: that its journal is gone was all that the disk did not take."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_DIR_FSYNC


def explained(error: sqlite3.Error, path: str) -> LibraryError:
    """What an error of SQLite means to the reader of the library at `path`."""
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code = extended & 0xFF
    if is_made(error):
        message = f"the disk failed: what was to be changed in {path} is, but may not outlast a power cut: {error}"
        return LibraryDiskError(message, "check the disk, then look at what is there")
    if extended == sqlite3.SQLITE_READONLY_DBMOVED:
        return moved(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        holder = error.holder if isinstance(error, HeldError) else None
        remedy = (holder.remedy if holder else None) or "try again when it is done"
        return LibraryLockedError(f"{holder or 'another process'} is writing to {path}", remedy, str(holder or ""))
    if code == sqlite3.SQLITE_FULL:
        return LibraryDiskError(f"the disk is full: nothing was written to {path}", "free some space and try again")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        why = why_not(path)
        if why or code != sqlite3.SQLITE_CANTOPEN:
            return read_only(path, why or "check its permissions and its folder's")
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        message = f"the disk failed: nothing was written to {path}: {error}"
        return LibraryDiskError(message, "check the disk, then try again")
    if code == sqlite3.SQLITE_NOTADB:
        return LibraryError(f"not a readq library: {path}", "check --db and READQ_DB; the file was not touched")
    if code == sqlite3.SQLITE_CORRUPT:
        return LibraryError(f"the library is damaged: {path}", "restore a backup; the file was not touched")
    return LibraryError(f"SQLite refused an operation on {path}: {error}", "please report this")


def moved(path: str) -> LibraryDiskError:
    """What a reader is told whose library is no longer the file at `path` that was opened."""
    return LibraryDiskError(
        f"the library {path} was moved, replaced or deleted while it was open: nothing was written",
        "start readq again",
    )


def file_at(path: str) -> tuple[int, int] | None:
    """Which file is at `path`, as device and inode: after a restore it is another one. None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def closing_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close the connection when the body raises."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of it or nothing.

    The lock is taken before anything is read, so that what is read cannot change before it is written.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some disk errors SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """One read transaction: every statement in it sees the same library."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has committed."""
    ((version,),) = connection.execute("PRAGMA data_version").fetchall()
    return int(version)
