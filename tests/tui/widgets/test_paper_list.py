"""The list of papers: titles on several lines, and columns that take room only where they have a value."""

from array import array
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from readq.config import Config
from readq.model.values import QueueRow
from readq.tui.state.library_cache import LibraryCache
from readq.tui.state.list_state import ListState
from readq.tui.widgets.paper_list import PaperList

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
LibraryOf = Callable[[tuple[str, ...]], str]

SHORT, LONG = "Short", "A Long Title that Goes on and on, until it Takes Two Lines of a Narrow List"
TITLES = tuple(f"{number} {LONG if number % 3 else SHORT}" for number in range(1, 91))


async def test_a_long_title_is_read_whole_and_a_short_one_takes_one_line(
    open_ui: OpenUi, library_of: LibraryOf
) -> None:
    async with open_ui(library_of((LONG, SHORT)), None, (60, 30)) as ui:
        lines = ui.lines()
        assert " ".join(line[9:54].strip() for line in lines[2:4]) == LONG
        assert SHORT in lines[4]
        assert [line[0] for line in lines[2:5]] == ["▌", "▌", " "]
    async with open_ui(library_of((LONG, SHORT)), Config(list_wrap=False), (60, 30)) as ui:
        assert "…" in ui.lines()[2]
        assert SHORT in ui.lines()[3]


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (40, 12)])
async def test_every_key_keeps_the_cursor_wholly_in_sight(
    open_ui: OpenUi, library_of: LibraryOf, size: tuple[int, int]
) -> None:
    async with open_ui(library_of(TITLES), None, size) as ui:
        papers = ui.app.screen.paper_list

        def seen() -> list[int]:
            lines = papers.visible_lines()
            rows = sorted({row for row, _ in lines})
            assert rows == list(range(rows[0], rows[-1] + 1))
            assert rows[0] == papers.scroll_offset.y
            cursor = [part for row, part in lines if row == papers.cursor_line]
            assert cursor == list(range(papers.row_height(papers.cursor_line)))
            return rows

        assert seen()[0] == 0
        passed = {*seen()}
        for _ in range(60):
            await ui.press("pagedown")
            passed |= {*seen()}
            if papers.cursor_line == 90:
                break
        assert passed == set(range(91))
        bottom = papers.scroll_offset.y
        assert len(papers.visible_lines()) + papers.row_height(bottom - 1) > papers.page_height
        for keys, cursor in (("g", 1), ("G", 90), ("k", 89), ("g", 1), ("jjj", 4), ("kkkk", 1), ("{", 0)):
            await ui.type(keys)
            seen()
            assert papers.cursor_line == cursor
        await ui.press("G")
        assert papers.scroll_offset.y == bottom
        await ui.press("pageup")
        before = papers.cursor_line
        seen()
        await ui.press("pagedown")
        assert papers.cursor_line >= before + 1
        await ui.press("ctrl+d", "ctrl+u", "pageup", "pageup")
        seen()


@pytest.mark.parametrize("change", ["narrower", "lower", "pane"])
async def test_a_list_that_no_longer_fits_keeps_the_cursor_in_sight(
    open_ui: OpenUi, library_of: LibraryOf, change: str
) -> None:
    async with open_ui(library_of(TITLES[:20]), None, (120, 40)) as ui:
        papers = ui.app.screen.paper_list
        await ui.press("|", "G")
        assert (papers.scroll_offset.y, papers.cursor_line) == (0, 20), "at first the whole list is visible"
        if change == "pane":
            await ui.press("|")
        else:
            await ui.pilot.resize_terminal(*((40, 40) if change == "narrower" else (120, 12)))
            await ui.wait_until_idle()
        cursor = [part for row, part in papers.visible_lines() if row == papers.cursor_line]
        assert cursor == list(range(papers.row_height(20)))


@pytest.mark.parametrize("count", [10, 90])
async def test_the_heading_of_the_first_day_stays_in_sight(open_ui: OpenUi, library_of: LibraryOf, count: int) -> None:
    async with open_ui(library_of(TITLES[:count]), None, (80, 24)) as ui:
        papers = ui.app.screen.paper_list
        assert papers.visible_rows()[:2] == [0, 1]
        await ui.press("n", "escape")
        assert papers.visible_rows()[:2] == [0, 1], "after a note that took the whole height"
        await ui.press("|", "|", "|")
        assert papers.visible_rows()[:2] == [0, 1], "after changes of the layout"


