"""A list that a key reads again, or reads in All, is read in the reader thread, and the keys after it act on it."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import pytest

from readq.model.values import Status
from readq.services import saved_views
from readq.services.papers import triage
from readq.store.feeds.feeds_and_views import ViewDefinition
from readq.store.library import open_for_writing
from readq.tui.state import list_reader
from readq.tui.state.library_cache import LibraryCache, Listed, ListQuery

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def watch_threads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list to which each read of a whole list adds whether it is in the UI's thread."""
    in_main: list[bool] = []
    read = LibraryCache.complete_list

    def recorded(cache: LibraryCache, connection: sqlite3.Connection, query: ListQuery, *, typing: bool) -> Listed:
        in_main.append(threading.current_thread() is threading.main_thread())
        return read(cache, connection, query, typing=typing)

    monkeypatch.setattr(LibraryCache, "complete_list", recorded)
    return in_main


def write(path: str, act: Callable[[sqlite3.Connection], object]) -> None:
    """Write to the library as another process does."""
    with contextlib.closing(open_for_writing(path)) as connection:
        act(connection)


async def test_refresh_keeps_the_cursor_on_its_paper(
    open_ui: OpenUi, library_path: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path) as ui:
        papers = ui.app.session.list_state
        await ui.press("/", *"abstract", "enter", "j", "j")
        current = papers.current
        in_main = watch_threads(monkeypatch)
        write(library_path, lambda conn: triage.mark(conn, [1], Status.DROPPED, now))
        await ui.press("r", "*", "d")
        assert in_main
        assert not any(in_main)
        assert papers.current == current
        assert ui.app.session.library.counts.dropped == 5
        assert len(papers) == 4


async def test_enter_goes_on_to_all_and_minus_comes_back(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("2")
        in_main = watch_threads(monkeypatch)
        await ui.press("/", *"gardens", "enter")
        assert ui.app.session.library.list_query == ListQuery("all", "gardens", "seen")
        assert ui.app.session.list_state.current == 4
        assert in_main[-1] is False
        await ui.press("-")
        assert ui.app.session.library.list_query.view == "queue"
        in_main.clear()
        await ui.press("enter")
        assert ui.app.session.library.list_query.view == "all"
        assert in_main == [False]


async def test_a_list_that_cannot_be_read_again_stays_and_says_why_at_once(
    open_ui: OpenUi, library_path: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_reader, "_PATIENCE", 3600.0)
    async with open_ui(library_path) as ui:
        write(library_path, lambda conn: saved_views.save(conn, "mine", ViewDefinition("gardens", "seen"), now))
        await ui.press("/", *"view:mine", "enter")
        assert ui.app.session.list_state.current == 4
        write(library_path, lambda conn: saved_views.remove(conn, "mine", now))
        await ui.press("r")
        assert "there is no view" in ui.text()
        assert ui.app.session.list_state.current == 4


async def test_a_list_that_takes_long_is_shown_when_it_is_read(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_reader, "_PATIENCE", 0.0)
    goes_on = threading.Event()
    async with open_ui(library_path) as ui:
        await ui.press("d")
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.queue_keys("r")
        await ui.wait_until(lambda: "the list is still being read" in ui.text())
        assert len(ui.app.session.list_state) == 5
        goes_on.set()
        await ui.wait_until_idle()
        assert len(ui.app.session.list_state) == 4


async def test_a_list_that_is_read_late_is_shown_on_the_screen_of_the_paper_too(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_reader, "_PATIENCE", 0.0)
    goes_on = threading.Event()
    async with open_ui(library_path) as ui:
        await ui.press("d", "g")
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.queue_keys("r", "enter")
        await ui.wait_until(lambda: "Attention Is Enough" in ui.text() and "paper 1 of 5" in ui.text())
        goes_on.set()
        await ui.wait_until_idle()
        assert ui.app.session.list_state.current == 2
        assert "Boosting Trees" in ui.text()
