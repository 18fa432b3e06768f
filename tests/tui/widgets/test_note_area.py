"""The text area of a note: lists go on, Tab indents and completes links, and undo is its own."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config
from readq.tui.text.note_markdown import list_mark

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        ("- a", ("- ", "- ")),
        ("  * a", ("  * ", "  * ")),
        ("9. a", ("9. ", "10. ")),
        ("- [x] done", ("- [x] ", "- [ ] ")),
        ("> a", ("> ", "> ")),
        ("-a", None),
        ("a", None),
    ],
)
def test_the_mark_of_an_item_is_known(line: str, marks: tuple[str, str] | None) -> None:
    assert list_mark(line) == marks


async def test_a_list_goes_on_and_ends(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(notes_template="")) as ui:
        await ui.type("n- one")
        await ui.press("enter")
        await ui.type("two")
        await ui.press("tab", "enter")
        await ui.type("three")
        await ui.press("shift+tab", "enter", "enter")
        await ui.type("end")
        area = ui.app.screen.note_session.pane.area
        assert area.text == "- one\n  - two\n- three\nend"
        await ui.press("alt+b", "X")
        assert area.text.endswith("\nXend")
        before = area.text
        await ui.press("ctrl+z")
        assert area.text != before
        await ui.press("ctrl+y")
        assert area.text == before


async def test_keys_act_in_the_order_in_which_they_were_pressed(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(notes_template="")) as ui:
        await ui.type("n")
        area = ui.app.screen.note_session.pane.area
        await ui.press(*"helx", "backspace", *"p wolrd", "left", "left", "left", "delete", "right", *"l", "home", *"A ")
        assert area.text == "A help world"
        await ui.press("end", "shift+left", "shift+left", *"k", "ctrl+u", *"donne", "backspace", "backspace", "escape")
        assert ui.app.session.library.paper(1).note == "don"


async def test_tab_completes_a_link_and_goes_on_to_the_next_key(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(notes_template="")) as ui:
        await ui.type("nsee [[love")
        await ui.wait_until(lambda: "Tab completes: lovelace2026" in ui.text())
        await ui.press("tab")
        area = ui.app.screen.note_session.pane.area
        first = area.text
        assert first.startswith("see [[lovelace2026")
        assert first.endswith("]]")
        await ui.press("tab")
        assert area.text != first
        assert area.text.count("[[") == 1
        await ui.type(" x")
        assert area.text.endswith("]] x")


async def test_tab_outside_a_list_stays_in_the_note(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, Config(notes_template="")) as ui:
        await ui.type("na")
        await ui.press("tab", "b")
        assert ui.app.screen.note_session.pane.area.text.split() == ["a", "b"]
