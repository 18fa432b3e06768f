"""Inspect a library of any schema version: check its integrity, count its rows, read its schema version."""

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from typing import NamedTuple

from readq.errors import LibraryError
from readq.store.connection.connect import checked_version, closing_on_error, connect_to, require_library_file
from readq.store.connection.lock_wait import WaitingConnection
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.write_access import unwritable_reason

_MOST_MESSAGES = 100


class Contents(NamedTuple):
    """The numbers of papers, of notes, and of answers to review cards (`reviews`) in a library.

    Backups and upgrades compare these numbers before and after the work, to make sure that no rows were lost.
    """

    papers: int
    notes: int
    reviews: int


def open_unmigrated(path: str, busy_timeout: float) -> sqlite3.Connection:
    """Connect to the library at `path` without upgrading its schema.

    The connection is read-only if the file is not writable. Waits up to `busy_timeout` seconds for locks. Raises
    LibraryError or a subclass if the file is no library or was made by a newer readq. Raises sqlite3.Error if SQLite
    cannot open the file.
    """
    require_library_file(path)
    connection = connect_to(path, "ro" if unwritable_reason(path) else "rw", busy_timeout)
    with closing_on_error(connection):
        checked_version(connection, path)
    return connection


def library_path(connection: sqlite3.Connection) -> str:
    """Return the path of the library to which `connection` is connected. Return "" for a new database in memory.

    For a connection to a temporary copy of a library, return the path of the original library.
    """
    ((path,),) = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    return str(path or (connection.path if isinstance(connection, WaitingConnection) else ""))


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the version number of the schema of the library to which `connection` is connected."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)


@contextlib.contextmanager
def write_locked(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock of the library during the body of the `with`, so that no other process can write to it.

    The body must not write to the library, because the transaction is rolled back at the end. If the library is
    read-only, holds a read transaction instead. A read transaction blocks the commits of other processes in a library
    with a rollback journal, but not in a library with a write-ahead log.
    """
    connection.execute("BEGIN" if unwritable_reason(library_path(connection)) else "BEGIN IMMEDIATE")
    try:
        # A read transaction begins with its first statement.
        schema_version(connection)
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def count_contents(connection: sqlite3.Connection) -> Contents:
    """Return the numbers of papers, notes and answers in a library. A missing table counts as empty."""
    return Contents(*(_count_rows(connection, table) for table in ("paper", "note", "review")))


def _count_rows(connection: sqlite3.Connection, table: str) -> int:
    if not has_table(connection, table):
        return 0
    # A damaged index may lack rows.
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchall()
    return int(rows)


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether the library has a table with the name `table`."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return found is not None


def integrity_messages(connection: sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """Run SQLite's integrity check and return its messages, at most 100. Return an empty list if it finds no fault.

    If `quick` is true, indexes are not compared with their tables.
    """
    name = "quick_check" if quick else "integrity_check"
    messages = [str(row[0]) for row in connection.execute(f"PRAGMA {name}({_MOST_MESSAGES})")]
    return [] if messages == ["ok"] else messages


def is_corruption(error: sqlite3.Error) -> bool:
    """Return whether an error of SQLite means that the file is damaged or is not an SQLite database."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def verify_library(path: str, *, name: str | None = None, accepted: Collection[str] = ()) -> Contents:
    """Run the full integrity check on the library at `path` and return its row counts.

    Raises LibraryError if the check returns a message that is not in `accepted`. Raises LibraryError or a subclass if
    the library cannot be opened. Error messages call the library `name`. If `name` is None, they call it `path`.
    """
    name = name or path
    try:
        with contextlib.closing(open_unmigrated(path, 0)) as connection:
            messages = [message for message in integrity_messages(connection) if message not in accepted]
            if messages:
                raise LibraryError(f"damaged: {name}: {messages[0]}", "see readq check; nothing was changed")
            return count_contents(connection)
    except sqlite3.Error as error:
        raise library_error(error, name) from error
