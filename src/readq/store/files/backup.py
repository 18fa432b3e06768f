"""Make, list and delete backups of a library. A backup is a complete copy, and is itself a library.

SQLite's `VACUUM INTO` copies the committed state while other processes use the library. A plain copy of the file would
lack commits in the write-ahead log. The copy is verified before it is renamed to its final name.
"""

import contextlib
import errno
import os
import re
import sqlite3
import tempfile
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from readq.errors import LibraryDiskError, LibraryError, ReadqError
from readq.paths import write_atomically
from readq.store.connection.sqlite_errors import library_error
from readq.store.files.integrity import (
    Contents,
    count_contents,
    integrity_messages,
    is_corruption,
    open_unmigrated,
    verify_library,
    write_locked,
)
from readq.store.files.publish import publish

AUTOMATIC = "automatic"
MANUAL = "manual"
BEFORE_REPAIR = "pre-repair"
BEFORE_MIGRATION = "pre-migrate"
"""The kind of a backup that is made before a migration. The file name of each backup begins with its kind.

For this kind, the numbers of the old and the new schema follow, such as `pre-migrate-11-12`.
"""

_TIME = "%Y%m%dT%H%M%SZ"
_DRAFT_PREFIX, _DRAFT_SUFFIX = ".backup-", ".new"
_FAILED = ".failed"
_SECONDS_A_DAY = 86_400


class Backup(NamedTuple):
    """A backup file."""

    path: str
    kind: str
    """The beginning of the file name, which says why the backup was made, such as AUTOMATIC."""
    at: datetime
    """The time at which the backup was made, from the file name."""
    size: int
    """The size in bytes."""
    modified: int
    """The result of `last_modified` for the library when the backup was made.

    If the function still returns this value, the library has not changed since the backup.
    """


def backup_folder(library: str) -> str:
    """Return the path of the default folder for backups: the folder `backups` in the library's folder."""
    return os.path.join(os.path.dirname(os.path.abspath(library)), "backups")


def list_backups(library: str, kind: str) -> list[Backup]:
    """Return the backups of the kind `kind` in the library's backup folder, newest first.

    Raises LibraryDiskError if the folder cannot be read.
    """
    name = re.compile(
        rf"({re.escape(kind)}(?:-\d+-\d+)?)-(\d{{8}}T\d{{6}}Z)(?:\.\d+)?-{re.escape(os.path.basename(library))}"
    )
    found = []
    for entry in _entries(backup_folder(library)):
        match = name.fullmatch(entry.name)
        # Another process may be deleting old backups.
        with contextlib.suppress(FileNotFoundError):
            if match and entry.is_file(follow_symlinks=False):
                status = entry.stat()
                at = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC)
                found.append(Backup(entry.path, match[1], at, status.st_size, status.st_mtime_ns))
    return sorted(found, key=lambda one: (one.at, one.modified, one.path), reverse=True)


def _entries(folder: str) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise LibraryDiskError(f"cannot read {folder}: {error.strerror}", "check its permissions") from error


def new_path(library: str, kind: str, at: datetime) -> str:
    """Return an unused path in the backup folder for a backup of the kind `kind`, made at the time `at`.

    Creates the backup folder if it is missing. Raises LibraryDiskError if it cannot be created.
    """
    folder = backup_folder(library)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise _disk_error(error, folder) from error
    time, number = at.astimezone(UTC).strftime(_TIME), 1
    while True:
        counter = f".{number}" if number > 1 else ""
        path = os.path.join(folder, f"{kind}-{time}{counter}-{os.path.basename(library)}")
        if not os.path.lexists(path):
            return path
        number += 1


def last_modified(library: str) -> int:
    """Return the time of the last write to the library or its write-ahead log, in nanoseconds since 1970."""
    latest = os.stat(library).st_mtime_ns
    with contextlib.suppress(FileNotFoundError):
        wal = os.stat(f"{library}-wal")
        # Opening a library creates an empty WAL.
        if wal.st_size:
            latest = max(latest, wal.st_mtime_ns)
    return latest


def back_up(
    library: str, target: str, busy_timeout: float, *, force: bool = False, allow_faults: bool = False
) -> Contents:
    """Copy the library to the file `target` and verify the copy. Return the row counts of the copy.

    If `force` is true, replaces an existing `target`. If `force` is false, raises ReadqError if `target` exists. Waits
    up to `busy_timeout` seconds for locks. Raises LibraryError or a subclass if the copy cannot be made or has
    integrity faults. If `allow_faults` is true, faults that the library itself has are accepted in the copy. After an
    error, an existing `target` is unchanged and no new file remains.
    """
    try:
        with contextlib.closing(open_unmigrated(library, busy_timeout)) as connection, write_locked(connection):
            faults = integrity_messages(connection) if allow_faults else ()
            return back_up_locked(connection, library, target, force=force, accepted=faults)
    except sqlite3.Error as error:
        raise library_error(error, library) from error


def back_up_locked(
    connection: sqlite3.Connection, library: str, target: str, *, force: bool = False, accepted: Collection[str] = ()
) -> Contents:
    """Back up the library as `back_up` does. The caller must hold the library's write lock with `connection`.

    `accepted` holds messages of SQLite's integrity check of the library. The same messages are accepted from the check
    of the copy, because SQLite copies some faults of a library, such as damaged indexes.
    """
    expected = count_contents(connection)
    if force:
        # Replace the target of a link, not the link; the draft must be on the same file system.
        target = os.path.realpath(target)
    with draft_file(target) as draft:
        copy_verified(library, draft, expected, accepted)
        os.utime(draft, ns=(last_modified(library),) * 2)
        _publish(draft, target, force)
    return expected


