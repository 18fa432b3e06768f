"""Titles that would run actions, crash the markup parser or speak to the terminal, on every screen."""

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

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
    """A library with the titles as the import leaves them, the raw ones put in behind its back."""
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


def assert_inert(seat: Any) -> None:  # noqa: ANN401 - the Seat of conftest
    text = seat.text()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), repr(text)
    assert "OWNED" not in text


async def test_in_the_list_beside_it_and_in_messages(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile, None, (140, 30)) as seat:
        assert "[@click=app.quit]press[/]" in seat.text()
        assert "Results on [/INST] tokens" in seat.text()
        for _ in HOSTILE:
            await seat.press("a")
            assert_inert(seat)
        await seat.press("u")
        assert_inert(seat)
        await seat.press("y", "Y")
        assert_inert(seat)


async def test_a_click_on_a_title_runs_nothing(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as seat:
        await seat.pilot.click("PaperList", offset=(20, 0))
        await seat.pilot.click("TextPane", offset=(5, 0))
        await seat.settle()
        assert seat.app.is_running
        assert seat.app.return_code is None


async def test_on_the_paper_screen_and_its_note(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as seat:
        await seat.press("enter")
        for _ in HOSTILE:
            assert_inert(seat)
            await seat.press("j")
        await seat.burst("n[@click=app.quit]mine[/INST")
        await seat.press("escape")
        assert_inert(seat)
        assert "[@click=app.quit]mine[/INST" in seat.text()


async def test_in_review(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as seat:
        await seat.press("*", "f", "v")
        for _ in HOSTILE:
            await seat.press("space")
            assert_inert(seat)
            await seat.press("3")
            assert_inert(seat)
        assert "Done for now." in seat.text()


async def test_in_a_filter_and_its_error(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as seat:
        await seat.burst("/[/INST:")
        assert_inert(seat)
        await seat.press("enter")
        assert_inert(seat)


async def test_in_an_error_message(open_ui: OpenUi, hostile: str) -> None:
    async with open_ui(hostile) as seat:
        await seat.press("e", "ctrl+u")
        await seat.burst("/nowhere/[@click=app.quit]x[/]/a.bib\r")
        assert "cannot write" in seat.text()
        assert seat.app.is_running
