"""Hold a lock on a file, so that only one process at a time does a task, such as a sync.

The system releases the lock when the process ends.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator

from readq.errors import LibraryDiskError, ReadqError, SyncRunningError


def sync_lock(library: str) -> contextlib.AbstractContextManager[None]:
    """Return a context manager that holds the sync lock of the library at the path `library`.

    The lock is on the file `LIBRARY.sync`. Entering the context raises SyncRunningError if another process holds the
    lock, and LibraryDiskError if the file cannot be opened or locked.
    """
    path = f"{os.path.realpath(library)}.sync"
    return process_lock(
        path, lambda who: SyncRunningError(f"another sync is running{who}", "try again when it is done")
    )


@contextlib.contextmanager
def process_lock(path: str, refusal: Callable[[str], ReadqError]) -> Iterator[None]:
    """Hold a lock (`flock`) on the file at `path` during the body of the `with`.

    If another process holds the lock, raises the error that `refusal` returns. `refusal` is called with text that names
    the other process, such as ` (process 123)`, or with "" if the id of that process is unknown. Raises
    LibraryDiskError if the file cannot be opened or locked.

    The file is never deleted. It contains the id of the process that locked it last, if the disk had room for it. If a
    process is killed, the system releases its lock.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LibraryDiskError(f"cannot lock {path}: {error.strerror}", "check the folder's permissions") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            raise refusal(f" (process {holder})" if holder.isdigit() else "") from None
        except OSError as error:
            raise LibraryDiskError(f"cannot lock {path}: {error.strerror}", "check its file system") from error
        with contextlib.suppress(OSError):
            # Only messages need the id. A full disk may have no room for it.
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
