"""A new note begins with the template; it is no note as long as the reader leaves it untouched."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

DEFAULT = "claim: \nhow: \nuse: \n"


async def test_a_new_note_asks_for_claim_how_and_use(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("n")
        assert ui.app.screen.note_session.pane.area.text == DEFAULT
        await ui.press("escape")
        assert "note unchanged" in ui.text()
        assert raw("SELECT count(*) FROM note") == [(0,)]
        await ui.press("n", "up", "up", "up", "end")
        await ui.type("it scales")
        ui.app.screen.note_session.pane.keep_draft()
        await ui.wait_until_idle()
        assert raw("SELECT text FROM draft") == [("claim: it scales",)]
        await ui.press("escape")
        assert raw("SELECT text FROM note") == [("claim: it scales",)]
        assert raw("SELECT count(*) FROM draft") == [(0,)]


async def test_text_below_the_untouched_template_is_the_note(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("ncheck Table 3")
        await ui.press("escape")
        assert raw("SELECT text FROM note") == [("check Table 3",)]
        await ui.press("n")
        assert ui.app.screen.note_session.pane.area.text == "check Table 3"


@pytest.mark.parametrize(
    ("template", "begins"), [("", ""), ("# {key}\nlimit: \n", "# vaswani2017attention\nlimit: \n")]
)
async def test_the_setting_replaces_the_template_and_its_lines_stay(
    open_ui: OpenUi, library_path: str, raw: Raw, template: str, begins: str
) -> None:
    async with open_ui(library_path, Config(notes_template=template)) as ui:
        await ui.press("n")
        key = raw("SELECT key FROM paper WHERE id = 1")[0][0]
        begins = begins.replace("vaswani2017attention", str(key))
        assert ui.app.screen.note_session.pane.area.text == begins
        await ui.press("escape")
        assert raw("SELECT count(*) FROM note") == [(0,)]
        await ui.press("n")
        await ui.type("mine")
        await ui.press("escape")
        assert raw("SELECT text FROM note") == [(f"{begins}mine",)]
