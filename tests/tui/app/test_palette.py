import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from textual.command import Hits

from readq.tui.app import palette
from readq.tui.screens.base import KeyedScreen

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_the_palette_finds_actions_by_name_and_by_search_words(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type(":")
        assert "Drop it" in ui.text()
        assert "not interested" not in ui.text()
        await ui.type("colours")
        assert "Theme: light" in ui.text()


async def test_the_closest_name_comes_first(open_ui: OpenUi, library_path: str) -> None:
    with sqlite3.connect(library_path) as connection:
        connection.execute("INSERT INTO view (name, query, position) VALUES ('top', 'upvotes:40..', 1)")
    connection.close()
    async with open_ui(library_path) as ui:
        await ui.type(":")
        await ui.type("top")
        await ui.press("enter")
        # Not "Drop all undecided papers from the top to here".
        assert ui.app.session.library.list_query.view == "view:top"
        assert ui.app.session.library.counts.dropped == 0


async def test_enter_runs_what_was_typed_last_however_fast(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = palette.ReadqCommands.search

    async def search_slowly(self: palette.ReadqCommands, query: str) -> Hits:
        for _ in range(100):
            await asyncio.sleep(0)
        async for hit in search(self, query):
            yield hit

    monkeypatch.setattr(palette.ReadqCommands, "search", search_slowly)
    async with open_ui(library_path) as ui:
        await ui.type(":")
        await ui.type("drop it")
        await ui.press(*["backspace"] * 7, *"sort: by title", "enter")
        assert ui.app.session.library.list_query.sort == "title"
        assert ui.app.session.library.counts.dropped == 0


async def test_keys_act_in_the_order_in_which_they_were_pressed(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type(":")
        await ui.press(*"drp", "backspace", *"ops", "left", "right", "backspace", *" it")
        assert "drop it" in ui.text()
        await ui.press("ctrl+u", *"star", "down", "up", "enter")
        assert ui.app.session.library.counts.starred == 1


async def test_a_page_key_that_comes_before_the_commands_are_drawn_is_no_fault(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press(":", "pagedown")
        assert "Drop it" in ui.text()


async def test_the_commands_are_made_once_for_all_keys_typed_into_the_palette(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = palette.palette_commands

    def counted(screen: KeyedScreen) -> Iterator[palette.PaletteCommand]:
        made.append(screen)
        return make(screen)

    monkeypatch.setattr(palette, "palette_commands", counted)
    async with open_ui(library_path) as ui:
        await ui.type(":")
        await ui.type("colours")
        assert "Theme: light" in ui.text()
        assert len(made) == 1
        await ui.press("escape")
        await ui.type(":")
        await ui.type("redo")
        assert "nothing to redo" in ui.text()
        assert len(made) == 2


async def test_what_can_be_done_now_stands_before_what_cannot(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type(":")
        await ui.type("view")
        lines = [line.strip() for line in ui.lines() if "view" in line.lower()]
        unavailable = next(place for place, line in enumerate(lines) if "there is no view before" in line)
        assert any("Filter this view" in line for line in lines[:unavailable])
        await ui.press("enter")
        await ui.wait_until_idle()
        assert "there is no view" not in ui.text()


@pytest.mark.parametrize("width", [60, 80])
async def test_a_long_name_goes_on_in_its_column(open_ui: OpenUi, library_path: str, width: int) -> None:
    async with open_ui(library_path, None, (width, 24)) as ui:
        await ui.type(":wait")
        lines = ui.lines()
        first = next(number for number, line in enumerate(lines) if "Papers that wait" in line)
        assert lines[first + 1][: lines[first].index("Papers")].strip() == ""
        assert lines[first + 1][lines[first].index("Papers")] != " "
