"""Opening a library of whatever schema: made where there is none, brought to today's schema where it is older.

The one module above both connections and migrations; those import it nowhere.
"""

import os
import sqlite3
from collections.abc import Callable

from readq.errors import LibraryDiskError
from readq.store.connection.connect import (
    DEFAULT_BUSY_TIMEOUT,
    SCHEMA_VERSION,
    checked_version,
    closing_on_error,
    connect_to,
    refuse_unless_library_file,
)
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.write_access import unwritable_reason

Opener = Callable[[str, float], sqlite3.Connection]
"""Opens the library at a path; waits so many seconds for another process."""


def open_for_reading(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """A connection that cannot write; to an empty library in memory when there is no file at `path`.

    Raises LibraryError, or the kind of it that fits: foreign, damaged, newer, locked, no regular file.
    """
    if not os.path.lexists(path):
        connection = _in_memory()
        connection.execute("PRAGMA query_only=ON")
        return connection
    if unwritable_reason(path) is None:
        return _opened(path, "rw", busy_timeout, "PRAGMA query_only=ON")
    try:
        return _opened(path, "ro", busy_timeout, "PRAGMA query_only=ON")
    except LibraryDiskError:
        # A library with a write-ahead log needs files beside it, even to be read, unless nobody changes it meanwhile.
        if os.path.lexists(f"{path}-wal"):
            raise
        return _opened(path, "ro&immutable=1", busy_timeout, "PRAGMA query_only=ON")


def open_for_writing(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """A connection that may write; creates the library, or brings an older one to today's schema, first.

    Raises as `open_for_reading` does.
    """
    if not os.path.lexists(path):
        from readq.store.schema.migrations import create

        create(path)
    # A write transaction that outgrows the page cache would spill and lock readers out until it commits.
    return _opened(path, "rw", busy_timeout, "PRAGMA cache_spill=OFF")


def open_for_changing(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """A connection that may change the papers there are; to an empty library in memory when there is no file at `path`.

    Raises as `open_for_reading` does.
    """
    return open_for_writing(path, busy_timeout) if os.path.lexists(path) else _in_memory()


def _opened(path: str, mode: str, busy_timeout: float, setting: str) -> sqlite3.Connection:
    refuse_unless_library_file(path)
    try:
        connection = connect_to(path, mode, busy_timeout)
        with closing_on_error(connection):
            if checked_version(connection, path) < SCHEMA_VERSION:
                _migrate(path, busy_timeout)
            connection.execute(setting)
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    return connection


def _in_memory() -> sqlite3.Connection:
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
