"""Days, folding, the sort menu and interest in a real terminal, at two sizes; the library is read after each part."""

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tmux import SIZES, Terminal

pytestmark = [pytest.mark.tty, pytest.mark.slow]

DAYS = ("2026-11-20", "2026-11-19", "2025-12-31")


def feed(folder: Path) -> Path:
    """Write a file of three papers for each of three days, those of a day by upvotes."""
    entries = [
        {
            "paper": {
                "id": f"2611.0{place}{number}001"[:10],
                "title": f"Paper {number} of Day {place}",
                "summary": "An abstract.",
                "authors": [{"name": "Ada Lovelace"}],
                "publishedAt": f"{day}T00:00:00.000Z",
                "submittedOnDailyAt": f"{day}T08:00:00.000Z",
                "upvotes": 10 - number,
            }
        }
        for place, day in enumerate(DAYS, 1)
        for number in (1, 2, 3)
    ]
    path = folder / "days.json"
    path.write_text(json.dumps(entries))
    return path


def rows(path: str, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_morning_by_days(
    open_terminal: Callable[[int, int], Terminal],
    environment: dict[str, str],
    tmp_path: Path,
    width: int,
    height: int,
) -> None:
    readq = Path(sys.executable).with_name("readq")
    terminal = open_terminal(width, height)
    terminal.start("sh", "-c", f"{readq} import {feed(tmp_path)} 2>/dev/null >/dev/null; exec {readq}")
    library = environment["READQ_DB"]
    dropped = "SELECT title FROM paper WHERE status = 'dropped' ORDER BY id"

    screen = terminal.wait("▾ Fri 20 Nov · 3")
    assert "Paper 1 of Day 1" in screen
    terminal.press("}")
    terminal.wait(lambda text: "▌ ▾ Thu 19 Nov · 3" in text)
    terminal.press("Enter")
    terminal.wait(lambda text: "▌ ▸ Thu 19 Nov · 3" in text and "of Day 2" not in text)
    terminal.press("a")
    terminal.wait("not a paper")
    terminal.press("}")
    terminal.wait(lambda text: "▌ ▾ Wed 31 Dec 2025 · 3" in text)

    # All undecided above, but for the folded day.
    terminal.press("X")
    terminal.wait("dropped 3 papers")
    terminal.press("j", "j")
    terminal.wait(lambda text: any(line.startswith("▌") and "Paper 2 of Day 3" in line for line in text.splitlines()))
    assert rows(library, dropped) == [(f"Paper {number} of Day 1",) for number in (1, 2, 3)]
    terminal.press("u")
    terminal.wait("undone")
    assert rows(library, dropped) == []

    terminal.press("S")
    terminal.wait(lambda text: "● s  newest first" in text)
    terminal.press("t")
    terminal.wait(lambda text: "by title" in text and "▾" not in text)
    terminal.press("S", "o")
    terminal.wait(lambda text: "oldest first" in text and "▾ Wed 31 Dec 2025 · 3" in text)
    terminal.press("q")
    terminal.wait("exited with 0")

    # The order of the view is remembered.
    again = open_terminal(width, height)
    again.start(readq)
    again.wait(lambda text: "oldest first" in text and "▾ Wed 31 Dec 2025 · 3" in text)
    again.press("q")
    again.wait("exited with 0")
