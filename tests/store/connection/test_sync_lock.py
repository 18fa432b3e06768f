"""The sync lock allows one sync at a time and ends with its process."""

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from readq.errors import LibraryDiskError, SyncRunningError
from readq.store.connection.sync_lock import sync_lock

HOLDER = """
import sys
from readq.store.connection.sync_lock import sync_lock
with sync_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_owner_is_named_and_its_end_frees_the_lock(library: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, library], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(SyncRunningError, match=rf"process {holder.pid}\)") as caught, sync_lock(library):
            pass
        assert caught.value.exit_status == 75
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        # The file that it left behind blocks nothing.
        assert Path(f"{library}.sync").read_text() == f"{holder.pid}\n"
        with sync_lock(library):
            assert Path(f"{library}.sync").read_text() == f"{os.getpid()}\n"


def test_two_names_of_a_library_are_one_lock(library: str, tmp_path: Path) -> None:
    Path(library).touch()
    other = tmp_path / "other.db"
    other.symlink_to(library)
    with sync_lock(library), pytest.raises(SyncRunningError), sync_lock(str(other)):
        pass


def test_the_lock_file_is_private_and_no_link_is_followed(library: str, tmp_path: Path) -> None:
    with sync_lock(library):
        assert stat.S_IMODE(os.stat(f"{library}.sync").st_mode) == 0o600
    os.unlink(f"{library}.sync")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    os.symlink(victim, f"{library}.sync")
    with pytest.raises(LibraryDiskError), sync_lock(library):
        pass
    assert victim.read_text() == "precious"


def test_a_full_disk_has_no_room_for_the_id_but_the_lock_is_held(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with sync_lock(library), pytest.raises(SyncRunningError), sync_lock(library):
        pass


def test_a_file_system_without_locks_is_named(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(LibraryDiskError, match=r"cannot lock .*\.sync"), sync_lock(library):
        pass
