"""Keys, inputs and own commands in a real terminal of two sizes, and the library after them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from daily_feed import daily_feed
from tmux import SIZES

READQ = Path(sys.executable).with_name("readq")
pytestmark = pytest.mark.tty

CONFIG = """\
[sync]
at_start = false
[commands.words]
key = "W"
run = ["wc", "-w"]
input = "abstract"
show = true
[commands.fails]
key = "T"
run = ["sh", "-c", "printf '\\\\033]2;OWNED\\\\007no such thing' >&2; exit 4"]
show = true
[commands.hangs]
key = "Q"
run = ["sleep", "1000"]
show = true
"""


def run_readq(environment: dict[str, str], *words: str | Path) -> str:
    """Return the output of a command of readq."""
    return subprocess.run([READQ, *words], env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_inputs_counts_and_own_commands(
    width: int, height: int, tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    environment["READQ_CONFIG"] = str(config)
    run_readq(environment, "import", daily_feed(tmp_path / "daily.json"))
    before = run_readq(environment, "list", "--json")
    terminal = open_terminal(width, height)
    terminal.start(READQ)
    terminal.wait("Epsilon Memory" if height > 20 else "Alpha Learning")

    terminal.press("c")
    terminal.wait("c does nothing in lists")
    terminal.press("W")
    terminal.wait("words: “Alpha Learning”")
    terminal.wait("Esc back")
    assert "5" in terminal.screen()
    terminal.press("q")
    terminal.wait("[1 Inbox")
    terminal.press("T")
    terminal.wait(lambda screen: "fails ended" in screen and "status 4" in screen)
    assert terminal.title() != "OWNED"
    assert run_readq(environment, "list", "--json") == before

    terminal.press("Q")
    terminal.wait("hangs runs for")
    terminal.press("Escape")
    terminal.wait("hangs was ended")

    terminal.type(":3j")
    terminal.wait("3 times")
    terminal.press("Enter")
    terminal.wait(lambda screen: "▌" in screen and "times" not in screen)
    terminal.press("t")
    terminal.type("planning")
    terminal.press("Enter")
    terminal.wait("tagged +planning")
    terminal.press("G", "t")
    terminal.type("pl")
    terminal.wait("planning 1")
    terminal.press("Tab")
    terminal.wait("tags: planning")
    terminal.press("Enter")
    terminal.wait("tagged +planning: “Epsilon Memory”")
    terminal.press("q")
    terminal.wait("exited with 0")
    tagged = run_readq(environment, "list", "tag:planning", "--format", "{title}").split("\n")
    assert sorted(filter(None, tagged)) == ["Delta Search", "Epsilon Memory"]


def test_an_escape_character_in_pasted_text_decides_nothing(
    tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    run_readq(environment, "import", daily_feed(tmp_path / "daily.json"))
    before = run_readq(environment, "list", "--json")
    terminal = open_terminal(80, 24)
    terminal.start(READQ)
    terminal.wait("Alpha Learning")
    terminal.paste(f"one \x1b{'d' * 60} \x1b[{'a' * 60}\n")
    terminal.wait("pasted text")
    terminal.press("/")
    terminal.wait("Esc cancel")
    terminal.paste("learn\x1bing")
    terminal.wait("/ learning")
    terminal.press("Escape")
    terminal.wait(lambda screen: "Esc cancel" not in screen)
    terminal.press("q")
    terminal.wait("exited with 0")
    assert run_readq(environment, "list", "--json") == before