async def test_a_click_on_any_line_of_a_title_chooses_its_paper(open_ui: OpenUi, library_of: LibraryOf) -> None:
    async with open_ui(library_of(TITLES), None, (60, 30)) as ui:
        papers = ui.app.screen.paper_list
        await ui.type("jjjjjj")
        for y, (row, _) in enumerate(list(papers.visible_lines())):
            await ui.pilot.click("PaperList", offset=(12, y))
            await ui.wait_until_idle()
            assert papers.cursor_line == row


async def test_the_wheel_reaches_the_first_and_the_last_paper(open_ui: OpenUi, library_of: LibraryOf) -> None:
    async with open_ui(library_of(TITLES), None, (60, 20)) as ui:
        papers = ui.app.screen.paper_list
        for event, line in ((MouseScrollDown, (90, 0)), (MouseScrollUp, (0, 0))):
            x, y = papers.region.offset
            buttons: Any = {"button": 0, "shift": False, "meta": False, "ctrl": False}
            for _ in range(70):
                papers.screen._forward_event(event(None, x=x + 1, y=y + 1, delta_x=0, delta_y=1, **buttons))
                await ui.wait_until_idle()
            assert line in papers.visible_lines()
            assert papers.cursor_line == 1


async def test_a_column_appears_with_its_first_value_and_then_stays(open_ui: OpenUi, library_of: LibraryOf) -> None:
    titles = tuple(f"Paper {number}" for number in range(200))
    async with open_ui(library_of(titles), None, (100, 20)) as ui:
        papers = ui.app.screen.paper_list
        column = ui.lines()[2].index("Paper")
        await ui.type("a")
        assert ui.lines()[3].index("Paper") == column, "a decision does not move the titles"
        await ui.type("s")
        assert ui.lines()[3].index("Paper") == column + 1
        seen = set()
        for _ in range(30):
            await ui.press("pagedown")
            seen |= {line.index("Paper") for line in ui.lines() if "Paper" in line and "▲" in line}
        await ui.press("g", "u")
        assert seen == {column + 1}
        assert ui.lines()[3].index("Paper") == column + 1, "it stays, though no row has a value"
        await ui.press("2", "1")
        assert ui.lines()[3].index("Paper") == column
        assert papers.cursor_line == 1


async def test_the_columns_are_those_that_the_reader_chose(open_ui: OpenUi, library_path: str) -> None:
    config = Config(list_columns=["age", "title", "feed", "year"])
    async with open_ui(library_path, config, (80, 24)) as ui:
        assert ui.lines()[2].rstrip("▐ ").split() == ["▌", "3d", "Attention", "Is", "Enough", "hf-daily", "2026"]


async def test_a_title_that_was_changed_elsewhere_takes_its_lines(
    open_ui: OpenUi, library_path: str, raw: Callable[..., object]
) -> None:
    async with open_ui(library_path, None, (60, 30)) as ui:
        raw("UPDATE paper SET title = ? WHERE id = 1", (LONG,))
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "List" in ui.lines()[3]
        assert "Boosting" in ui.lines()[4]
        await ui.press("j")
        assert ui.lines()[4].startswith("▌")


def test_a_long_list_reads_no_more_pages_than_a_short_one(library_of: LibraryOf) -> None:
    now = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
    pages: list[list[int]] = []
    for count in (1_000, 100_000):
        library, state = LibraryCache(library_of(TITLES), lambda: now), ListState()
        state.replace(array("q", range(1, count + 1)))
        papers = PaperList(state, library, Config(), lambda: now)
        pages.append([])

        def rows(ids: Iterable[int], read: Callable[..., Any] = library.rows) -> list[QueueRow]:
            found: list[QueueRow] = read(ids)
            pages[-1].append(len(found))
            return found

        library.rows = rows  # type: ignore[method-assign]
        for cursor in (0, count // 2, count - 1):
            state.move(cursor)
            papers.set_virtual_size(80, cursor)
            papers.visible_lines()
            papers.page_step(1)
            papers.page_step(-1)
        library.close()
    assert len(pages[0]) == len(pages[1]) < 20
