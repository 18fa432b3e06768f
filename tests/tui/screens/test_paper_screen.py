import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.tui.screens.paper_screen import PaperScreen

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_keys_apply_to_the_shown_paper_not_to_the_selection(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("space", "enter", "a")
        assert raw("SELECT id FROM paper WHERE status = 'queued'") == [(2,)]
        assert "Causal Dreams" in ui.text()


async def test_next_previous_and_scrolling(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (60, 12)) as ui:
        await ui.press("enter", "j")
        assert "Boosting Trees" in ui.text()
        await ui.press("G")
        assert "Boosting Trees" not in ui.text()
        await ui.press("g", "k")
        assert "Attention Is Enough" in ui.text()


@pytest.mark.parametrize("key", ["J", "ctrl+d", "pagedown", "G", "K", "ctrl+u", "pageup", "g"])
async def test_a_text_that_scrolls_no_further_says_so(open_ui: OpenUi, library_path: str, key: str) -> None:
    async with open_ui(library_path, None, (120, 60)) as ui:
        await ui.press("enter", key)
        assert "the whole text is on the screen" in ui.text()
    async with open_ui(library_path, None, (60, 12)) as ui:
        goes_down = key in ("J", "ctrl+d", "pagedown", "G")
        await ui.press("enter", "G" if goes_down else "g", key)
        assert f"this is the {'end' if goes_down else 'beginning'} of the text" in ui.text()


async def test_a_key_before_the_first_layout_scrolls_after_it(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def show_and_scroll(screen: PaperScreen) -> None:
        screen.show_paper()
        screen.scroll_paper(1000)
        screen.scroll_paper(1)

    monkeypatch.setattr(PaperScreen, "on_mount", show_and_scroll)
    async with open_ui(library_path, None, (60, 12)) as ui:
        await ui.press("enter")
        assert "this is the end of the text" in ui.text()


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("99j", "Entropy for Poets"),
        ("jj99k", "Attention Is Enough"),
        ("3j", "Deep Gardens"),
        ("99]", "Entropy for Poets"),
        ("99]99[", "Attention Is Enough"),
        ("99jj", "Entropy for Poets"),
    ],
)
async def test_a_count_past_the_end_goes_to_the_last_paper(
    open_ui: OpenUi, library_path: str, keys: str, shown: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        await ui.type(keys)
        assert ui.app.screen.detail.render_line(0).text.strip() == shown


async def test_a_count_past_the_end_stops_before_a_folded_day(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("UPDATE paper SET seen = '2026-11-19' WHERE id > 3")
    async with open_ui(library_path) as ui:
        # Fold the second day, then open the first paper.
        await ui.press("}", "enter", "g", "enter")
        await ui.type("99j")
        assert ui.app.session.list_state.current == 3
        await ui.type("99j")
        assert ui.app.session.list_state.current == 3


async def test_a_note_appears_as_soon_as_it_is_saved(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        await ui.type("nMine")
        await ui.press("escape")
        assert "── note" in ui.text()
        assert "Mine" in ui.text()


async def test_a_paper_that_was_removed_does_not_look_like_the_one_before(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        raw("DELETE FROM paper WHERE id = 2")
        await ui.press("j")
        assert "this paper is no longer in the library" in ui.text()
        assert "Attention Is Enough" not in ui.text()
        await ui.press("d")
        assert "not in the library any more" in ui.text()
        assert "Causal Dreams" in ui.text()


async def test_a_paper_that_cannot_be_read_now_shows_its_title_and_appears_later(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        with contextlib.closing(sqlite3.connect(library_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await ui.press("j")
            assert "Boosting Trees" in ui.text()
            assert "the library is locked for a moment" in ui.text()
        ui.app._poll()
        await ui.wait_until_idle()
        assert "Abstract of paper 2" in ui.text()


async def test_the_star_and_the_review_of_a_paper_far_from_the_first_are_toggled(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str], raw: Raw
) -> None:
    path = library_of(tuple(f"Paper number {number}" for number in range(1, 151)))
    raw("UPDATE paper SET starred = 1 WHERE id = 150")
    async with open_ui(path) as ui:
        await ui.press("enter")
        await ui.type("149j")
        await ui.press("s")
        assert "unstarred “Paper number 150”" in ui.text()
        assert raw("SELECT starred FROM paper WHERE id = 150") == [(0,)]
        await ui.press("m")
        await ui.press("m")
        assert "out of review: “Paper number 150”" in ui.text()


async def test_the_last_paper_that_was_removed_is_not_paper_1_of_0(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str], raw: Raw
) -> None:
    async with open_ui(library_of(("Attention Is Enough",))) as ui:
        await ui.press("enter")
        raw("DELETE FROM paper")
        await ui.press("d")
        assert "the paper has left the list" in ui.text()
        await ui.press("s")
        assert "there is no paper in this list" in ui.text()
        await ui.press("J")
        assert "1 of 0" not in ui.text()
        assert "Attention Is Enough" not in ui.text()