@contextlib.contextmanager
def draft_file(target: str) -> Iterator[str]:
    """Create an empty file in the folder of `target` for the body of the `with`. Yield the path of the file.

    Only the owner can read the file. At the end of the body, deletes the file, unless the body has renamed it. Raises
    LibraryDiskError in place of every OSError, even of an OSError in the body.
    """
    folder = os.path.dirname(os.path.abspath(target))
    try:
        handle, draft = tempfile.mkstemp(prefix=_DRAFT_PREFIX, suffix=_DRAFT_SUFFIX, dir=folder)
        os.close(handle)
        try:
            yield draft
        finally:
            for suffix in ("", "-journal", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(draft + suffix)
    except OSError as error:
        raise _disk_error(error, target) from error


def copy_verified(
    source: str, draft: str, expected: Contents | None = None, accepted: Collection[str] = ()
) -> Contents:
    """Copy the library `source` into the empty file `draft` and verify the copy. Return the row counts of the copy.

    The caller must hold the library's write lock. Raises LibraryError if the integrity check of the copy returns a
    message that is not in `accepted`, or if `expected` is given and differs from the row counts of the copy. Raises
    LibraryError or a subclass if SQLite cannot copy the library. Raises sqlite3.Error or OSError for other errors.
    """
    with contextlib.closing(open_unmigrated(source, 0)) as connection:
        # The draft itself need not survive a crash: the folder is synced when the copy gets its name.
        connection.execute("PRAGMA synchronous=FULL")
        try:
            connection.execute("VACUUM INTO ?", (draft,))
        except sqlite3.Error as error:
            # An error of the disk concerns the copy, not the source.
            raise library_error(error, source if is_corruption(error) else os.path.dirname(draft)) from error
    _fsync(draft)
    found = verify_library(draft, name=source, accepted=accepted)
    if expected is not None and found != expected:
        raise LibraryError(f"the copy of {source} holds {found}, not {expected}", "nothing was kept; please report")
    return found


def _publish(draft: str, target: str, force: bool) -> None:
    if force:
        os.replace(draft, target)
    else:
        _link(draft, target)
    try:
        fsync_folder(target)
    except OSError:
        # A backup whose name may be lost in a power cut must not count as made.
        if not force:
            os.unlink(target)
        raise


def _link(draft: str, target: str) -> None:
    try:
        publish(draft, target)
    except FileExistsError as error:
        raise ReadqError(f"{target} exists", "give another name, or --force") from error


def _fsync(path: str) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(path: str) -> None:
    """Write the folder of the file `path` to the disk (fsync), so that the new name of a file survives a power cut.

    Raises OSError if the system reports an error.
    """
    handle = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete(old: Backup) -> None:
    """Delete a backup. Does nothing if the file does not exist. Raises LibraryDiskError if it cannot be deleted."""
    try:
        os.unlink(old.path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _disk_error(error, old.path) from error


def keep_newest(library: str, kind: str, number: int) -> None:
    """Delete all backups of the kind `kind` except the newest `number`.

    Raises LibraryDiskError if a backup cannot be deleted.
    """
    for old in list_backups(library, kind)[number:]:
        delete(old)


@contextlib.contextmanager
def backup_lock(library: str) -> Iterator[bool]:
    """Try to lock the backup folder during the body of the `with`. Yield whether the body can make an automatic backup.

    Yields False if another process holds the lock, so that only one process makes an automatic backup. Yields True if
    the lock was taken, or if the file system does not support locks. The system releases the lock when the process
    ends. Creates the folder if it is missing. Raises LibraryDiskError if the folder cannot be created or opened.
    """
    import fcntl

    folder = backup_folder(library)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _disk_error(error, folder) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            # A file system without such locks: two backups on one day do no harm.
            pass
        yield True
    finally:
        os.close(handle)


def record_failure(library: str, why: str | None) -> None:
    """Record in the backup folder whether the last automatic backup failed.

    `why` is the reason of the failure, or None if the backup succeeded. Ignores an OSError, because a backup must not
    fail only because the record cannot be written.
    """
    path = os.path.join(backup_folder(library), _FAILED)
    with contextlib.suppress(OSError):
        if why is None:
            os.unlink(path)
        else:
            write_atomically(path, f"{why}\n", mode=0o600)


def last_failure(library: str) -> str | None:
    """Return the reason why the last automatic backup failed, as `record_failure` stored it.

    Return None if the last automatic backup succeeded.
    """
    try:
        with open(os.path.join(backup_folder(library), _FAILED), encoding="utf-8", errors="replace") as file:
            return file.read().strip() or None
    except OSError:
        return None


def delete_stale_drafts(library: str, now: datetime) -> None:
    """Delete unfinished copies that are older than a day. Such copies remain if a process is killed during a backup.

    Searches the library's folder and its backup folder.
    """
    folder = backup_folder(library)
    for entry in [*_entries(folder), *_entries(os.path.dirname(folder))]:
        is_draft = entry.name.startswith((_DRAFT_PREFIX, ".library-")) and _DRAFT_SUFFIX in entry.name
        # A draft that cannot be deleted must not prevent a backup.
        with contextlib.suppress(OSError):
            if is_draft and now.timestamp() - entry.stat().st_mtime > _SECONDS_A_DAY:
                os.unlink(entry.path)


def _disk_error(error: OSError, path: str) -> LibraryDiskError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryDiskError(f"the disk is full: nothing was written to {path}", "free some space and try again")
    return LibraryDiskError(f"cannot write {path}: {error.strerror}", "nothing was kept; check its folder and disk")
