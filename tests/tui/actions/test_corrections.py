import sqlite3
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.model.fields import edit_marks

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def choose(ui: Any, words: str) -> None:  # noqa: ANN401 - a ui
    """Find an entry of the palette by words and take it."""
    await ui.type(":")
    await ui.type(words)
    await ui.press("enter")


class TestSnooze:
    async def test_a_snoozed_paper_is_hidden_and_the_cursor_moves_on(
        self, open_ui: OpenUi, library_path: str, raw: Raw
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.type("z3d\r")
            assert raw("SELECT id, snoozed_until FROM paper WHERE snoozed_until IS NOT NULL") == [(1, "2026-11-26")]
            assert "snoozed until 2026-11-26: “Attention Is Enough”" in ui.text()
            assert ui.app.session.list_state.current == 2
            await ui.type("r")
            assert list(ui.app.session.list_state.ids) == [2, 3, 4, 5]
            await ui.type("u")
            assert raw("SELECT id FROM paper WHERE snoozed_until IS NOT NULL") == []

    async def test_a_selection_is_snoozed_as_one_step_and_off_ends_it(
        self, open_ui: OpenUi, library_path: str, raw: Raw
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.press("space", "space", "z", *"2w", "enter")
            assert raw("SELECT id FROM paper WHERE snoozed_until = '2026-12-07'") == [(1,), (2,)]
            assert raw("SELECT papers FROM step ORDER BY id DESC LIMIT 1") == [(2,)]
            await ui.press("8", "g", "z", *"off", "enter")
            assert raw("SELECT count(*) FROM paper WHERE snoozed_until IS NOT NULL") == [(1,)]

    async def test_papers_that_cannot_be_snoozed_do_not_count_as_snoozed(
        self, open_ui: OpenUi, library_path: str, raw: Raw
    ) -> None:
        raw("UPDATE paper SET status = 'done' WHERE id > 3")
        async with open_ui(library_path) as ui:
            await ui.press("5", *["space"] * 5, "z", *"2w", "enter")
            assert "snoozed until 2026-12-07: 3 papers; 2 papers left as they were" in ui.text()

    @pytest.mark.parametrize(("typed", "message"), [("today", "not in the future"), ("soon", "not a date")])
    async def test_an_invalid_date_stays_in_the_prompt(
        self, open_ui: OpenUi, library_path: str, raw: Raw, typed: str, message: str
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.press("enter", "z", *typed, "enter")
            assert message in ui.text()
            assert f"snooze until: {typed}" in ui.text()
            await ui.press("escape")
            assert raw("SELECT count(*) FROM paper WHERE snoozed_until IS NOT NULL") == [(0,)]

    async def test_a_done_paper_cannot_be_snoozed(self, open_ui: OpenUi, library_path: str, raw: Raw) -> None:
        async with open_ui(library_path) as ui:
            await ui.press("f", "escape", "k", "z", *"3d", "enter")
            assert "or neither undecided nor queued: " in ui.text()
            assert raw("SELECT count(*) FROM paper WHERE snoozed_until IS NOT NULL") == [(0,)]


class TestEdit:
    @pytest.fixture
    def editor(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        def set_editor(script: str) -> None:
            path = tmp_path / "editor"
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o700)
            monkeypatch.setenv("VISUAL", str(path))

        return set_editor

    @pytest.fixture(autouse=True)
    def _no_terminal_to_give(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def at_once(_app: object, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - what `act` gives
            return act()

        monkeypatch.setattr("readq.tui.widgets.terminal.run_suspended", at_once)

    async def test_an_edit_is_stored_and_can_be_undone(
        self, open_ui: OpenUi, library_path: str, raw: Raw, editor: Callable[[str], None]
    ) -> None:
        editor('sed -i "s/Is Enough/Will Do/" "$1"')
        async with open_ui(library_path) as ui:
            await ui.type("E")
            ((title, edited),) = raw("SELECT title, edited FROM paper WHERE id = 1")
            assert title == "Attention Will Do"
            assert edit_marks.names(str(edited).split()) == {"fields", "title"}
            assert "Attention Will Do" in ui.lines()[2]
            await ui.type("u")
            assert raw("SELECT title, edited FROM paper WHERE id = 1") == [("Attention Is Enough", "")]

    async def test_an_edit_names_a_frozen_key_that_does_not_fit_any_more(
        self, open_ui: OpenUi, library_path: str, raw: Raw, editor: Callable[[str], None]
    ) -> None:
        editor('sed -i "s/Attention Is/Focus Is/" "$1"')
        async with open_ui(library_path) as ui:
            await ui.type("y")
            assert raw("SELECT key_frozen FROM paper WHERE id = 1") == [(1,)]
            await ui.type("E")
            assert "does not fit" in ui.text()

    @pytest.mark.parametrize(("script", "message"), [("exit 1", "exited with an error"), ("true", "nothing changed")])
    async def test_no_change_is_no_step(
        self, open_ui: OpenUi, library_path: str, raw: Raw, editor: Callable[[str], None], script: str, message: str
    ) -> None:
        editor(script)
        async with open_ui(library_path) as ui:
            await ui.press("enter", "E")
            assert message in ui.text()
            assert raw("SELECT count(*) FROM step") == [(1,)]

    async def test_an_invalid_entry_is_kept_in_a_file(
        self, open_ui: OpenUi, library_path: str, raw: Raw, editor: Callable[[str], None]
    ) -> None:
        editor('echo "@misc{half" > "$1"')
        async with open_ui(library_path) as ui:
            errors: list[str] = []
            ui.app.show_error = lambda error: errors.append(str(error))
            await ui.type("E")
            assert raw("SELECT title FROM paper WHERE id = 1") == [("Attention Is Enough",)]
            (message,) = errors
            path = Path(message.rpartition(" in ")[2].rstrip(")"))
            assert path.read_text() == "@misc{half\n"
            path.unlink()

    async def test_the_entry_of_a_removed_paper_is_kept_in_a_file(
        self, open_ui: OpenUi, library_path: str, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("READQ_DB", library_path)
        editor(f'{sys.executable} -m readq remove 1 --yes; sed -i "s/Is Enough/Will Do/" "$1"')
        async with open_ui(library_path) as ui:
            errors: list[str] = []
            ui.app.show_error = lambda error: errors.append(str(error))
            await ui.type("E")
            (message,) = errors
            assert "paper 1 was removed in the meantime" in message
            path = Path(message.rpartition(" in ")[2].rstrip(")"))
            assert "Attention Will Do" in path.read_text()
            path.unlink()


class TestMerge:
    async def test_two_selected_papers_are_merged(self, open_ui: OpenUi, library_path: str, raw: Raw) -> None:
        async with open_ui(library_path) as ui:
            await ui.press("space", "j", "space")
            await choose(ui, "duplicate")
            assert [row[0] for row in raw("SELECT id FROM paper ORDER BY id")] == [1, 2, 4, 5]
            assert list(ui.app.session.list_state.ids) == [1, 2, 4, 5]
            assert "merged #3 into #1: “Attention Is Enough”" in ui.text()
            await ui.type("u")
            assert len(raw("SELECT id FROM paper")) == 5
            assert "new" not in ui.lines()[0]
            assert list(ui.app.session.list_state.ids) == [1, 2, 3, 4, 5]

    @pytest.mark.parametrize("selected", [0, 1, 3])
    async def test_merging_needs_exactly_two_papers(
        self, open_ui: OpenUi, library_path: str, raw: Raw, selected: int
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.press(*["space"] * selected)
            await choose(ui, "duplicate")
            assert len(raw("SELECT id FROM paper")) == 5
            assert "merging takes two selected papers" in ui.text()


class TestLookAlikes:
    @pytest.fixture(autouse=True)
    def pair(self, raw: Raw) -> None:
        raw("INSERT INTO look_alike (paper_id, other_id, why) VALUES (1, 3, 'same title')")

    @pytest.mark.parametrize("shown", ["", "enter"])
    async def test_a_paper_says_what_it_looks_like_and_is_merged(
        self, open_ui: OpenUi, library_path: str, raw: Raw, shown: str
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.press(*([shown] if shown else []))
            assert "looks like #3 (same title): M merges them" in ui.text().replace("\n", " ")
            await ui.press("M", "m", "enter")
            assert [row[0] for row in raw("SELECT id FROM paper ORDER BY id")] == [1, 2, 4, 5]
            await ui.type("u")
            assert len(raw("SELECT id FROM paper")) == 5

    @pytest.mark.parametrize("selected", [1, 2, 3])
    async def test_on_its_own_page_a_paper_is_asked_about_whatever_is_selected_in_the_list(
        self, open_ui: OpenUi, library_path: str, raw: Raw, selected: int
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.press("j", *["space"] * selected, "g", "enter", "M")
            assert "#1 and #3:" in ui.text()
            assert len(raw("SELECT id FROM paper")) == 5
            await ui.press("m", "enter")
            assert [row[0] for row in raw("SELECT id FROM paper ORDER BY id")] == [1, 2, 4, 5]

    @pytest.mark.parametrize("selected", [0, 2])
    async def test_on_its_own_page_a_paper_without_a_look_alike_says_so(
        self, open_ui: OpenUi, library_path: str, raw: Raw, selected: int
    ) -> None:
        async with open_ui(library_path) as ui:
            await ui.press(*["space"] * selected, "g", "j", "enter", "M")
            assert "this paper looks like no other one" in ui.text()
            assert len(raw("SELECT id FROM paper")) == 5

    async def test_or_kept_apart(self, open_ui: OpenUi, library_path: str, raw: Raw) -> None:
        async with open_ui(library_path) as ui:
            await ui.press("M", *"what", "enter")
            assert "neither merge nor apart" in ui.text()
            await ui.press(*["backspace"] * 4, "a", "enter")
            assert raw("SELECT apart FROM look_alike") == [(1,)]
            assert "kept apart" in ui.text()
            await ui.type("u")
            assert raw("SELECT apart FROM look_alike") == [(0,)]


class TestSteps:
    async def test_a_single_step_is_undone(self, open_ui: OpenUi, library_path: str, raw: Raw) -> None:
        async with open_ui(library_path, None, (80, 24)) as ui:
            await ui.type("sad")
            await ui.type("U")
            lines = ui.lines()
            assert "4 steps" in lines[0]
            assert "dropped" in lines[1]
            assert "Boosting Trees" in lines[1]
            assert "imported" in lines[4]
            assert "5 papers" in lines[4]
            await ui.press("j", "enter")
            assert raw("SELECT id, status FROM paper WHERE status <> 'inbox'") == [(2, "dropped")]
            assert raw("SELECT starred FROM paper WHERE id = 1") == [(1,)]
            assert "undone" in ui.lines()[2]
            await ui.press("u")
            assert "is undone already" in ui.text()
            await ui.press("ctrl+r")
            assert raw("SELECT status FROM paper WHERE id = 1") == [("queued",)]
            await ui.press("escape")
            assert "Inbox" in ui.lines()[0]

    async def test_conflicts_are_named(self, open_ui: OpenUi, library_path: str, raw: Raw) -> None:
        async with open_ui(library_path) as ui:
            await ui.type("akd")
            await ui.press("U", "j", "u")
            assert "1 paper changed since, left alone: #1" in ui.text()
            assert raw("SELECT status FROM paper WHERE id = 1") == [("dropped",)]

    async def test_the_list_shows_steps_of_other_processes(self, open_ui: OpenUi, library_path: str, raw: Raw) -> None:
        async with open_ui(library_path) as ui:
            await ui.type("U")
            with sqlite3.connect(library_path) as connection:
                connection.execute("INSERT INTO step (at, what, papers) VALUES ('2026-11-22T08:00:00Z', 'else', 2)")
            ui.app.session.refresh_if_changed()
            await ui.wait_until_idle()
            assert "2026-11-22 09:00  else" in ui.lines()[1]

    async def test_the_cursor_stays_within_the_list(self, open_ui: OpenUi, library_path: str) -> None:
        async with open_ui(library_path, None, (80, 12)) as ui:
            await ui.type("s" * 30)
            await ui.type("U")
            await ui.press("G")
            assert "imported" in ui.text()
            await ui.press("pageup", "ctrl+d", "g", "k")
            assert ui.lines()[1].startswith("▌    31")


async def test_brackets_show_the_next_and_previous_paper(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter", "]", "]")
        assert "Causal Dreams" in ui.text()
        await ui.press("[")
        assert "Boosting Trees" in ui.text()


async def test_old_steps_are_deleted_after_the_start(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.maintenance._PRUNE_DELAY", 0.01)
    raw("INSERT INTO step (at, what, papers) VALUES ('2020-01-01T00:00:00Z', 'starred', 1)")
    raw("UPDATE step SET at = '2020-01-01T00:00:00Z'")
    async with open_ui(library_path):
        assert raw("SELECT id FROM step") == [(2,)]
