"""The error tree. Every failure that a reader can meet is one of these, and each knows its exit status.

ReadqError                     1   something failed, the rest was done
├── UsageError                 2   unknown option, status, rating; bad QUERY, DATE, tag; a needed --yes
├── NothingReadableError      65   an input in which nothing could be read
├── DiskError                 74   a disk that is full, read-only or failing, elsewhere than under the library
├── SyncRunningError          75   another process is syncing the same library
├── LibraryError              65   damaged, foreign or empty file as library
│   ├── LibraryDiskError      74   full, read-only, I/O error, not a regular file
│   ├── LibraryLockedError    75   the library stayed locked for the busy timeout
│   └── LibraryNewerError     78   made by a newer readq
└── ConfigError               78   a broken config file

The statuses follow sysexits.h where it has a name for the case.
"""

import errno

_DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


class ReadqError(Exception):
    """One line for the reader: what happened, to what, and what to do next (`hint`)."""

    exit_status = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(ReadqError):
    """The command line, a query, a date or a tag cannot be understood."""

    exit_status = 2


class NothingReadableError(ReadqError):
    """An input of which no part could be read."""

    exit_status = 65


class DiskError(ReadqError):
    """A file could not be written because the disk is full, read-only or failing."""

    exit_status = 74


def write_error(path: str, error: OSError, hint: str) -> ReadqError:
    """What to raise when `path` could not be written: a DiskError where the disk itself is why."""
    kind = DiskError if error.errno in _DISK_FAULTS else ReadqError
    return kind(f"cannot write {path!r}: {error.strerror}", hint)


class SyncRunningError(ReadqError):
    """Another process is syncing the same library."""

    exit_status = 75


class LibraryError(ReadqError):
    """The library file is damaged, foreign or empty; it was not touched."""

    exit_status = 65


class LibraryDiskError(LibraryError):
    """The disk refused: full, read-only, I/O error, or the path is no regular file."""

    exit_status = 74


class LibraryLockedError(LibraryError):
    """Another process held the library for longer than the busy timeout; `holder` says which, "" when not known."""

    exit_status = 75

    def __init__(self, message: str, hint: str | None = None, holder: str = "") -> None:
        super().__init__(message, hint)
        self.holder = holder


class LibraryNewerError(LibraryError):
    """The library was made by a newer readq; it was not touched."""

    exit_status = 78


class ConfigError(ReadqError):
    """The config file cannot be read or holds what readq does not know."""

    exit_status = 78
