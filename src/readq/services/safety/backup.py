"""Back up and restore the library. Each backup is verified. A restore keeps the former library."""

import contextlib
import os
import sqlite3
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.errors import LibraryDiskError, LibraryError, ReadqError, UsageError
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT, require_library_file
from readq.store.connection.damage_mark import damage_of
from readq.store.connection.sqlite_errors import library_error
from readq.store.files import backup, restore_backup
from readq.store.files.backup import Backup
from readq.store.files.backup_retention import expired
from readq.store.files.integrity import Contents, open_unmigrated, schema_version, verify_library
from readq.store.files.restore_backup import RestoreResult
from readq.store.schema import drift
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

_CHOOSE_ANOTHER = "nothing was changed; choose another backup"


class BackupResult(NamedTuple):
    """A new backup: its path, its size in bytes, and the numbers of papers, notes and reviews in it."""

    path: str
    size: int
    contents: Contents


def back_up(
    library: str,
    file: str | None,
    now: datetime,
    *,
    force: bool = False,
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT,
) -> BackupResult:
    """Copy the library to `file`, and verify the copy. Return a report.

    If `file` is None, the library is copied to a new file in the backup folder. readq never deletes this copy. Raises
    ReadqError if there is no library, if `file` exists and `force` is False, or if `file` is no regular file. Raises
    UsageError if `file` is the library itself. Raises LibraryError or a subclass if the library cannot be read, or if
    the copy cannot be written or verified.
    """
    if not os.path.lexists(library):
        raise ReadqError(f"there is no library at {library}", "nothing to back up")
    if file is not None and os.path.exists(file) and os.path.samefile(file, library):
        raise UsageError(f"{file} is the library itself", "give another name")
    if file is not None and os.path.lexists(file) and not os.path.isfile(file):
        # As root, a backup would otherwise take the place of a device.
        raise ReadqError(f"{file} is not a file", "give another name")
    require_library_file(library)
    target = file or backup.new_path(library, backup.MANUAL, now)
    contents = backup.back_up(library, target, busy_timeout, force=force)
    return BackupResult(target, os.path.getsize(target), contents)


def back_up_automatically(library: str, now: datetime, config: Config) -> str | None:
    """Make the backup of the day and delete expired backups. Return the path of the new backup.

    Return None if no backup is made. This happens in six cases: automatic backups are off, there is no library, the
    library is marked as damaged, it has not changed since the last backup, there is a backup of today, or another
    process is making a backup.

    This function reads and writes the whole library twice, so it must not run in the UI's thread. Raises LibraryError
    or a subclass if the backup fails. `readq check` reports the failure later.
    """
    if not config.automatic_backup or not os.path.isfile(library) or damage_of(library):
        return None
    try:
        made = backup.list_backups(library, backup.AUTOMATIC)
        if not is_due(made, backup.last_modified(library), now):
            return None
        with backup.backup_lock(library) as is_alone:
            path = _back_up_and_expire(library, now, config) if is_alone else None
    except ReadqError as error:
        backup.record_failure(library, str(error))
        raise
    except OSError as error:
        refused = LibraryDiskError(f"cannot back up {library}: {error}", "check its folder and disk")
        backup.record_failure(library, str(refused))
        raise refused from error
    backup.record_failure(library, None)
    return path


def _back_up_and_expire(library: str, now: datetime, config: Config) -> str | None:
    # Another process may have made the backup before this one got the lock.
    if not is_due(backup.list_backups(library, backup.AUTOMATIC), backup.last_modified(library), now):
        return None
    backup.delete_stale_drafts(library, now)
    path = backup.new_path(library, backup.AUTOMATIC, now)
    backup.back_up(library, path, config.busy_timeout)
    for old in expired(backup.list_backups(library, backup.AUTOMATIC), now, config.backups_kept):
        backup.delete(old)
    return path


def is_due(made: list[Backup], modified: int, now: datetime) -> bool:
    """Return whether an automatic backup is due. `made` are the existing automatic backups.

    `modified` is the time of the library's last change, in nanoseconds since 1970. No backup is due if one was made
    today, in the time zone of `now`, or if one was made after the last change.
    """
    today = now.date()
    return not any(one.modified == modified or one.at.astimezone(now.tzinfo).date() == today for one in made)


def restore(library: str, file: str, *, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> RestoreResult:
    """Verify the backup `file`, and replace the library by a copy of it. Return the result.

    The former library is kept under another name. After the replacement, the new library is checked. If it has a
    dangerous fault, it is marked as damaged. If it has no dangerous fault, the mark of an earlier fault is removed.

    Raises ReadqError if there is no such file. Raises UsageError if the file is the library itself. Raises LibraryError
    or a subclass if the backup is invalid, or if the library cannot be replaced. After each of these errors, the
    library is unchanged. Raises LibraryDiskError if the mark cannot be written or removed.
    """
    _require_backup(library, file)
    _require_all_tables(file, busy_timeout)
    restored = restore_backup.replace_library(file, library, busy_timeout)
    _remember_damage(library, busy_timeout)
    return restored


def _remember_damage(library: str, busy_timeout: float) -> None:
    """Check a restored library. If it has a dangerous fault, mark it as damaged. Otherwise, remove the mark."""
    from readq.services.safety import damage
    from readq.store.check import find_problems

    try:
        with contextlib.closing(open_unmigrated(library, busy_timeout)) as connection:
            problems = find_problems(connection)
    except sqlite3.Error as error:
        raise library_error(error, library) from error
    if unremembered := damage.remember(library, problems):
        raise LibraryDiskError(f"{library} was replaced, but {unremembered}", "readq check tries again")


def verify(library: str, file: str) -> Contents:
    """Verify the backup `file`. Return the numbers of papers, notes and reviews in it. Nothing is changed.

    Raises ReadqError if there is no such file. Raises UsageError if the file is the library itself. Raises LibraryError
    or a subclass if the backup is invalid.
    """
    _require_backup(library, file)
    try:
        found = verify_library(file)
    except LibraryError as error:
        raise type(error)(error.message, _CHOOSE_ANOTHER) from error
    _require_all_tables(file, DEFAULT_BUSY_TIMEOUT)
    return found


def _require_all_tables(file: str, busy_timeout: float) -> None:
    """Raise LibraryError if the backup `file` lacks a table or a column. SQLite's integrity check does not see this."""
    try:
        with contextlib.closing(open_unmigrated(file, busy_timeout)) as connection:
            lost = drift.lost(connection) if schema_version(connection) == SCHEMA_VERSION else []
    except (sqlite3.Error, LibraryError):
        # The integrity check says what is wrong.
        return
    if lost:
        raise LibraryError(f"damaged: {file}: {lost[0]}", _CHOOSE_ANOTHER)


def _require_backup(library: str, file: str) -> None:
    if not os.path.exists(file):
        raise ReadqError(f"there is no file {file}", f"backups are in {backup.backup_folder(library)}")
    if not os.path.isfile(file):
        raise ReadqError(f"{file} is not a file", f"backups are in {backup.backup_folder(library)}")
    if os.path.exists(library) and os.path.samefile(file, library):
        raise UsageError(f"{file} is the library itself", "name a backup")
