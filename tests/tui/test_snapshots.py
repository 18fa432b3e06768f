"""What each screen looks like, as text. `UPDATE_SNAPSHOTS=1` writes the files anew; read the difference."""

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
        ("paper", (100, 20), ["f", "g", "\r"]),
        ("note", (100, 20), ["n", "*My note"]),
        ("review", (100, 20), ["f", "g", "v", " "]),
        ("help", (100, 24), ["?", "*undo"]),
    ],
)
async def test_looks_as_it_did(
    open_ui: OpenUi, library_path: str, name: str, size: tuple[int, int], keys: list[str]
) -> None:
    async with open_ui(library_path, None, size) as ui:
        for key in keys:
            await (ui.type(key.lstrip("*")) if len(key) == 1 or key[0] == "*" else ui.press(key))
        seen = ui.text() + "\n"
    snapshot = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        snapshot.write_text(seen, encoding="utf-8")
    assert seen == snapshot.read_text(encoding="utf-8")
