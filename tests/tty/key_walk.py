"""Press every key that the help screen lists, in a real terminal, and print what each key does.

Run: python tests/tty/key_walk.py [--size 80x24] [SCOPE ...]

Each key is pressed on the screen of its scope, over the library of the demo; Esc then leads back. A key fails the walk
if it shows an unexpected error, ends the program without being a key that quits, or changes nothing on the screen,
though it should: every key does something or says why not. The status is 1 after a failure.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from readq.clock import now
from readq.services.demo import library as demo
from readq.services.papers.own_commands import parse_commands
from readq.tui.keys.action import EMPTY_LIBRARY, FEEDS, LIST, OUTPUT, PAPER, REVIEW, SCOPES, STEPS, VIEW_MENU
from readq.tui.keys.keymap import Keymap, key_label
from readq.tui.keys.own_actions import own_actions

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from tmux import Terminal

_PROGRAM = """\
import sys
from readq.config_file import load
from readq.tui.app.start import run
sys.exit(run(sys.argv[1], load(sys.argv[2]), config_path=sys.argv[2], demo=True))
"""
_CONFIG = """\
[sync]
at_start = false
[backup]
automatic = false
[open]
pdf = "true {file}"
[copy]
command = ["true"]
[commands.words]
key = "W"
run = ["wc"]
input = "abstract"
show = true
"""
_COMMANDS = {"words": {"key": "W", "run": ["wc"], "input": "abstract", "show": True}}

WAYS = {
    LIST: (),
    PAPER: ("Enter",),
    STEPS: ("U",),
    FEEDS: ("F",),
    VIEW_MENU: ("'",),
    OUTPUT: ("W",),
    REVIEW: ("v",),
    EMPTY_LIBRARY: (),
}
"""The keys from the list to the screen of each scope."""

_TMUX_NAMES = {
    "enter": "Enter",
    "escape": "Escape",
    "space": "Space",
    "backspace": "BSpace",
    "tab": "Tab",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
    "home": "Home",
    "end": "End",
    "pageup": "PageUp",
    "pagedown": "PageDown",
    "delete": "DC",
    "comma": ",",
    ";": "\\;",
    "f1": "F1",
    "f2": "F2",
    "shift+up": "S-Up",
    "shift+down": "S-Down",
}
_QUITS = ("quit", "quit_twice", "back")
_MAY_BE_SILENT = ("first", "previous", "half_up", "page_up", "previous_view", "refresh", "back")
"""Actions that have nothing to do at the top of a list, where the cursor is in sight, or after another Esc."""

_QUIET = 0.12
"""Seconds without a change after which the screen counts as settled."""

_SILENCE = 1.0
"""Seconds after which a key counts as silent."""

_PATIENCE = 20.0
"""Seconds to wait for the first change after a key that must change the screen, on a busy machine."""

_MOST_ESCAPES = 8


class Step(NamedTuple):
    """A key that was pressed: its label, its action, the first line that it changed, and why the walk fails or ""."""

    scope: str
    key: str
    action: str
    shown: str
    failure: str


class Walk:
    """Presses the keys of scopes in a terminal of `width` and `height`, with its files in `folder`."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self._folder = folder
        self._config = folder / "config.toml"
        self._config.write_text(_CONFIG)
        self._size = width, height
        self._started = 0
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "READQ_NOW": demo.CLOCK,
            "BROWSER": "true",
            "VISUAL": "true",
        }
        self.keymap = Keymap({}, own_actions(parse_commands(_COMMANDS)))

    def keys(self, scope: str) -> list[tuple[str, str]]:
        """Return the keys of a scope with the names of their actions, in the order of the help screen."""
        return [
            (key, action.name) for action in self.keymap.actions(scope) for key in self.keymap.keys(scope, action.name)
        ]

    def steps(self, scope: str) -> Iterator[Step]:
        """Press each key of the scope `scope`, and yield what it did."""
        terminal = self._start(empty=scope == EMPTY_LIBRARY)
        try:
            for key, action in self.keys(scope):
                if "exited with" in terminal.screen():
                    terminal.stop()
                    terminal = self._start(empty=scope == EMPTY_LIBRARY)
                _go(terminal, WAYS[scope])
                before = terminal.screen()
                terminal.press(_TMUX_NAMES.get(key, key.replace("ctrl+", "C-")))
                if action == "begin_demo":
                    terminal.wait("[1 Inbox")
                after = _settled(terminal, before, _SILENCE if action in _MAY_BE_SILENT else _PATIENCE)
                if "saving …" in after:
                    after = terminal.wait("exited with")
                yield Step(scope, key_label(key), action, _change(before, after), _failure(before, after, action))
                if action == "begin_demo":
                    terminal.press("q")
                    terminal.wait("To begin")
                _back(terminal)
        finally:
            terminal.stop()

    def _start(self, *, empty: bool) -> Terminal:
        self._started += 1
        folder = self._folder / str(self._started)
        folder.mkdir()
        library = str(folder / "library.db") if empty else demo.fill(str(folder), now())
        environment = {**self._environment, "XDG_STATE_HOME": str(folder / "state")}
        terminal = Terminal(folder / "tmux", *self._size, environment)
        terminal.start(sys.executable, "-c", _PROGRAM, library, self._config)
        terminal.wait("To begin" if empty else "[1 Inbox")
        _settled(terminal, "")
        return terminal


