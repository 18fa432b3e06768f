"""What a key does when its handler fails: it is told, nothing is lost, and the UI goes on."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.tui.app.registry import handlers
from readq.tui.widgets.prompt_line import Prompt

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def _fail(*_: object) -> bool:
    raise ZeroDivisionError("a mistake of ours")


WIDE = (160, 30)


async def test_a_handler_that_fails_is_told_and_the_next_key_works(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, None, WIDE) as ui:
        ui.app.context.handlers = lambda scope: {**handlers(scope), "star": _fail}
        await ui.press("s")
        assert "unexpected: ZeroDivisionError: a mistake of ours" in ui.text()
        assert raw("SELECT count(*) FROM step WHERE what <> 'imported'") == [(0,)]
        await ui.press("a")
        assert raw("SELECT status FROM paper WHERE id = 1") == [("queued",)]


async def test_a_prompt_that_fails_stays_open_with_its_text(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, WIDE) as ui:
        ui.app.screen.open_prompt(Prompt("sum:", _fail))
        await ui.type("1/0\r")
        assert "1/0" in ui.text()
        assert "ZeroDivisionError" in ui.text()
        await ui.press("escape")
        assert "5 papers" in ui.text()


async def test_a_report_of_the_writer_that_fails_is_told(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, WIDE) as ui:
        ui.app.session.write(lambda _: None, _fail)
        await ui.wait_until_idle()
        assert "unexpected: ZeroDivisionError" in ui.text()
        assert ui.app.is_running


async def test_a_note_that_cannot_be_closed_in_time_stays_open_with_a_draft(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path, None, WIDE) as ui:
        await ui.type("nthought")
        with monkeypatch.context() as patch:
            patch.setattr("readq.tui.widgets.note_session._KEYS_TIMEOUT", 0)
            await ui.press("escape")
        assert "has not taken in" in ui.text()
        assert ui.app.screen.note_session.pane is not None
        assert raw("SELECT text FROM draft") == [("thought",)]
        await ui.press("escape")
        assert raw("SELECT text FROM note") == [("thought",)]


async def test_a_failure_replaces_what_was_going_on_and_goes_with_the_next_key(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.app._ERROR_MIN_TIME", 0)
    async with open_ui(library_path, None, WIDE) as ui:
        await ui.press("e", "ctrl+u")
        await ui.type(f"{tmp_path / 'no folder' / 'out.bib'}\r")
        assert "no folder" in ui.text()
        assert "writing" not in ui.lines()[-2]
        await ui.press("j")
        assert "no folder" not in ui.text()


async def test_an_import_that_fails_in_whatever_way_is_told(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.services.importing.import_files.import_paths", _fail)
    async with open_ui(library_path, None, WIDE) as ui:
        await ui.type(f"I{tmp_path}\r")
        await ui.wait_until_idle()
        assert "unexpected: ZeroDivisionError" in ui.text()
        assert "importing" not in ui.lines()[-2]
