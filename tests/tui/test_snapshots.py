"""Each screen as text, compared with a stored snapshot. `UPDATE_SNAPSHOTS=1` rewrites them; review the diff."""

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

FOLDER = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("queue-wide", (120, 16), ["a", "d", "s", "space", "j"]),
        ("queue-narrow", (80, 24), ["a", "j"]),
        ("filter", (100, 12), ["/", "*deep"]),
        ("paper", (100, 20), ["f", "escape", "g", "\r"]),
        ("note", (100, 20), ["n", "*My note"]),
        ("review", (100, 20), ["m", "v", " "]),
        ("help", (100, 24), ["?", "*undo"]),
    ],
)
async def test_screen_matches_its_snapshot(
    open_ui: OpenUi, library_path: str, name: str, size: tuple[int, int], keys: list[str]
) -> None:
    async with open_ui(library_path, None, size) as ui:
        for key in keys:
            await (ui.type(key.lstrip("*")) if len(key) == 1 or key[0] == "*" else ui.press(key))
        text = ui.text() + "\n"
    snapshot = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        snapshot.write_text(text, encoding="utf-8")
    assert text == snapshot.read_text(encoding="utf-8")
