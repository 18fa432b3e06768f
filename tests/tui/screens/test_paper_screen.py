from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

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


async def test_a_note_appears_as_soon_as_it_is_saved(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        await ui.type("nMine")
        await ui.press("escape")
        assert "── note" in ui.text()
        assert "Mine" in ui.text()
