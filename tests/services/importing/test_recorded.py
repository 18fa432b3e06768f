"""Imports of what Hugging Face really said, over two and a half years."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

FEEDS = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds"
PAGE = FEEDS / "trending-page.txt"
DAILY = FEEDS / "1_hf" / "daily_papers"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not DAILY.is_dir(), reason=f"no recorded feeds at {FEEDS}"),
]


NOTHING_MADE = {
    "rejected": [],
    "left_out": [],
    "watches": [],
    "kept": [],
    "joined": [],
    "renamed": [],
    "look_alikes": 0,
}


def report(run_cli: Run, *paths: Path) -> dict[str, Any]:
    result = run_cli("import", "--json", *paths)
    counts: dict[str, Any] = result.json
    # Whatever is joined by its title is named.
    assert (result.status, result.err.count("\n")) == (0, len(counts["joined"]))
    return counts


def test_a_recorded_page_comes_in_once(run_cli: Run) -> None:
    assert report(run_cli, PAGE) == {"found": 80, "new": 80, "updated": 0, "unchanged": 0, "step": 1, **NOTHING_MADE}
    assert report(run_cli, PAGE) == {"found": 80, "new": 0, "updated": 0, "unchanged": 80, "step": None, **NOTHING_MADE}


def test_two_years_of_daily_papers_and_a_page(run_cli: Run) -> None:
    entries = report(run_cli, DAILY)
    assert run_cli("list", "--count").out == "2167\n"
    assert entries["new"] == 2167
    assert report(run_cli, DAILY)["unchanged"] == entries["found"]
    report(run_cli, PAGE)
    assert run_cli("list", "--count").out == "2245\n"
    run_cli("undo")
    run_cli("undo")
    assert run_cli("list", "--count", "status:inbox,queued,reading,done,dropped").out == "0\n"
    run_cli("redo")
    run_cli("redo")
    assert run_cli("list", "--count").out == "2245\n"
