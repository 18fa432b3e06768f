"""Short runs of the scripts of this folder: several processes at once, kills, a disk that fails."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FAULTS = Path(__file__).parent
TOOLS = FAULTS.parents[1] / ".." / "shared" / "faults"


def run(script: str, *words: object) -> list[dict[str, Any]]:
    """Run a script, which must find nothing wrong; return the JSON objects that it prints, one a line."""
    command = [sys.executable, str(FAULTS / script), *map(str, words)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_row_62_several_processes_lose_no_change() -> None:
    (found,) = run("concurrency.py", "--processes", 8, "--calls", 8)
    assert found["acknowledged"] == found["calls"] == 64


@pytest.mark.parametrize("kind", ["import", "mark", "note", "rate", "migration", "backup"])
def test_row_48_killed_at_any_moment(kind: str) -> None:
    (found,) = run("kills.py", "--kills", 4, "--only", kind)
    assert found["kills"] == 4


def test_a_share_that_was_killed_at_any_moment_is_mended_by_the_next() -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (found,) = run("share_kills.py", "--kills", 4)
    assert found["kills"] == 4


@pytest.fixture
def tools() -> Path:
    """Return the folder of the fault injector; skip the test without it or a compiler."""
    if not (TOOLS / "iofault.c").is_file():
        pytest.skip(f"no fault tools at {TOOLS}")
    if shutil.which("gcc") is None:
        pytest.skip("no gcc to build the fault injector")
    if sys.platform != "linux":
        pytest.skip("faults are injected by LD_PRELOAD")
    return TOOLS


@pytest.mark.recorded
def test_an_acknowledged_change_outlasts_a_power_cut(
    tools: Path, six_papers: str, readq: Callable[..., Any], tmp_path: Path
) -> None:
    injector, log = tmp_path / "iofault.so", tmp_path / "calls.log"
    build = ["gcc", "-O1", "-shared", "-fPIC", "-o", str(injector), str(tools / "iofault.c"), "-ldl"]
    subprocess.run(build, check=True, timeout=60)
    folder = tmp_path / "victim"
    folder.mkdir()
    library = shutil.copy(six_papers, folder)
    faults = {"LD_PRELOAD": str(injector), "IOFAULT_PATH": str(folder), "IOFAULT_LOG": str(log)}
    assert readq("mark", "done", "1", "--db", library, env=faults).returncode == 0
    calls = re.findall(rb"^([SU]) (\S+) 0 0$", log.read_bytes(), re.MULTILINE)
    # The journal is deleted, and the folder is synced after that.
    assert calls[-2:] == [(b"U", os.fsencode(f"{library}-journal")), (b"S", os.fsencode(folder))]


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("command", "ways"),
    [
        pytest.param("note", ("full",), id="row_30-note"),
        pytest.param("import", ("full",), id="row_30-import"),
        pytest.param("migration", ("full",), id="row_31-migration"),
        pytest.param("backup", ("full",), id="row_31-backup"),
        pytest.param("mark", ("broken", "broken once", "unsynced", "unsynced once"), id="row_32-mark"),
        pytest.param("import", ("broken once", "unsynced"), id="row_32-import"),
        pytest.param("migration", ("broken once", "unsynced"), id="row_32-migration"),
        pytest.param("note", ("torn",), id="row_33-note"),
        pytest.param("restore", ("full", "broken once", "unsynced"), id="row_69-restore"),
    ],
)
def test_a_failing_disk_leaves_the_old_state_or_the_new_one(tools: Path, command: str, ways: tuple[str, ...]) -> None:
    found = run("disk.py", "--tools", tools, "--stride", 13, "--only", command, "--ways", *ways)
    assert [one["way"] for one in found] == list(ways)
    # A command survives the failure of some calls, so not every trial fails.
    assert all(one["failed"] > 0 for one in found)


def test_ui_writers_syncs_and_kills_lose_nothing_that_was_acknowledged() -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    (found,) = run("chaos.py", "--minutes", 0.1, "--writers", 2)
    assert found["acknowledged"] > 0
