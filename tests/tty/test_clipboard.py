"""The clipboard in a default tmux: the buffer holds what was copied, and the message says how."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from daily_feed import daily_feed

READQ = Path(sys.executable).with_name("readq")

pytestmark = pytest.mark.tty


def run_readq(environment: dict[str, str], *words: str | Path) -> str:
    """Return the output of a command of readq."""
    return subprocess.run([READQ, *words], env=environment, check=True, capture_output=True, text=True).stdout


def test_property_22_the_clipboard_holds_what_was_copied_and_the_message_says_how(
    tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    run_readq(environment, "import", daily_feed(tmp_path / "daily.json"))
    key = run_readq(environment, "list", "title:alpha").split("\t")[0]
    terminal = open_terminal(120, 30)
    terminal.start(READQ)
    terminal.wait("Alpha Learning")
    terminal.press("y")
    terminal.wait(f"copied the citation key with tmux: {key}")
    assert terminal.buffer() == key
    terminal.press("Y")
    terminal.wait("copied the BibTeX entry with tmux")
    assert terminal.buffer().startswith("@")

    # A text that is copied by the last key before the end arrives too.
    terminal.press("y", "q")
    terminal.wait("exited with 0")
    assert terminal.buffer() == key


def test_property_22_the_readers_own_command_that_fails_gives_one_line(
    tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[copy]\ncommand = ["sh", "-c", "echo the clipboard is shut >&2; exit 7"]\n')
    environment["READQ_CONFIG"] = str(config)
    run_readq(environment, "import", daily_feed(tmp_path / "daily.json"))
    terminal = open_terminal(120, 30)
    terminal.start(READQ)
    terminal.wait("Alpha Learning")
    terminal.press("y")
    # The line is wrapped to the width of its box.
    parts = ("nothing was copied", "status 7", "clipboard")
    terminal.wait(lambda screen: all(part in screen for part in parts))
