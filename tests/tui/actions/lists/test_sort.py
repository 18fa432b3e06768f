"""The sort menu, and the order that each view remembers."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.store.papers.queries import SORTS
from readq.tui.state.preferences.view_orders import default_path

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Raw = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def _state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def ids(ui: Any) -> list[int]:  # noqa: ANN401 - the driver of the UI
    return list(ui.app.session.list_state.ids)


async def test_the_menu_shows_every_order_and_marks_the_one_in_force(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("S")
        marked = [line for line in ui.lines() if "●" in line]
        assert len(marked) == 1
        assert "newest first" in marked[0]
        items = ui.app.screen.rows.items
        assert {item.value.removeprefix("-") for item in items} == set(SORTS)
        assert len({item.key for item in items}) == len(items)
        await ui.press("t")
        await ui.press("S")
        assert "● t  by title" in "\n".join(ui.lines())
        assert "-  by title, reversed" in ui.text()


async def test_a_letter_chooses_an_order_and_each_view_remembers_its_own(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        ui.queue_keys("j", "S", "t")
        await ui.wait_until_idle()
        assert "inbox · by title" in ui.text()
        assert ids(ui) == [1, 2, 3, 4, 5]
        assert ui.app.session.list_state.current == 2
        await ui.press("S", "-")
        assert ids(ui) == [5, 4, 3, 2, 1]
        assert ui.app.session.list_state.current == 2
        assert "inbox · by title, reversed" in ui.text()
        await ui.press("5")
        assert "all · newest first" in ui.text()
        await ui.press("S", "u", "1")
        assert "inbox · by title, reversed" in ui.text()
    assert json.loads(Path(default_path()).read_text()) == {"inbox": "-title", "all": "upvotes"}
    async with open_ui(library_path) as ui:
        assert ids(ui) == [5, 4, 3, 2, 1]
        await ui.press("S")
        assert "● -title" not in ui.text()
        assert "by title, reversed" in next(line for line in ui.lines() if "●" in line)


@pytest.mark.parametrize("keys", [("escape",), ("q",), ("x", "escape"), ("j", "backspace")])
async def test_a_menu_that_is_closed_changes_nothing(open_ui: OpenUi, library_path: str, keys: tuple[str, ...]) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("S", *keys)
        assert "inbox · newest first" in ui.text()
        assert ui.app.session.library.counts.dropped == 0
    assert not Path(default_path()).exists()


async def test_the_cursor_enter_and_a_click_choose(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("S", "j", "j", "down", "enter")
        assert "most upvotes first" in ui.text()
        await ui.press("S")
        row = next(y for y, line in enumerate(ui.lines()) if "latest year first" in line)
        await ui.pilot.click(offset=(60, row))
        await ui.wait_until_idle()
        assert "latest year first" in ui.text()
        await ui.press("S", "j")
        assert "▌  e" in ui.text()


@pytest.mark.parametrize("key", ["down", "up", "pagedown", "pageup", "home", "end", "f1", "left", "tab", "shift+tab"])
async def test_only_a_key_of_an_item_chooses_it_also_if_the_order_in_force_has_none(
    open_ui: OpenUi, library_path: str, key: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("S", "y", "S", "-")
        assert ui.app.session.library.list_query.sort == "-year"
        await ui.press("S")
        assert "● " in ui.text()
        await ui.press(key)
        assert "● " in ui.text()
        await ui.press("escape")
        assert ui.app.session.library.list_query.sort == "-year"


@pytest.mark.parametrize("size", [(60, 18), (30, 8), (12, 4), (1, 1), (200, 60)])
async def test_the_menu_fits_every_terminal(open_ui: OpenUi, library_path: str, size: tuple[int, int]) -> None:
    async with open_ui(library_path, None, size) as ui:
        await ui.press("S", *["j"] * 11)
        assert size[1] < 6 or size[0] < 12 or "by priorit" in ui.text() or size[0] < 20
        assert all(len(line) <= size[0] for line in ui.lines())
        await ui.press("enter")
        assert ui.app.session.library.list_query.sort == "priority"


async def test_orders_by_the_day_of_a_decision(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'queued', decided = '2026-11-2' || (id % 3) || 'T08:00:00Z'")
    async with open_ui(library_path) as ui:
        await ui.press("2", "S", "d")
        assert ids(ui) == [2, 5, 1, 4, 3]
        assert "latest decided first" in ui.text()


async def test_an_order_by_interest_says_that_no_interest_is_known_yet(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("S", "i")
        assert "no interest is known yet: it takes 10 papers queued, read or starred, and 10 dropped" in ui.text()
        raw("INSERT INTO interest_paper (paper_id, verdict, score, words) VALUES (1, 0, 70, x'')")
        await ui.press("S", "s", "S", "i")
        assert "no interest" not in ui.text()
