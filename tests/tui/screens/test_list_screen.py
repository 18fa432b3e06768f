import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq import clock
from readq.config import Config
from readq.services.importing import import_files as importing
from readq.tui.screens import list_screen as queue_screen
from readq.tui.screens.paper_screen import PaperScreen

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_shows_views_list_paper_state_and_keys(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        lines = seat.lines()
        assert "[1 Inbox 5]" in lines[0]
        assert "Attention Is Enough" in lines[1]
        assert "▲49" in lines[1]
        assert "Ada Lovelace, Emmy Noether" in seat.text()
        assert "inbox · newest first · 5 papers" in lines[-2]
        assert "a queue" in lines[-1]
        assert "? help" in lines[-1]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 60), (20, 5)])
async def test_row_54_fits_every_size(open_ui: OpenUi, library_path: str, size: tuple[int, int]) -> None:
    async with open_ui(library_path, None, size) as seat:
        assert len(seat.lines()) == size[1]
        assert "Inbox" in seat.lines()[0]


@pytest.mark.parametrize(("rest", "follows"), [(-1.0, True), (3600.0, False)])
async def test_the_paper_comes_in_the_frame_of_the_cursor_but_not_between_keys(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch, rest: float, follows: bool
) -> None:
    async with open_ui(library_path) as seat:
        monkeypatch.setattr(queue_screen, "_REST", rest)
        screen = seat.app.screen
        before = screen.detail.render_line(0).text
        screen.move(screen.desk.listing.cursor + 1)
        title = screen.desk.library.cached(screen.desk.listing.current).title
        beside = screen.detail.render_line(0).text
        assert beside.strip()[:20] == title[:20] if follows else beside == before


