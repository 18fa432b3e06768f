"""The exceptions that readq reports to the user, as a tree, with the exit status of each.

ReadqError                     1   part of a command failed, the rest was done
├── UsageError                 2   unknown option, status, rating; invalid query, date, tag; --yes is missing
├── NothingReadableError      65   an input in which nothing could be read
├── DiskError                 74   a disk that is full, read-only or failing, for files other than the library
├── ConstraintError            1   a value that the library cannot store
├── SyncRunningError          75   another process is syncing the same library
├── ShareRunningError         75   another process is sharing through the same folder
├── NotesBusyError             1   another process is comparing the same folder of notes
├── DigestRunningError        75   another process is sending the same digest
├── LibraryError              65   damaged, foreign or empty file as library
│   ├── LibraryDiskError      74   full, read-only, I/O error, not a regular file
│   ├── LibraryLockedError    75   the library stayed locked for the busy timeout
│   └── LibraryNewerError     78   written by a newer readq
└── ConfigError               78   a broken config file

The exit statuses are those of sysexits.h if it has a name for the case.
"""

import errno

_DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


class ReadqError(Exception):
    """An error that is shown as one line. `message` says what failed and where.

    `hint` says what the user can do about it.
    """

    exit_status = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(ReadqError):
    """The command line is wrong, or a query, a date or a tag cannot be parsed."""

    exit_status = 2


class NothingReadableError(ReadqError):
    """No part of an input could be read."""

    exit_status = 65


class DiskError(ReadqError):
    """A file could not be written because the disk is full, read-only or failing."""

    exit_status = 74


def write_error(path: str, error: OSError, hint: str) -> ReadqError:
    """Return a ReadqError for the OSError `error`, which was raised when the file at `path` was written.

    The result is a DiskError if the disk is full, read-only or failing. `hint` becomes the hint of the result.
    """
    kind = DiskError if error.errno in _DISK_FAULTS else ReadqError
    return kind(f"cannot write {path!r}: {error.strerror}", hint)


class ConstraintError(ReadqError):
    """The library cannot store a value, because it breaks a rule of a column or of a table. Nothing was stored."""


class SyncRunningError(ReadqError):
    """Another process is syncing the same library."""

    exit_status = 75


class ShareRunningError(ReadqError):
    """Another process is sharing through the same folder."""

    exit_status = 75


class NotesBusyError(ReadqError):
    """Another process is comparing the same folder of notes with the library."""


class DigestRunningError(ReadqError):
    """Another process is sending a digest of the same library to the same address."""

    exit_status = 75


class LibraryError(ReadqError):
    """The library file is damaged, empty, or not a library of readq. It was not changed."""

    exit_status = 65


class LibraryDiskError(LibraryError):
    """The library cannot be read or written, because the disk is full, read-only or failing.

    This error also reports that the path of the library is not a regular file.
    """

    exit_status = 74


class LibraryLockedError(LibraryError):
    """Another process held the library's lock for the whole busy timeout.

    `owner` describes that process. It is "" if the process is unknown.
    """

    exit_status = 75

    def __init__(self, message: str, hint: str | None = None, owner: str = "") -> None:
        super().__init__(message, hint)
        self.owner = owner


class LibraryNewerError(LibraryError):
    """The library has the schema of a newer readq. It was not changed."""

    exit_status = 78


class ConfigError(ReadqError):
    """The config file cannot be read, or contains an unknown setting or a wrong value.

    `setting` is the name of the setting with the error, such as `keys.queue`. The function `readq.config_file.located`
    uses it to add the number of the setting's line to the message. `setting` is None if no number is to be added.
    """

    exit_status = 78

    def __init__(self, message: str, hint: str | None = None, *, setting: str | None = None) -> None:
        super().__init__(message, hint)
        self.setting = setting
