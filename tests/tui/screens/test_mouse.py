"""The mouse while a note or a prompt is open."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_a_click_on_the_list_leaves_the_focus_in_the_open_note(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, None, (200, 30)) as ui:
        await ui.type("nabc")
        await ui.pilot.click("PaperList", offset=(5, 3))
        await ui.type("def")
        await ui.press("escape")
        assert raw("SELECT paper_id, text FROM note") == [(1, "abcdef")]


async def test_a_click_on_a_view_ends_the_filter_of_the_view_before(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    raw("UPDATE paper SET status = 'queued' WHERE id IN (2, 3)")
    async with open_ui(library_path) as ui:
        await ui.type("/dreams")
        await ui.pilot.click("ViewsBar", offset=(18, 0))
        await ui.wait_until_idle()
        assert "[2 Queue 2]" in ui.text()
        assert ui.app.screen.prompt_line.prompt is None
        await ui.press("-")
        assert "[1 Inbox 3]" in ui.text()
        assert len(ui.app.session.list_state) == 3


async def test_two_clicks_on_a_row_open_nothing_when_all_papers_were_removed(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        raw("DELETE FROM paper")
        ui.app._poll()
        await ui.wait_until_idle()
        await ui.pilot.click("PaperList", offset=(5, 2), times=2)
        await ui.wait_until_idle()
        assert "no longer in the library" in ui.text()
        await ui.press("q", "r")
        assert "This library is empty" in ui.text()
