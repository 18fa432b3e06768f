"""Finishing a paper asks for its claim in the note beside it."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

NOTES = "SELECT paper_id, text FROM note ORDER BY paper_id"


async def test_the_lines_are_filled_and_the_rest_is_left_out(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("f")
        assert "your claim: Esc saves it" in ui.text()
        assert raw("SELECT status FROM paper WHERE id = 1") == [("done",)]
        await ui.type("attention is enough")
        await ui.press("down")
        await ui.type("by proof")
        await ui.press("escape")
        assert raw(NOTES) == [(1, "claim: attention is enough\nhow: by proof")]
        await ui.press("f", "escape")
        assert raw("SELECT status FROM paper WHERE id = 2") == [("done",)]
        await ui.press("u", "u", "u")
        assert raw("SELECT count(*) FROM note") == [(0,)]
        assert raw("SELECT count(*) FROM paper WHERE status = 'done'") == [(0,)]


async def test_esc_at_once_leaves_all_as_it_is(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nmine")
        await ui.press("escape", "f")
        assert "claim:" in ui.text()
        await ui.press("escape")
        assert raw(NOTES) == [(1, "mine")]
        assert raw("SELECT count(*) FROM draft") == [(0,)]
        assert "finished" in ui.text()
        await ui.type("a")
        assert raw("SELECT status FROM paper WHERE id = 2") == [("queued",)]


async def test_lines_stand_before_the_note_that_lacks_them(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nclaim: it holds")
        await ui.press("escape", "f")
        await ui.type("by proof")
        await ui.press("escape")
        assert raw(NOTES) == [(1, "how: by proof\n\nclaim: it holds")]


@pytest.mark.parametrize(
    ("key", "note"), [("f", "how: by proof\n\nclaim: it holds"), ("n", "claim: it holds by proof")]
)
async def test_the_editor_waits_for_the_note_before(
    key: str, note: str, open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    """Its text holds the note that is still to be written, so that nothing is written at the same time."""
    async with open_ui(library_path) as ui:
        await ui.type("nclaim: it holds")
        is_free = threading.Event()
        ui.app.session.write(lambda _: is_free.wait(5))
        ui.queue_keys("escape", key)
        asyncio.get_running_loop().call_later(0.2, is_free.set)
        await ui.wait_until_idle()
        await ui.type("by proof" if key == "f" else " by proof")
        await ui.press("escape")
        assert raw(NOTES) == [(1, note)]


async def test_nothing_is_asked_of_a_selection_of_papers_done_or_by_the_setting(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type(" f")
        assert "your claim" not in ui.text()
        await ui.type("gf")
        assert "your claim" not in ui.text()
        assert "already" in ui.text()
    async with open_ui(library_path, Config(ask_on_done=False)) as ui:
        await ui.type("gjf")
        assert "your claim" not in ui.text()
        assert raw("SELECT count(*) FROM paper WHERE status = 'done'") == [(2,)]


async def test_a_paper_screen_asks_too(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter", "f")
        await ui.type("it holds")
        await ui.press("escape")
        assert raw(NOTES) == [(1, "claim: it holds")]
