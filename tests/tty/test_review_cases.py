"""The recorded cases of review, run as shell scripts in a real terminal, where they are present."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "review"

pytestmark = [
    pytest.mark.tty,
    pytest.mark.recorded,
    pytest.mark.skipif(not CASES.is_dir(), reason=f"no recorded cases at {CASES}"),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


_SLOWER = """#!/bin/sh
# The scripts pause for times that suit an idle machine.
exec {sleep} "$(awk "BEGIN {{ print 4 * $1 }}")"
"""


_AT_ONCE = """#!/bin/sh
# In the scripts, finished papers are due at once. By default they are due after a week.
: "${{READQ_CONFIG:={config}}}"
export READQ_CONFIG
grep -qs first "$READQ_CONFIG" || echo 'first = "now"' >> "$READQ_CONFIG"
exec {program} "$@"
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that runs a script with longer pauses, in a temporary home, and returns its output."""
    slower = tmp_path / "sleep"
    slower.write_text(_SLOWER.format(sleep=shutil.which("sleep")))
    slower.chmod(0o755)
    at_once = tmp_path / "readq"
    program, config = Path(sys.executable).with_name("readq"), tmp_path / "config.toml"
    at_once.write_text(_AT_ONCE.format(program=program, config=config))
    at_once.chmod(0o755)
    config.write_text("[review]\n")
    return lambda name: _run(name, tmp_path)


def _run(name: str, first_on_path: Path) -> str:
    done = subprocess.run(
        ["bash", f"./{name}"],
        cwd=CASES,
        env={
            **os.environ,
            "PATH": f"{first_on_path}:{os.environ['PATH']}",
            "READQ": str(first_on_path / "readq"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout


def test_two_windows_answer_each_card_once(run: Callable[[str], str]) -> None:
    out = run("r1_two_windows.sh")
    assert re.findall(r"^   \((\d), 4, '2026-01-10', 28\)$", out, re.MULTILINE) == ["1", "2", "3"]
    assert out.count("(") == 3
    assert out.endswith("no problems\n")


def test_a_removed_card_takes_no_answer_back(run: Callable[[str], str]) -> None:
    rows = re.findall(r"^   \((\d), (\d), (\d)\)$", run("r2_removed_card.sh"), re.MULTILINE)
    assert {("1", "3", "0"), ("3", "3", "0"), ("4", "3", "0")} <= set(rows)
    assert all(undone == "0" for _, _, undone in rows)


def test_a_clock_ahead_is_refused(run: Callable[[str], str]) -> None:
    out = run("r3_clock_ahead.sh")
    assert out.startswith("error: the clock says 2036-01-10")
    assert "   ('2026-01-18', '2026-01-10')\nno problems\n" in out


def test_easy_on_one_day_sets_one_interval(run: Callable[[str], str]) -> None:
    assert run("r4_easy_same_day.sh") == "card:1\t2026-02-07\tin 28 d\n" * 8


def test_one_count_in_the_review_and_in_the_list(run: Callable[[str], str]) -> None:
    out = run("r6_due_against_limit.sh")
    if "2 answers" not in out:
        pytest.skip("the machine is too busy: the keys came before the UI was open")
    assert "today 0 of 3" in out
    assert "3 wait, about 2 days at 2 a day. + asks 5 more." in out
    assert "3 due" not in out


def test_lapses_are_bad_days(run: Callable[[str], str]) -> None:
    assert run("r7_lapses.sh") == "never known, 1 day:\n   (0,)\nafter one bad day more:\n   (1,)\n"
