from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.tui.state import library_cache

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


async def test_a_list_that_the_user_has_left_is_not_replaced(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("/", *"abstract")
        ui.queue_keys("s", "backspace", "escape")
        await ui.wait_until_idle()
        assert ui.app.session.library.list_query.text == ""
        assert len(ui.app.session.list_state) == 5
