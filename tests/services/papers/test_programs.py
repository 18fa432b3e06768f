"""Programs of the reader: their input, output and end, with real processes."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from queue import Queue

import pytest

from readq.errors import ReadqError
from readq.services.papers.programs import LONGEST_OUTPUT, Ended, Program

TIMEOUT = 60


def run(script: str, text: str = "", *, arguments: Sequence[str] = ()) -> Ended:
    ends: Queue[Ended] = Queue()
    Program([sys.executable, "-c", script, *arguments], text, ends.put)
    return ends.get(timeout=TIMEOUT)


def test_the_text_is_the_input_and_the_output_is_kept() -> None:
    text = "ünïcode\n" * 50_000
    assert run("import sys; sys.stdout.write(sys.stdin.read().upper())", text) == Ended(0, text.upper(), "", False)


def test_the_last_line_of_standard_error_is_kept_with_the_status() -> None:
    end = run("import sys; sys.stderr.write('first\\nthe reason\\n\\n'); sys.exit(3)")
    assert end == Ended(3, "", "the reason", False)


def test_a_program_need_not_read_its_input() -> None:
    assert run("print('done')", "x" * 1_000_000) == Ended(0, "done\n", "", False)


def test_a_program_that_prints_without_end_is_stopped() -> None:
    end = run("while True: print('y' * 1000)")
    assert end.is_cut
    assert end.status == -signal.SIGKILL
    assert len(end.output) == LONGEST_OUTPUT


def test_a_process_left_running_does_not_keep_the_program_open(tmp_path: Path) -> None:
    """As wl-copy and xclip do: they leave a process that holds the pipes."""
    pid_file = tmp_path / "pid"
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
        "open(sys.argv[1], 'w').write(str(child.pid)); print('left one')"
    )
    assert run(script, arguments=[str(pid_file)]).output == "left one\n"
    os.kill(int(pid_file.read_text()), signal.SIGKILL)


def test_stop_ends_the_program_and_what_it_started() -> None:
    ends: Queue[Ended] = Queue()
    program = Program(["sh", "-c", "sleep 1000 | sleep 1000"], "", ends.put)
    program.stop()
    assert ends.get(timeout=TIMEOUT).status == -signal.SIGKILL


def test_a_program_that_does_not_exist_is_named() -> None:
    with pytest.raises(ReadqError, match="cannot start no-such-program: No such file"):
        Program(["/nowhere/no-such-program"], "", lambda _: None)


@pytest.mark.parametrize("argument", ["a\0b", "\udcff\0"])
def test_an_argument_that_no_program_can_get_is_an_error(argument: str) -> None:
    with pytest.raises(ReadqError, match="cannot start sh"):
        Program(["sh", argument], "", lambda _: None)


def test_the_program_has_no_terminal() -> None:
    end = run("open('/dev/tty')")
    assert end.status == 1
    assert "/dev/tty" in end.error
