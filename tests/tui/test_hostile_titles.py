"""Titles that hold actions, broken markup or terminal escapes, on every screen."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
LibraryOf = Callable[[tuple[str, ...]], str]

HOSTILE = (
    "[@click=app.quit]press[/]",
    "Results on [/INST] tokens",
    "[bold red]B[/bold red] [/",
    r"\[unclosed [link='javascript:1']",
    "Title \x1b]2;OWNED\x1b\\ \x1b[7mreversed \x9b31m \x07",
    "right \u202eto left and zero\u200bwidth ✔\ufe0f",
)


@pytest.fixture
def hostile(library_of: LibraryOf) -> str:
    """Return a library whose papers have the raw titles, written by SQL past the sanitizing import."""
    import sqlite3

    path = library_of(tuple(f"{number} {title}" for number, title in enumerate(HOSTILE)))
    connection = sqlite3.connect(path)
    with connection:
        for number, title in enumerate(HOSTILE, 1):
            connection.execute(
                "UPDATE paper SET title = ?, authors = ?, abstract = ?, venue = ? WHERE id = ?",
                (title, title, title, title, number),
            )
            connection.execute("INSERT INTO paper_tag (paper_id, tag) VALUES (?, ?)", (number, "[/x]"))
    connection.close()
    return path


def assert_inert(ui: Any) -> None:  # noqa: ANN401 - the UiDriver of conftest
    text = ui.text()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), repr(text)
    assert "OWNED" not in text


async def test_in_the_list_its_preview_and_messages(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile, None, (140, 30)) as ui:
        assert "[@click=app.quit]press[/]" in ui.text()
        assert "Results on [/INST] tokens" in ui.text()
        for _ in HOSTILE:
            await ui.press("a")
            assert_inert(ui)
        await ui.press("u")
        assert_inert(ui)
        await ui.press("y", "Y")
        assert_inert(ui)


async def test_a_click_on_a_title_runs_nothing(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as ui:
        await ui.pilot.click("PaperList", offset=(20, 0))
        await ui.pilot.click("TextPane", offset=(5, 0))
        await ui.wait_until_idle()
        assert ui.app.is_running
        assert ui.app.return_code is None


async def test_on_the_paper_screen_and_its_note(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as ui:
        await ui.press("enter")
        for _ in HOSTILE:
            assert_inert(ui)
            await ui.press("j")
        await ui.type("n[@click=app.quit]mine[/INST")
        await ui.press("escape")
        assert_inert(ui)
        assert "[@click=app.quit]mine[/INST" in ui.text()


async def test_in_review(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile, Config(first_review="now")) as ui:
        await ui.press("*", "f", "v")
        for _ in HOSTILE:
            await ui.press("space")
            assert_inert(ui)
            await ui.press("3")
            assert_inert(ui)
        assert "Done for now." in ui.text()


async def test_in_a_filter_and_its_error(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as ui:
        await ui.type("/[/INST:")
        assert_inert(ui)
        await ui.press("enter")
        assert_inert(ui)


async def test_in_an_error_message(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as ui:
        await ui.press("e", "ctrl+u")
        await ui.type("/nowhere/[@click=app.quit]x[/]/a.bib\r")
        assert "cannot write" in ui.text()
        assert ui.app.is_running


async def test_in_the_title_of_a_menu(open_ui: OpenUi, hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_ui(hostile, Config(first_review="now", ask_on_done=False), (140, 30)) as ui:
        await ui.type("jfv 1 3q")
        monkeypatch.setenv("READQ_NOW", "2026-12-02T09:00:00+01:00")
        await ui.type("v 1")
        assert "Forgotten twice in a row: Results on [/INST] tokens" in ui.text()
