"""A whole morning of review in a real terminal: the claim is taken, asked after eight days, and kept; all its keys."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from daily_feed import daily_feed
from tmux import Terminal

READQ = Path(sys.executable).with_name("readq")
EIGHT_DAYS_LATER = "2026-12-01T09:00:00+00:00"

pytestmark = pytest.mark.tty

CONFIG = """\
[sync]
at_start = false
[review]
a_day = 4
"""


class Morning:
    """A library, its terminals, and what commands and other processes see of it."""

    def __init__(self, environment: dict[str, str], open_terminal: Callable[[int, int], Any]) -> None:
        self.environment = environment
        self._open = open_terminal

    def start(self, *words: str) -> Terminal:
        """Open a window of readq."""
        terminal: Terminal = self._open(100, 30)
        terminal.start(READQ, *words)
        return terminal

    def run(self, *words: str) -> str:
        """Return the output of a command of readq."""
        return subprocess.run([READQ, *words], env=self.environment, check=True, capture_output=True, text=True).stdout

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Return the rows of a query, as another process reads them."""
        with closing(sqlite3.connect(self.environment["READQ_DB"])) as connection:
            return connection.execute(statement).fetchall()

    def answers(self) -> list[tuple[object, ...]]:
        """Return card, rating and typed text of each answer in force."""
        return self.rows(
            "SELECT card_id, rating, recalled FROM review WHERE undone = 0 AND kind = 'answer' ORDER BY id"
        )


@pytest.fixture
def morning(tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]) -> Morning:
    """Return a library of five papers in the inbox."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    environment["READQ_CONFIG"] = str(config)
    environment["EDITOR"] = "sh -c 'echo edited >> \"$1\"' -"
    subprocess.run([READQ, "import", daily_feed(tmp_path / "daily.json")], env=environment, check=True)
    return Morning(environment, open_terminal)


def test_a_morning(morning: Morning) -> None:
    _finish_with_claims(morning)
    assert morning.rows("SELECT DISTINCT due FROM card WHERE kind = 'paper'") == [("2026-12-01",)]
    morning.environment["READQ_NOW"] = EIGHT_DAYS_LATER
    _recall_and_keep(morning)
    _resume_after_a_kill(morning)
    _check(morning)


def _finish_with_claims(morning: Morning) -> None:
    terminal = morning.start()
    terminal.wait("Alpha Learning")
    for number in range(5):
        terminal.press("f")
        terminal.wait("your claim: Esc saves it")
        if number < 2:
            terminal.type(f"claim number {number}")
        terminal.press("Escape")
        terminal.wait(lambda screen: "your claim" not in screen)
    terminal.press("q")
    terminal.wait("exited with 0")
    notes = morning.rows("SELECT text FROM note ORDER BY text")
    assert notes == [("claim: claim number 0",), ("claim: claim number 1",)]
    assert morning.rows("SELECT count(*) FROM review WHERE kind = 'read'") == [(5,)]


def _recall_and_keep(morning: Morning) -> None:
    """Write what is recalled, keep it, forget a card, take three steps back, and put cards away by each key."""
    terminal = morning.start("review")
    terminal.wait("4 to go · 0 rated · today 4 of 5")
    terminal.wait("What did they claim?")
    terminal.press("r")
    terminal.type("learning, I think")
    terminal.press("Enter")
    terminal.wait(lambda screen: "you recalled" in screen and "your line, claim:" in screen)
    terminal.press("+")
    terminal.wait("kept in the note")
    terminal.press("1")
    terminal.wait("1 rated")
    terminal.press("Space", "3")
    terminal.wait("2 rated")
    assert [answer[1:] for answer in morning.answers()] == [(1, "learning, I think"), (3, None)]

    for rated in ("1 rated", "0 rated"):
        terminal.press("u")
        terminal.wait(rated)
    terminal.wait("you recalled")
    terminal.press("u")
    terminal.wait("undone: line kept in the note")
    assert morning.answers() == []
    assert "I think" not in morning.run("list", "--json", "has:note")

    terminal.press("+")
    terminal.wait("kept in the note")
    terminal.press("N")
    terminal.wait("note saved")
    kept = [paper["note"] for paper in json.loads(morning.run("list", "--json", "has:note"))]
    assert sum("2026-12-01: learning, I think\nedited" in note for note in kept) == 1

    terminal.press("!")
    terminal.wait("asked first from now on")
    terminal.press("-")
    terminal.wait("buried until tomorrow")
    terminal.press("@")
    terminal.wait("suspended")
    terminal.press("x")
    terminal.wait("retired")
    terminal.press("z")
    terminal.type("1w")
    terminal.press("Enter")
    terminal.wait("postponed until 2026-12-08")
    terminal.wait("Nothing was rated.")
    assert morning.rows("SELECT count(*) FROM card WHERE priority = 1 AND buried_until = '2026-12-02'") == [(1,)]
    assert morning.rows("SELECT count(*) FROM card WHERE suspended = 1 AND retired IS NULL") == [(1,)]
    assert morning.rows("SELECT count(*) FROM card WHERE retired = '2026-12-01'") == [(1,)]
    assert morning.rows("SELECT count(*) FROM card WHERE buried_until = '2026-12-08'") == [(1,)]
    for _ in range(4):
        terminal.press("u")
    terminal.wait("4 to go · 0 rated")
    terminal.press("Space", "1")
    terminal.wait("1 rated")
    terminal.stop(signal.SIGKILL)


def _resume_after_a_kill(morning: Morning) -> None:
    """The answer before the kill is kept. A second window answers a card, which then leaves the first."""
    assert len(morning.answers()) == 1
    first, second = morning.start("review"), morning.start("review")
    first.wait("3 to go · 0 rated · today 3 of 4")
    second.wait("3 to go · 0 rated · today 3 of 4")
    second.press("Space", "3")
    second.wait("1 rated")
    first.wait("left out: ")
    first.wait("2 to go · 0 rated")
    for rated in ("1 rated", "2 rated"):
        first.press("Space", "3")
        first.wait(rated)
    first.wait("2 of 2 remembered")
    first.press("+")
    first.wait("1 to go")
    first.press("q")
    first.wait("Inbox")
    first.press("V")
    first.wait("Statistics")
    first.press("q", "q")
    first.wait("exited with 0")
    second.press("q", "q")
    second.wait("exited with 0")
    assert [answer[1] for answer in morning.answers()] == [1, 3, 3, 3]


def _check(morning: Morning) -> None:
    assert morning.run("check") == "no problems\n"
    assert len({answer[0] for answer in morning.answers()}) == 4
    assert morning.rows("SELECT count(*) FROM review WHERE sitting IS NULL AND kind = 'answer'") == [(0,)]
