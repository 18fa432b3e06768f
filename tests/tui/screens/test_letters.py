"""Property 14: two keys lead to any visible row or tab."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.tui.keys.target_labels import target_labels

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def lettered(ui: Any) -> dict[str, int]:  # noqa: ANN401 - the driver of the UI
    """Return the letter of each row of the list on the screen, and the index of the row."""
    return {letter: row for row, letter in ui.app.screen.paper_list.labels.items()}


async def test_property_14_a_letter_leads_to_any_visible_row(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press(";")
        assert [line[0] for line in ui.lines()[1:7]] == list("asdfgh")
        assert "letter go there" in ui.lines()[-1]
        rows = lettered(ui)
        await ui.press("g")
        assert ui.app.session.list_state.row == rows["g"]
        assert "Deep Gardens" in next(line for line in ui.lines() if line.startswith("▌"))
        assert lettered(ui) == {}
        await ui.press(";", "a")
        assert ui.app.session.list_state.heading == 0


async def test_property_14_a_letter_leads_to_a_view_without_a_key(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    for position, name in enumerate(("one", "two", "three", "four"), 1):
        raw(f"INSERT INTO view (name, query, sort, position) VALUES ('{name}', 'status:inbox', 'seen', {position})")
    async with open_ui(library_path, size=(220, 30)) as ui:
        await ui.press(";")
        assert "a three" in ui.lines()[0]
        assert "s four" in ui.lines()[0]
        await ui.press("s")
        assert ui.app.session.library.list_query.view == "view:four"
        assert "[four 5]" in ui.lines()[0]


@pytest.mark.parametrize("key", ["Z", "1", "escape", "down", "/", ";"])
async def test_another_key_ends_the_letters_and_does_nothing_else(
    open_ui: OpenUi, library_path: str, raw: Raw, key: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press(";", key)
        assert lettered(ui) == {}
        assert ("no row and no view has this letter" in ui.text()) == (key != "escape")
        assert ui.app.session.list_state.cursor == 0
        await ui.press("d")
        assert raw("SELECT count(*) FROM paper WHERE status = 'dropped'") == [(1,)]


@pytest.mark.parametrize("size", [(60, 18), (20, 5), (2, 4), (1, 1), (300, 80)])
async def test_letters_fit_every_terminal(open_ui: OpenUi, library_path: str, size: tuple[int, int]) -> None:
    async with open_ui(library_path, None, size) as ui:
        await ui.press(";")
        assert all(len(line) <= size[0] for line in ui.lines())
        await ui.press("escape")


async def test_an_empty_list_has_no_letters(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("6", ";")
        assert "there is no paper in this list" in ui.text()
        await ui.press("1")
        assert ui.app.session.library.list_query.view == "inbox"


def test_more_rows_than_letters_leave_the_last_rows_without() -> None:
    labels = target_labels(range(100), ["view"])
    assert len(set(labels.rows.values()) | set(labels.views.values())) == 52
    assert max(labels.rows) == 50
    assert (labels.row("a"), labels.view("a"), labels.row("s")) == (None, "view", 0)
