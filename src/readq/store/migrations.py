"""The schema, step by step. Each step is a list of statements; all that are missing run in one transaction."""

import contextlib
import os
import sqlite3
import tempfile

from readq.errors import LibraryDiskError
from readq.store import schema_1
from readq.store.connect import APPLICATION_ID, SCHEMA_VERSION, WAL_IS_SAFE, explained, prepare, writing

STEPS: tuple[tuple[str, ...], ...] = (schema_1.STATEMENTS,)
"""`STEPS[n]` leads from schema n to n + 1."""


def build(connection: sqlite3.Connection) -> None:
    """Bring an empty database to today's schema."""
    prepare(connection)
    with writing(connection):
        _run_steps(connection, 0)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring an older library to today's schema, in one transaction."""
    with writing(connection):
        # Read again under the lock: another process may have been faster.
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        _run_steps(connection, version)


def _run_steps(connection: sqlite3.Connection, version: int) -> None:
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def create(path: str) -> None:
    """Make a new library at `path`, readable by its owner only. Does nothing when another process was faster.

    It is built beside its place and linked there whole, so that nobody ever sees half of one.
    Raises LibraryDiskError.
    """
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".library-", suffix=".new", dir=folder)
    except OSError as error:
        raise LibraryDiskError(f"cannot create a library at {path}: {error.strerror}", "choose another") from error
    os.close(handle)
    try:
        _build_file(draft)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except OSError as error:
        raise LibraryDiskError(f"cannot create a library at {path}: {error.strerror}", "choose another") from error
    finally:
        os.unlink(draft)


def _build_file(path: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        build(connection)
        if WAL_IS_SAFE:
            connection.execute("PRAGMA journal_mode=WAL")
