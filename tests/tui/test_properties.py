"""Properties of terminal programs that people love, by their numbers."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from textual.events import MouseScrollDown

from readq.tui.widgets.bars import FooterLine, ViewsBar

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Raw = Callable[..., list[tuple[object, ...]]]

MANY = tuple(f"Paper number {number}" for number in range(1, 41))


def footer(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    return str(ui.lines()[-1])


def state(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    return str(ui.lines()[-2])


def cursor(ui: Any) -> int:  # noqa: ANN401 - the driver of the UI
    return int(ui.app.session.list_state.cursor)


async def test_property_02_the_footer_changes_with_view_and_selection(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        assert "a queue" in footer(ui)
        assert "clear selection" not in footer(ui)
        await ui.press("space")
        assert re.search(r"Esc clear selection  a queue  d drop .* z snooze", footer(ui))
        assert "X drop above" not in footer(ui)
        assert "merge the two" not in footer(ui)
        await ui.press("space")
        assert "M merge the two" in footer(ui)
        await ui.press("escape")
        await ui.press("a", "2")
        assert re.search(r"^ - Inbox  b begin  f done", footer(ui))


async def test_property_02_the_footer_shows_no_undo_when_there_is_nothing_to_undo(
    open_ui: OpenUi, library_path: str
) -> None:
    with sqlite3.connect(library_path) as connection:
        connection.execute("DELETE FROM step")
    connection.close()
    async with open_ui(library_path) as ui:
        assert "undo" not in footer(ui)
        await ui.press("s")
        assert "u undo" in footer(ui)


@pytest.mark.parametrize(("label", "status"), [("queue", "queued"), ("d drop", "dropped")])
async def test_property_03_a_click_in_the_footer_is_the_key(
    open_ui: OpenUi, library_path: str, raw: Raw, label: str, status: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.pilot.click(FooterLine, offset=(footer(ui).index(label), 0))
        await ui.wait_until_idle()
        assert raw("SELECT status FROM paper WHERE id = 1") == [(status,)]


async def test_property_03_a_click_in_the_footer_of_a_prompt_and_of_the_help(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("trl")
        await ui.pilot.click(FooterLine, offset=(footer(ui).index("Enter"), 0))
        await ui.wait_until_idle()
        assert raw("SELECT count(*) FROM paper_tag") == [(1,)]
        await ui.pilot.click(FooterLine, offset=(footer(ui).index("help"), 0))
        await ui.wait_until_idle()
        assert "Help, find:" in ui.lines()[0]
        await ui.pilot.click(FooterLine, offset=(footer(ui).index("close"), 0))
        await ui.wait_until_idle()
        assert "[1 Inbox" in ui.lines()[0]


async def test_property_04_a_slash_searches_the_help_enter_keeps_the_result_and_q_closes(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("?/bibliog\r")
        assert "export what the list shows" in ui.text()
        assert "drop it" not in ui.text()
        await ui.type("q")
        assert "[1 Inbox" in ui.lines()[0]


@pytest.mark.parametrize(("keys", "place"), [("c", "in lists"), ("\rc", "on a paper"), ("Uc", "in the list of steps")])
async def test_property_05_a_key_that_does_nothing_says_so(
    open_ui: OpenUi, library_path: str, keys: str, place: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type(keys)
        assert f"c does nothing {place}; ? lists the keys" in state(ui)
        await ui.press("f5")
        assert f"F5 does nothing {place}" in state(ui)


async def test_property_05_pasted_text_is_no_keys_and_says_so(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    from textual.events import Paste

    async with open_ui(library_path) as ui:
        ui.app.post_message(Paste("dddd"))
        await ui.wait_until_idle()
        assert "pasted text is not taken for keys" in state(ui)
        assert raw("SELECT count(*) FROM paper WHERE status <> 'inbox'") == [(0,)]


REASONS = [
    ("", "\x12", "nothing to redo"),
    ("", "M", "merging takes two selected papers"),
    ("2", "a", "there is no paper in this list"),
    ("2", "e", "nothing to export: the list is empty"),
    ("2", "n", "there is no paper in this list"),
    ("2", "X", "nothing undecided from the top to here"),
    ("||", "J", "the paper is off"),
    ("||", ">", "the paper is off"),
    ("\r", "[", "this is the first paper of the list"),
]


@pytest.mark.parametrize(("before", "key", "reason"), REASONS)
async def test_property_06_an_action_that_cannot_be_done_says_why(
    open_ui: OpenUi, library_path: str, before: str, key: str, reason: str
) -> None:
    async with open_ui(library_path, None, (160, 30)) as ui:
        await ui.type(before)
        await (ui.press("ctrl+r") if key == "\x12" else ui.type(key))
        assert reason in ui.text()


async def test_property_06_palette_and_help_list_it_with_the_reason(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (160, 30)) as ui:
        await ui.type("2:add to the")
        assert re.search(
            r"^\W*a +Queue it: add to the reading list  \(there is no paper in this list\)", ui.text(), re.M
        )
        await ui.press("escape")
        await ui.type("?add to the")
        assert "add to the reading list (not now: there is no paper in" in " ".join(ui.text().split())


async def test_property_07_the_keys_of_the_palette_are_in_one_column_and_the_best_hit_is_first(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type(":drop")
        first = next(number for number, line in enumerate(ui.lines()) if "🔎" in line) + 1
        rows = [line for line in ui.lines()[first:] if re.search(r"\b[Dd]rop", line)]
        names = [re.search(r"[A-Z][a-z]+ (it|all|papers)", row) for row in rows]
        assert "d x" in rows[0]
        assert "Drop it" in rows[0]
        assert len({match.start() for match in names if match}) == 1
        assert sum(match is not None for match in names) > 1


@pytest.mark.parametrize(
    ("typed", "line"), [(":5j\r", 6), (":12\r", 12), (":40G\r", 40), (":99999j\r", 40), ("G:3k\r", 37), (":7g\r", 7)]
)
async def test_counts_in_lists_are_taken_by_the_palette(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str], typed: str, line: int
) -> None:
    async with open_ui(library_of(MANY)) as ui:
        await ui.type(typed)
        assert cursor(ui) + 1 == line
        # A digit alone shows its view at once.
        await ui.type("5j")
        assert ui.app.session.library.list_query.view == "all"
        assert cursor(ui) == 1


async def test_a_count_repeats_the_way_from_day_to_day(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    for paper in (2, 3, 4, 5):
        raw("UPDATE paper SET seen = ? WHERE id = ?", (f"2026-11-{20 - paper}", paper))
    async with open_ui(library_path) as ui:
        await ui.type(":3}\r")
        assert ui.app.session.list_state.heading is not None
        assert "Mon 16 Nov" in ui.text()
        assert ui.app.session.list_state.rows.day_of(cursor(ui)) == 3


async def test_counts_are_typed_where_digits_have_no_other_meaning(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str], raw: Raw
) -> None:
    async with open_ui(library_of(MANY)) as ui:
        await ui.type("\r12")
        assert "12 …" in state(ui)
        await ui.type("]")
        assert cursor(ui) == 12
        await ui.type("3d")
        assert "a count such as 3 is for keys that move" in state(ui)
        assert raw("SELECT count(*) FROM paper WHERE status <> 'inbox'") == [(0,)]
        await ui.type("4")
        await ui.press("escape")
        assert "[1 Inbox" not in ui.lines()[0]
        await ui.type("[")
        assert cursor(ui) == 11


async def test_property_18_tabs_can_be_clicked(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.pilot.click(ViewsBar, offset=(ui.lines()[0].index("Done"), 0))
        await ui.wait_until_idle()
        assert ui.app.session.library.list_query.view == "done"


@pytest.mark.parametrize(
    ("size", "start", "end", "share"),
    [((200, 40), (110, 10), (80, 12), 40), ((120, 40), (30, 21), (50, 30), 78), ((200, 40), (110, 10), (3, 10), 20)],
)
async def test_property_18_the_line_between_the_panes_can_be_dragged_and_is_remembered(
    open_ui: OpenUi,
    library_path: str,
    size: tuple[int, int],
    start: tuple[int, int],
    end: tuple[int, int],
    share: int,
) -> None:
    async with open_ui(library_path, None, size) as ui:
        line = ui.app.screen.query_one("#aside").region
        at = (line.x, start[1]) if size[0] == 200 else (start[0], line.y)
        await ui.pilot.mouse_down(offset=at)
        await ui.pilot.hover(offset=end)
        await ui.pilot.mouse_up(offset=end)
        await ui.wait_until_idle()
        assert ui.app.screen.body.layout_now.share == share
        assert f"the list has {share} % of the screen" in state(ui)
    async with open_ui(library_path, None, size) as ui:
        assert ui.app.screen.body.layout_now.share == share


async def test_property_18_a_click_elsewhere_does_not_move_the_split(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (200, 40)) as ui:
        before = ui.app.screen.body.layout_now
        await ui.pilot.mouse_down(offset=(20, 5))
        await ui.pilot.hover(offset=(60, 5))
        await ui.pilot.mouse_up(offset=(60, 5))
        assert ui.app.screen.body.layout_now == before


async def test_property_18_rows_can_be_clicked_and_opened(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str]
) -> None:
    async with open_ui(library_of(MANY)) as ui:
        row = next(number for number, line in enumerate(ui.lines()) if "Paper number 3 " in f"{line} ")
        await ui.pilot.click(offset=(20, row))
        await ui.wait_until_idle()
        assert cursor(ui) == 2
        await ui.pilot.click(offset=(20, row), times=2)
        await ui.wait_until_idle()
        assert "paper 3 of 40" in state(ui)


async def test_property_18_the_wheel_scrolls_the_pane_under_it(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str]
) -> None:
    async with open_ui(library_of(MANY), None, (200, 12)) as ui:
        await ui.press("|") if not ui.app.screen.shows_paper else None
        paper, rows = ui.app.screen.detail, ui.app.screen.paper_list
        for widget in (rows, paper):
            before = ui.text()
            for _ in range(3):
                event = MouseScrollDown(widget, 2, 2, 0, 0, 0, False, False, False, widget.region.x + 2, 3)
                ui.app.screen._forward_event(event)
            await ui.wait_until_idle()
            assert ui.text() != before
        assert cursor(ui) == 0
