"""Where a library lies: on a network file system, in a folder that a service copies about, open to others.

A write-ahead log shares memory between its users, so they must be on one computer (https://www.sqlite.org/wal.html); a
rollback journal needs nothing but locks. What is looked at is an argument of what judges it.
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
"""File systems whose locks or shared memory do not, or not always, reach all who can write there."""

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
"""What the services call their folders."""

_SYNCED_PREFIXES = {"OneDrive - ": "OneDrive", "OneDrive-": "OneDrive", "GoogleDrive-": "Google Drive",
                    "Dropbox (": "Dropbox", "Dropbox-": "Dropbox", "iCloud": "iCloud"}  # fmt: skip
"""How those of an organisation's account, or below `~/Library/CloudStorage`, begin."""

_MARKERS = {".stfolder": "Syncthing", ".dropbox.cache": "Dropbox"}
"""What a service leaves in the folder that it syncs."""

_IN_ENVIRONMENT = {"OneDrive": "OneDrive", "OneDriveConsumer": "OneDrive", "OneDriveCommercial": "OneDrive"}

_PATIENCE = 2.0
"""Seconds that the system's own list of mounts may take."""


def network_file_system(path: str, mounts: str) -> str | None:
    """The type of the network file system that `path` (absolute, without links) lies on; None when it lies on none.

    `mounts` is the text of `/proc/self/mountinfo`, or what `mount` prints on macOS and the BSDs.
    """
    best, kind = "", ""
    for point, name in _mounts(mounts):
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        # Of two on one place the later one hides the other.
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


def sync_service(path: str, environ: Mapping[str, str], is_there: Callable[[str], bool]) -> str | None:
    """The service that syncs the folder of `path` (absolute, without links), as its name or a marker in it says."""
    roots = {environ[name].rstrip("/"): service for name, service in _IN_ENVIRONMENT.items() if environ.get(name)}
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        name = os.path.basename(folder)
        by_prefix = (service for prefix, service in _SYNCED_PREFIXES.items() if name.startswith(prefix))
        by_marker = (service for marker, service in _MARKERS.items() if is_there(os.path.join(folder, marker)))
        found = roots.get(folder) or _SYNCED.get(name) or next(by_prefix, None) or next(by_marker, None)
        if found:
            return found
        folder = os.path.dirname(folder)
    return None


def journal_mode(path: str) -> str:
    """The journal that a new library at `path` gets: a write-ahead log where SQLite and the place are safe for it."""
    if not WAL_IS_SAFE:
        return "DELETE"
    place = os.path.realpath(path)
    suits = network_file_system(place, mounts()) is None and sync_service(place, os.environ, os.path.lexists) is None
    return "WAL" if suits else "DELETE"


def mounts() -> str:
    """What is mounted where, as this system tells it; empty when it does not."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return "" if sys.platform == "linux" else _printed_mounts()


@lru_cache(1)
def _printed_mounts() -> str:
    import subprocess

    try:
        done = subprocess.run(["mount"], capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S607 - where it is differs
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="surrogateescape")


def access_warning(path: str) -> str | None:
    """What other users of this computer may do with a library and what would end it; None when they may do nothing.

    In a folder where they may make files they can put a journal beside the library, which SQLite would play back.
    """
    folder = os.path.dirname(os.path.realpath(path))
    mode, around = stat.S_IMODE(os.stat(path).st_mode), stat.S_IMODE(os.stat(folder).st_mode)
    if mode & 0o077:
        may = "read and change" if mode & 0o022 else "read"
        return f"others on this computer may {may} the library ({mode:o}): chmod 600 {_quoted(path)}"
    if around & 0o022:
        # A sticky folder is everybody's, such as /tmp: it is not the reader's to close.
        remedy = "move it to a folder of your own" if around & stat.S_ISVTX else f"chmod go-w {_quoted(folder)}"
        return f"others on this computer may put files beside the library ({around:o}): {remedy}"
    return None


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)
