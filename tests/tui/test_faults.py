"""The UI on a library that is deleted, damaged or locked. `row_NN` in a name is a row of the table of faults."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.errors import ReadqError
from readq.store.connection.sqlite_errors import moved_error

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


def _delete(path: str) -> None:
    os.unlink(path)


def _move(path: str) -> None:
    os.rename(path, f"{path}.elsewhere")


def _replace(path: str) -> None:
    shutil.copyfile(path, f"{path}.copy")
    os.replace(f"{path}.copy", path)


@pytest.fixture
def rescue_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for text that cannot be saved."""
    folder = tmp_path / "rescued"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("remove", [_delete, _move, _replace])
@pytest.mark.parametrize("after_a_write", [True, False])
async def test_row_44_a_note_is_saved_to_a_file_if_the_library_is_gone(
    open_ui: OpenUi, library_path: str, rescue_folder: Path, remove: Callable[[str], None], after_a_write: bool
) -> None:
    async with open_ui(library_path) as ui:
        if after_a_write:
            await ui.press("s")
        remove(library_path)
        there = Path(library_path).read_bytes() if remove is _replace else None
        await ui.type("nhalf a thought")
        await ui.press("escape")
        # On the screen the message is wrapped, and stands among the lines of the paper.
        assert any("the note was not saved" in one.message for one in ui.app._notifications)
        assert [file.read_text() for file in rescue_folder.iterdir()] == ["half a thought"]
        assert ui.app.shutdown.rescued == [
            f"text that could not be saved is in {file}" for file in rescue_folder.iterdir()
        ]
    assert (Path(library_path).read_bytes() if os.path.exists(library_path) else None) == there


async def test_row_44_a_restored_library_is_shown_and_the_cursor_stays(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("space")
        with contextlib.closing(sqlite3.connect(library_path)) as connection, connection:
            connection.execute("VACUUM INTO ?", (f"{library_path}.copy",))
        with contextlib.closing(sqlite3.connect(f"{library_path}.copy")) as restored, restored:
            restored.execute("UPDATE paper SET title = 'From the Backup' WHERE id = 3")
        os.replace(f"{library_path}.copy", library_path)
        before = ui.app.session.list_state.cursor, list(ui.app.session.list_state.targets())
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "From the Backup" in ui.text()
        assert (ui.app.session.list_state.cursor, list(ui.app.session.list_state.targets())) == before == (1, [1])
        failures: list[ReadqError] = []
        monkeypatch.setattr(ui.app, "show_error", failures.append)
        await ui.press("d")
        assert list(map(str, failures)) == [str(moved_error(library_path))]
    with contextlib.closing(sqlite3.connect(library_path)) as connection:
        assert connection.execute("SELECT count(*) FROM paper WHERE status = 'inbox'").fetchone() == (5,)


async def test_row_30_a_note_that_cannot_be_written_anywhere_is_printed_at_exit(
    open_ui: OpenUi, library_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with open_ui(library_path) as ui:
        monkeypatch.setattr("readq.store.papers.notes.replace_note", full)
        monkeypatch.setattr("tempfile.tempdir", "/nowhere")
        await ui.type("nhalf a thought")
        await ui.press("escape")
        assert [line.split("\n")[1] for line in ui.app.shutdown.rescued] == ["half a thought"]


async def test_row_38_damage_is_reported_and_nothing_is_written(open_ui: OpenUi, library_path: str) -> None:
    size = os.path.getsize(library_path)
    async with open_ui(library_path) as ui:
        with open(library_path, "r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (size - 4096))
        before = Path(library_path).read_bytes()
        await ui.press("a")
        assert "damaged" in " ".join(ui.text().split())
    assert Path(library_path).read_bytes() == before


async def test_row_35_a_lock_is_reported_and_the_change_written_after_it(
    open_ui: OpenUi, library_path: str, raw: Callable[..., list[tuple[object, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readq.tui.app.app._BUSY_TIMEOUT", 0.05)
    other = sqlite3.connect(library_path, isolation_level=None)
    async with open_ui(library_path) as ui:
        other.execute("BEGIN IMMEDIATE")
        try:
            ui.queue_keys("a")
            await ui.wait_until(lambda: "1 change to write, none is lost" in " ".join(ui.text().split()))
            ui.queue_keys("j")
            await ui.wait_until(lambda: ui.app.session.list_state.cursor == 2)
        finally:
            other.close()
        await ui.wait_until_idle()
        assert raw("SELECT count(*) FROM paper WHERE status = 'queued'") == [(1,)]
