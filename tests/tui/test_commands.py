from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_the_palette_shows_names_and_finds_them_by_other_words(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst(":")
        assert "Drop it" in seat.text()
        assert "not interested" not in seat.text()
        await seat.pilot.press(*"colours")
        await seat.settle()
        assert "Theme: light" in seat.text()
