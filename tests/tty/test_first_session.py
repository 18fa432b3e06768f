"""A session in a real terminal from the first start to the exported .bib. Checks the library afterwards."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from daily_feed import TITLES, daily_feed

READQ = Path(sys.executable).with_name("readq")

pytestmark = pytest.mark.tty


def papers(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the output of `list --json` for every paper, by title."""
    query = ["status:inbox,queued,reading,done,dropped"]
    result = subprocess.run([READQ, "list", "--json", *query], env=environment, capture_output=True, check=True)
    return {paper["title"]: paper for paper in json.loads(result.stdout)}


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_a_first_session(
    width: int, height: int, tmp_path: Path, environment: dict[str, str], open_terminal: Callable[[int, int], Any]
) -> None:
    file = daily_feed(tmp_path / "daily.json")
    bib = tmp_path / "refs.bib"
    # The finished paper is due at once. By default it is due after a week.
    config = tmp_path / "config.toml"
    config.write_text('[review]\nfirst = "now"\n')
    environment["READQ_CONFIG"] = str(config)
    terminal = open_terminal(width, height)
    terminal.start(READQ)

    terminal.wait("nbox")
    terminal.press("I")
    terminal.wait("import file")
    terminal.type(str(file))
    terminal.press("Enter")
    terminal.wait("Inbox 5")
    terminal.wait("Alpha Learning")

    terminal.press("a")
    terminal.wait("Queue 1")
    terminal.press("d")
    terminal.wait("Dropped 1" if width >= 100 else "Inbox 3")
    terminal.press("s")
    terminal.wait("starred")
    terminal.press("t")
    terminal.wait("tags")
    terminal.type("planning rl")
    terminal.press("Enter")
    terminal.wait("#planning")
    terminal.press("n")
    terminal.type("Read section 3.")
    terminal.wait("Read section 3.")
    terminal.press("Escape")
    terminal.wait("note saved")

    terminal.press("j")
    terminal.wait("Delta Search")
    terminal.press("f")
    terminal.wait("your claim: Esc saves it")
    terminal.press("Escape")
    terminal.wait(lambda screen: "today 1 of 1" in screen and "your claim" not in screen)
    terminal.press("a")
    terminal.wait("Queue 2")
    terminal.press("u")
    terminal.wait("Queue 1")
    terminal.press("u")
    terminal.wait(lambda screen: "today 1 of 1" not in screen)
    terminal.press("C-r")
    terminal.wait("today 1 of 1")

    terminal.press("v")
    terminal.wait("Delta Search")
    terminal.press("Space")
    terminal.wait("An abstract about delta search.")
    terminal.press("3")
    terminal.wait(lambda screen: "nothing" in screen.lower() or "1 card" in screen.lower() or "done" in screen.lower())
    terminal.press("q")
    terminal.wait("[1 Inbox")

    terminal.press("5")
    terminal.wait("[5 All")
    terminal.press("e")
    terminal.wait("export")
    terminal.press("C-u")
    terminal.type(str(bib))
    terminal.press("Enter")
    terminal.wait("wrote")
    terminal.press("q")
    terminal.press("q")
    terminal.wait("exited with 0")

    check_library(papers(environment), bib)
    terminal.stop()
    again = open_terminal(width, height)
    again.start(READQ)
    again.wait("Queue 1")
    again.press("C-q")
    again.wait("exited with 0")
    check_library(papers(environment), bib)


def check_library(found: dict[str, dict[str, Any]], bib: Path) -> None:
    alpha, beta, gamma, delta, epsilon = (found[title] for title in TITLES)
    assert [paper["status"] for paper in (alpha, beta, gamma, delta, epsilon)] == [
        "queued", "dropped", "inbox", "done", "inbox",
    ]  # fmt: skip
    assert [gamma["starred"], gamma["tags"], gamma["note"]] == [True, ["planning", "rl"], "Read section 3."]
    assert not any(paper["starred"] or paper["tags"] or paper["note"] for paper in (alpha, beta, delta, epsilon))
    assert (delta["enrolled"], delta["due"]) == (True, "2026-12-01")
    assert [paper["title"] for paper in found.values() if paper["enrolled"]] == ["Delta Search"]
    entries = bib.read_text()
    assert all(entries.count(paper["key"] + ",") == 1 for paper in (alpha, gamma, delta, epsilon))
    assert beta["key"] not in entries
    assert all(paper["key_frozen"] for paper in (alpha, gamma, delta, epsilon))
