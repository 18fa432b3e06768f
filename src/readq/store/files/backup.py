"""Backups: whole copies of a library that were read back before they count. They are plain libraries.

`VACUUM INTO` copies what is committed, whatever others do meanwhile; a copied file would lack what stands in a journal.
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
from readq.paths import write_whole
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
"""Kinds of backup; that of a migration is followed by `-FROM-TO`."""

_TIME = "%Y%m%dT%H%M%SZ"
_DRAFT_PREFIX, _DRAFT_SUFFIX = ".backup-", ".new"
_FAILED = ".failed"
_SECONDS_A_DAY = 86_400


class Backup(NamedTuple):
    """A backup in its folder. `at`: when it was made, by its name; `size` in bytes.

    `modified` is that of the library when it was copied, in nanoseconds: the same one again means nothing has changed.
    """

    path: str
    kind: str
    at: datetime
    size: int
    modified: int


def backup_folder(library: str) -> str:
    """Where the backups of a library are kept unless someone says otherwise: beside it."""
    return os.path.join(os.path.dirname(os.path.abspath(library)), "backups")


def list_backups(library: str, kind: str) -> list[Backup]:
    """The backups of one kind in the library's folder, newest first."""
    name = re.compile(
        rf"({re.escape(kind)}(?:-\d+-\d+)?)-(\d{{8}}T\d{{6}}Z)(?:\.\d+)?-{re.escape(os.path.basename(library))}"
    )
    found = []
    for entry in _entries(backup_folder(library)):
        match = name.fullmatch(entry.name)
        # Another process may be thinning them.
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
    """A free name for a backup made at the instant `at`; makes the folder. Raises LibraryDiskError."""
    folder = backup_folder(library)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise _refused(error, folder) from error
    time, number = at.astimezone(UTC).strftime(_TIME), 1
    while True:
        counter = f".{number}" if number > 1 else ""
        path = os.path.join(folder, f"{kind}-{time}{counter}-{os.path.basename(library)}")
        if not os.path.lexists(path):
            return path
        number += 1


def last_modified(library: str) -> int:
    """When the library was last written to, in nanoseconds since 1970, with what still stands in its WAL."""
    latest = os.stat(library).st_mtime_ns
    with contextlib.suppress(FileNotFoundError):
        wal = os.stat(f"{library}-wal")
        # Opening a library makes an empty one.
        if wal.st_size:
            latest = max(latest, wal.st_mtime_ns)
    return latest


def back_up(library: str, target: str, busy_timeout: float, *, force: bool = False, faulty: bool = False) -> Contents:
    """Copy the library to the file `target`, read it back, and count what is in it. A `faulty` one may have its faults.

    Raises ReadqError when `target` exists, unless `force`; LibraryDiskError, and the other kinds of LibraryError. On
    any error nothing is left behind, and what was at `target` is still there.
    """
    try:
        with contextlib.closing(open_unmigrated(library, busy_timeout)) as connection, write_locked(connection):
            known = integrity_messages(connection) if faulty else ()
            return back_up_locked(connection, library, target, force=force, known=known)
    except sqlite3.Error as error:
        raise library_error(error, library) from error


def back_up_locked(
    connection: sqlite3.Connection, library: str, target: str, *, force: bool = False, known: Collection[str] = ()
) -> Contents:
    """As `back_up`, for a caller whose transaction on the library keeps others from writing to it.

    `known` are what SQLite finds wrong with the library: it copies indexes as they are.
    """
    expected = count_contents(connection)
    if force:
        # What a link leads to is replaced, not the link; the draft must be on the same file system.
        target = os.path.realpath(target)
    with draft_file(target) as draft:
        copy_verified(library, draft, expected, known)
        os.utime(draft, ns=(last_modified(library),) * 2)
        _put_in_place(draft, target, force)
    return expected


