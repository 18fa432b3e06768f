"""Run write and read transactions on a library.

The implicit BEGIN and COMMIT of the `sqlite3` module are off (`isolation_level=None`), because they can lose concurrent
updates without an error.
"""

import contextlib
import sqlite3
from collections.abc import Iterator

_LARGE_CACHE_KIB = 32_000
"""The size of SQLite's page cache, in KiB, while statements change many papers at once.

With the default of 2,000 KiB, the pages of the indexes that such a statement changes are written and read again and
again. In a library of 300,000 papers it then takes one and a half times as much processor time.
"""


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body of the `with` as one write transaction. Commit at its end, or roll back if it raises an exception.

    BEGIN IMMEDIATE takes the write lock before the first read, so that no other process can change rows between the
    reads and the writes of the body.
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
def large_cache(connection: sqlite3.Connection) -> Iterator[None]:
    """Give the connection a page cache of up to 32 MB inside the `with`, for statements that change many papers."""
    ((size,),) = connection.execute("PRAGMA cache_size").fetchall()
    connection.execute(f"PRAGMA cache_size={-_LARGE_CACHE_KIB}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size={size}")


@contextlib.contextmanager
def savepoint(connection: sqlite3.Connection, *, keep: bool = True) -> Iterator[None]:
    """Run the body of the `with` inside the open transaction, so that the changes of the body can be undone separately.

    Undoes these changes if the body raises an exception, or if `keep` is false. Changes before the body stay.
    """
    connection.execute("SAVEPOINT part")
    try:
        yield
        if not keep:
            connection.execute("ROLLBACK TO part")
        connection.execute("RELEASE part")
    except BaseException:
        # After some disk errors SQLite has rolled back the whole transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise


@contextlib.contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body of the `with` as one read transaction, so that all its statements see one state of the library."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes whenever another connection commits a change to the library."""
    ((version,),) = connection.execute("PRAGMA data_version").fetchall()
    return int(version)
