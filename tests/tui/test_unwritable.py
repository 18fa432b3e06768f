"""Messages and display when the library is read-only, its disk is full, or another process locks it."""

import asyncio
import contextlib
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.errors import ReadqError
from readq.store.journal import steps

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., Any]


@pytest.fixture
def read_only(library_path: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a library whose file is read-only."""
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not (path == library_path and mode & os.W_OK) and access(path, mode)
    )
    return library_path


def shown_rows(ui: Any) -> list[str]:  # noqa: ANN401 - the UiDriver of conftest
    return [line[:40] for line in ui.lines() if any(word in line[:60] for word in ("Attention", "Boosting"))]


async def test_row_34_a_read_only_library_opens_with_the_reason(read_only: str, open_ui: OpenUi) -> None:
    async with open_ui(read_only) as ui:
        assert "Attention Is Enough" in ui.text()
        assert "opened for reading" in ui.text()
        # The screen breaks the line anywhere: the path may be of any length.
        assert [one.message for one in ui.app._notifications] == [
            f"opened for reading, nothing can be kept in {read_only}: you may not write to its file"
        ]


async def test_row_34_a_key_that_would_write_shows_an_error(
    read_only: str, open_ui: OpenUi, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = raw("SELECT id, status, starred FROM paper")
    failures: list[ReadqError] = []
    async with open_ui(read_only) as ui:
        monkeypatch.setattr(ui.app, "show_error", failures.append)
        rows = shown_rows(ui)
        for number, key in enumerate("adbfsmXun", 1):
            await ui.press(key)
            assert (len(failures), str(failures[-1])) == (
                number,
                f"the library is read-only: {read_only}: you may not write to its file (nothing was changed)",
            )
            assert ui.app.screen.note_session.pane is None
            assert ui.app.session.list_state.cursor == 0
        assert shown_rows(ui) == rows
        assert ui.app.session.list_state.decided_count == 0
        await ui.press("enter")
        assert "Abstract of paper 1" in ui.text()
        assert len(failures) == 9
    assert raw("SELECT id, status, starred FROM paper") == before


def full(*_arguments: object, **_keywords: object) -> None:
    """Raise the error of SQLite for a full disk."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


async def test_row_30_a_failed_write_is_reverted_on_screen(
    library_path: str, open_ui: OpenUi, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("a")
        await ui.press("k")
        rows, decided = shown_rows(ui), ui.app.session.list_state.marks()
        with monkeypatch.context() as disk:
            disk.setattr(steps, "finish", full)
            await ui.press("d")
            assert "the disk is full" in " ".join(ui.text().split())
            assert ui.app.session.list_state.marks() == decided
            await ui.press("k")
            assert shown_rows(ui) == rows
        await ui.press("d")
        assert raw("SELECT status FROM paper WHERE id = 1") == [("dropped",)]


async def test_row_30_an_unsaved_note_is_kept_in_a_file(
    library_path: str, open_ui: OpenUi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_ui(library_path) as ui:
        await ui.press("n")
        await ui.type("thought")
        monkeypatch.setattr(steps, "finish", full)
        await ui.press("escape")
        text = "".join(ui.text().split())
        (kept,) = tmp_path.glob("readq-*-note-1.md")
        assert "thenotewasnotsaved" in text
        assert kept.read_text() == "thought"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert ui.app.shutdown.rescued == [f"text that could not be saved is in {kept}"]


async def test_a_note_that_cannot_be_written_anywhere_is_printed_at_exit(
    library_path: str, open_ui: OpenUi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    async with open_ui(library_path) as ui:
        await ui.press("n")
        await ui.type("thought")
        monkeypatch.setattr(steps, "finish", full)
        await ui.press("escape")
        assert ui.app.shutdown.rescued == ["the note on paper 1 could not be saved anywhere; its text:\nthought"]


async def test_row_30_a_card_is_asked_again_if_its_rating_failed(
    library_path: str, open_ui: OpenUi, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path, Config(first_review="now", ask_on_done=False)) as ui:
        await ui.press("f")
        await ui.press("f")
        await ui.press("v")
        asked = ui.app.screen.review_session.card
        await ui.press("space")
        with monkeypatch.context() as disk:
            disk.setattr(steps, "finish", full)
            await ui.press("3")
        # The card goes to the end of the queue, so that it cannot block the others.
        assert ui.app.screen.review_session.remaining == 2
        assert ui.app.screen.review_session.answers == []
        assert "the disk is full" in " ".join(ui.text().split())
        await ui.press("space", "3")
        assert ui.app.screen.review_session.card == asked
        await ui.press("space", "3")
        assert [answer.card.card for answer in ui.app.screen.review_session.answers] == [2, asked.card]


async def test_row_35_the_screen_names_the_process_with_the_lock(
    library_path: str, open_ui: OpenUi, raw: Raw, hold: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.app._BUSY_TIMEOUT", 0.02)
    messages: list[str] = []
    async with open_ui(library_path, size=(80, 24)) as ui:
        monkeypatch.setattr(ui.app, "show_message", messages.append)
        other = hold(library_path)
        ui.queue_keys("a", "d")
        await ui.wait_until(lambda: "2 changes to write, none is lost" in " ".join(messages))
        assert re.search(rf"waiting for python[0-9.]* \(pid {other.pid}, since ", " ".join(messages))
        other.release()
        await ui.wait_until_idle()
    assert raw("SELECT status FROM paper WHERE id < 3 ORDER BY id") == [("queued",), ("dropped",)]


async def test_the_state_line_stops_waiting_when_all_is_written(
    library_path: str, open_ui: OpenUi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.app._BUSY_TIMEOUT", 0.02)
    async with open_ui(library_path, Config(first_review="now", ask_on_done=False)) as ui:
        await ui.type("fv")
        other = sqlite3.connect(library_path, isolation_level=None)
        with contextlib.closing(other):
            other.execute("BEGIN IMMEDIATE")
            ui.queue_keys("space", "3")
            await ui.wait_until(lambda: "1 change to write, none is lost" in ui.text())
        await ui.wait_until_idle()
        assert "none is lost" not in ui.text()


def lock(path: str) -> "contextlib.closing[sqlite3.Connection]":
    """Keep all readers out of a library, as a writer does while it commits. Closing the result ends it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return contextlib.closing(connection)


async def test_a_note_opens_with_its_text_when_the_lock_is_released(library_path: str, open_ui: OpenUi) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("n")
        await ui.type("mine")
        await ui.press("escape")
        with lock(library_path):
            ui.queue_keys("n")
            await ui.wait_until(lambda: ui.app.screen.session.library.stale)
            assert not ui.app.screen.note_session.pane
        await ui.wait_until(lambda: ui.app.screen.note_session.pane is not None)
        assert ui.app.screen.note_session.pane.area.text == "mine"


async def test_no_note_opens_while_the_library_stays_locked(
    library_path: str, open_ui: OpenUi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.state.library_cache._FREE_TRIES", 2)
    async with open_ui(library_path) as ui:
        with lock(library_path):
            ui.queue_keys("n")
            await ui.wait_until(lambda: "the library is locked for a moment" in ui.text())
            assert ui.app.screen.note_session.pane is None


async def test_a_lock_wait_in_another_thread_is_shown(library_path: str, open_ui: OpenUi) -> None:
    async with open_ui(library_path) as ui:
        await asyncio.to_thread(ui.app.show_message_later, "waiting for readq (pid 7) to finish writing")
        await ui.wait_until_idle()
        assert "waiting for readq (pid 7) to finish writing" in ui.text()
