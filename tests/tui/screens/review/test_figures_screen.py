import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config
from readq.days import parse_instant
from readq.model.values import Rating, Status
from readq.services.papers import triage
from readq.services.review import ratings
from readq.store.library import open_for_writing

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def reviewed(library_path: str) -> str:
    """Answer cards on two days. Return the path of the library."""
    with contextlib.closing(open_for_writing(library_path)) as connection:
        first = parse_instant("2026-11-10T09:00:00+01:00")
        triage.mark(connection, [1, 2, 3], Status.DONE, first)
        ratings.rate_papers(connection, [1, 2], Rating.AGAIN, first, Config())
        second = parse_instant("2026-11-20T09:00:00+01:00")
        ratings.rate_papers(connection, [1], Rating.AGAIN, second, Config())
        ratings.rate_papers(connection, [2], Rating.GOOD, second, Config())
    return library_path


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 18)])
async def test_figures_are_shown_and_scroll(open_ui: OpenUi, reviewed: str, size: tuple[int, int]) -> None:
    async with open_ui(reviewed, None, size) as ui:
        await ui.press("V")
        assert "Statistics" in ui.lines()[0]
        assert "Today 2 of 2" in ui.text()
        assert "falls due in the coming 29 days: 1 card" in ui.text()
        seen = ui.text()
        for _ in range(8):
            await ui.press("ctrl+d")
            seen += ui.text()
        assert "50% of 2" in seen
        assert "answered in 30 days: 4, 0.1 a day" in seen
        assert "1 card forgotten twice in a row" in seen
        assert "#1 Attention Is Enough" in seen
        assert "2026-11-23" in seen
        assert f"{'hf-daily':20}{5:8}" in seen
        await ui.press("q")
        assert "Inbox" in ui.lines()[0]


async def test_figures_open_from_a_review_and_from_a_paper(open_ui: OpenUi, reviewed: str) -> None:
    async with open_ui(reviewed) as ui:
        await ui.press("v", "V")
        assert "Statistics" in ui.lines()[0]
        await ui.press("q")
        assert "to go" in ui.lines()[0]
        await ui.press("q", "enter", "V")
        assert "Statistics" in ui.lines()[0]


async def test_an_empty_review_has_figures(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("V")
        assert "no recall yet" in ui.text()
