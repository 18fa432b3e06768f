"""Giving a finished file its name, so that nobody ever sees half of it and nothing that is there is replaced."""

import errno
import os
import sys

_NO_REPLACE_LINUX = 1
_NO_REPLACE_DARWIN = 4
_HERE = -100
"""AT_FDCWD of Linux: paths are as they stand."""


def publish(draft: str, target: str) -> None:
    """Give the file `draft` the name `target` in one act; afterwards `draft` may be gone.

    Raises FileExistsError when there is something of that name, whoever made it and when, and OSError. File systems
    without hard links (vfat, some network ones) get a rename that does not replace. Where the system has none for that
    file system either, a look comes first: two processes that create one library there within the same millisecond
    could still come to have the second one's.
    """
    try:
        os.link(draft, target)
        return
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _WITHOUT_LINKS:
            raise
    if not _renamed_without_replacing(draft, target):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        os.rename(draft, target)


_WITHOUT_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What file systems without hard links answer; or ones that refuse them for this file only."""


def _renamed_without_replacing(draft: str, target: str) -> bool:
    """Whether it could be done; raises FileExistsError, and OSError when what is wrong is not a lack of such a call."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    old, new = os.fsencode(draft), os.fsencode(target)
    try:
        if sys.platform == "linux":
            failed = library.renameat2(_HERE, old, _HERE, new, _NO_REPLACE_LINUX)
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
