"""What to do with a backlog: each choice shows its numbers, is one step, and is taken back by the review."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any

import pytest

from readq.config import Config
from readq.days import parse_instant
from readq.model.values import Rating, Status
from readq.services.papers import triage
from readq.services.review import backlog, ratings
from readq.store.library import open_for_writing
from readq.store.review.cards import DueRow

Raw = Callable[..., list[tuple[Any, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

NOW = parse_instant("2026-11-23T09:00:00+01:00")
BURIED = "SELECT buried_until FROM card ORDER BY id"
TWO = Config(a_day=2)


@pytest.fixture
def done(library_path: str) -> str:
    """Finish all five papers. Return the path of the library."""
    with contextlib.closing(open_for_writing(library_path)) as connection:
        triage.mark(connection, [1, 2, 3, 4, 5], Status.DONE, NOW)
    return library_path


async def test_the_rest_is_spread_and_the_review_goes_on(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done, TWO) as ui:
        await ui.type("vH")
        assert "5 cards due, 2 in this review" in ui.text()
        assert "spread the rest over days: 3 cards" in ui.text()
        await ui.press("s")
        assert "3 cards, at most 1 a day, 2026-11-24 to 2026-11-26" in " ".join(ui.text().split())
        await ui.press("backspace", "backspace")
        assert "no number of days" in ui.text()
        await ui.type("2")
        assert "3 cards, at most 2 a day, 2026-11-24 to 2026-11-25" in " ".join(ui.text().split())
        await ui.press("enter")
        assert raw(BURIED) == [(None,), (None,), ("2026-11-24",), ("2026-11-24",), ("2026-11-25",)]
        assert "2 to go" in ui.text()
        assert "spread 3 cards over 2 days; u takes it back" in ui.text()
        await ui.press("u")
        assert raw(BURIED) == [(None,)] * 5
        assert raw("SELECT count(*) FROM step WHERE what = 'postponed'") == [(1,)]


async def test_the_rest_is_postponed(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done, TWO) as ui:
        await ui.type("vHp")
        assert "2026-11-30: 3 cards" in ui.text()
        await ui.press("enter")
        assert raw(BURIED) == [(None,), (None,), *[("2026-11-30",)] * 3]


async def test_away_puts_the_whole_review_off(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done, TWO) as ui:
        await ui.type("vHa")
        await ui.press("backspace")
        assert "cannot" in ui.text() or "day" in ui.text()
        await ui.type("m")
        assert "5 cards would be asked before it" in ui.text()
        await ui.press("enter")
        assert len({row[0] for row in raw(BURIED)} - {None}) == 1
        assert "0 to go" in ui.text()
        await ui.press("u")
        assert raw(BURIED) == [(None,)] * 5
        assert "2 to go · 0 rated" in ui.text()
        assert "Attention Is Enough" in ui.text()


async def test_away_reads_in_no_thread_of_the_ui_and_waits_for_a_locked_library(
    done: str, open_ui: OpenUi, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.app._BUSY_TIMEOUT", 0.02)
    async with open_ui(done, TWO) as ui:
        await ui.type("vHa")
        threads, due_cards = [], backlog.due_cards

        def watched(
            connection: sqlite3.Connection, now: datetime, papers: Sequence[int] | None, until: date | None = None
        ) -> Sequence[DueRow]:
            threads.append(threading.current_thread())
            return due_cards(connection, now, papers, until)

        monkeypatch.setattr(backlog, "due_cards", watched)
        await ui.press("backspace", "d", "backspace", "w")
        assert "5 cards would be asked before it" in ui.text()
        with locked(done):
            ui.queue_keys("enter")
            await ui.wait_until(lambda: ui.app.screen.prompt_line.prompt is None)
        await ui.wait_until_idle()
        assert raw(BURIED) == [("2026-11-30",)] * 5
        assert "away until 2026-11-30: 5 cards postponed; u takes it back" in ui.text()
        assert threading.main_thread() not in threads


async def test_the_menu_waits_for_a_locked_library(done: str, open_ui: OpenUi) -> None:
    async with open_ui(done, TWO) as ui:
        await ui.type("v")
        with locked(done):
            ui.queue_keys("H")
            await ui.wait_until(lambda: ui.app.session.library.stale)
        await ui.wait_until_idle()
        assert "5 cards due, 2 in this review" in ui.text()


def locked(path: str) -> contextlib.closing[sqlite3.Connection]:
    """Keep all readers out of a library until the result is closed."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return contextlib.closing(connection)


async def test_what_was_never_recalled_is_retired(
    done: str, open_ui: OpenUi, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(open_for_writing(done)) as connection:
        ratings.rate_papers(connection, [1, 4], Rating.AGAIN, NOW, Config())
    monkeypatch.setenv("READQ_NOW", "2026-12-20T09:00:00+01:00")
    async with open_ui(done, TWO) as ui:
        await ui.type("vH")
        assert "retire what was never recalled: 2 cards" in ui.text()
        await ui.type("r")
        assert "retire 2 cards that were answered, and never recalled? y:" in ui.text()
        await ui.type("\r")
        assert raw("SELECT count(*) FROM card WHERE retired IS NOT NULL") == [(0,)]
        await ui.type("Hry\r")
        assert raw("SELECT id FROM card WHERE retired IS NOT NULL") == [(1,), (4,)]
        await ui.press("u")
        assert raw("SELECT count(*) FROM card WHERE retired IS NOT NULL") == [(0,)]


async def test_nothing_is_left_to_do(done: str, open_ui: OpenUi, raw: Raw) -> None:
    async with open_ui(done) as ui:
        await ui.type("vHs")
        assert "no card is left to do that with" in ui.text()
        await ui.type("Hr")
        assert "no card is left to do that with" in ui.text()
