"""Whether a library can be written to, and if not, why: asked of the system, before anything is tried."""

import os

from readq.errors import LibraryDiskError


def why_not(path: str) -> str | None:
    """Why nothing can be kept in the library at `path`, in a few words; None when it can, as far as the system says.

    SQLite needs the folder too, for its journal. Of a library that is not there only the folder is looked at.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    for place, name in ((target, "file"), (folder, "folder")):
        if os.path.lexists(place) and not os.access(place, os.W_OK):
            return "its file system is read-only" if _is_read_only(place) else f"you may not write to its {name}"
    return None


def read_only(path: str, why: str) -> LibraryDiskError:
    """What a reader is told who would change the library at `path` and cannot; `why` as `why_not` says it.

    Of one that cannot be read either, that is said instead.
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
