import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq import clock
from readq.config import Config
from readq.services.importing import import_files
from readq.services.papers import open_externally
from readq.services.pdf import linked_files
from readq.store.library import open_for_writing
from readq.store.papers.queries import Counts
from readq.tui.app import shutdown
from readq.tui.screens import list_screen
from readq.tui.screens.paper_screen import PaperScreen
from readq.tui.state.writer_thread import Command

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def test_the_screen_shows_views_list_paper_state_and_keys(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        lines = ui.lines()
        assert "[1 Inbox 5]" in lines[0]
        assert "Attention Is Enough" in lines[2]
        assert "▲49" in lines[2]
        assert "Ada Lovelace, Emmy Noether" in ui.text()
        assert "inbox · newest first · 5 papers" in lines[-2]
        assert "a queue" in lines[-1]
        assert "? help" in lines[-1]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 60), (20, 5)])
async def test_row_54_the_screen_fits_every_size(open_ui: OpenUi, library_path: str, size: tuple[int, int]) -> None:
    async with open_ui(library_path, None, size) as ui:
        assert len(ui.lines()) == size[1]
        assert "Inbox" in ui.lines()[0]


@pytest.mark.parametrize(("gap", "shown_at_once"), [(-1.0, True), (3600.0, False)])
async def test_the_paper_is_shown_with_the_cursor_but_not_during_key_repeat(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch, gap: float, shown_at_once: bool
) -> None:
    async with open_ui(library_path) as ui:
        monkeypatch.setattr(list_screen, "_KEY_REPEAT_GAP", gap)
        screen = ui.app.screen
        before = screen.detail.render_line(0).text
        screen.move(screen.cursor_line + 1)
        title = screen.session.library.cached_row(screen.session.list_state.current).title
        after = screen.detail.render_line(0).text
        assert after.strip().startswith(title) if shown_at_once else after == before


