"""Convert errors of SQLite into LibraryError or a subclass, with a message and a hint for the user."""

import re
import sqlite3

from readq.errors import ConstraintError, LibraryDiskError, LibraryError, LibraryLockedError
from readq.store.connection.lock_wait import LockHeldError
from readq.store.connection.write_access import read_only_error, unwritable_reason


def is_committed(error: sqlite3.Error) -> bool:
    """Return whether the transaction was committed although SQLite raised `error`.

    This is the case for one error: after the commit, SQLite could not write the library's folder to the disk (fsync).
    """
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_DIR_FSYNC


def library_error(error: sqlite3.Error, path: str) -> LibraryError:
    """Convert `error`, which SQLite raised for the library at `path`, to a LibraryError or one of its subclasses.

    The result has a message and a hint for the user.
    """
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code = extended & 0xFF
    if is_committed(error):
        message = f"the disk failed: the change to {path} was written, but may not survive a power cut: {error}"
        return LibraryDiskError(message, "check the disk, then check the library")
    if extended == sqlite3.SQLITE_READONLY_DBMOVED:
        return moved_error(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        owner = error.owner if isinstance(error, LockHeldError) else None
        remedy = (owner.remedy if owner else None) or "try again when it is done"
        return LibraryLockedError(f"{owner or 'another process'} is writing to {path}", remedy, str(owner or ""))
    if code == sqlite3.SQLITE_FULL:
        return LibraryDiskError(f"the disk is full: nothing was written to {path}", "free some space and try again")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        reason = unwritable_reason(path)
        if reason or code != sqlite3.SQLITE_CANTOPEN:
            return read_only_error(path, reason or "check its permissions and its folder's")
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        message = f"the disk failed: nothing was written to {path}: {error}"
        return LibraryDiskError(message, "check the disk, then try again")
    if code == sqlite3.SQLITE_NOTADB:
        return LibraryError(f"not a readq library: {path}", "check --db and READQ_DB; the file was not touched")
    if code == sqlite3.SQLITE_CORRUPT:
        return LibraryError(f"the library is damaged: {path}", "restore a backup; the file was not touched")
    return LibraryError(
        f"SQLite refused an operation on {path}: {error}", "please report this, unless readq check finds damage"
    )


REFUSED_VALUES = (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, UnicodeEncodeError)
"""The exceptions for a value that does not fit into a column or a table.

They do not mean that the library is damaged.
"""


def constraint_error(error: Exception) -> ConstraintError:
    """Return the ConstraintError to raise in place of `error`, which is one of REFUSED_VALUES."""
    if found := re.match(r"UNIQUE constraint failed: (\w+)\.(\w+)", str(error)):
        return ConstraintError(f"the library has another {found[1].replace('_', ' ')} with the same {found[2]}")
    return ConstraintError("the library cannot store one of the values")


def moved_error(path: str) -> LibraryDiskError:
    """Return the error to raise if the library at `path` was moved, replaced or deleted while it was open."""
    return LibraryDiskError(
        f"the library {path} was moved, replaced or deleted while it was open: nothing was written",
        "start readq again",
    )
