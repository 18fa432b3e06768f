"""How many real titles are cut in a list."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from readq.feeds.huggingface import json_api, page
from readq.tui.text.list_columns import cells, title_lines
from readq.tui.widgets.paper_list import _GUTTER, _MAX_TITLE_LINES

RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds"
SCROLL_BAR = 1
FILLED = ("status", "star", "note", "upvotes", "authors", "age")


def titles() -> set[str]:
    """Return the titles of the recorded Trending page and of the recorded days."""
    text = (RECORDED / "trending-page.txt").read_text(encoding="utf-8")
    fetched = page.parse(text, today=datetime.date(2026, 11, 23)).papers
    for file in sorted((RECORDED / "1_hf" / "daily_papers").glob("*.json")):
        fetched += json_api.parse_daily(json.loads(file.read_text(encoding="utf-8")), day=file.stem).papers
    return {one.title for one in fetched}


def cut(every: set[str], columns: int, lines: int) -> float:
    """Return the share of titles, in percent, that are cut in a list as wide as a terminal of `columns` cells."""
    drawn = cells((), FILLED, columns - SCROLL_BAR - _GUTTER)
    width = next(cell.width for cell in drawn if cell.name == "title")
    return 100 * sum(title_lines(title, width, lines)[-1].rstrip().endswith("…") for title in every) / len(every)


@pytest.mark.recorded
@pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded feeds at {RECORDED}")
def test_real_titles_are_read_whole(report_counts: Callable[[str], None]) -> None:
    every = titles()
    wrapped = {columns: cut(every, columns, _MAX_TITLE_LINES) for columns in (60, 80, 120)}
    one_line = {columns: cut(every, columns, 1) for columns in (60, 80, 120)}
    for columns in (60, 80, 120):
        report_counts(
            f"{len(every):,} titles at {columns} columns: {one_line[columns]:.1f} % are cut in lists of one line a "
            f"paper, {wrapped[columns]:.1f} % in lists with wrap, which is the default"
        )
    assert len(every) > 2_200
    assert set(wrapped.values()) == {0}
    assert one_line[120] <= 10
