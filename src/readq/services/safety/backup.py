"""Backup and restore: nothing counts as saved before it was read back, nothing is replaced that is not kept."""

import os
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.errors import LibraryDiskError, LibraryError, ReadqError, UsageError
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT, refuse_unless_library_file
from readq.store.files import backup, restore_backup
from readq.store.files.backup import Backup
from readq.store.files.backup_retention import expired
from readq.store.files.integrity import Contents, verify_library
from readq.store.files.restore_backup import Replaced


class BackedUp(NamedTuple):
    """A backup that was made: its path, its size in bytes, and what it holds."""

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
) -> BackedUp:
    """Copy the library to `file`, by default to a new one in the folder of backups; those stay until you delete them.

    Raises ReadqError when there is no library, or a `file` already, unless `force`; LibraryError and its kinds.
    """
    if not os.path.lexists(library):
        raise ReadqError(f"there is no library at {library}", "nothing to back up")
    if file is not None and os.path.exists(file) and os.path.samefile(file, library):
        raise UsageError(f"{file} is the library itself", "give another name")
    refuse_unless_library_file(library)
    target = file or backup.new_path(library, backup.MANUAL, now)
    contents = backup.back_up(library, target, busy_timeout, force=force)
    return BackedUp(target, os.path.getsize(target), contents)


def automatic(library: str, now: datetime, config: Config) -> str | None:
    """Make the day's backup if the library has changed since the last one, thin the older ones, and return its path.

    None when there is nothing to do: switched off, no library, no change, one of today, or another process is at it. It
    takes as long as reading and writing the library twice, so not for a thread that answers keys. Raises LibraryError
    and its kinds.
    """
    if not config.automatic_backup or not os.path.isfile(library):
        return None
    try:
        made = backup.list_backups(library, backup.AUTOMATIC)
        if not is_due(made, backup.last_modified(library), now):
            return None
        with backup.backup_lock(library) as is_alone:
            path = _made_and_thinned(library, now, config) if is_alone else None
    except ReadqError as error:
        backup.record_failure(library, str(error))
        raise
    except OSError as error:
        refused = LibraryDiskError(f"cannot back up {library}: {error}", "check its folder and disk")
        backup.record_failure(library, str(refused))
        raise refused from error
    backup.record_failure(library, None)
    return path


def _made_and_thinned(library: str, now: datetime, config: Config) -> str | None:
    # Who was not alone a moment ago has made it by now.
    if not is_due(backup.list_backups(library, backup.AUTOMATIC), backup.last_modified(library), now):
        return None
    backup.delete_stale_drafts(library, now)
    path = backup.new_path(library, backup.AUTOMATIC, now)
    backup.back_up(library, path, config.busy_timeout)
    for old in expired(backup.list_backups(library, backup.AUTOMATIC), now, config.backups_kept):
        backup.delete(old)
    return path


def is_due(made: list[Backup], modified: int, now: datetime) -> bool:
    """Whether none of the backups is of today (in the zone of `now`) or of this state of the library."""
    today = now.date()
    return not any(one.modified == modified or one.at.astimezone(now.tzinfo).date() == today for one in made)


def restore(library: str, file: str, *, busy_timeout: float = DEFAULT_BUSY_TIMEOUT) -> Replaced:
    """Put a copy of the backup `file` in the library's place, after a look at every page of it; keep what was there.

    Raises ReadqError when there is no such file, UsageError when it is the library; LibraryError and its kinds: then
    nothing has changed.
    """
    _refuse_as_source(library, file)
    return restore_backup.replace_library(file, library, busy_timeout)


def verify(library: str, file: str) -> Contents:
    """What the backup `file` holds, sound as it is. Raises as `restore` does."""
    _refuse_as_source(library, file)
    try:
        return verify_library(file)
    except LibraryError as error:
        raise type(error)(error.message, "nothing was changed; choose another backup") from error


def _refuse_as_source(library: str, file: str) -> None:
    if not os.path.exists(file):
        raise ReadqError(f"there is no file {file}", f"backups are in {backup.backup_folder(library)}")
    if os.path.exists(library) and os.path.samefile(file, library):
        raise UsageError(f"{file} is the library itself", "name a backup")
