"""Rows of the table of faults that concern the whole program: it runs in unusual environments."""

import contextlib
import ctypes
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Program = Callable[..., "subprocess.CompletedProcess[bytes]"]
_PATIENCE = 20
"""Seconds to wait for an event before the test fails."""


def assert_one_line(err: bytes) -> None:
    assert err.startswith(b"error: ")
    assert err.count(b"\n") == 1


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write settings with a short timeout for a locked library."""
    path = tmp_path / "config.toml"
    path.write_text("busy_timeout = 0.05\n")
    return path


_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _PR_CAPBSET_DROP = 1, 2, 24


def _bound_by_permissions() -> None:
    """Drop the capabilities that let root write to everything, from a process before exec."""
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        if ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            os._exit(99)


@pytest.mark.skipif(sys.platform != "linux" and os.getuid() == 0, reason="permissions do not bind root")
@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o400), (0o500, 0o600), (0o500, 0o400)])
def test_row_34_a_read_only_library_can_be_read(
    six_papers: str, readq: Program, tmp_path: Path, folder: int, file: int
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    library = Path(shutil.copy(six_papers, shelf))
    before = library.read_bytes()
    library.chmod(file)
    shelf.chmod(folder)
    options = {"preexec_fn": _bound_by_permissions if os.getuid() == 0 else None}
    try:
        if readq("--version", **options).returncode == 99:
            pytest.skip("permissions do not bind this process")
        for words, said in ((("list", "--count"), b"6\n"), (("check",), b"no problems\n")):
            done = readq(*words, "--db", library, **options)
            assert (done.returncode, done.stdout) == (0, said)
        changes = [("mark", "done", "1"), ("note", "1", "--append", "x"), ("undo",), ("import", "-")]
        for change in [*changes, ("backup",)] if folder == 0o500 else changes:
            done = readq(*change, "--db", library, input=b"@misc{k, title={T}}", **options)
            assert (done.returncode, done.stdout) == (74, b"")
            assert_one_line(done.stderr)
    finally:
        shelf.chmod(0o700)
    assert library.read_bytes() == before
    assert os.listdir(shelf) == [library.name]


def has_opened(process: "subprocess.Popen[bytes]", path: str) -> bool:
    """Return whether a process has a file open."""
    with contextlib.suppress(OSError):
        opened = f"/proc/{process.pid}/fd"
        return any(os.readlink(f"{opened}/{number}") == path for number in os.listdir(opened))
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="open files are read from /proc")
def test_row_35_a_held_library_is_waited_for(six_papers: str, readq: Program) -> None:
    with contextlib.closing(sqlite3.connect(six_papers, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with subprocess.Popen(
            [sys.executable, "-m", "readq", "mark", "done", "1"],
            env={**os.environ, "READQ_DB": six_papers},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        ) as waiting:
            try:
                deadline = time.monotonic() + _PATIENCE
                while not has_opened(waiting, six_papers) and time.monotonic() < deadline:
                    assert waiting.poll() is None
                holder.execute("ROLLBACK")
                out, _ = waiting.communicate(timeout=_PATIENCE)
            finally:
                waiting.kill()
    assert (waiting.returncode, out) == (0, b"1 paper changed (step 2)\n")


def test_row_36_a_suspended_lock_holder_is_not_waited_for_beyond_the_timeout(
    six_papers: str, readq: Program, config: Path, hold: Run
) -> None:
    holder = hold(six_papers)
    holder.stop()
    assert readq("list", "--count", "--config", config).stdout == b"6\n"
    done = readq("mark", "done", "1", "--config", config)
    assert done.returncode == 75
    assert_one_line(done.stderr)
    holder.process.kill()
    holder.release()
    assert readq("mark", "done", "1", "--config", config).returncode == 0


@pytest.mark.parametrize("kind", ["folder", "fifo", "dangling", "/dev/full", "/dev/null"])
@pytest.mark.parametrize("words", [("list",), ("mark", "done", "1"), ("check",), ("backup",)], ids=" ".join)
def test_row_45_a_library_path_that_is_no_file(
    tmp_path: Path, readq: Program, kind: str, words: tuple[str, ...]
) -> None:
    path = tmp_path / "odd.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "nowhere.db" if kind == "dangling" else kind)
    done = readq(*words, "--db", path)
    assert done.returncode == 74
    assert_one_line(done.stderr)
    # The log of the failure is in the home folder.
    assert set(os.listdir(tmp_path)) <= {"odd.db", "home"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"HOME": None, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}, 0, id="no home"),
        pytest.param({"HOME": "", "XDG_DATA_HOME": ""}, 0, id="empty home"),
        pytest.param({"HOME": "/dev/null", "XDG_DATA_HOME": ""}, 0, id="a home that is none"),
        pytest.param({"XDG_DATA_HOME": "relative/folder", "HOME": "/nowhere"}, 0, id="relative"),
        pytest.param({"XDG_DATA_HOME": "/nowhere/a b"}, 0, id="spaces"),
        pytest.param({"XDG_DATA_HOME": os.fsdecode(b"/nowhere/caf\xe9")}, 0, id="no text"),
    ],
)
def test_row_47_reading_works_with_any_home(readq: Program, changes: dict[str, str | None], status: int) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in changes}
    environ |= {name: value for name, value in changes.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-m", "readq", "list", "--count"],
        env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    # Without a home, the system names one, in which there may be a library.
    count = done.stdout.strip() if changes.get("HOME", "") is None else b"0"
    assert (done.returncode, done.stdout, done.stderr) == (status, count + b"\n", b"")
    assert count.isdigit()


@pytest.mark.parametrize(
    ("folder", "status"), [("a b", 0), (os.fsdecode(b"caf\xe9"), 0), ("/dev/null/data", 74), ("/proc/data", 74)]
)
def test_row_47_writing_works_with_any_home_or_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, daily_file: Run, folder: str, status: int
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", os.path.join(tmp_path, folder))
    done = subprocess.run(
        [sys.executable, "-m", "readq", "import", daily_file(2)],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == status
    if status:
        assert_one_line(done.stderr)
    else:
        assert os.path.exists(os.path.join(tmp_path, folder, "readq", "library.db"))


_READY = """
import os, sys
from readq.cli.main import entry
os.write(2, b"ready\\n")
entry()
"""


_INTERRUPTED_IN_A_DESTRUCTOR = """
import os, signal, time
from readq.cli import main