async def test_decided_papers_stay_marked_and_the_cursor_goes_on(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("addsa")
        assert raw("SELECT id, status, starred FROM paper ORDER BY id") == [
            (1, "queued", 0),
            (2, "dropped", 0),
            (3, "dropped", 0),
            (4, "queued", 1),
            (5, "inbox", 0),
        ]
        lines = seat.lines()
        assert "✓" in lines[1]
        assert "✗" in lines[2]
        assert "✓★" in lines[4]
        assert lines[5].startswith("▌")
        assert "[1 Inbox 1]" in lines[0]
        await seat.press("j")
        assert "4 of 5 decided · 2 queued" in seat.text()
        await seat.press("r")
        assert "Attention" not in "\n".join(line[:60] for line in seat.lines())


async def test_a_burst_behind_a_slash_lands_in_the_filter(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("/gard")
        assert "/ gard" in seat.text()
        assert "1 found" in seat.text()
        await seat.burst("en\rd")
        assert raw("SELECT id FROM paper WHERE status = 'dropped'") == [(4,)]


async def test_a_filter_that_finds_nothing_here_leads_to_all(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("2/gardens")
        assert "nothing here · 1 in All: Enter goes there" in seat.text()
        await seat.press("enter")
        assert "[5 All 5]" in seat.text()
        assert "Deep Gardens" in seat.text()
        await seat.press("escape")
        assert "Boosting Trees" in seat.text()


async def test_a_bad_filter_is_explained_in_its_line(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("/colour:blue")
        assert "there is no field 'colour'" in seat.text()
        assert len(seat.app.desk.listing) == 5
        await seat.press("escape")
        assert "5 papers" in seat.lines()[-2]


async def test_a_filter_given_up_before_a_letter_leaves_the_list_alone(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("d", "/", "escape")
        assert "✗" in seat.lines()[1]


async def test_a_selection_is_decided_on_as_one_step(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("space", "space")
        assert "2 selected" in seat.lines()[-2]
        assert seat.lines()[1].startswith(" •")
        await seat.press("d")
        assert raw("SELECT papers FROM step ORDER BY id DESC LIMIT 1") == [(2,)]
        await seat.press("u")
        assert raw("SELECT count(*) FROM paper WHERE status = 'inbox'") == [(5,)]


async def test_drop_all_above_is_one_step(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("a", "j", "X")
        assert raw("SELECT id FROM paper WHERE status = 'dropped' ORDER BY id") == [(2,), (3,)]
        await seat.press("u")
        assert raw("SELECT count(*) FROM paper WHERE status = 'dropped'") == [(0,)]


async def test_undo_after_everything_was_dropped_shows_it_again(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("*", "d", "r")
        assert "the inbox is empty" in seat.text()
        await seat.press("u")
        assert "Attention Is Enough" in seat.lines()[1]
        assert "[1 Inbox 5]" in seat.lines()[0]


async def test_all_undecided_can_be_selected(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("a", "*")
        assert seat.app.desk.listing.selected == {2, 3, 4, 5}
        await seat.press("escape")
        assert seat.app.desk.listing.selected == set()


async def test_a_view_opened_at_once_holds_what_was_just_decided(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("a2")
        assert "[2 Queue 1]" in seat.text()
        assert "Attention Is Enough" in seat.lines()[1]


async def test_a_key_waits_for_another_process_that_is_just_committing(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        connection = sqlite3.connect(library_path, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        asyncio.get_running_loop().call_later(0.15, connection.execute, "COMMIT")
        await seat.press("5")
        connection.close()
        assert "[5 All 5]" in seat.text()


async def test_tags_are_added_and_taken_away(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("trl agents\r")
        assert raw("SELECT tag FROM paper_tag ORDER BY tag") == [("agents",), ("rl",)]
        await seat.burst("t")
        assert "has: agents rl" in seat.lines()[-2] or "has: rl agents" in seat.lines()[-2]
        await seat.burst("-rl\r")
        assert raw("SELECT tag FROM paper_tag") == [("agents",)]
        await seat.burst("ta:b\r")
        assert "tag 'a:b'" in seat.lines()[-2]


async def test_a_note_is_written_beside_the_paper(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("nCheck Table 3, a d x")
        assert "Esc save the note" in seat.lines()[-1]
        await seat.press("escape")
        assert raw("SELECT paper_id, text FROM note") == [(1, "Check Table 3, a d x")]
        assert raw("SELECT count(*) FROM paper WHERE status = 'inbox'") == [(5,)]
        assert "── note" in seat.text()


async def test_what_others_write_shows_without_moving_the_cursor(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("j", "j")
        raw("UPDATE paper SET status = 'queued' WHERE id = 1")
        seat.app.desk.look_if_changed()
        await seat.settle()
        assert "[1 Inbox 4]" in seat.lines()[0]
        assert "✓" in seat.lines()[1]
        assert seat.app.desk.listing.current == 3


async def test_own_keys_work_and_stand_in_the_footer(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, Config(keys={"drop": "ctrl+x"})) as seat:
        assert "Ctrl+x drop" in seat.lines()[-1]
        await seat.press("d", "x", "ctrl+x")
        assert raw("SELECT id FROM paper WHERE status = 'dropped'") == [(1,)]


async def test_the_citation_key_is_copied_and_shown(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("y")
        ((key,),) = raw("SELECT key FROM paper WHERE id = 1")
        assert seat.app.clipboard == key
        assert f"copied the citation key: {key}" in seat.text()


async def test_the_list_is_exported(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    target = tmp_path / "out.bib"
    async with open_ui(library_path) as seat:
        await seat.press("e", "ctrl+u")
        await seat.burst(f"{target}\r")
        assert "wrote 5 entries" in seat.text()
    assert target.read_text().count("title") >= 5


async def test_an_empty_library_says_how_to_begin(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    async with open_ui(str(tmp_path / "none.db")) as seat:
        assert "This library is empty" in seat.text()
        await seat.press("j", "d", "enter", "n", "s", "X", "t", "y", "o", "J", "G")
        await seat.burst(f"I{tmp_path / 'daily.json'}\r")
        await seat.settle()
        assert "5 new" in seat.text()
        assert "Attention Is Enough" in seat.text()


@pytest.mark.parametrize("width", [56, 80, 100, 120])
async def test_an_empty_library_offers_what_works_there(
    open_ui: OpenUi, library_path: str, tmp_path: Path, width: int
) -> None:
    async with open_ui(str(tmp_path / "none.db"), None, (width, 24)) as seat:
        assert "or a .bib" in seat.text()
        assert "…" not in "".join(seat.lines()[2:10])
        assert "I import a file" in seat.lines()[-1]
        assert "d drop" not in seat.lines()[-1]
        await seat.burst(f"I{tmp_path / 'daily.json'}\r")
        await seat.settle()
        assert "d drop" in seat.lines()[-1]


async def test_what_another_process_puts_into_an_empty_library_can_be_decided_on(
    open_ui: OpenUi, library_path: str, tmp_path: Path
) -> None:
    library = str(tmp_path / "none.db")
    async with open_ui(library) as seat:
        assert "I import a file" in seat.lines()[-1]
        importing.import_paths(library, [str(tmp_path / "daily.json")], importing.ImportOptions(), clock.now())
        seat.app.desk.look_if_changed()
        await seat.settle()
        assert "Attention Is Enough" in seat.text()
        assert "d drop" in seat.lines()[-1]


async def test_enter_opens_the_paper_and_q_comes_back(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("enter")
        assert isinstance(seat.app.screen, PaperScreen)
        assert "https://arxiv.org/abs/2611.00001" in seat.text()
        await seat.press("d")
        assert "Boosting Trees" in seat.text()
        await seat.press("q")
        assert seat.lines()[2].startswith("▌")
        assert "✗" in seat.lines()[1]


async def test_q_quits_at_the_top_and_escape_does_not(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("escape")
        assert seat.app.is_running
        await seat.pilot.press("q")
        assert seat.app.return_code == 0


async def test_ctrl_q_quits_out_of_a_prompt_and_a_note_is_saved(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("/", "ctrl+q")
        assert seat.app.return_code == 0
    async with open_ui(library_path) as seat:
        await seat.press("n", "x", "ctrl+q")
        assert raw("SELECT text FROM note") == [("x",)]


async def test_the_palette_runs_an_action_and_sorts(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press(":")
        await seat.press(*"bytitle", "enter")
        assert "by title" in seat.text()
