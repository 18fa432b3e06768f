from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_help_lists_keys_and_narrows_to_what_is_typed(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("?")
        assert "drop it: seen, not wanted" in seat.text()
        await seat.burst("bibliog")
        assert "export what the list shows" in seat.text()
        assert "drop it" not in seat.text()
        await seat.press("escape")
        assert "Inbox" in seat.lines()[0]
