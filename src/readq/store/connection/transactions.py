"""Write and read transactions. Every transaction on a library starts here.

The `sqlite3` module's implicit BEGIN and COMMIT are off (`isolation_level=None`), because they lose concurrent updates
without an error.
"""

import contextlib
import sqlite3
from collections.abc import Iterator


@contextlib.contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body as one write transaction: commit at its end, roll back when it raises.

    BEGIN IMMEDIATE takes the write lock before the first read, so nothing that the body reads can change before it
    writes.
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
    """Run the body as one read transaction: all of its statements see the same state of the library."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes whenever another connection commits."""
    ((version,),) = connection.execute("PRAGMA data_version").fetchall()
    return int(version)