@contextlib.contextmanager
def draft_file(target: str) -> Iterator[str]:
    """An empty file beside `target`, for its owner only; gone afterwards unless it was renamed.

    Turns the errors of the disk into LibraryDiskError.
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
        raise _refused(error, target) from error


def copy_verified(source: str, draft: str, expected: Contents | None = None, known: Collection[str] = ()) -> Contents:
    """Copy the library `source`, which the caller holds still, into the empty file `draft`, and read that back.

    Raises LibraryError when it is not sound or does not hold what is `expected`, sqlite3.Error and OSError.
    """
    with contextlib.closing(open_unmigrated(source, 0)) as connection:
        # The folder is synced when the copy gets its name; until then it may be lost.
        connection.execute("PRAGMA synchronous=FULL")
        try:
            connection.execute("VACUUM INTO ?", (draft,))
        except sqlite3.Error as error:
            # What the disk refuses, it refuses to the copy.
            raise library_error(error, source if is_corruption(error) else os.path.dirname(draft)) from error
    _sync(draft)
    found = verify_library(draft, name=source, known=known)
    if expected is not None and found != expected:
        raise LibraryError(f"the copy of {source} holds {found}, not {expected}", "nothing was kept; please report")
    return found


def _put_in_place(draft: str, target: str, force: bool) -> None:
    if force:
        os.replace(draft, target)
    else:
        _link(draft, target)
    try:
        fsync_folder(target)
    except OSError:
        # A name that the disk may forget is no backup.
        if not force:
            os.unlink(target)
        raise


def _link(draft: str, target: str) -> None:
    try:
        publish(draft, target)
    except FileExistsError as error:
        raise ReadqError(f"{target} exists", "give another name, or --force") from error


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(path: str) -> None:
    """Bring the name of the file `path` to the disk itself. Raises OSError."""
    handle = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete(old: Backup) -> None:
    """Delete a backup; one that another process has deleted is no error. Raises LibraryDiskError."""
    try:
        os.unlink(old.path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _refused(error, old.path) from error


def keep_newest(library: str, kind: str, number: int) -> None:
    """Delete all but the newest `number` backups of a kind."""
    for old in list_backups(library, kind)[number:]:
        delete(old)


@contextlib.contextmanager
def backup_lock(library: str) -> Iterator[bool]:
    """Whether no other process is making an automatic backup; none begins one meanwhile. Makes the folder.

    The lock ends with its process, so none is ever left behind. Raises LibraryDiskError.
    """
    import fcntl

    folder = backup_folder(library)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _refused(error, folder) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            # A file system without such locks: two backups of a day do no harm.
            pass
        yield True
    finally:
        os.close(handle)


def record_failure(library: str, why: str | None) -> None:
    """Note in the folder of backups why no automatic backup was made, or that the last one was; where that can be."""
    path = os.path.join(backup_folder(library), _FAILED)
    with contextlib.suppress(OSError):
        if why is None:
            os.unlink(path)
        else:
            write_whole(path, f"{why}\n", mode=0o600)


def last_failure(library: str) -> str | None:
    """Why the last automatic backup was not made; None when it was."""
    try:
        with open(os.path.join(backup_folder(library), _FAILED), encoding="utf-8", errors="replace") as file:
            return file.read().strip() or None
    except OSError:
        return None


def delete_stale_drafts(library: str, now: datetime) -> None:
    """Delete what was left behind when a backup, a restore or the making of a library was killed: drafts of a day."""
    folder = backup_folder(library)
    for entry in [*_entries(folder), *_entries(os.path.dirname(folder))]:
        is_draft = entry.name.startswith((_DRAFT_PREFIX, ".library-")) and _DRAFT_SUFFIX in entry.name
        # What cannot be deleted, or is gone by now, is no reason to make no backup.
        with contextlib.suppress(OSError):
            if is_draft and now.timestamp() - entry.stat().st_mtime > _SECONDS_A_DAY:
                os.unlink(entry.path)


def _refused(error: OSError, path: str) -> LibraryDiskError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryDiskError(f"the disk is full: nothing was written to {path}", "free some space and try again")
    return LibraryDiskError(f"cannot write {path}: {error.strerror}", "nothing was kept; check its folder and disk")
