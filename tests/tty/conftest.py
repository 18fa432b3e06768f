"""A real terminal and an environment for tests of the UI."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tmux import Terminal


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment that takes only PATH from this machine."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "READQ_DB": str(tmp_path / "library.db"),
        "READQ_NOW": "2026-11-23T09:00:00+00:00",
    }


@pytest.fixture
def open_terminal(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[[int, int], Terminal]]:
    """Return a function that opens a terminal of a width and height; all are closed after the test."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    opened: list[Terminal] = []

    def make(width: int, height: int) -> Terminal:
        terminal = Terminal(tmp_path / f"tmux{len(opened)}", width, height, environment)
        opened.append(terminal)
        return terminal

    yield make
    for terminal in opened:
        terminal.stop()
