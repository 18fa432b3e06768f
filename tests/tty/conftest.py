"""A real terminal: tmux on a socket of its own, watched until what is awaited is on the screen."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

READQ = Path(sys.executable).with_name("readq")
_PATIENCE = 20.0
"""Seconds until something that should appear is given up on: a bound for a broken program, no measure of speed."""


class Terminal:
    """One program in one tmux window."""

    def __init__(self, socket: Path, width: int, height: int, environment: dict[str, str]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull, "-u"]
        self._environment = environment
        self._size = ["-x", str(width), "-y", str(height)]

    def start(self, *command: str | Path) -> None:
        """Run a command; when it ends, its exit status stays on the screen."""
        shown = " ".join(shlex.quote(str(part)) for part in command)
        script = f"{shown}; echo exited with $?; exec sleep 1000"
        self._run("new-session", "-d", *self._size, "-s", "t", script)

    def stop(self) -> None:
        """End the window and what runs in it."""
        self._run("kill-server", check=False)

    def press(self, *keys: str) -> None:
        """Send keys by tmux's names: `j`, `Enter`, `C-r`."""
        self._run("send-keys", "-t", "t", *keys)

    def type(self, text: str) -> None:
        """Send text as it is."""
        self._run("send-keys", "-t", "t", "-l", text)

    def screen(self) -> str:
        """What stands on the screen now."""
        return self._run("capture-pane", "-p", "-t", "t")

    def wait(self, shown: str | Callable[[str], bool]) -> str:
        """Look until a text is on the screen, or until the screen satisfies a condition; return the screen."""
        fits = (lambda screen: shown in screen) if isinstance(shown, str) else shown
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            screen = self.screen()
            if fits(screen):
                return screen
        raise AssertionError(f"never appeared: {shown!r}\n{self.screen()}")

    def _run(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self._tmux, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"tmux {arguments[0]}: {done.stderr}")
        return done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing of the machine's own but the PATH."""
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
    """Make a terminal of so many columns and lines; all are closed in the end."""
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
