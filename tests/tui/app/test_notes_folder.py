"""The folder of notes is looked at while the UI runs, and what was written there is shown."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from readq.config import Config

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_a_note_of_the_ui_becomes_a_file_and_an_edited_file_is_shown(
    open_ui: OpenUi, library_path: str, tmp_path: Path
) -> None:
    folder = tmp_path / "papers"
    async with open_ui(library_path, Config(notes_folder=str(folder))) as ui:
        await ui.type("nMine")
        await ui.press("escape")
        await ui.wait_until(lambda: list(folder.glob("*.md")))
        (path,) = folder.glob("*.md")
        assert path.read_text().endswith("---\nMine\n")
        path.write_text(path.read_text().replace("Mine", "By hand").replace("status: inbox", "status: queued"))
        await ui.press("r")
        await ui.wait_until(lambda: "By hand" in ui.text())
        (folder / "broken.md").write_text("---\nreadq: x\nno end")
        await ui.wait_until(lambda: "broken.md: its front matter has no end" in ui.text())