async def test_decided_papers_stay_marked_and_the_cursor_moves_on(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("addsa")
        assert raw("SELECT id, status, starred FROM paper ORDER BY id") == [
            (1, "queued", 0),
            (2, "dropped", 0),
            (3, "dropped", 0),
            (4, "queued", 1),
            (5, "inbox", 0),
        ]
        lines = ui.lines()
        assert "✓" in lines[2]
        assert "✗" in lines[3]
        assert "✓★" in lines[5]
        assert lines[6].startswith("▌")
        assert "[1 Inbox 1]" in lines[0]
        await ui.press("j")
        assert "4 of 5 today · 2 queued" in ui.text()
        await ui.press("r")
        assert "Attention" not in "\n".join(line[:60] for line in ui.lines())


async def test_letters_queued_after_a_slash_reach_the_filter(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("/gard")
        assert "/ gard" in ui.text()
        assert "1 found" in ui.text()
        await ui.type("en\rd")
        assert raw("SELECT id FROM paper WHERE status = 'dropped'") == [(4,)]


async def test_a_filter_without_matches_here_offers_the_view_all(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("2/gardens")
        assert "nothing here · 1 in All: Enter goes there" in ui.text()
        await ui.press("enter")
        assert "[5 All 5]" in ui.text()
        assert "Deep Gardens" in ui.text()
        await ui.press("escape")
        assert "Boosting Trees" in ui.text()


async def test_enter_keeps_what_the_beginning_of_a_word_found(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("/trees OR gard\r")
        assert ui.app.session.library.list_query.text == "trees OR gard", "trees are found"
        await ui.press("/", "ctrl+u")
        await ui.type("gard")
        assert "1 found" in ui.text()
        await ui.press("enter")
        assert ui.app.session.list_state.current == 4
        assert "filter: gard*" in ui.lines()[-2]
        for typed in ("zebra", "view:none", "status:do", '"an open phrase'):
            await ui.press("/", "ctrl+u", *typed, "enter", "escape", "escape")
            assert "*" not in ui.app.session.library.list_query.text


async def test_a_bad_filter_is_explained_in_the_prompt(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("/colour:blue")
        assert "there is no field 'colour'" in ui.text()
        assert len(ui.app.session.list_state) == 5
        await ui.press("escape")
        assert "5 papers" in ui.lines()[-2]


async def test_a_cancelled_empty_filter_keeps_the_list(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("d", "/", "escape")
        assert "✗" in ui.lines()[2]


async def test_a_decision_on_a_selection_is_one_step(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("space", "space")
        assert "2 selected" in ui.lines()[-2]
        assert ui.lines()[2].startswith(" •")
        await ui.press("d")
        assert raw("SELECT papers FROM step ORDER BY id DESC LIMIT 1") == [(2,)]
        await ui.press("u")
        assert raw("SELECT count(*) FROM paper WHERE status = 'inbox'") == [(5,)]


async def test_drop_all_above_is_one_step(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("a", "j", "X")
        assert raw("SELECT id FROM paper WHERE status = 'dropped' ORDER BY id") == [(2,), (3,)]
        await ui.press("u")
        assert raw("SELECT count(*) FROM paper WHERE status = 'dropped'") == [(0,)]


async def test_undo_after_all_were_dropped_lists_them_again(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("*", "d", "r")
        assert "The inbox is empty: R pulls the feeds." in ui.text()
        await ui.press("u")
        assert "Attention Is Enough" in ui.lines()[2]
        assert "[1 Inbox 5]" in ui.lines()[0]


async def test_all_undecided_papers_are_selected(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("a", "*")
        assert list(ui.app.session.list_state.targets()) == [2, 3, 4, 5]
        await ui.press("escape")
        assert ui.app.session.list_state.selected_count == 0


async def test_a_view_opened_at_once_holds_the_last_decision(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("a2")
        assert "[2 Queue 1]" in ui.text()
        assert "Attention Is Enough" in ui.lines()[2]


async def test_a_key_waits_for_the_commit_of_another_process(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        connection = sqlite3.connect(library_path, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        asyncio.get_running_loop().call_later(0.15, connection.execute, "COMMIT")
        await ui.press("5")
        connection.close()
        assert "[5 All 5]" in ui.text()


async def test_tags_are_added_and_removed(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("trl agents\r")
        assert raw("SELECT tag FROM paper_tag ORDER BY tag") == [("agents",), ("rl",)]
        await ui.type("t")
        assert "has: agents rl" in ui.text() or "has: rl agents" in ui.text()
        await ui.type("-rl\r")
        assert raw("SELECT tag FROM paper_tag") == [("agents",)]
        await ui.type("ta:b\r")
        assert "tag 'a:b'" in ui.text()


async def test_a_note_is_written_in_place(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nCheck Table 3, a d x")
        assert "Esc save the note" in ui.lines()[-1]
        await ui.press("escape")
        assert raw("SELECT paper_id, text FROM note") == [(1, "Check Table 3, a d x")]
        assert raw("SELECT count(*) FROM paper WHERE status = 'inbox'") == [(5,)]
        assert "── note" in ui.text()


async def test_changes_of_other_processes_do_not_move_the_cursor(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("j", "j")
        raw("UPDATE paper SET status = 'queued' WHERE id = 1")
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "[1 Inbox 4]" in ui.lines()[0]
        assert "✓" in ui.lines()[2]
        assert ui.app.session.list_state.current == 3


async def test_user_keys_work_and_are_in_the_footer(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, Config(keys={"drop": "ctrl+x"})) as ui:
        assert "Ctrl+x drop" in ui.lines()[-1]
        await ui.press("d", "x", "ctrl+x")
        assert raw("SELECT id FROM paper WHERE status = 'dropped'") == [(1,)]


async def test_a_paper_without_a_url_opens_at_the_address_of_its_id(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    raw("UPDATE paper SET url = NULL")
    raw("INSERT OR REPLACE INTO identifier (scheme, value, paper_id) VALUES ('arxiv', '2611.00077', 1)")
    async with open_ui(library_path) as ui:
        await ui.press("o")
        assert ui.app.clipboard.startswith("https://arxiv.org/abs/2611.000")
        assert "sent the address (there is no browser here) to the terminal" in ui.text()


async def test_without_a_viewer_the_path_of_the_pdf_is_copied(
    open_ui: OpenUi, library_path: str, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_externally, "system_opener", lambda environ: None)
    (file := tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4\n")
    with closing(open_for_writing(library_path)) as connection:
        linked_files.attach(connection, 1, str(file), now)
    async with open_ui(library_path) as ui:
        await ui.press("p")
        assert ui.app.clipboard == str(file)
        assert "sent the path (there is no PDF viewer here) to the terminal" in ui.text()


async def test_the_citation_key_is_copied_and_shown(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("y")
        ((key,),) = raw("SELECT key FROM paper WHERE id = 1")
        assert ui.app.clipboard == key
        assert f"sent the citation key to the terminal, which may copy it: {key}" in ui.text()


async def test_the_list_is_exported(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    target = tmp_path / "out.bib"
    async with open_ui(library_path) as ui:
        await ui.press("e", "ctrl+u")
        await ui.type(f"{target}\r")
        assert "wrote 5 entries" in ui.text()
    assert target.read_text().count("title") >= 5


async def test_an_empty_library_shows_its_keys(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    async with open_ui(str(tmp_path / "none.db")) as ui:
        assert "This library is empty" in ui.text()
        await ui.press("j", "d", "enter", "n", "s", "X", "t", "y", "o", "J", "G")
        await ui.type(f"I{tmp_path / 'daily.json'}\r")
        await ui.wait_until_idle()
        assert "5 new" in ui.text()
        assert "Attention Is Enough" in ui.text()


@pytest.mark.parametrize("width", [56, 80, 100, 120])
async def test_the_palette_of_an_empty_library_lists_what_works_there(
    open_ui: OpenUi, library_path: str, tmp_path: Path, width: int
) -> None:
    async with open_ui(str(tmp_path / "none.db"), None, (width, 24)) as ui:
        assert "or a .bib" in ui.text()
        assert "…" not in "".join(ui.lines()[2:10])
        assert "I import a file" in ui.lines()[-1]
        assert "d drop" not in ui.lines()[-1]
        await ui.type(f"I{tmp_path / 'daily.json'}\r")
        await ui.wait_until_idle()
        assert "d drop" in ui.lines()[-1]


async def test_papers_imported_by_another_process_into_an_empty_library_are_listed(
    open_ui: OpenUi, library_path: str, tmp_path: Path
) -> None:
    library = str(tmp_path / "none.db")
    async with open_ui(library) as ui:
        assert "I import a file" in ui.lines()[-1]
        import_files.import_paths(library, [str(tmp_path / "daily.json")], import_files.ImportOptions(), clock.now())
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "Attention Is Enough" in ui.text()
        assert "d drop" in ui.lines()[-1]


async def test_enter_opens_the_paper_and_q_goes_back(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        assert isinstance(ui.app.screen, PaperScreen)
        assert "https://arxiv.org/abs/2611.00001" in ui.text()
        await ui.press("d")
        assert "Boosting Trees" in ui.text()
        await ui.press("q")
        assert ui.lines()[3].startswith("▌")
        assert "✗" in ui.lines()[2]


async def test_q_quits_from_the_list_and_escape_does_not(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("escape")
        assert ui.app.is_running
        await ui.pilot.press("q")
        assert ui.app.return_code == 0


async def test_ctrl_q_quits_out_of_a_prompt_and_a_note_is_saved(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine the text would be kept as a draft.
    monkeypatch.setattr(shutdown, "_NOTE_TIMEOUT", 30.0)
    async with open_ui(library_path) as ui:
        await ui.press("/", "ctrl+q")
        assert ui.app.return_code == 0
    async with open_ui(library_path) as ui:
        await ui.press("n", "x", "ctrl+q")
        assert raw("SELECT text FROM note") == [("x",)]


async def test_the_palette_runs_an_action_and_sorts(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press(":")
        await ui.press(*"bytitle", "enter")
        assert "by title" in ui.text()


async def test_views_open_before_their_papers_are_counted(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        library = ui.app.session.library
        library.counts, library.is_counted = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0), False
        await ui.press("5")
        assert library.list_query.view == "all"


@pytest.mark.parametrize("keys", [("*", "d"), ("G", "X"), (" ", " ", " ", "f")])
async def test_property_12_a_step_on_several_papers_says_their_number_with_the_key(
    open_ui: OpenUi, library_path: str, keys: tuple[str, ...]
) -> None:
    async with open_ui(library_path, None, (80, 6)) as ui:
        writes = threading.Event()
        ui.app.session.writer.submit(Command(lambda _: writes.wait(30), lambda _: None, lambda _: None))
        ui.queue_keys(*keys)
        number = 3 if "f" in keys else 5
        await ui.wait_until(lambda: f"{number} papers …" in ui.text())
        assert ui.app.session.library.counts.inbox == 5, "nothing is written yet"
        writes.set()
        await ui.wait_until_idle()
        assert f"{number} papers" in ui.text()


async def test_the_chosen_fields_are_exported_and_copied(open_ui: OpenUi, library_path: str, tmp_path: Path) -> None:
    target = tmp_path / "out.bib"
    config = Config(export_fields=["+abstract"], export_omit=["url", "eprint"])
    async with open_ui(library_path, config) as ui:
        await ui.press("Y")
        entry = ui.app.clipboard
        await ui.press("e", "ctrl+u")
        await ui.type(f"{target}\r")
        assert "wrote 5 entries" in ui.text()
    assert entry in target.read_text()
    assert "abstract = " in entry
    assert "eprint" not in entry


async def test_a_terminal_that_grows_shows_the_paper_that_was_hidden(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (60, 18)) as ui:
        await ui.press("j")
        assert "Abstract of paper 2" not in ui.text()
        await ui.pilot.resize_terminal(100, 30)
        await ui.wait_until_idle()
        assert "Abstract of paper 2" in ui.text()


async def test_a_key_scrolls_the_paper_under_the_cursor_even_if_it_is_to_be_shown_later(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a cursor key is held down, the paper is shown when the cursor stops."""
    async with open_ui(library_of(tuple(f"Paper number {number}" for number in range(1, 101)))) as ui:
        assert ui.app.screen.detail.render_line(0).text.startswith(" Paper number 1 ")
        monkeypatch.setattr(list_screen, "_KEY_REPEAT_GAP", 3600.0)
        monkeypatch.setattr(list_screen, "_DETAIL_DELAY", 3600.0)
        await ui.press("G", "K")
        assert ui.app.screen.detail.render_line(0).text.startswith(" Paper number 100 ")


async def test_the_paper_of_an_undo_is_scrolled_to_and_shown_from_its_first_line(
    open_ui: OpenUi, library_of: Callable[[tuple[str, ...]], str]
) -> None:
    async with open_ui(library_of(tuple(f"Paper number {number}" for number in range(1, 101)))) as ui:
        await ui.press("d", "G", "J", "J")
        await ui.press("u")
        assert any(line.startswith("▌") and "Paper number 1 " in line for line in ui.lines())
        assert ui.app.screen.detail.render_line(0).text.startswith(" Paper number 1 ")
