"""Open the library for reading or writing.

Opening for writing upgrades a library with an older schema. Opening for reading changes nothing: a private copy of the
library is upgraded and read, which costs time and disk space (`readq.store.schema.migrations.upgraded_copy`). So no
code for reading older schemas is needed. Nothing is written to a library that a check found damaged
(`readq.store.connection.damage_mark`).
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator

from readq.errors import LibraryDiskError
from readq.store.connection import damage_mark
from readq.store.connection.connect import (
    DEFAULT_BUSY_TIMEOUT,
    checked_version,
    closing_on_error,
    connect_to,
    require_library_file,
)
from readq.store.connection.sql_functions import add_functions
from readq.store.connection.sqlite_errors import REFUSED_VALUES, constraint_error, library_error
from readq.store.connection.transactions import reading, writing
from readq.store.connection.write_access import unwritable_reason
from readq.store.files.integrity import schema_version
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

Opener = Callable[[str, float], sqlite3.Connection]
"""A function that opens the library at a path and returns the connection.

Its arguments are the path and the busy timeout: the number of seconds to wait for locks of other processes.
"""


_SPILL_KIB = 8_000
"""The size of changed pages, in KiB, above which a write transaction writes pages to the library before its commit."""


def open_for_reading(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """Connect to the library at `path` without write access.

    If there is no file, connect to an empty library in memory. For a library with an older schema, connects to an
    upgraded copy, which is deleted when the connection is closed. Waits up to `busy_timeout` seconds for the locks of
    other processes. Raises LibraryError or a subclass if the file is not a library, is damaged, was made by a newer
    readq, stays locked or cannot be read.
    """
    if not os.path.lexists(path):
        connection = _open_in_memory()
        connection.execute("PRAGMA query_only=ON")
        return connection
    if unwritable_reason(path) is None:
        return _open(path, "rw", busy_timeout)
    try:
        return _open(path, "ro", busy_timeout)
    except LibraryDiskError:
        # To read a library in WAL mode, SQLite creates the -shm and -wal files, unless the library is immutable.
        if os.path.lexists(f"{path}-wal"):
            raise
        return _open(path, "ro&immutable=1", busy_timeout)


def open_for_writing(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """Connect to the library at `path` with write access. If there is no file, create the library.

    A library with an older schema is backed up and upgraded first. Waits up to `busy_timeout` seconds for the locks of
    other processes. Raises LibraryError or a subclass if the file is not a library, is damaged or marked as damaged,
    was made by a newer readq, stays locked or cannot be written.
    """
    if not os.path.lexists(path):
        from readq.store.schema.migrations import create

        create(path)
        _clear_mark(path)
    damage_mark.refuse_damaged(path)
    return _open_upgraded(path, busy_timeout)


@contextlib.contextmanager
def write_transaction(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> Iterator[sqlite3.Connection]:
    """Run the body of the `with` as one write transaction on the library at `path`. Yield the connection.

    Connects as `open_for_writing` does, and closes the connection at the end. Raises the same errors as
    `open_for_writing`. Converts an SQLite error in the body into one of these errors.
    """
    try:
        with contextlib.closing(open_for_writing(path, busy_timeout)) as connection, writing(connection):
            yield connection
    except REFUSED_VALUES as error:
        raise constraint_error(error) from error
    except sqlite3.Error as error:
        raise library_error(error, path) from error


def open_for_changing(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection:
    """Connect to the library at `path` with write access. If there is no file, connect to an empty library in memory.

    Unlike `open_for_writing`, it never creates a library file. Use it to change stored papers. Waits up to
    `busy_timeout` seconds for locks. Raises the same errors as `open_for_writing`.
    """
    return open_for_writing(path, busy_timeout) if os.path.lexists(path) else _open_in_memory()


def open_if_writable(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> sqlite3.Connection | None:
    """Connect to the library at `path` with write access. Return None if it is missing or cannot be written to.

    Call `write_obstacle` for the reason. Never creates or upgrades a library. Waits up to `busy_timeout` seconds for
    locks. Raises the same errors as `open_for_reading`.
    """
    if not os.path.lexists(path) or _obstacle_of_file(path):
        return None
    connection = _connect(path, "rw", busy_timeout)
    try:
        with closing_on_error(connection):
            if schema_version(connection) == SCHEMA_VERSION:
                return _prepared_to_write(connection)
            connection.close()
            return None
    except sqlite3.Error as error:
        raise library_error(error, path) from error


def prepare_to_write(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> None:
    """Upgrade the library at `path` if it has an older schema. Do nothing if there is no file.

    Call this function before long work that writes at its end, such as a sync. If the library cannot be written, the
    error is then raised before the work. Raises the same errors as `open_for_writing`.
    """
    if os.path.lexists(path):
        open_for_writing(path, busy_timeout).close()


def write_obstacle(path: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> str | None:
    """Return the reason, in a few words, why the library at `path` cannot be written to. Return None if it can be.

    There are three reasons: the library is read-only, it is marked as damaged, or its schema is older and must be
    upgraded first. If there is no file, the result is None. Raises the same errors as `open_for_reading`.
    """
    if not os.path.lexists(path):
        return None
    if obstacle := _obstacle_of_file(path):
        return obstacle
    try:
        with contextlib.closing(_connect(path, "rw", busy_timeout)) as connection:
            is_older = schema_version(connection) < SCHEMA_VERSION
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    return "the library has an older schema, which the next change brings up to date" if is_older else None


def save_copy(path: str, target: str, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> None:
    """Write a copy of the library at `path` to the new file `target`, upgraded to the newest schema.

    A dry run writes to such a copy, so that the library does not change. Raises the same errors as `open_for_reading`.
    """
    try:
        with (
            contextlib.closing(open_for_reading(path, busy_timeout)) as connection,
            contextlib.closing(sqlite3.connect(target)) as copy,
            reading(connection),
        ):
            # Takes the lock, or fails: `backup` would wait for it without limit.
            schema_version(connection)
            connection.backup(copy)
    except sqlite3.Error as error:
        raise library_error(error, path) from error


def _obstacle_of_file(path: str) -> str | None:
    """Return the reason, in a few words, why the library at `path` cannot be written to, without a look at its schema.

    Return None if there is no such reason.
    """
    if unwritable_reason(path):
        return "the library is read-only"
    return "the library is damaged" if damage_mark.damage_of(path) else None


def _clear_mark(path: str) -> None:
    try:
        damage_mark.clear(path)
    except OSError as error:
        raise LibraryDiskError(
            f"the mark of an earlier damaged library cannot be removed: {error.strerror}", f"remove {error.filename}"
        ) from error


def _open(path: str, mode: str, busy_timeout: float) -> sqlite3.Connection:
    """Connect for reading. If the library has an older schema, connect to an upgraded copy."""
    connection = _connect(path, mode, busy_timeout)
    try:
        with closing_on_error(connection):
            is_older = schema_version(connection) < SCHEMA_VERSION
            if is_older:
                original, connection = connection, _upgraded_copy(connection, path)
                original.close()
            connection.execute("PRAGMA query_only=ON")
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    return connection


def _open_upgraded(path: str, busy_timeout: float) -> sqlite3.Connection:
    connection = _connect(path, "rw", busy_timeout)
    try:
        with closing_on_error(connection):
            if schema_version(connection) < SCHEMA_VERSION:
                _migrate(path, busy_timeout)
            return _prepared_to_write(connection)
    except sqlite3.Error as error:
        raise library_error(error, path) from error


def _prepared_to_write(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute(f"PRAGMA cache_spill={-_SPILL_KIB}")
    return connection


def _connect(path: str, mode: str, busy_timeout: float) -> sqlite3.Connection:
    """Connect to an existing library. Its schema may be older than the present one, but not newer."""
    require_library_file(path)
    try:
        connection = connect_to(path, mode, busy_timeout)
        with closing_on_error(connection):
            checked_version(connection, path)
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    return connection


def _upgraded_copy(connection: sqlite3.Connection, path: str) -> sqlite3.Connection:
    from readq.store.schema.migrations import upgraded_copy

    return upgraded_copy(connection, path)


def _open_in_memory() -> sqlite3.Connection:
    from readq.store.schema.migrations import build

    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    add_functions(connection)
    return connection


def _migrate(path: str, busy_timeout: float) -> None:
    from readq.store.schema.migrations import upgrade

    connection = connect_to(path, "rw", busy_timeout)
    try:
        upgrade(connection)
    finally:
        connection.close()
