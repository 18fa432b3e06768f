"""Errors in handlers, prompts and callbacks are shown, nothing is lost, and the UI goes on."""

import contextlib
import importlib
import inspect
import pkgutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from textual.message_pump import MessagePump

import readq.tui
from readq import clock
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.tui.app.registry import handlers
from readq.tui.screens.list_screen import ListScreen
from readq.tui.screens.palette_screen import PaletteScreen
from readq.tui.screens.paper_screen import PaperScreen
from readq.tui.widgets.prompt_line import Prompt

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def _fail(*_: object) -> bool:
    raise ZeroDivisionError("a mistake of ours")


WIDE = (160, 30)


async def test_the_error_of_a_handler_is_shown_and_the_next_key_works(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, None, WIDE) as ui:
        ui.app.context.handlers = lambda scope: {**handlers(scope), "star": _fail}
        await ui.press("s")
        assert "unexpected: ZeroDivisionError: a mistake of ours" in ui.text()
        assert raw("SELECT count(*) FROM step WHERE what <> 'imported'") == [(0,)]
        await ui.press("a")
        assert raw("SELECT status FROM paper WHERE id = 1") == [("queued",)]


async def test_a_prompt_stays_open_with_its_text_after_an_error(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, WIDE) as ui:
        ui.app.screen.open_prompt(Prompt("sum:", _fail))
        await ui.type("1/0\r")
        assert "1/0" in ui.text()
        assert "ZeroDivisionError" in ui.text()
        await ui.press("escape")
        assert "5 papers" in ui.text()


async def test_an_error_in_a_writer_callback_is_shown(open_ui: OpenUi, library_path: str) -> None:
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
        assert "has not handled all typed keys" in ui.text()
        assert ui.app.screen.note_session.pane is not None
        assert raw("SELECT text FROM draft") == [("thought",)]
        await ui.press("escape")
        assert raw("SELECT text FROM note") == [("thought",)]


async def test_an_error_replaces_the_message_until_the_next_key(
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


async def test_any_error_of_an_import_is_shown(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.services.importing.import_files.import_paths", _fail)
    async with open_ui(library_path, None, WIDE) as ui:
        await ui.type(f"I{tmp_path}\r")
        await ui.wait_until_idle()
        assert "unexpected: ZeroDivisionError" in ui.text()
        assert "importing" not in ui.lines()[-2]


async def test_four_calls_lead_from_a_key_to_its_handler(open_ui: OpenUi, library_path: str) -> None:
    calls: list[str] = []

    def record_calls(_screen: object) -> None:
        calls.extend(frame.function for frame in inspect.stack()[1:])

    async with open_ui(library_path, None, WIDE) as ui:
        ui.app.context.handlers = lambda scope: {**handlers(scope), "star": record_calls}
        await ui.press("s")
    assert calls[:4] == ["run_safely", "perform", "press", "on_event"]


async def test_a_covered_screen_is_redrawn_only_when_it_is_shown_again(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    redrawn: list[str] = []

    async with open_ui(library_path, None, WIDE) as ui:
        for screen in (ListScreen, PaperScreen):
            monkeypatch.setattr(screen, "library_changed", _recorded(screen.library_changed, redrawn))
        await ui.press("enter")
        redrawn.clear()
        await ui.press("s")
        assert set(redrawn) == {"PaperScreen"}
        await ui.press("q")
        assert redrawn[-1] == "ListScreen"
        assert "★" in ui.text()


def _recorded(method: Callable[[Any], None], names: list[str]) -> Callable[[Any], None]:
    def call(screen: object) -> None:
        names.append(type(screen).__name__)
        method(screen)

    return call


def test_no_event_handler_calls_that_of_its_base_class() -> None:
    """Textual calls the handlers of all base classes, so the work would be done twice."""
    for module in pkgutil.walk_packages(readq.tui.__path__, "readq.tui."):
        importlib.import_module(module.name)
    classes = [MessagePump]
    for each in classes:
        classes += [child for child in each.__subclasses__() if child not in classes]
    handlers_of_ours = [
        (each.__name__, name, method)
        for each in classes
        if each.__module__.startswith("readq.")
        for name, method in vars(each).items()
        # The app passes all its events through `on_event`.
        if name.startswith(("on_", "_on_")) and name != "on_event"
    ]
    assert len(handlers_of_ours) > 30
    for owner, name, method in handlers_of_ours:
        assert f"super().{name}(" not in inspect.getsource(method), owner


async def test_a_message_ends_with_the_next_key_also_on_the_screen_below(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        await ui.press("s")
        await ui.press("q")
        assert "starred “Attention Is Enough”" in ui.text()
        await ui.press("enter")
        await ui.press("s")
        await ui.press("j")
        await ui.press("q")
        assert "unstarred “Attention Is Enough”" not in ui.text()


@pytest.mark.parametrize("key", ["S", "?", ":", "'"])
async def test_ctrl_q_names_what_was_not_saved_from_every_screen(open_ui: OpenUi, library_path: str, key: str) -> None:
    async with open_ui(library_path) as ui:
        with contextlib.closing(sqlite3.connect(library_path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ui.queue_keys("d", key, "ctrl+q")
            await ui.wait_until(lambda: not ui.app.is_running)
        assert ui.app.shutdown.unwritten == ("dropped 1 paper",)


async def test_ctrl_p_opens_no_palette_in_a_note(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("n", "ctrl+p", *"drop", "\r", "escape")
        assert raw("SELECT status FROM paper WHERE id = 1") == [("inbox",)]
        assert raw("SELECT text FROM note") == [("drop",)]
        await ui.press("ctrl+p")
        assert isinstance(ui.app.screen, PaletteScreen)


async def test_a_command_chosen_after_the_library_was_filled_is_refused(open_ui: OpenUi, tmp_path: Path) -> None:
    library, papers = str(tmp_path / "new.db"), tmp_path / "refs.bib"
    papers.write_text("@misc{a, title={A Title}, author={Ada Lovelace}, year={2020}}\n")
    async with open_ui(library) as ui:
        await ui.type(":category")
        import_paths(library, [str(papers)], ImportOptions(), clock.now())
        ui.app._poll()
        await ui.wait_until_idle()
        await ui.press("enter")
        assert "nothing done: the library has changed" in ui.text()
        await ui.press("5")
        assert "A Title" in ui.text()
