"""Default paths, and atomic writing of files."""

import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from readq import paths


@pytest.mark.parametrize("folder", ["", "relative/folder", "/somewhere/with space", "/ümlaut"])
def test_row_47_the_folders_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", folder)
    if folder == "relative/folder":
        # The XDG specification has relative paths ignored; platformdirs does not.
        assert paths.default_library() == os.path.expanduser("~/.local/share/readq/library.db")
    else:
        assert paths.default_library() == os.path.join(platformdirs.user_data_dir("readq"), "library.db")
        assert paths.default_config() == os.path.join(platformdirs.user_config_dir("readq"), "config.toml")
        assert paths.default_pdf_dir() == os.path.join(platformdirs.user_data_dir("readq"), "pdf")
        assert paths.default_cache() == platformdirs.user_cache_dir("readq")
        assert paths.state_folder() == platformdirs.user_state_dir("readq")


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have their own folders")
def test_row_47_without_xdg_the_folders_are_below_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{kind}_HOME")
    monkeypatch.setenv("HOME", "/home/reader")
    assert paths.default_library() == "/home/reader/.local/share/readq/library.db"
    assert paths.default_config() == "/home/reader/.config/readq/config.toml"


def test_paths_are_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/reader")
    assert paths.expand("~/x.db") == "/home/reader/x.db"
    assert paths.expand("a/../x.db") == str(tmp_path / "x.db")


def test_a_file_is_replaced_atomically(tmp_path: Path) -> None:
    path = tmp_path / "file"
    paths.write_atomically(str(path), "one\n", mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o4644)
    first = path.stat().st_ino
    paths.write_atomically(str(path), "zwölf\n", mode=0o600)
    assert path.read_bytes() == "zwölf\n".encode()
    assert path.stat().st_ino != first
    assert stat.S_IMODE(path.stat().st_mode) == 0o4644
    assert os.listdir(tmp_path) == ["file"]


def test_row_66_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space") as failed:
        paths.write_atomically(str(path), "new")
    assert failed.value.filename == str(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_dangling_link_gets_its_target(tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    paths.write_atomically(str(link), "x")
    assert link.is_symlink()
    assert target.read_text() == "x"


def test_a_device_is_written_in_place() -> None:
    paths.write_atomically("/dev/null", "x")
    assert not os.path.isfile("/dev/null")
    assert [name for name in os.listdir("/dev") if name.startswith("null.")] == []


def test_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        paths.write_atomically(str(path), "\udc80")
    assert path.read_text() == "old"


def test_on_macos_the_files_are_in_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs.macos import MacOS

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platformdirs.PlatformDirs", MacOS)
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{kind}_HOME")
    library = f"{os.environ['HOME']}/Library"
    assert paths.default_library() == f"{library}/Application Support/readq/library.db"
    assert paths.default_config() == f"{library}/Application Support/readq/config.toml"
    assert paths.default_cache() == f"{library}/Caches/readq"
    assert paths.log_path() == f"{library}/Application Support/readq/readq.log"


def test_on_windows_the_files_are_in_the_local_application_data(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs import windows

    local = "C:/Users/ada/AppData/Local"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("platformdirs.PlatformDirs", windows.Windows)
    monkeypatch.setattr(windows, "get_win_folder", lambda _: local)
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{kind}_HOME")
    for path in (paths.default_library(), paths.default_config(), paths.default_cache(), paths.log_path()):
        assert path.startswith(f"{local}/readq/readq/"), path
    assert paths.default_library().endswith("/library.db")
