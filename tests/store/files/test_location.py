"""Locations are recognised from lists of mounts and names of folders, without such systems."""

import contextlib
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from readq.store.files import location, restore_backup
from readq.store.files.location import access_warning, journal_mode, network_file_system, sync_service
from readq.store.library import open_for_writing

LINUX = """\
22 27 0:20 / /proc rw,nosuid shared:5 - proc proc rw
27 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro
90 27 0:50 / /home/reader/nas rw,relatime shared:40 master:7 - nfs4 nas:/volume rw,vers=4.2
91 27 0:51 / /mnt/work\\040files rw - cifs //server/work rw,username=reader
92 27 0:52 / /home/reader/far rw - fuse.sshfs reader@far:/home rw,user_id=1000
93 27 0:53 / /mnt/c rw,noatime - 9p drvfs rw,aname=drvfs;path=C:\\\\
94 27 0:54 / /mnt/old rw - autofs systemd-1 rw,fd=3
95 94 0:55 / /mnt/old rw - nfs old:/export rw
96 27 0:56 / /mnt/shadowed rw - nfs a:/b rw
97 96 8:3 / /mnt/shadowed rw - ext4 /dev/sdb1 rw
98 90 8:4 / /home/reader/nas/local rw - xfs /dev/sdc1 rw
not a line of that table
"""

MACOS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//reader@server/work on /Volumes/work files (smbfs, nodev, nosuid, mounted by reader)
nas:/volume on /Volumes/nas (nfs)
"""


@pytest.mark.parametrize(
    ("mounts", "path", "kind"),
    [
        (LINUX, "/home/reader/.local/share/readq/library.db", None),
        (LINUX, "/home/reader/nas/library.db", "nfs4"),
        (LINUX, "/home/reader/nasty/library.db", None),
        (LINUX, "/home/reader/nas/local/library.db", None),
        (LINUX, "/mnt/work files/deep/library.db", "cifs"),
        (LINUX, "/home/reader/far/library.db", "fuse.sshfs"),
        (LINUX, "/mnt/c/Users/reader/library.db", "9p"),
        (LINUX, "/mnt/old/library.db", "nfs"),
        (LINUX, "/mnt/shadowed/library.db", None),
        (MACOS, "/System/Volumes/Data/Users/reader/library.db", None),
        (MACOS, "/Volumes/work files/library.db", "smbfs"),
        (MACOS, "/Volumes/nas/library.db", "nfs"),
        ("", "/home/reader/library.db", None),
        ("1 0 0:1 / / rw - nfs root:/ rw\n", "/library.db", "nfs"),
    ],
)
def test_network_file_systems(mounts: str, path: str, kind: str | None) -> None:
    assert network_file_system(path, mounts) == kind


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/home/reader/.local/share/readq/library.db", None),
        ("/home/reader/Dropbox/readq/library.db", "Dropbox"),
        ("/home/reader/Dropbox.db", None),
        ("/home/reader/Dropbox", None),
        ("/Users/reader/Dropbox (Institute)/library.db", "Dropbox"),
        ("/home/reader/OneDrive - University/library.db", "OneDrive"),
        ("/Users/reader/Library/CloudStorage/OneDrive-Personal/library.db", "OneDrive"),
        ("/Users/reader/Library/CloudStorage/GoogleDrive-reader@example.org/My Drive/library.db", "Google Drive"),
        ("/Users/reader/Library/Mobile Documents/com~apple~CloudDocs/library.db", "iCloud"),
        ("/home/reader/Nextcloud/a/b/c/library.db", "Nextcloud"),
        ("/home/reader/shared/papers/library.db", "Syncthing"),
        ("/home/reader/box/library.db", "Dropbox"),
        ("/mnt/c/Users/reader/Work/library.db", "OneDrive"),
        ("/library.db", None),
    ],
)
def test_folders_that_a_service_syncs(path: str, service: str | None) -> None:
    markers = {"/home/reader/shared/.stfolder", "/home/reader/box/.dropbox.cache"}
    environ = {"OneDriveCommercial": "/mnt/c/Users/reader/Work/", "OneDrive": ""}
    assert sync_service(path, environ, markers.__contains__) == service


@pytest.mark.parametrize(
    ("is_safe", "mounted", "folder", "mode"),
    [
        (False, "ext4", "plain", "DELETE"),
        (True, "ext4", "plain", "WAL"),
        (True, "nfs", "plain", "DELETE"),
        (True, "ext4", "Dropbox", "DELETE"),
    ],
)
def test_row_70_the_journal_mode_depends_on_the_location(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_safe: bool, mounted: str, folder: str, mode: str
) -> None:
    monkeypatch.setattr(location, "WAL_IS_SAFE", is_safe)
    monkeypatch.setattr(location, "mounts", lambda: f"1 0 0:1 / / rw - {mounted} x rw\n")
    path = str(tmp_path / folder / "library.db")
    assert journal_mode(path) == mode
    with contextlib.closing(open_for_writing(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == (mode.lower(),)
    restore_backup.replace_library(path, str(tmp_path / folder / "other.db"), 1)
    with contextlib.closing(sqlite3.connect(tmp_path / folder / "other.db")) as restored:
        assert restored.execute("PRAGMA journal_mode").fetchone() == (mode.lower(),)


def test_mounts_of_this_system_are_listed() -> None:
    assert network_file_system("/proc/self", location.mounts()) is None
    assert " / " in location.mounts() or " on / " in location.mounts()


def test_without_proc_the_mount_command_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "mount"
    program.write_text(f"#!/bin/sh\ncat <<'.'\n{MACOS}.\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    location._mount_output.cache_clear()
    assert location._mount_output() == MACOS
    location._mount_output.cache_clear()
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError()))
    assert location._mount_output() == ""
    location._mount_output.cache_clear()


def test_a_shared_folder_suggests_moving_the_library(tmp_path: Path) -> None:
    path = tmp_path / "all" / "library.db"
    path.parent.mkdir()
    path.touch(0o600)
    path.parent.chmod(0o1777)
    warning = access_warning(str(path))
    assert warning is not None
    assert warning.endswith("(1777): move it to a folder of your own")


@pytest.mark.parametrize(
    ("mode", "around", "said", "remedy"),
    [
        (0o600, 0o700, None, None),
        (0o600, 0o755, None, None),  # only the names of files can be seen
        (0o640, 0o700, "may read the library (640)", "chmod 600 '{}/library.db'"),
        (0o644, 0o755, "may read the library (644)", "chmod 600 '{}/library.db'"),
        (0o666, 0o700, "may read and change the library (666)", "chmod 600 '{}/library.db'"),
        (0o620, 0o700, "may read and change the library (620)", "chmod 600 '{}/library.db'"),
        (0o600, 0o777, "may put files in the library's folder (777)", "chmod go-w '{}'"),
        (0o600, 0o775, "may put files in the library's folder (775)", "chmod go-w '{}'"),
    ],
)
def test_access_by_other_users_is_warned_about(
    tmp_path: Path, mode: int, around: int, said: str | None, remedy: str | None
) -> None:
    folder = tmp_path / "my papers"
    folder.mkdir()
    path = folder / "library.db"
    path.touch()
    path.chmod(mode)
    folder.chmod(around)
    warning = access_warning(str(path))
    if said is None or remedy is None:
        assert warning is None
    else:
        assert warning == f"others on this computer {said}: {remedy.format(folder)}"
        subprocess.run(["sh", "-c", remedy.format(folder)], check=True)
        assert access_warning(str(path)) is None
