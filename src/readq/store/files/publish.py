"""Rename a finished file to its final name atomically, without replacing an existing file."""

import errno
import os
import sys

_NO_REPLACE_LINUX = 1
_NO_REPLACE_DARWIN = 4
_AT_FDCWD = -100
"""The constant AT_FDCWD of Linux, which means that relative paths start at the current folder."""


def publish(draft: str, target: str) -> None:
    """Rename the file `draft` to `target`, atomically if the file system allows it. Never replaces a file at `target`.

    Raises FileExistsError if `target` exists. Raises another OSError if the system refuses the operation. The first of
    these ways that the system allows is used:

    - Create a hard link with the name `target`. The name `draft` stays, and the caller has to delete it.
    - Rename by a system call that never replaces a file.
    - Check that `target` does not exist, and then rename. This way is not atomic: a file that another process creates
      in between is replaced.
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
"""The error numbers that the system returns if a file system does not support or does not allow a hard link."""


def _rename_without_replacing(draft: str, target: str) -> bool:
    """Rename `draft` to `target`. Return False if the system cannot rename without replacing files.

    Raises FileExistsError if `target` exists, and another OSError if the rename fails.
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
