"""Warnings about the location of a library are given once."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.services.safety import check
from readq.services.safety.location_warnings import new_warnings, warnings
from readq.store.files.location import access_warning

Run = Callable[..., Any]


@pytest.fixture
def nfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the whole computer appear to be on a network file system."""
    monkeypatch.setattr("readq.store.files.location.mounts", lambda: "1 0 0:1 / / rw - nfs far:/ rw\n")


def kinds(library: str) -> list[str]:
    return list(warnings(library, {}))


def test_an_ordinary_library_gets_no_warning(six_papers: str, tmp_path: Path) -> None:
    assert kinds(six_papers) == []
    assert new_warnings(six_papers, {}, str(tmp_path / "state")) == []


def test_a_missing_library_gets_no_warning(library: str) -> None:
    assert kinds(library) == []


@pytest.mark.usefixtures("nfs")
def test_row_70_each_warning_is_given_once(six_papers: str, tmp_path: Path) -> None:
    state = tmp_path / "state" / "readq"
    os.chmod(six_papers, 0o644)
    first = new_warnings(six_papers, {}, str(state))
    assert first == list(warnings(six_papers, {}).values())
    assert "chmod 600" in first[0]
    assert "readq backup" in first[1]
    assert new_warnings(six_papers, {}, str(state)) == []
    assert (state.stat().st_mode & 0o777, (state / "told").stat().st_mode & 0o777) == (0o700, 0o600)
    other = tmp_path / "Dropbox" / "other\n.db"
    other.parent.mkdir()
    os.rename(six_papers, other)
    assert kinds(str(other)) == ["open", "network", "sync"]
    assert len(new_warnings(str(other), {}, str(state))) == 3
    assert new_warnings(str(other), {}, str(state)) == []


def test_a_library_is_checked_again_after_a_change_of_permissions(six_papers: str, tmp_path: Path) -> None:
    looks: list[str] = []
    state, really = str(tmp_path / "state"), access_warning

    def look(path: str) -> str | None:
        looks.append(path)
        return really(path)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("readq.store.files.location.access_warning", look)
        for mode, expected in ((0o600, 0), (0o600, 0), (0o640, 1), (0o600, 0), (0o640, 0)):
            os.chmod(six_papers, mode)
            assert len(new_warnings(six_papers, {}, state)) == expected
    assert len(looks) == 2


def test_the_record_of_warnings_is_limited(six_papers: str, tmp_path: Path) -> None:
    (tmp_path / "told").write_text("sync\t/somewhere\n" * 1000)
    assert new_warnings(six_papers, {}, str(tmp_path)) == []
    assert len((tmp_path / "told").read_text().splitlines()) == 200


@pytest.mark.usefixtures("nfs")
def test_a_warning_that_cannot_be_recorded_is_not_given(six_papers: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    assert new_warnings(six_papers, {}, str(tmp_path / "state")) == []


@pytest.mark.usefixtures("nfs")
def test_a_command_warns_on_stderr_and_check_every_time(six_papers: str, run_cli: Run) -> None:
    first = run_cli("list", "--json")
    assert first.status == 0
    assert len(first.json) == 6
    assert first.err.startswith("warning: ")
    assert first.err.count("\n") == 1
    assert run_cli("list").err == ""
    for _ in range(2):
        checked = run_cli("check")
        assert (checked.status, checked.out) == (0, "no problems\n")
        assert "network file system (nfs)" in checked.err


@pytest.mark.usefixtures("nfs")
def test_a_check_gives_each_warning_once(six_papers: str, run_cli: Run) -> None:
    assert run_cli("check").err.count("warning: ") == 1
    assert run_cli("list").err == ""


def test_a_check_gives_all_warnings(six_papers: str, now: Any, nfs: None) -> None:  # noqa: ANN401 - a fixture's value
    os.chmod(six_papers, 0o604)
    found = check.check(six_papers, now).warnings
    assert [word in line for word, line in zip(("604", "nfs"), found, strict=True)] == [True, True]
    assert tuple(warnings(six_papers, {}).values()) == found


def test_all_files_of_readq_are_private(
    library: str, run_cli: Run, daily_file: Callable[[], str], tmp_path: Path
) -> None:
    """Library, backups, drafts (in the library) and state are 0600 in folders 0700, whatever the umask."""
    deep = tmp_path / "own" / "library.db"
    before = os.umask(0)
    try:
        assert run_cli("--db", deep, "import", daily_file()).status == 0
        assert run_cli("--db", deep, "backup").status == 0
        copy = run_cli("--db", deep, "backup", "--json").json["path"]
        assert run_cli("--db", deep, "restore", "--yes", copy).status == 0
        os.chmod(tmp_path / "own", 0o777)
        assert "chmod go-w" in run_cli("--db", deep, "list").err
        os.chmod(tmp_path / "own", 0o700)
    finally:
        os.umask(before)
    state = Path(os.environ["XDG_STATE_HOME"], "readq")
    for folder in (deep.parent, deep.parent / "backups", state):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {entry.stat().st_mode & 0o777 for entry in folder.iterdir() if entry.is_file()} == {0o600}
