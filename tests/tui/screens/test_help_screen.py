from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from readq.tui.keys.action import LIST, VIEW_MENU
from readq.tui.keys.keymap import Keymap
from readq.tui.screens.help_screen import help_blocks
from readq.tui.widgets.text_pane import wrap_blocks

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_help_lists_the_actions_that_match_the_search(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("?")
        assert "drop it: seen, not wanted" in ui.text()
        await ui.type("bibliog")
        assert "export what the list shows" in ui.text()
        assert "drop it" not in ui.text()
        await ui.press("escape")
        assert "Inbox" in ui.lines()[0]


async def test_q_closes_the_help_and_a_slash_starts_a_search_that_takes_q(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("?")
        await ui.type("q")
        assert "Inbox" in ui.lines()[0]
        await ui.type("?")
        await ui.type("/queue")
        assert "queue it" in ui.text()
        assert "drop it" not in ui.text()
        await ui.press("escape")
        assert "Inbox" in ui.lines()[0]
        await ui.type("?/q")
        assert "Inbox" not in ui.lines()[0]


async def test_a_slash_after_a_search_begins_an_empty_one(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("?undo\r")
        assert "drop it" not in ui.text()
        await ui.type("/")
        assert "Help, find: " in ui.text()
        assert "undo" not in ui.lines()[0].partition("type what")[0]
        assert "drop it" in ui.text()
        await ui.type("tag")
        assert "nothing is called that" not in ui.text()
        assert "tags: words add, -word removes" in ui.text()


def test_a_search_without_a_hit_names_the_palette_where_there_is_one() -> None:
    assert [block.text for block in help_blocks(Keymap(), LIST, "qqqq", {})][-1] == (
        "nothing is called that; try another word, or Esc and then : for views, orders and themes"
    )
    in_menu = [block.text for block in help_blocks(Keymap(), VIEW_MENU, "qqqq", {})][-1]
    assert in_menu == "nothing is called that; try another word"


def test_descriptions_stay_in_their_column_at_80_cells() -> None:
    drawn = ["".join(run.text for run in line.runs) for line in wrap_blocks(help_blocks(Keymap(), LIST, "", {}), 72)]
    rows = [row for row in drawn if row and not row.startswith("──")]
    assert len(rows) > 20
    assert all(row[22] == " " and row[23] != " " for row in rows)
    assert any(row.startswith(" " * 23) for row in rows), "nothing was wrapped: the test tests nothing"
