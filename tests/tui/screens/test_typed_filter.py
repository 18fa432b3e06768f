import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.days import parse_instant
from readq.store.papers import queries
from readq.tui.state import library_cache, list_reader
from readq.tui.state.library_cache import LibraryCache, Listed, ListQuery

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture(autouse=True)
def _partial_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are partial from 3 papers on, with at most 2 papers."""
    monkeypatch.setattr(library_cache, "_MANY_PAPERS", 3)
    monkeypatch.setattr(library_cache, "_NEWEST", 2)
    monkeypatch.setattr(library_cache, "_LEAST_SHOWN", 2)


async def test_the_whole_list_follows_the_newest_papers(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        shown: list[tuple[int, bool]] = []
        screen, library = ui.app.screen, ui.app.session.library
        redraw = screen.list_changed

        def record() -> None:
            redraw()
            shown.append((len(ui.app.session.list_state), library.is_partial))

        screen.list_changed = record
        await ui.press("/", *"abstract")
        assert shown[-2:] == [(2, True), (5, False)]
        assert "5 found" in ui.text()
        await ui.press("enter", "d")
        assert ui.app.session.library.counts.inbox == 4


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the threads that read whole lists, or look for papers with a word, from now on."""
    threads: list[str] = []
    read, search = LibraryCache.complete_list, queries.has_any

    def reading(*arguments: Any, **options: Any) -> Listed:  # noqa: ANN401 - those of the method
        threads.append(threading.current_thread().name)
        return read(*arguments, **options)

    def searching(*arguments: Any) -> bool:  # noqa: ANN401 - those of the function
        threads.append(threading.current_thread().name)
        return search(*arguments)

    monkeypatch.setattr(LibraryCache, "complete_list", reading)
    monkeypatch.setattr(queries, "has_any", searching)
    return threads


@pytest.mark.parametrize(
    ("text", "keys", "found"),
    [
        ("abstra", (), 5),
        ("abstra", ("enter",), 5),
        ("garden", ("enter",), 1),
        ("author:ada", ("enter",), 5),
        ("-abstract", ("enter",), 0),
    ],
)
async def test_a_list_of_which_the_newest_papers_are_not_found_fast_is_read_in_the_reader_thread(
    open_ui: OpenUi, library_path: str, readers: list[str], text: str, keys: tuple[str, ...], found: int
) -> None:
    async with open_ui(library_path) as ui:
        readers.clear()
        await ui.press("/", *text, *keys)
        assert len(ui.app.session.list_state) == found
        assert set(readers) == {"readq-writer"}
        assert "searching" not in ui.text()


def test_the_newest_papers_with_the_beginning_of_a_word_are_not_looked_for(library_path: str) -> None:
    library = LibraryCache(library_path, lambda: parse_instant("2026-11-23T09:00:00+01:00"))
    library.refresh_counts()
    assert library.is_quick(ListQuery("inbox", "abstract"))
    assert not library.is_quick(ListQuery("inbox", "abstract*"))
    library.close()


async def test_after_esc_a_list_that_is_still_read_is_not_shown(open_ui: OpenUi, library_path: str) -> None:
    goes_on = threading.Event()
    async with open_ui(library_path) as ui:
        await ui.press("/")
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.queue_keys(*"gard")
        await ui.wait_until(lambda: "searching …" in ui.text())
        assert len(ui.app.session.list_state) == 5
        ui.queue_keys("escape")
        await ui.wait_until(lambda: ui.app.screen.prompt_line.prompt is None)
        goes_on.set()
        await ui.wait_until_idle()
        assert len(ui.app.session.list_state) == 5
        assert ui.app.session.library.list_query.text == ""


async def test_a_list_that_the_user_has_left_is_not_replaced(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("/", *"abstract")
        ui.queue_keys("s", "backspace", "escape")
        await ui.wait_until_idle()
        assert ui.app.session.library.list_query.text == ""
        assert len(ui.app.session.list_state) == 5


async def test_enter_shows_the_newest_papers_at_once_and_reads_the_others_in_the_reader_thread(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path) as ui:
        library, listed = ui.app.session.library, ui.app.session.list_state
        threads: list[str] = []
        read = LibraryCache.complete_list

        def recorded(cache: LibraryCache, connection: sqlite3.Connection, query: ListQuery, *, typing: bool) -> Listed:
            threads.append(threading.current_thread().name)
            assert len(listed) == 2
            return read(cache, connection, query, typing=typing)

        await ui.press("/")
        monkeypatch.setattr(LibraryCache, "complete_list", recorded)
        ui.app.screen.prompt_line._edit.insert("abstract")
        # The keys after Enter act on the whole list.
        await ui.press("enter", "*", "d")
        assert threads == ["readq-writer"]
        assert not library.is_partial
        assert library.counts.dropped == 5


async def test_a_whole_list_that_does_not_come_in_time_holds_no_key_up(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_reader, "_PATIENCE", 0.0)
    goes_on = threading.Event()
    async with open_ui(library_path) as ui:
        ui.app.session.read(lambda _: goes_on.wait(30), lambda _: None)
        ui.queue_keys("/", *"abstract", "enter", "d")
        await ui.wait_until(lambda: ui.app.session.library.counts.dropped == 1)
        assert len(ui.app.session.list_state) == 2
        goes_on.set()
        await ui.wait_until_idle()
        assert len(ui.app.session.list_state) == 4, "the list is read again after the decision"


async def test_the_cursor_stays_on_its_paper_or_goes_to_the_first_one_found(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        papers = ui.app.session.list_state
        await ui.press("j", "j", "/", *"gardens OR entropy")
        assert papers.current == 4
        await ui.press("down")
        assert papers.current == 5
        await ui.press(*[" ", "O", "R", " ", *"boosting"])
        assert papers.current == 5, "it is still found"
        await ui.press("enter")
        assert papers.current == 5
        await ui.press("/", "ctrl+u", *"trees", "enter")
        assert papers.current == 2


async def test_a_search_of_pdfs_says_that_the_setting_is_off(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("/", *"pdf:zebra", "enter")
        assert "pdf.search is off" in ui.text()
        await ui.press("/", "ctrl+u", *"has:pdf", "enter")
        assert "pdf.search is off" not in ui.text()
