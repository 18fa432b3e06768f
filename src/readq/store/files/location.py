"""Recognise unsafe locations of a library: network file systems, synced folders, folders open to other users.

A library with a write-ahead log must be used on one computer only, because the log needs shared memory
(https://www.sqlite.org/wal.html). A rollback journal needs only locks. Functions that judge a location take the
system's mounts or environment as arguments.
"""

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from readq.store.connection.connect import WAL_IS_SAFE

_NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "9p", "drvfs", "ceph", "lustre"),
        *("glusterfs", "gfs2", "ocfs2", "beegfs", "ncpfs", "davfs", "webdav", "vboxsf", "prl_fs", "vmhgfs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.s3fs"),
        *("fuse.vmhgfs-fuse", "fuse.grpcfuse", "fuse.osxfs", "fuse.ceph", "macfuse", "osxfuse", "fusefs.sshfs"),
    }
)
"""The types of file systems on which locks or shared memory may not work between computers."""

_SYNCED = {
    "Dropbox": "Dropbox",
    "Google Drive": "Google Drive",
    "GoogleDrive": "Google Drive",
    "My Drive": "Google Drive",
    "OneDrive": "OneDrive",
    "iCloud Drive": "iCloud",
    "iCloudDrive": "iCloud",
    "Mobile Documents": "iCloud",
    "Nextcloud": "Nextcloud",
    "ownCloud": "ownCloud",
    "Syncthing": "Syncthing",
    "pCloudDrive": "pCloud",
    "pCloud Drive": "pCloud",
    "MEGAsync": "MEGA",
    "Proton Drive": "Proton Drive",
    "Yandex.Disk": "Yandex Disk",
}
"""A mapping from the names of folders that a service syncs to the name of the service."""

_SYNCED_PREFIXES = {"OneDrive - ": "OneDrive", "OneDrive-": "OneDrive", "GoogleDrive-": "Google Drive",
                    "Dropbox (": "Dropbox", "Dropbox-": "Dropbox", "iCloud": "iCloud"}  # fmt: skip
"""A mapping from prefixes of the names of synced folders to the name of the service.

Folders for accounts of organisations, and folders in `~/Library/CloudStorage`, have such names, for example
`GoogleDrive-me@example.org`.
"""

_MARKERS = {".stfolder": "Syncthing", ".dropbox.cache": "Dropbox"}
"""A mapping from the names of files that a service creates in a synced folder to the name of the service."""

_IN_ENVIRONMENT = {"OneDrive": "OneDrive", "OneDriveConsumer": "OneDrive", "OneDriveCommercial": "OneDrive"}

_MOUNT_TIMEOUT = 2.0
"""The timeout of the command `mount`, in seconds."""


def network_file_system(path: str, mounts: str) -> str | None:
    """Return the type, such as `nfs`, of the network file system that contains `path`.

    Return None if another kind of file system contains `path`. `path` is absolute, with links resolved. `mounts` is the
    text of `/proc/self/mountinfo`, or the output of the command `mount` on macOS and the BSDs.
    """
    best, kind = "", ""
    for point, name in _mounts(mounts):
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        # Of two mounts on one folder the later one hides the other.
        if inside and len(point) >= len(best):
            best, kind = point, name
    return kind if kind in _NETWORK else None


def _mounts(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if separator and len(fields) >= 6 and after:
            yield re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]), after.split(" ")[0]
        elif found := re.fullmatch(r".* on (/.*) \(([^,)]+)[,)].*", line):
            yield found[1], found[2]


def sync_service(path: str, environ: Mapping[str, str], exists: Callable[[str], bool]) -> str | None:
    """Return the name of the service that syncs the folder of `path`, or a folder above it. Return None if none does.

    `path` is absolute, with links resolved. A synced folder is recognised by its name, by an environment variable in
    `environ`, or by a file that the service has created in it. `exists` returns whether there is a file at a path.
    """
    roots = {environ[name].rstrip("/"): service for name, service in _IN_ENVIRONMENT.items() if environ.get(name)}
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        name = os.path.basename(folder)
        by_prefix = (service for prefix, service in _SYNCED_PREFIXES.items() if name.startswith(prefix))
        by_marker = (service for marker, service in _MARKERS.items() if exists(os.path.join(folder, marker)))
        found = roots.get(folder) or _SYNCED.get(name) or next(by_prefix, None) or next(by_marker, None)
        if found:
            return found
        folder = os.path.dirname(folder)
    return None


def journal_mode(path: str) -> str:
    """Return SQLite's journal mode for a new library at `path`: `WAL` or `DELETE`.

    The mode is `WAL` (a write-ahead log) if SQLite's version and the location allow it. Otherwise it is `DELETE` (a
    rollback journal).
    """
    if not WAL_IS_SAFE:
        return "DELETE"
    real = os.path.realpath(path)
    is_safe = network_file_system(real, mounts()) is None and sync_service(real, os.environ, os.path.lexists) is None
    return "WAL" if is_safe else "DELETE"


def mounts() -> str:
    """Return the system's list of mounted file systems as text, for `network_file_system`.

    Return "" if the list is unknown.
    """
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return "" if sys.platform == "linux" else _mount_output()


@lru_cache(1)
def _mount_output() -> str:
    import subprocess

    try:
        done = subprocess.run(["mount"], capture_output=True, timeout=_MOUNT_TIMEOUT, check=False)  # noqa: S607 - its folder differs between systems
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="surrogateescape")


def access_warning(path: str) -> str | None:
    """Return a warning with a remedy if other users of this computer can read or change the library at `path`.

    Return None if they cannot. A user with write access to the folder can change the library, because SQLite applies
    any journal file in the folder.
    """
    folder = os.path.dirname(os.path.realpath(path))
    mode, folder_mode = stat.S_IMODE(os.stat(path).st_mode), stat.S_IMODE(os.stat(folder).st_mode)
    if mode & 0o077:
        may = "read and change" if mode & 0o022 else "read"
        return f"others on this computer may {may} the library ({mode:o}): chmod 600 {_quoted(path)}"
    if folder_mode & 0o022:
        # The user cannot change the mode of a shared (sticky) folder such as /tmp.
        remedy = "move it to a folder of your own" if folder_mode & stat.S_ISVTX else f"chmod go-w {_quoted(folder)}"
        return f"others on this computer may put files in the library's folder ({folder_mode:o}): {remedy}"
    return None


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)
