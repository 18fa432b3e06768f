"""Open the library for reading or writing. Every function upgrades a library that has an older schema."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator

from readq.errors import LibraryDiskError
from readq.store.connection.connect import (
    DEFAULT_BUSY_TIMEOUT,
    checked_version,
    closing_on_error,
    connect_to,
    require_library_file,
)
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import writing
from readq.store.connection.write_access import unwritable_reason
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

Opener = Callable[[str, float], sqlite3.Connection]
"""A function that opens the library at a path, with a busy timeout in seconds."""


_SPILL_KIB = 32_000
"""The size in KiB of a write transaction from which on it spills.

A transaction that spills locks readers out until it commits. Transactions of a usual size never do. A decision on
100,000 papers changes 200 MB of pages, too much to hold in memory.
"""


def open_for_reading(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """Connect to the library at `path` without write access. Opens an empty library in memory if there is no file.

    Waits up to `busy_timeout` seconds for the locks of other processes. Raises LibraryError or a subclass if the file
    is not a library, is damaged, was made by a newer readq, stays locked or cannot be read.
    """
    if not os.path.lexists(path):
        connection = _open_in_memory()
        connection.execute("PRAGMA query_only=ON")
        return connection
    if unwritable_reason(path) is None:
        return _open(path, "rw", busy_timeout, "PRAGMA query_only=ON")
    try:
        return _open(path, "ro", busy_timeout, "PRAGMA query_only=ON")
    except LibraryDiskError:
        # To read a library in WAL mode, SQLite creates the -shm and -wal files, unless the library is immutable.
        if os.path.lexists(f"{path}-wal"):
            raise
        return _open(path, "ro&immutable=1", busy_timeout, "PRAGMA query_only=ON")


def open_for_writing(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """Connect to the library at `path` with write access. Creates the library if there is no file.

    Waits up to `busy_timeout` seconds for locks. Raises the same errors as `open_for_reading`.
    """
    if not os.path.lexists(path):
        from readq.store.schema.migrations import create

        create(path)
    return _open(path, "rw", busy_timeout, f"PRAGMA cache_spill={-_SPILL_KIB}")


@contextlib.contextmanager
def write_transaction(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> Iterator[sqlite3.Connection]:
    """Run the body of the `with` as one write transaction on the library at `path`. Yield the connection.

    Connects as `open_for_writing` does, and closes the connection at the end. Raises the same errors as
    `open_for_reading`. Converts an SQLite error in the body into one of these errors.
    """
    try:
        with contextlib.closing(open_for_writing(path, busy_timeout)) as connection, writing(connection):
            yield connection
    except sqlite3.Error as error:
        raise library_error(error, path) from error


def open_for_changing(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """Connect to the library at `path` with write access. If there is no file, connect to an empty library in memory.

    Use this function for changes of stored papers, which must not create a library. Waits up to `busy_timeout` seconds
    for locks. Raises the same errors as `open_for_reading`.
    """
    return open_for_writing(path, busy_timeout) if os.path.lexists(path) else _open_in_memory()


def _open(path: str, mode: str, busy_timeout: float, setting: str) -> sqlite3.Connection:
    require_library_file(path)
    try:
        connection = connect_to(path, mode, busy_timeout)
        with closing_on_error(connection):
            if checked_version(connection, path) < SCHEMA_VERSION:
                _migrate(path, busy_timeout)
            connection.execute(setting)
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    return connection


def _open_in_memory() -> sqlite3.Connection:
    from readq.store.schema.migrations import build

    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    return connection


def _migrate(path: str, busy_timeout: float) -> None:
    from readq.store.schema.migrations import upgrade

    connection = connect_to(path, "rw", busy_timeout)
    try:
        upgrade(connection)
    finally:
        connection.close()