def _go(terminal: Terminal, way: Sequence[str]) -> None:
    for key in way:
        before = terminal.screen()
        terminal.press(key)
        _settled(terminal, before, _PATIENCE)


def _back(terminal: Terminal) -> None:
    """Press Esc until the list is shown again, without filter and selection."""
    for _ in range(_MOST_ESCAPES):
        before = terminal.screen()
        if "exited with" in before:
            return
        terminal.press("Escape")
        # At the top, Esc names the key that quits.
        if "q quits" in _settled(terminal, before):
            return
    raise AssertionError(f"Esc does not lead back to the list:\n{terminal.screen()}")


def _settled(terminal: Terminal, before: str, seconds: float = _SILENCE) -> str:
    """Wait until the screen differs from `before`, but at most `seconds`, and changes no more. Return it."""
    began = changed = time.monotonic()
    last = before
    while time.monotonic() - changed < _QUIET or (last == before and time.monotonic() - began < seconds):
        screen = terminal.screen()
        if screen != last:
            last, changed = screen, time.monotonic()
    return last


def _change(before: str, after: str) -> str:
    """Return the last line that differs, which is the state line if that differs, without spaces around it."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    changed = [new.strip() for old, new in list(pairs)[:-2] if old != new and new.strip()]
    return changed[-1] if changed else ""


def _failure(before: str, after: str, action: str) -> str:
    if "Traceback" in after or "unexpected:" in after or "please report" in after:
        return "an unexpected error"
    if "exited with" in after:
        return "" if action in _QUITS and "exited with 0" in after else "the program ended"
    if before == after and action not in _MAY_BE_SILENT:
        return "nothing happened, and nothing was said"
    return ""


def main() -> int:
    """Walk the scopes of the command line, or all, and print a line for each key."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="80x24", metavar="COLUMNSxLINES")
    parser.add_argument("scopes", nargs="*", choices=[*SCOPES, []], metavar="SCOPE")
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    os.environ["READQ_NOW"] = demo.CLOCK
    failures = 0
    with tempfile.TemporaryDirectory(prefix="readq-walk-") as folder:
        walk = Walk(Path(folder), width, height)
        for scope in arguments.scopes or SCOPES:
            print(f"{SCOPES[scope]}:")
            for step in walk.steps(scope):
                failures += bool(step.failure)
                print(f"  {step.key:10} {step.action:16} {step.failure.upper() or step.shown}", flush=True)
    print(f"{failures} failures")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
