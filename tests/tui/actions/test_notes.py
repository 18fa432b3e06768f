"""Notes in place, while another process changes the note or removes or merges the paper."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.model.values import CONFLICT_HEADING
from readq.services.papers import corrections, merge, notes, open_externally
from readq.store.library import open_for_writing

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
InLibrary = Callable[[Callable[[sqlite3.Connection, datetime], object]], None]


@pytest.fixture
def in_library(library_path: str, now: datetime) -> InLibrary:
    """Does something to the library as another process would, on a connection of its own."""

    def do(act: Callable[[sqlite3.Connection, datetime], object]) -> None:
        with closing(open_for_writing(library_path)) as connection:
            act(connection, now)

    return do


async def test_the_removal_of_the_paper_is_reported_once_and_the_text_kept_in_a_file(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_library: InLibrary
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_ui(library_path) as ui:
        errors: list[str] = []
        ui.app.show_error = lambda error: errors.append(str(error))
        await ui.type("nhalf ")
        assert ui.app.screen.note_session.pane is not None
        in_library(lambda conn, now: corrections.remove(conn, [1], now))
        for word in ("a ", "thought"):
            await ui.type(word)
            ui.app.screen.note_session.pane.keep_draft()
            await ui.wait_until_idle()
        assert errors == ["paper 1 was removed in the meantime (close the note: its text goes into a file)"]
        await ui.press("escape")
        (kept,) = tmp_path.glob("readq-*-note-1.md")
        assert kept.read_text() == "half a thought"
        assert errors[1:] == [f"paper 1 was removed in the meantime: the note was not saved (its text is in {kept})"]


async def test_an_open_note_is_saved_on_the_paper_its_own_was_merged_into(
    open_ui: OpenUi, library_path: str, raw: Raw, in_library: InLibrary
) -> None:
    async with open_ui(library_path) as ui:
        errors: list[str] = []
        ui.app.show_error = lambda error: errors.append(str(error))
        await ui.type("jnhalf ")
        ui.app.screen.note_session.pane.keep_draft()
        await ui.wait_until_idle()
        in_library(lambda conn, now: merge.merge(conn, 2, 1, now))
        await ui.type("a thought")
        ui.app.screen.note_session.pane.keep_draft()
        await ui.wait_until_idle()
        assert raw("SELECT paper_id, text FROM draft") == [(1, "half a thought")]
        await ui.press("escape")
        assert "note saved on “Attention Is Enough”" in ui.text()
        assert raw("SELECT paper_id, text FROM note") == [(1, "half a thought")]
        assert raw("SELECT count(*) FROM draft") == [(0,)]
        assert errors == []


async def test_an_unchanged_note_does_not_replace_that_of_another_process(
    open_ui: OpenUi, library_path: str, raw: Raw, in_library: InLibrary
) -> None:
    in_library(lambda conn, now: notes.save(conn, 1, "first", now))
    async with open_ui(library_path) as ui:
        await ui.press("n")
        in_library(lambda conn, now: notes.save(conn, 1, "theirs", now))
        await ui.press("escape")
        assert "note unchanged" in ui.text()
        assert raw("SELECT text FROM note") == [("theirs",)]


async def test_a_note_changed_by_another_process_too_keeps_both_texts(
    open_ui: OpenUi, library_path: str, raw: Raw, in_library: InLibrary
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nmine")
        in_library(lambda conn, now: notes.save(conn, 1, "theirs", now))
        await ui.press("escape")
        assert "also changed after it was opened: both texts are kept" in ui.text()
        assert raw("SELECT text FROM note") == [(f"theirs\n\n{CONFLICT_HEADING}\n\nmine",)]


async def test_a_wrong_command_for_notes_names_its_own_setting(
    open_ui: OpenUi, library_path: str, tmp_path: Path
) -> None:
    config = Config(notes_editor="external", notes_folder=str(tmp_path / "notes"), notes_open="'unbalanced")
    async with open_ui(library_path, config) as ui:
        errors: list[str] = []
        ui.app.show_error = lambda error: errors.append(str(error))
        await ui.press("n")
        assert errors == ["notes.open cannot be read: No closing quotation (correct its quotes in the config)"]


async def test_without_a_program_the_file_of_the_note_is_named(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_externally, "system_opener", lambda environ: None)
    config = Config(notes_editor="external", notes_folder=str(tmp_path / "notes"))
    async with open_ui(library_path, config) as ui:
        messages: list[str] = []
        ui.app.show_message = messages.append
        await ui.press("n")
        (file,) = (tmp_path / "notes").glob("*.md")
        assert messages == [f"no program opens it here; the note is in {file}; readq takes in each save"]
