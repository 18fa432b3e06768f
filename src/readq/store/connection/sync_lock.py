"""Only one sync at a time: a lock beside the library that ends with the process that holds it, however that ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from readq.errors import LibraryDiskError, SyncRunningError


@contextlib.contextmanager
def only_sync(library: str) -> Iterator[None]:
    """Hold the lock of syncs over the library at the path `library`.

    Its file holds the number of the process and stays behind; what counts is the lock on it, so that one left by a
    process that was killed is no obstacle. Raises SyncRunningError when another process holds it, LibraryDiskError.
    """
    path = f"{os.path.realpath(library)}.sync"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LibraryDiskError(f"cannot lock {path}: {error.strerror}", "check the folder's permissions") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise SyncRunningError(f"another sync is running{who}", "try again when it is done") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
