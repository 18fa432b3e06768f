"""Ask the operating system whether a library can be written to, before the first write."""

import os

from readq.errors import LibraryDiskError


def unwritable_reason(path: str) -> str | None:
    """Return the reason, in a few words, why the library at `path` cannot be written to.

    Return None if it seems writable. SQLite writes its journal to the library's folder, so the folder must be writable,
    too. If the library does not exist, only the folder is checked.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    for place, name in ((target, "file"), (folder, "folder")):
        if os.path.lexists(place) and not os.access(place, os.W_OK):
            return "its file system is read-only" if _is_read_only(place) else f"you may not write to its {name}"
    return None


def read_only_error(path: str, why: str) -> LibraryDiskError:
    """Return the error to raise if the library at `path` cannot be written to. `why` is the reason.

    If the library cannot be read either, the message of the error says this instead.
    """
    if os.path.lexists(path) and not os.access(path, os.R_OK):
        message = f"the library cannot be read: {path}: you may not read its file"
        return LibraryDiskError(message, "check its permissions")
    return LibraryDiskError(f"the library is read-only: {path}: {why}", "nothing was changed")


def _is_read_only(path: str) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):
        return False
