"""The state line over a sitting, the budget of the queue, and the papers that have waited in it for long."""

import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config
from readq.tui.state.library_cache import LibraryCache, Listed

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Raw = Callable[..., list[tuple[object, ...]]]

WIDE = (160, 30)


def state(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    ui.app.screen.show_message("")
    return str(ui.lines()[-2])


async def test_a_sitting_is_counted_over_views_until_the_inbox_is_empty(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, Config(sync_at_start=False), WIDE) as ui:
        await ui.press("a", "d")
        assert "2 of 5 today · 1 queued" in state(ui)
        await ui.press("2", "1")
        assert "2 of 5 today · 1 queued" in state(ui)
        await ui.press("u")
        assert "1 of 5 today · 1 queued" in state(ui)
        await ui.press("r", "*", "d")
        assert "5 of 5 today · 1 queued · inbox empty · 2 shows the queue (1 paper)" in state(ui)


async def test_the_end_of_a_sitting_points_at_the_review(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, Config(sync_at_start=False), WIDE) as ui:
        await ui.press("m", "a", "*", "d")
        assert "5 of 5 today · 1 queued · inbox empty · v reviews 1 card, about 1 minute" in state(ui)


async def test_the_budget_stands_in_the_state_line(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(sync_at_start=False, queue_budget=1), WIDE) as ui:
        await ui.press("a", "a")
        assert "2 of 5 today · 2 queued · queue 2 of 1" in state(ui)
        await ui.press("2")
        assert "queue 2 of 1" in state(ui)


async def test_papers_that_wait_for_long_are_offered_oldest_first(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    for paper, decided in ((1, "2026-09-20"), (2, "2026-08-01"), (3, "2026-10-20")):
        raw("UPDATE paper SET status = 'queued', decided = ? WHERE id = ?", (f"{decided}T10:00:00Z", paper))
    async with open_ui(library_path, Config(sync_at_start=False), WIDE) as ui:
        await ui.press("2")
        assert "2 queued for 60 days or more, :wait Enter lists them" in state(ui)
        await ui.type(":wait\r")
        assert list(ui.app.session.list_state.ids) == [2, 1]
        assert "earliest decided first" in state(ui)
        await ui.press("d")
        assert raw("SELECT status FROM paper WHERE id = 2") == [("dropped",)]
        await ui.press("escape")
        assert "1 queued for 60 days or more" in state(ui)
        assert "newest first" in state(ui), "the offer does not change the order of the queue"
        await ui.press("1")
        await ui.press("2")
        await ui.type("bb")
        await ui.type(":wait\r")
        assert "no paper has waited in the queue for 60 days" in ui.lines()[-2]


async def test_all_does_not_shrink_while_one_drops(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(sync_at_start=False), WIDE) as ui:
        await ui.press("d", "d")
        assert "5 All 5 " in ui.lines()[0]
        await ui.press("5")
        assert "[5 All 3]" in ui.lines()[0]
        await ui.press("d")
        assert "[5 All 3]" in ui.lines()[0]
        assert len(ui.app.session.list_state) == 3
        await ui.press("r")
        assert "[5 All 2]" in ui.lines()[0]


async def test_papers_that_wait_for_long_are_read_in_the_reader_thread(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    read = LibraryCache.complete_list

    def reading(*arguments: Any, **options: Any) -> Listed:  # noqa: ANN401 - those of the method
        threads.append(threading.current_thread().name)
        return read(*arguments, **options)

    raw("UPDATE paper SET status = 'queued', decided = '2026-08-01T10:00:00Z' WHERE id = 2")
    async with open_ui(library_path, Config(sync_at_start=False), WIDE) as ui:
        monkeypatch.setattr(LibraryCache, "complete_list", reading)
        await ui.type(":wait\r")
        assert list(ui.app.session.list_state.ids) == [2]
        assert threads == ["readq-writer"]
        await ui.press("-")
        assert "[1 Inbox 4]" in ui.lines()[0]
