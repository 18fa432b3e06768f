"""Give a finished file its final name atomically, without replacing an existing file."""

import errno
import os
import sys

_NO_REPLACE_LINUX = 1
_NO_REPLACE_DARWIN = 4
_AT_FDCWD = -100
"""AT_FDCWD of Linux: relative paths start at the working folder."""


def publish(draft: str, target: str) -> None:
    """Give the file `draft` the name `target` atomically. Afterwards `draft` may or may not exist.

    Uses a hard link, or a rename that does not replace where there are none (vfat, some network file systems). Where
    neither exists, it checks for `target` and then renames, which is not atomic: of two processes that create one
    library within a millisecond, the second may win. Raises FileExistsError if `target` exists, and OSError.
    """
    try:
        os.link(draft, target)
        return
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _WITHOUT_LINKS:
            raise
    if not _rename_without_replacing(draft, target):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        os.rename(draft, target)


_WITHOUT_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""Errors of file systems without hard links, or that refuse one for this file."""


def _rename_without_replacing(draft: str, target: str) -> bool:
    """Rename; return False if the system or the file system cannot rename without replacing.

    Raises FileExistsError if `target` exists, and OSError.
    """
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    old, new = os.fsencode(draft), os.fsencode(target)
    try:
        if sys.platform == "linux":
            failed = library.renameat2(_AT_FDCWD, old, _AT_FDCWD, new, _NO_REPLACE_LINUX)
        elif sys.platform == "darwin":
            failed = library.renamex_np(old, new, _NO_REPLACE_DARWIN)
        else:
            return False
    except AttributeError:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), target)
