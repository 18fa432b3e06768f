"""What commands leave in the log: the messages of long ones, failures of all, faults with their traceback."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.paths import log_path

Run = Callable[..., Any]
SECRET = "s3cr3tw0rd"


def logged() -> str:
    path = Path(log_path())
    return path.read_text() if path.exists() else ""


def test_a_sync_leaves_what_each_feed_did_and_no_secret(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READQ_MAIL_PASSWORD", SECRET)
    address = f"http://127.0.0.1:1/{SECRET}/feed.xml?token={SECRET}"
    assert run_cli("feed", "add", address, "--name", "mine", "--no-sync").status == 0
    assert run_cli("sync").status == 1
    assert run_cli("sync", "--quiet").status == 1
    text = logged()
    assert text.count("mine: ") >= 2
    assert text.count("sync: ended after") == 2
    assert SECRET not in text


def test_other_commands_leave_only_failures(six_papers: str, run_cli: Run) -> None:
    assert run_cli("list").status == 0
    assert run_cli("mark", "queued", 1).status == 0
    assert run_cli("list", "nofield:x").status == 2
    assert logged() == ""
    Path(six_papers).write_bytes(b"no library")
    failed = run_cli("list")
    assert failed.status == 65
    assert failed.err.removeprefix("error: ").split(" (")[0].strip() in logged()


def test_verbose_names_the_log_and_shows_it(six_papers: str, run_cli: Run) -> None:
    result = run_cli("list", "-v")
    assert f"log: {log_path()}\n" in result.err
    assert "list: ended after" in result.err
    assert "list: ended after" in logged()


def test_a_fault_is_one_line_and_its_traceback_is_in_the_log(library: str) -> None:
    script = (
        "import sys; from readq.cli import main\n"
        "def broken(words): raise KeyError('no such thing')\n"
        "main._run = broken; sys.argv = ['readq', 'list']; main.entry()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: readq has a fault: KeyError: 'no such thing'")
    assert done.stderr.count("\n") == 1
    assert "Traceback" in logged()
