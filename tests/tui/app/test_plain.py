"""Property 24: `plain` draws signs of ASCII and no frames, and says in one line what is under the cursor."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.errors import ReadqError
from readq.tui.text import icons
from readq.tui.text.plain_signs import PLAIN_SIGNS

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

PLAIN = Config(plain=True)
SCREENS = {
    "list": ["a", "d", "s", "space"],
    "heading": ["{", "enter"],
    "paper": ["enter"],
    "below": ["|", "|", "|"],
    "note": ["n", "x"],
    "filter": ["/", "a"],
    "sort": ["S"],
    "views": ["'"],
    "help": ["?"],
    "steps": ["U"],
    "feeds": ["F"],
    "letters": [";"],
    "message": ["c"],
}


@pytest.fixture(autouse=True)
def _state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize("name", SCREENS)
async def test_property_24_every_screen_is_drawn_in_ascii(open_ui: OpenUi, library_path: str, name: str) -> None:
    async with open_ui(library_path, PLAIN, (100, 30)) as ui:
        await ui.press(*SCREENS[name])
        assert {character for character in ui.text() if not character.isascii()} == set()


async def test_property_24_the_state_line_says_what_is_under_the_cursor(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path, PLAIN, (120, 30)) as ui:
        assert ui.lines()[-2].startswith(" 1 of 5: Attention Is Enough, inbox - inbox")
        assert "Abstract of paper" not in ui.text(), "the paper is off"
        await ui.press("j")
        assert ui.lines()[-2].startswith(" 2 of 5: Boosting Trees, inbox")
        await ui.press("d")
        await ui.press("k")
        assert ui.lines()[-2].startswith(" 2 of 5: Boosting Trees, dropped")
        await ui.press("{")
        assert ui.lines()[-2].startswith(" - Fri 20 Nov - 5")
        before = ui.lines()
        await ui.press("j")
        changed = [y for y, (old, new) in enumerate(zip(before, ui.lines(), strict=True)) if old != new]
        assert len(changed) == 3, "the line of the old cursor, that of the new one, and the state line"


async def test_property_24_the_state_line_follows_a_click_and_a_letter(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, PLAIN, (120, 30)) as ui:
        await ui.pilot.click(ui.app.screen.paper_list, offset=(10, 3))
        await ui.wait_until_idle()
        assert ui.lines()[-2].startswith(" 3 of 5: Causal Dreams, inbox")
        await ui.press(";")
        labels = ui.app.screen.paper_list.labels
        await ui.press(labels[2])
        assert ui.lines()[-2].startswith(" 2 of 5: Boosting Trees, inbox")


async def test_property_24_an_error_is_said_in_the_state_line(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, PLAIN) as ui:
        ui.app.show_error(ReadqError("it went wrong", "try again"))
        await ui.wait_until_idle()
        assert "it went wrong" in ui.lines()[-2]
        assert len([line for line in ui.lines() if "it went wrong" in line]) == 1


async def test_without_the_setting_nothing_is_plain(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        assert "▾" in ui.text()
        assert "1 of 5:" not in ui.text()


def test_every_sign_has_a_plain_one() -> None:
    signs = [value for name, value in vars(icons).items() if name.isupper() and isinstance(value, str)]
    signs += [*icons.STATUS.values(), *icons.WATCH.values()]
    assert all(sign.translate(PLAIN_SIGNS).isascii() for sign in signs)
    status = [sign.translate(PLAIN_SIGNS) for sign in icons.STATUS.values()]
    assert len(set(status)) == len(status)
