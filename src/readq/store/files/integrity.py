"""What can be said of a library file of any schema: whose it is, whether it is whole, how much it holds."""

import contextlib
import sqlite3
from collections.abc import Collection, Iterator
from typing import NamedTuple

from readq.errors import LibraryError
from readq.store.connection.connect import checked_version, closing_on_error, connect_to, refuse_unless_library_file
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.write_access import unwritable_reason

_MOST_MESSAGES = 100


class Contents(NamedTuple):
    """How much of what cannot be fetched again a library holds, in rows."""

    papers: int
    notes: int
    reviews: int


def open_unmigrated(path: str, busy_timeout: float) -> sqlite3.Connection:
    """A connection to a library as it stands: an older schema stays what it is; one that may write where we may.

    Raises LibraryError, or the kind of it that fits, and sqlite3.Error.
    """
    refuse_unless_library_file(path)
    connection = connect_to(path, "ro" if unwritable_reason(path) else "rw", busy_timeout)
    with closing_on_error(connection):
        checked_version(connection, path)
    return connection


def library_path(connection: sqlite3.Connection) -> str:
    """The file that a connection was opened on; empty for one in memory."""
    ((path,),) = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchall()
    return str(path or "")


def schema_version(connection: sqlite3.Connection) -> int:
    """The schema that a library has."""
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)


@contextlib.contextmanager
def write_locked(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep everyone from changing the library meanwhile; others may read. Nothing is written.

    A library that we may not write to is held by a read transaction, which its rollback journal makes as good.
    """
    connection.execute("BEGIN" if unwritable_reason(library_path(connection)) else "BEGIN IMMEDIATE")
    try:
        # A read transaction begins with its first look.
        schema_version(connection)
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def count_contents(connection: sqlite3.Connection) -> Contents:
    """Count a library's rows; a table that its schema does not have holds none."""
    return Contents(*(_rows(connection, table) for table in ("paper", "note", "review")))


def _rows(connection: sqlite3.Connection, table: str) -> int:
    if not has_table(connection, table):
        return 0
    # Not by an index, which may have lost some.
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {table} NOT INDEXED").fetchall()
    return int(rows)


def has_table(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the library has a table of that name."""
    found = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return found is not None


def integrity_messages(connection: sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """What SQLite finds wrong in the file, at most 100 messages; `quick` leaves out indexes against their tables."""
    name = "quick_check" if quick else "integrity_check"
    messages = [str(row[0]) for row in connection.execute(f"PRAGMA {name}({_MOST_MESSAGES})")]
    return [] if messages == ["ok"] else messages


def is_corruption(error: sqlite3.Error) -> bool:
    """Whether SQLite gave up because the file's contents make no sense."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def verify_library(path: str, *, name: str | None = None, known: Collection[str] = ()) -> Contents:
    """What a library holds, after a look at every page of it.

    Raises LibraryError, which calls it `name`, when SQLite finds something wrong that is not `known`.
    """
    name = name or path
    try:
        with contextlib.closing(open_unmigrated(path, 0)) as connection:
            messages = [message for message in integrity_messages(connection) if message not in known]
            if messages:
                raise LibraryError(f"damaged: {name}: {messages[0]}", "see readq check; nothing was changed")
            return count_contents(connection)
    except sqlite3.Error as error:
        raise library_error(error, name) from error
