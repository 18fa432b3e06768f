"""Counts of many papers take longer than a key may: the reader thread counts, and no key waits for it."""

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import pytest

from readq.model.values import Status
from readq.services.papers import triage
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.tui.state import count_reader
from readq.tui.state.library_cache import ListQuery

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """The name of each count, and whether it was made in the UI's thread."""
    made: list[tuple[str, bool]] = []

    def watch(name: str) -> None:
        count = getattr(queries, name)

        def recorded(*arguments: object) -> object:
            made.append((name, threading.current_thread() is threading.main_thread()))
            return count(*arguments)

        monkeypatch.setattr(queries, name, recorded)

    for name in ("count", "counts"):
        watch(name)
    return made


async def test_refresh_counts_the_views_in_the_reader_thread(
    open_ui: OpenUi, library_path: str, now: datetime, counts: list[tuple[str, bool]]
) -> None:
    async with open_ui(library_path) as ui:
        with contextlib.closing(open_for_writing(library_path)) as connection:
            triage.mark(connection, [1], Status.DROPPED, now)
        counts.clear()
        await ui.press("r")
        assert counts
        assert set(counts) == {("counts", False)}
        assert "Inbox 4" in ui.text()
        assert ui.app.session.library.progress.decided == 0, "another process has decided"


async def test_a_decision_during_a_count_brings_its_own_counts(open_ui: OpenUi, library_path: str) -> None:
    goes_on = threading.Event()
    async with open_ui(library_path) as ui:
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.app.session.refresh()
        ui.queue_keys("d")
        await ui.wait_until(lambda: ui.app.session.library.counts.dropped == 1)
        goes_on.set()
        await ui.wait_until_idle()
        assert ui.app.session.library.progress.decided == 1


async def test_papers_in_all_are_counted_in_the_reader_thread(
    open_ui: OpenUi, library_path: str, counts: list[tuple[str, bool]]
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("2")
        counts.clear()
        await ui.press("/", *"gardens")
        assert "nothing here · 1 in All: Enter goes there" in ui.text()
        assert "1 paper in All: Enter goes there" in ui.text()
        await ui.press("enter")
        assert ui.app.session.library.list_query == ListQuery("all", "gardens", "seen")
        await ui.press("-")
        await ui.press("enter")
        assert ui.app.session.library.list_query.view == "all"
        assert ("count", False) in counts
        assert not any(in_main for _, in_main in counts)


async def test_no_key_waits_for_a_count_that_takes_long(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count_reader, "_PATIENCE", 0.0)
    goes_on = threading.Event()
    async with open_ui(library_path) as ui:
        await ui.press("2")
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.queue_keys("/", *"gardens")
        await ui.wait_until(lambda: "nothing here" in ui.text())
        assert "in All" not in ui.text()
        ui.queue_keys("enter")
        await ui.wait_until(lambda: "filter: gardens" in ui.text())
        assert ui.app.session.library.list_query.view == "queue"
        goes_on.set()
        await ui.wait_until_idle()
        assert "1 paper in All: Enter goes there" in ui.text()


async def test_enter_says_that_there_is_no_paper_if_all_has_none_either(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("2", "/", *"zebra", "enter")
        assert "Nothing matches zebra" in ui.text()
        await ui.press("enter")
        assert "there is no paper in this list" in ui.text()
