"""The keys of views in a real terminal: menu, tabs, rename, move, watch, remove. Checks the library after each."""

import json
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


def run(environment: dict[str, str], *words: object) -> str:
    command = [str(READQ), *map(str, words)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return result.stdout


def views(environment: dict[str, str]) -> list[tuple[str, str | None]]:
    """Return the names and the watches of the saved views, in their order."""
    return [(view["name"], view["watch"]) for view in json.loads(run(environment, "view", "list", "--json"))]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_views_of_ones_own(
    width: int, height: int, tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    run(environment, "view", "save", "alpha", "alpha", "--watch", "raise")
    run(environment, "view", "save", "delta", "delta")
    run(environment, "import", daily_feed(tmp_path / "daily.json"))
    terminal = open_terminal(width, height)
    terminal.start(READQ)

    terminal.wait("[1 Inbox 5]")
    terminal.press("9")
    terminal.wait("[9 ↑alpha 1]")
    terminal.wait("Alpha Learning")
    terminal.press("0")
    terminal.wait("[0 delta 1]")
    terminal.wait(lambda screen: "Delta Search" in screen and "Alpha Learning" not in screen)
    terminal.press("-")
    terminal.wait("[9 ↑alpha 1]")
    terminal.press("-")
    terminal.wait("[0 delta 1]")

    terminal.press("'")
    terminal.wait("Views and watches, find:")
    terminal.type("alp")
    terminal.wait("find: alp")
    terminal.wait(lambda screen: "alpha" in screen and "delta" not in screen)
    terminal.press("F2")
    terminal.wait("new name of alpha: alpha")
    terminal.press("C-u")
    terminal.type("alphabet")
    terminal.press("Enter")
    terminal.wait("renamed alpha to alphabet")
    assert views(environment) == [("alphabet", "raise"), ("delta", None)]
    terminal.press(">")
    terminal.wait("moved view alphabet")
    assert views(environment) == [("delta", None), ("alphabet", "raise")]
    terminal.press("!")
    terminal.wait("view alphabet lowers what arrives")
    assert views(environment) == [("delta", None), ("alphabet", "lower")]
    terminal.press("Enter")
    terminal.wait("[0 ↓alphabet 1]")
    terminal.press("'")
    terminal.wait("Views and watches, find:")
    terminal.press("DC")
    terminal.wait("removed view alphabet")
    assert views(environment) == [("delta", None)]
    terminal.press("Escape")
    terminal.wait("[alphabet]")
    terminal.press("u")
    terminal.wait("[0 ↓alphabet 1]")
    assert views(environment) == [("delta", None), ("alphabet", "lower")]
    for _ in range(3):
        terminal.press("u")
        terminal.wait("undone:")
    terminal.press("q")
    terminal.wait("exited with 0")
    assert views(environment) == [("alpha", "raise"), ("delta", None)]
    assert [paper["watches"][0]["watch"] for paper in json.loads(run(environment, "list", "view:alpha", "--json"))] == [
        "alpha"
    ]
