"""Backups started by commands: when they start, that nothing waits for them, and that tests start none."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.services.safety import automatic_backup, check
from readq.services.safety.automatic_backup import is_temporary, start
from readq.store.files import backup

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/reader/.local/share/readq/library.db", False),
        ("/home/reader/tmp/library.db", False),
        ("/tmp/library.db", True),
        ("/tmp/pytest-of-reader/pytest-0/x/library.db", True),
        ("/tmpfiles/library.db", False),
        ("/var/tmp/x.db", True),
        ("/scratch/job-7/x.db", True),
        ("/scratch/job-70/x.db", False),
    ],
)
def test_temporary_libraries_are_recognised(path: str, expected: bool) -> None:
    assert is_temporary(path, {"TMPDIR": "/scratch/job-7/", "TMP": ""}) is expected


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Return the pids of started backups; no library counts as temporary."""
    monkeypatch.setattr(automatic_backup, "is_temporary", lambda _library, _environ: False)
    pids: list[int] = []
    spawn = os.posix_spawn

    def remembering(*arguments: Any, **keywords: Any) -> int:  # noqa: ANN401 - passed through
        pids.append(spawn(*arguments, **keywords))
        return pids[-1]

    monkeypatch.setattr(os, "posix_spawn", remembering)
    yield pids
    for pid in pids:
        reap(pid)


def reap(pid: int) -> int | None:
    """Wait for a backup to end, as init does for orphaned processes."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def made(library: str) -> list[str]:
    return [os.path.basename(one.path) for one in backup.list_backups(library, backup.AUTOMATIC)]


def test_a_writing_command_starts_a_backup(six_papers: str, run_cli: Run, started: list[int]) -> None:
    assert run_cli("list").status == 0
    assert started == []
    result = run_cli("mark", "done", "1")
    assert (result.status, result.err) == (0, "")
    assert len(started) == 1
    assert reap(started[0]) == 0
    assert made(six_papers) == ["automatic-20261123T080000Z-library.db"]
    assert run_cli("star", "1").status == 0
    assert len(started) == 1


def test_a_reading_command_starts_no_backup(six_papers: str, run_cli: Run, started: list[int]) -> None:
    for words in (("due",), ("show", "1"), ("check",), ("undo", "--list"), ("import", "nowhere.json")):
        run_cli(*words)
    assert started == []
    assert not os.path.exists(backup.backup_folder(six_papers))


def test_one_backup_is_started_per_hour_and_made_per_day(six_papers: str, now: datetime, started: list[int]) -> None:
    def try_at(later: timedelta) -> int | None:
        os.environ["READQ_NOW"] = (now + later).isoformat()
        os.utime(six_papers)
        return start(six_papers, "none.toml", os.environ, now + later)

    try:
        for later, expected in ((0, 1), (0.9, 1), (1.1, 1), (24, 2), (-240, 3)):
            pid = try_at(timedelta(hours=later))
            if pid is not None:
                assert reap(pid) == 0
            assert len(made(six_papers)) == expected
    finally:
        del os.environ["READQ_NOW"]
    assert len(started) == 4


def test_switched_off(six_papers: str, run_cli: Run, tmp_path: Path, started: list[int]) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[backup]\nautomatic = false\n")
    assert run_cli("--config", config, "mark", "done", "1").status == 0
    assert started == []


def test_a_temporary_library_starts_no_backup(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "posix_spawn", lambda *_, **__: pytest.fail("started"))
    assert run_cli("mark", "done", "1").status == 0
    assert not os.path.exists(backup.backup_folder(six_papers))


def test_a_failed_start_does_not_fail_the_command(
    six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automatic_backup, "is_temporary", lambda _library, _environ: False)
    Path(backup.backup_folder(six_papers)).write_text("in the way")
    result = run_cli("mark", "done", "1")
    assert (result.status, result.err) == (0, "")


_PIPED = """
import os, sys
from readq.cli.main import entry
from readq.services.safety import automatic_backup
spawn = os.posix_spawn
def spawn_slow(path, command, environ, **how):
    print(spawn(path, [path, "-c", "import time; time.sleep(120)"], environ, **how))
os.posix_spawn = spawn_slow
automatic_backup.is_temporary = lambda library, environ: False
sys.argv = ["readq", *sys.argv[1:]]
entry()
"""


def test_a_pipe_does_not_wait_for_the_backup(six_papers: str, now: datetime) -> None:
    """A pipe that reads the command's output ends while the backup still runs."""
    command = [sys.executable, "-c", _PIPED, "--db", six_papers, "mark", "done", "1"]
    environ = {**os.environ, "READQ_NOW": now.isoformat()}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30, check=False)
    said, pid = done.stdout.splitlines()
    assert os.getpgid(int(pid)) == os.getsid(int(pid)) == int(pid)
    os.kill(int(pid), signal.SIGKILL)
    assert (done.returncode, done.stderr) == (0, "")
    assert said.startswith("1 paper changed")


def test_two_backups_at_once_make_one(six_papers: str, now: datetime, run_cli: Run) -> None:
    with backup.backup_lock(six_papers) as is_alone:
        assert is_alone
        assert run_cli("backup", "--automatic").out == "no backup is due\n"
    assert made(six_papers) == []
    assert run_cli("backup", "--automatic", "--json").json["path"].endswith(made(six_papers)[0])
    assert run_cli("backup", "--automatic", "--json").json == {"path": None}


@pytest.mark.parametrize("words", [("x.db",), ("--force",)])
def test_an_automatic_backup_takes_no_other_options(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    assert run_cli("backup", "--automatic", *words).status == 2


def test_check_reports_a_failed_backup(
    six_papers: str, now: datetime, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as disk:

        def full(*_arguments: object, **_keywords: object) -> None:
            raise OSError(28, "No space left on device")

        disk.setattr("tempfile.mkstemp", full)
        assert run_cli("backup", "--automatic").status == 74
    warnings = check.check(six_papers, now).warnings
    assert len(warnings) == 1
    assert warnings[0].startswith("the last automatic backup failed: the disk is full")
    assert run_cli("backup", "--automatic").status == 0
    assert check.check(six_papers, now).warnings == ()
