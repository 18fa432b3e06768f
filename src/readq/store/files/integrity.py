"""Inspect a library file of any schema version: identity, integrity, number of rows."""

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from typing import NamedTuple

from readq.errors import LibraryError
from readq.store.connection.connect import checked_version, closing_on_error, connect_to, require_library_file
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.write_access import unwritable_reason

_MOST_MESSAGES = 100


class Contents(NamedTuple):
    """Row counts of the data of a library that cannot be fetched again."""

    papers: int
    notes: int
    reviews: int


def open_unmigrated(path: str, busy_timeout: float) -> sqlite3.Connection:
    """Connect to a library without migrating it; read-only if the file cannot be written to.

    Raises LibraryError or a subclass, and sqlite3.Error.
    """
    require_library_file(path)
    connection = connect_to(path, "ro" if unwritable_reason(path) else "rw", busy_timeout)
    with closing_on_error(connection):
        checked_version(connection, path)
    return connection


def library_path(connection: sqlite3.Connection) -> str:
    """Return the file of a connection; empty for one in memory."""
    ((path,),) = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    return str(path or "")


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the schema version of a library."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)


@contextlib.contextmanager
def write_locked(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep other processes from writing to the library during the body, which must not write either.

    A library that cannot be written to is held by a read transaction, whose shared lock blocks commits where there is a
    rollback journal.
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
    """Count the rows of a library; a table that its schema lacks counts as empty."""
    return Contents(*(_count_rows(connection, table) for table in ("paper", "note", "review")))


def _count_rows(connection: sqlite3.Connection, table: str) -> int:
    if not has_table(connection, table):
        return 0
    # A damaged index may lack rows.
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchall()
    return int(rows)


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether the library has a table of that name."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return found is not None


def integrity_messages(connection: sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """Return up to 100 messages of SQLite's integrity check; `quick` skips comparing indexes with their tables."""
    name = "quick_check" if quick else "integrity_check"
    messages = [str(row[0]) for row in connection.execute(f"PRAGMA {name}({_MOST_MESSAGES})")]
    return [] if messages == ["ok"] else messages


def is_corruption(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file is damaged or no database."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def verify_library(path: str, *, name: str | None = None, accepted: Collection[str] = ()) -> Contents:
    """Check every page of a library and count its rows.

    Raises LibraryError for an integrity message that is not in `accepted`. Messages call the library `name`.
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
