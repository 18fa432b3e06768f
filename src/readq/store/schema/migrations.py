"""Create libraries, and upgrade a library with an older schema in one transaction, after a backup.

The upgrade follows https://www.sqlite.org/lang_altertable.html#otheralter. Foreign keys are off during the upgrade, so
that dropping a table in order to rebuild it does not delete the rows that refer to it. All foreign keys are checked
after the upgrade.
"""

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime

from readq.errors import LibraryDiskError, LibraryError
from readq.store.connection.connect import APPLICATION_ID, closing_on_error, prepare
from readq.store.connection.lock_wait import connect, notify
from readq.store.connection.sql_functions import add_functions
from readq.store.connection.sqlite_errors import is_committed, library_error
from readq.store.connection.transactions import reading, writing
from readq.store.files.backup import BEFORE_MIGRATION, back_up_locked, keep_newest, last_modified, new_path
from readq.store.files.integrity import count_contents, integrity_messages, library_path, schema_version
from readq.store.files.location import journal_mode
from readq.store.files.publish import publish
from readq.store.schema_versions.migration_steps import STEPS, Step

BACKUPS_KEPT = 3
"""The number of backups from before upgrades that are kept."""

_PAGE = 8192
"""The page size of a new library, in bytes.

On pages of 4096 bytes, the default, two papers with abstracts leave a third of each page empty.
"""

_LARGE = 50_000_000
"""The size of a library, in bytes, above which a message tells the user that the library is copied."""

_ROOM = 2.2
"""The free disk space that an upgrade needs, as a multiple of the library's size.

The backup takes the size once, and SQLite's journal takes it once more.
"""


def build(connection: sqlite3.Connection) -> None:
    """Create the tables of the present schema in an empty database, and mark it as a library of readq."""
    prepare(connection)
    with writing(connection):
        _run(connection, STEPS, 0)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def upgrade(connection: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Upgrade a library to the newest schema, after a backup. Does nothing if it has this schema already.

    `steps[n]` is the migration from schema n to schema n + 1. The backup has the exact state before the upgrade,
    because both are made under one write lock. If the upgrade fails, the library is unchanged, and LibraryError or a
    subclass is raised. The message of the error names the backup, if there is one.
    """
    path = library_path(connection)
    backup = None
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        with writing(connection):
            version = schema_version(connection)
            if version >= len(steps):
                return
            _refuse_unsound(connection, path)
            backup = _backed_up(connection, path, version, len(steps))
            _migrate(connection, steps, version)
    except (sqlite3.Error, LibraryError) as error:
        failure = library_error(error, path) if isinstance(error, sqlite3.Error) else error
        if backup is None or (isinstance(error, sqlite3.Error) and is_committed(error)):
            raise failure from error
        message = f"the library could not be brought to schema {len(steps)}: {failure.message}"
        raise type(failure)(message, f"it is as it was; there is a backup at {backup}") from error
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
    _forget_old_backups(path)


def upgraded_copy(connection: sqlite3.Connection, path: str) -> sqlite3.Connection:
    """Return a connection to a private copy of the library at `path`, upgraded to the newest schema.

    `connection` is a connection to the library. Closing the returned connection deletes the copy. A small copy is in
    memory, a large copy in a temporary file. Before a large copy is made, the callback set by `lock_wait.set_listener`
    gets a message. Raises LibraryError or a subclass if the library cannot be copied or upgraded.
    """
    copy = connect("", path, 0.0)
    try:
        with closing_on_error(copy):
            ((page_size,),) = connection.execute("PRAGMA page_size").fetchall()
            copy.execute(f"PRAGMA page_size={page_size}")
            ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
            if pages * page_size > _LARGE:
                notify(f"{path} has an older schema: reading a temporary copy, until the next change upgrades it")
            with reading(connection):
                # Takes the lock, or fails: `backup` would wait for it without limit.
                schema_version(connection)
                connection.backup(copy)
            # Nothing of the copy must survive an error or a crash.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            copy.execute("BEGIN")
            _run(copy, STEPS, schema_version(copy))
            copy.execute("COMMIT")
            add_functions(copy)
            return copy
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_FULL:
            raise library_error(error, path) from error
        raise LibraryDiskError(
            f"{path} has an older schema, and the disk of temporary files has no room for a copy to read",
            "free some space there, or set TMPDIR",
        ) from error


def _refuse_unsound(connection: sqlite3.Connection, path: str) -> None:
    if messages := integrity_messages(connection, quick=True):
        raise LibraryError(f"the library is damaged: {path}: {messages[0]}", "restore a backup; it was not touched")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise LibraryError(f"rows that refer to missing rows in {path}", "readq check --repair; it was not touched")


def _backed_up(connection: sqlite3.Connection, path: str, version: int, wanted: int) -> str:
    """Back up the library and return the path of the backup. Its name has the time of the library's last change.

    Raises LibraryDiskError if there is not enough free disk space for the backup and the upgrade.
    """
    _refuse_without_room(path)
    changed = datetime.fromtimestamp(last_modified(path) / 1e9, UTC)
    target = new_path(path, f"{BEFORE_MIGRATION}-{version}-{wanted}", changed)
    back_up_locked(connection, path, target)
    return target


def _refuse_without_room(path: str) -> None:
    import shutil

    wanted = int(_ROOM * os.path.getsize(path))
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free
    if free < wanted:
        raise LibraryDiskError(
            f"no room to bring {path} to a newer schema: {free // 1_000_000} MB free, {wanted // 1_000_000 + 1} needed",
            "free some space; nothing was changed",
        )


def _migrate(connection: sqlite3.Connection, steps: Sequence[Step], version: int) -> None:
    before = count_contents(connection)
    _run(connection, steps, version)
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise LibraryError(f"its table {orphan[0]} would refer to rows that are not there", "please report this")
    if messages := integrity_messages(connection):
        raise LibraryError(f"it would not be sound: {messages[0]}", "please report this")
    after = count_contents(connection)
    if any(now < then for now, then in zip(after, before, strict=True)):
        raise LibraryError(f"it would lose rows: {before} would become {after}", "please report this")


def _run(connection: sqlite3.Connection, steps: Sequence[Step], version: int) -> None:
    for step in steps[version:]:
        for part in step:
            if isinstance(part, str):
                connection.execute(part)
            else:
                part(connection)
    connection.execute(f"PRAGMA user_version={len(steps)}")


def _forget_old_backups(path: str) -> None:
    with contextlib.suppress(LibraryDiskError):
        keep_newest(path, BEFORE_MIGRATION, BACKUPS_KEPT)


def create(path: str) -> None:
    """Create a library at `path` that only its owner can read. Does nothing if the file exists.

    If the folder of the file is missing, creates it, too. The library is built under a temporary name in the same
    folder, and renamed when it is complete. Raises LibraryError or a subclass if the library cannot be written.
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
            publish(draft, path)
    except sqlite3.Error as error:
        raise library_error(error, path) from error
    except OSError as error:
        raise LibraryDiskError(f"cannot create a library at {path}: {error.strerror}", "choose another") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)


def _build_file(path: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size={_PAGE}")
        build(connection)
        connection.execute(f"PRAGMA journal_mode={journal_mode(path)}")
