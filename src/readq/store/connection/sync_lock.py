"""Lock a library for a sync, so that one sync runs at a time. The system releases the lock when the process ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from readq.errors import LibraryDiskError, SyncRunningError


@contextlib.contextmanager
def sync_lock(library: str) -> Iterator[None]:
    """Hold the sync lock of the library at the path `library` during the body of the `with`.

    The lock is a `flock` on the file `LIBRARY.sync`. The file contains the process id and is never deleted. The file of
    a killed process has no `flock`, so it blocks nothing. Raises SyncRunningError if another process holds the lock.
    Raises LibraryDiskError if the file cannot be opened.
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
