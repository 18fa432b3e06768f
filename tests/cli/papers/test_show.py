"""`readq show` on a terminal is wrapped and decoded for a person; in a pipe it stays as it is stored."""

import contextlib
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENTRY = r"""@article{team2026,
  title = {MedS^3 at 360$^\circ$},
  author = {Lovelace, Ada Augusta and van der Maaten, Laurens and {DreamX Team} and Noether, Emmy},
  abstract = {It reaches 26~FPS.},
  year = {2026}
}
"""


@pytest.fixture
def imported(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    bib = tmp_path / "own.bib"
    bib.write_text(ENTRY)
    assert run_cli("import", str(bib)).status == 0


@pytest.fixture
def on_a_terminal(library: str) -> Callable[..., list[str]]:
    """Return a function that runs readq with a terminal of 40 columns as its output, and returns the lines."""

    def run(*words: str) -> list[str]:
        master, terminal = pty.openpty()
        environ = {
            **os.environ,
            "READQ_DB": library,
            "COLUMNS": "40",
            "TERM": "xterm",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        done = subprocess.run([sys.executable, "-m", "readq", *words], stdout=terminal, env=environ, timeout=60)
        os.close(terminal)
        output = b""
        with contextlib.suppress(OSError):
            while part := os.read(master, 65_536):
                output += part
        os.close(master)
        assert done.returncode == 0
        return output.decode().splitlines()

    return run


@pytest.mark.usefixtures("imported")
def test_a_terminal_gets_whole_names_and_readable_text(on_a_terminal: Callable[..., list[str]]) -> None:
    lines = on_a_terminal("show", "1")
    assert lines[0] == "#1  MedS³ at 360°"
    assert lines[1:4] == ["Ada Augusta Lovelace,", "Laurens van der Maaten, DreamX Team,", "Emmy Noether"]
    assert "It reaches 26 FPS." in lines


@pytest.mark.usefixtures("imported")
def test_a_pipe_gets_what_is_stored(run_cli: Callable[..., Any]) -> None:
    lines = run_cli("show", "1").out.splitlines()
    assert lines[0] == r"#1  MedS^3 at 360$^\circ$"
    assert lines[1] == "Ada Augusta Lovelace, Laurens van der Maaten, DreamX Team, Emmy Noether"


@pytest.mark.usefixtures("imported")
def test_a_list_on_a_terminal_is_a_table_with_colors(
    on_a_terminal: Callable[..., list[str]], run_cli: Callable[..., Any]
) -> None:
    heading, *lines = on_a_terminal("list", "360")
    assert "title" in heading
    assert any("\x1b[1;4;33m360\x1b[0m" in line for line in lines)
    (line,) = run_cli("list", "360").out.splitlines()
    assert line == "team2026\tdone\t2026\tMedS^3 at 360$^\\circ$"
