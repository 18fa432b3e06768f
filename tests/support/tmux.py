"""A real terminal for the UI: tmux on a socket of its own, polled until an expected text is on the screen."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

_TIMEOUT = 20.0
"""Seconds until an expected text counts as missing. A limit for a broken program, not a measure of speed."""

SIZES = ((60, 18), (80, 24), (120, 40), (200, 60)) if "READQ_ALL_SIZES" in os.environ else ((60, 18), (200, 60))
"""The smallest and the largest terminal, and with READQ_ALL_SIZES in the environment two between them.

Without it, sizes between them are drawn without a terminal, by the tests of the UI.
"""

_POLL_INTERVAL = 0.05
"""Each look runs a tmux process, which takes time from the program that is waited for."""


class Terminal:
    """A program in a tmux window."""

    def __init__(
        self, socket: Path, width: int, height: int, environment: dict[str, str], timeout: float = _TIMEOUT
    ) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", os.devnull, "-u"]
        self._environment = environment
        self._timeout = timeout
        self._size = ["-x", str(width), "-y", str(height)]

    def start(self, *command: str | Path) -> None:
        """Run a command; after its end, its exit status stays on the screen."""
        command_line = " ".join(shlex.quote(str(part)) for part in command)
        script = f"{command_line}; echo exited with $?; exec sleep 1000"
        self._run("new-session", "-d", *self._size, "-s", "t", script)

    def stop(self, signum: int | None = None) -> None:
        """Close the window, which ends its program. With `signum`, send that signal to the program before."""
        if signum is not None:
            shell = self._run("display-message", "-p", "-t", "t", "#{pane_pid}").strip()
            subprocess.run(["pkill", f"-{signum}", "-P", shell], check=False)
        self._run("kill-server", check=False)

    def press(self, *keys: str) -> None:
        """Send keys by tmux's names, such as `j`, `Enter`, `C-r`."""
        self._run("send-keys", "-t", "t", *keys)

    def type(self, text: str) -> None:
        """Send text literally."""
        self._run("send-keys", "-t", "t", "-l", text)

    def screen(self) -> str:
        """Return the text on the screen."""
        return self._run("capture-pane", "-p", "-t", "t")

    def title(self) -> str:
        """Return the title that a program has given to the window."""
        return self._run("display-message", "-p", "-t", "t", "#{pane_title}").strip()

    def buffer(self) -> str:
        """Return the text of tmux's newest buffer, which a paste would insert."""
        return self._run("show-buffer")

    def paste(self, text: str) -> None:
        """Paste a text, as a terminal does: marked as pasted if the program asked for that."""
        self._run("set-buffer", "-b", "pasted", text)
        self._run("paste-buffer", "-p", "-r", "-d", "-b", "pasted", "-t", "t")

    def wait(self, expected: str | Callable[[str], bool]) -> str:
        """Poll the screen until it contains a text or satisfies a condition; return it."""
        fits = (lambda screen: expected in screen) if isinstance(expected, str) else expected
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            screen = self.screen()
            if fits(screen):
                return screen
            time.sleep(_POLL_INTERVAL)
        raise AssertionError(f"never appeared: {expected!r}\n{self.screen()}")

    def _run(self, *arguments: str, check: bool = True) -> str:
        result = subprocess.run(
            [*self._tmux, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self._timeout,
            check=False,
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"tmux {arguments[0]}: {result.stderr}")
        return result.stdout