class Interrupted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.001)

def run(words):
    Interrupted()
    time.sleep(30)

main._run = run
main.entry()
"""


def test_row_50_an_interrupt_that_python_drops_in_a_destructor_is_repeated() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_IN_A_DESTRUCTOR], capture_output=True, timeout=25, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize("times", [1, 2])
def test_row_50_an_interrupted_import_is_complete_or_absent(
    library: str, daily_file: Run, tmp_path: Path, times: int
) -> None:
    rng = random.Random(times)
    for number in range(8):
        path = tmp_path / f"{number}.db"
        with subprocess.Popen(
            [sys.executable, "-c", _READY, "import", daily_file(300), "--db", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                assert process.stderr is not None
                assert process.stderr.readline() == b"ready\n"
                # The interrupt comes at a random moment of the import, or when it has ended.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(rng.uniform(0, 0.4))
                for _ in range(times):
                    process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=_PATIENCE)
            finally:
                process.kill()
        # The interpreter removes the signal handler before it exits.
        assert process.returncode in (0, 130, -signal.SIGINT)
        assert err == b""
        if path.exists():
            with contextlib.closing(sqlite3.connect(path)) as connection:
                ((papers,),) = connection.execute("SELECT count(*) FROM paper").fetchall()
            assert papers in ((300,) if process.returncode == 0 else (0, 300))
        assert [name for name in os.listdir(tmp_path) if name.endswith(".new")] == []


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "dumb"},
        {"NO_COLOR": "1"},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"LANG": "de_DE.ISO-8859-1", "LC_ALL": ""},
        {"LANG": "xx_YY.nonsense", "LC_ALL": ""},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_row_56_any_locale_and_terminal(readq: Program, variables: dict[str, str]) -> None:
    bib = "@misc{k, title = {Ω and the Grüneisen law — part ①}, author = {Ångström, A}}".encode()
    assert readq("import", "-", input=bib, env=variables).returncode == 0
    for words in (("list",), ("list", "--json"), ("show", "k"), ("export",), ("--help",), ("list", "author:a*")):
        done = readq(*words, env=variables)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout
    for words, statuses in ((("show", "Ångström"), (1,)), (("list", "Grüneisen"), (0, 2))):
        # If Python decodes arguments as ASCII, a query in other letters is invalid.
        done = readq(*words, env=variables)
        assert done.returncode in statuses
        assert done.returncode == 0 or done.stderr.startswith(b"error: ")


MOMENTS = {
    "row_59-a day back": ["2026-11-23T09:00:00+01:00", "2026-11-22T09:00:00+01:00", "2026-11-23T10:00:00+01:00"],
    "row_59-ten years on": ["2026-11-23T09:00:00+01:00", "2036-11-23T09:00:00+01:00", "2026-11-24T09:00:00+01:00"],
    "row_59-1970": ["1970-01-01T00:00:00+00:00", "2026-11-23T09:00:00+01:00", "1970-01-01T00:00:01+00:00"],
    "row_60-DST gap": ["2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:00:01+02:00"],
    "row_60-DST overlap": ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00+01:00"],
    "row_60-round the world": ["2026-11-23T23:00:00+14:00", "2026-11-22T21:00:00-12:00", "2026-11-23T10:00:00+00:00"],
    "row_61-leap day": ["2028-02-28T09:00:00+01:00", "2028-02-29T09:00:00+01:00", "2028-03-01T09:00:00+01:00"],
    "row_61-year end": ["2026-12-31T23:59:59+01:00", "2027-01-01T03:59:59+01:00", "2027-01-01T04:00:00+01:00"],
}


@pytest.mark.parametrize("moments", MOMENTS.values(), ids=MOMENTS)
def test_reviews_stay_in_order_with_any_clock(
    six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch, moments: list[str]
) -> None:
    from datetime import date

    for moment, rating in zip(moments, ("good", "again", "hard"), strict=True):
        monkeypatch.setenv("READQ_NOW", moment)
        (card,) = run_cli("rate", rating, "1", "--json", "--yes").json
        assert card["interval_days"] >= 1
        assert all(days >= 1 for due in run_cli("due", "--json").json for days in due["intervals"].values())
    with contextlib.closing(sqlite3.connect(six_papers)) as connection:
        rows = connection.execute(
            "SELECT rating, day, elapsed_days, interval_days, due FROM review ORDER BY id"
        ).fetchall()
    assert [row[0] for row in rows] == [3, 1, 2]
    days = [date.fromisoformat(row[1]) for row in rows]
    assert days == sorted(days)
    assert [row[2] for row in rows] == [0, (days[1] - days[0]).days, (days[2] - days[1]).days]
    assert all((date.fromisoformat(row[4]) - day).days == row[3] for row, day in zip(rows, days, strict=True))
    # Earlier, the check names the answers of the future.
    monkeypatch.setenv("READQ_NOW", max(moments))
    assert run_cli("check").status == 0


def test_row_61_a_leap_second_is_a_usage_error(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READQ_NOW", "2026-12-31T23:59:60Z")
    assert run_cli("mark", "done", "1").status == 2


def test_row_60_due_today_is_by_the_local_day(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READQ_NOW", "2026-11-23T12:00:00+14:00")
    run_cli("rate", "again", "1")
    for moment, due in (
        ("2026-11-23T23:00:00+14:00", []),
        ("2026-11-23T22:00:00-12:00", []),
        ("2026-11-24T04:00:00-12:00", [1]),
        ("2026-11-24T04:00:00+14:00", [1]),
    ):
        monkeypatch.setenv("READQ_NOW", moment)
        assert [card["paper"]["id"] for card in run_cli("due", "--json").json] == due


def test_row_65_a_dump_imported_twice_changes_nothing_the_second_time(
    six_papers: str, run_cli: Run, tmp_path: Path, dump: Callable[[str], object]
) -> None:
    run_cli("dump", tmp_path / "dump")
    other = tmp_path / "other.db"
    assert run_cli("import", tmp_path / "dump", "--db", other, "--json").json["new"] == 6
    before = dump(str(other))
    assert run_cli("import", tmp_path / "dump", "--db", other, "--json").json["unchanged"] == 6
    assert dump(str(other)) == before


def test_row_66_an_export_to_a_full_disk_leaves_the_old_file(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bib = tmp_path / "refs.bib"
    run_cli("export", "-o", bib)
    before = bib.read_bytes()
    run_cli("mark", "dropped", "1")

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("os.fsync", full)
    result = run_cli("export", "-o", bib)
    assert result.status == 74
    assert_one_line(result.err.encode())
    assert bib.read_bytes() == before
    assert sorted(name for name in os.listdir(tmp_path) if name.startswith("refs")) == ["refs.bib"]


def test_row_67_two_papers_with_one_key(run_cli: Run) -> None:
    one = "@article{smith2020, title = {One thing}, author = {Smith, A}, year = 2020}"
    two = "@article{smith2020, title = {Quite another}, author = {Smith, B}, year = 2020}"
    run_cli("import", "-", stdin=one)
    result = run_cli("import", "-", stdin=two)
    assert "smith2020a" in result.err
    first = run_cli("export").out
    assert [line.split("{")[1] for line in first.splitlines() if line.startswith("@")] == ["smith2020,", "smith2020a,"]
    run_cli("import", "-", stdin=f"{two}\n{one}")
    assert run_cli("export").out == first
    assert json.loads(run_cli("show", "smith2020a", "--json").out)["title"] == "Quite another"
