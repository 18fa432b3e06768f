"""Notes beside their papers, while another process changes the note or what became of the paper."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.model.values import CONFLICT_HEADING
from readq.services.papers import corrections as correcting
from readq.services.papers import merge as joining
from readq.services.papers import notes
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


async def test_the_removal_of_the_paper_is_told_once_and_the_text_goes_into_a_file(
    open_ui: OpenUi, library_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_library: InLibrary
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_ui(library_path) as ui:
        told: list[str] = []
        ui.app.show_error = lambda error: told.append(str(error))
        await ui.type("nhalf ")
        assert ui.app.screen.note_session.pane is not None
        in_library(lambda conn, now: correcting.remove(conn, [1], now))
        for word in ("a ", "thought"):
            await ui.type(word)
            ui.app.screen.note_session.pane.keep_draft()
            await ui.wait_until_idle()
        assert told == ["paper 1 was removed in the meantime (close the note: its text goes into a file)"]
        await ui.press("escape")
        (kept,) = tmp_path.glob("readq-*-note-1.md")
        assert kept.read_text() == "half a thought"
        assert told[1:] == [f"paper 1 was removed in the meantime: the note was not saved (its text is in {kept})"]


async def test_a_note_being_typed_goes_to_the_paper_that_its_own_was_merged_into(
    open_ui: OpenUi, library_path: str, raw: Raw, in_library: InLibrary
) -> None:
    async with open_ui(library_path) as ui:
        told: list[str] = []
        ui.app.show_error = lambda error: told.append(str(error))
        await ui.type("jnhalf ")
        ui.app.screen.note_session.pane.keep_draft()
        await ui.wait_until_idle()
        in_library(lambda conn, now: joining.merge(conn, 2, 1, now))
        await ui.type("a thought")
        ui.app.screen.note_session.pane.keep_draft()
        await ui.wait_until_idle()
        assert raw("SELECT paper_id, text FROM draft") == [(1, "half a thought")]
        await ui.press("escape")
        assert "note saved on “Attention Is Enough”" in ui.text()
        assert raw("SELECT paper_id, text FROM note") == [(1, "half a thought")]
        assert raw("SELECT count(*) FROM draft") == [(0,)]
        assert told == []


async def test_a_note_that_was_only_looked_at_is_left_as_another_process_wrote_it(
    open_ui: OpenUi, library_path: str, raw: Raw, in_library: InLibrary
) -> None:
    in_library(lambda conn, now: notes.save(conn, 1, "first", now))
    async with open_ui(library_path) as ui:
        await ui.press("n")
        in_library(lambda conn, now: notes.save(conn, 1, "theirs", now))
        await ui.press("escape")
        assert "note unchanged" in ui.text()
        assert raw("SELECT text FROM note") == [("theirs",)]


async def test_a_note_that_was_changed_elsewhere_meanwhile_says_that_both_texts_are_kept(
    open_ui: OpenUi, library_path: str, raw: Raw, in_library: InLibrary
) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("nmine")
        in_library(lambda conn, now: notes.save(conn, 1, "theirs", now))
        await ui.press("escape")
        assert "also changed elsewhere: both texts are kept" in ui.text()
        assert raw("SELECT text FROM note") == [(f"theirs\n\n{CONFLICT_HEADING}\n\nmine",)]
