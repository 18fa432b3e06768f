"""Connect to a library's file, check that it is a library, and set the pragmas that make commits durable."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator

from readq.errors import LibraryDiskError, LibraryError, LibraryNewerError
from readq.store.connection.lock_wait import connect
from readq.store.connection.sql_functions import add_functions
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

APPLICATION_ID = 0x72656471
"""The value of `PRAGMA application_id` in every library: `redq` in ASCII.

It identifies the file as a library of readq.
"""

DEFAULT_BUSY_TIMEOUT = 30.0
"""The number of seconds that a connection waits for a lock of another process, unless another timeout is given."""

_VERSION = sqlite3.sqlite_version_info
WAL_IS_SAFE = _VERSION >= (3, 51, 3) or (3, 50, 7) <= _VERSION < (3, 51) or (3, 44, 6) <= _VERSION < (3, 45)
"""Whether this version of SQLite is safe in WAL mode. Some versions can lose commits.

The defect is "the WAL-reset bug" (https://www.sqlite.org/wal.html).
"""


def connect_to(path: str, mode: str, busy_timeout: float) -> sqlite3.Connection:
    """Connect to the existing file at `path` and call `prepare`. Does not check that the file is a library.

    `mode` is `rw`, `ro` or `ro&immutable=1`. `busy_timeout` is in seconds. Raises sqlite3.Error if SQLite cannot open
    the file.
    """
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = connect(f"file:{quoted}?mode={mode}", path, busy_timeout, uri=True)
    with closing_on_error(connection):
        prepare(connection)
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Set up a connection: durable commits, foreign keys, detection of damaged pages, and SQL functions for queries.

    The pragma `trusted_schema` stays on, because without it SQLite 3.40 refuses to use the full-text index inside
    triggers.
    """
    connection.execute("PRAGMA foreign_keys=ON")
    # Without it a damaged page can read as one with other rows or none, so papers would be missing without an error.
    connection.execute("PRAGMA cell_size_check=ON")
    # EXTRA also syncs the folder after a rollback journal is deleted. With FULL the journal could reappear after a
    # power cut and roll back a commit.
    connection.execute("PRAGMA synchronous=EXTRA")
    add_functions(connection)


def require_library_file(path: str) -> None:
    """Raise LibraryError or its subclass LibraryDiskError if `path` is not a regular file, or if the file is empty.

    Does not open the file, because closing it would drop the locks that other connections of this process hold on it
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
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
    """Check that `connection` is connected to a library. Return the version number of the library's schema.

    `path` is the path of the library, for error messages. Raises LibraryError for the database of another program, and
    for a number that no schema has. Raises LibraryNewerError for a schema newer than SCHEMA_VERSION.
    """
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    if application != APPLICATION_ID:
        raise LibraryError(f"a database of another program, not a readq library: {path}", "check --db and READQ_DB")
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if version < 1:
        raise LibraryError(f"the library is damaged: {path} names no schema", "restore a backup; nothing was changed")
    if version > SCHEMA_VERSION:
        raise LibraryNewerError(
            f"{path} was made by a newer readq: schema {version}, this one knows {SCHEMA_VERSION}",
            "update readq; nothing was changed",
        )
    return int(version)


def file_at(path: str) -> tuple[int, int] | None:
    """Return the device number and the inode number of the file at `path`. Return None if there is no file.

    These numbers change when a restore of a backup replaces the library.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def closing_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close `connection` if the body of the `with` raises an exception."""
    try:
        yield
    except BaseException:
        connection.close()
        raise
