"""Allow only one share at a time, and remove the lock files of git processes that were killed."""

import contextlib
import os
import time
from collections.abc import Iterator

from readq.errors import ShareRunningError
from readq.store.connection.sync_lock import process_lock

_PATIENCE = 3.0
"""The time in seconds after which an unchanged lock file is removed, because its git process must have been killed.

A running git holds a lock only for a moment.
"""

_POLL_INTERVAL = 0.05


@contextlib.contextmanager
def share_lock(folder: str) -> Iterator[None]:
    """Return a context manager that holds the lock of the shared folder `folder`.

    Raises ShareRunningError if another process holds the lock.
    """
    path = f"{os.path.realpath(folder)}.lock"
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with process_lock(
        path, lambda who: ShareRunningError(f"another share is running{who}", "try again when it is done")
    ):
        yield


def remove_left_locks(git_folder: str) -> None:
    """Remove the lock files of killed git processes from `git_folder`, the path of the folder `.git` of a repository.

    A running git process of the user holds a lock only for a moment, so only lock files that stay unchanged for three
    seconds are removed. The caller must hold the lock of the shared folder, so that no git process of readq is running.
    """
    seen = _locks(git_folder)
    deadline = time.monotonic() + _PATIENCE
    while seen and time.monotonic() < deadline:
        time.sleep(_POLL_INTERVAL)
        present = _locks(git_folder)
        seen = {path: state for path, state in seen.items() if present.get(path) == state}
    for path in seen:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _locks(git_folder: str) -> dict[str, tuple[int, int]]:
    """Return the lock files of references, settings and readq's own index.

    Map their paths to inode and time of change.
    """
    found: dict[str, tuple[int, int]] = {}
    names = ("HEAD.lock", "packed-refs.lock", "config.lock", "FETCH_HEAD.lock", "readq/index.lock", "shallow.lock")
    paths = [os.path.join(git_folder, name) for name in names]
    for folder, _, files in os.walk(os.path.join(git_folder, "refs")):
        paths += [os.path.join(folder, name) for name in files if name.endswith(".lock")]
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(path)
            found[path] = (status.st_ino, status.st_mtime_ns)
    return found
