"""The UI opens a library that a check found damaged for reading, and says so."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest

from readq.errors import ReadqError
from readq.services.safety.check import check

OpenUi = Callable[..., Any]
Raw = Callable[..., list[tuple[object, ...]]]

ORPHAN = "INSERT INTO paper_tag VALUES (99, 'lost')"


def damage(path: str, now: datetime) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(ORPHAN)
    assert not check(path, now).ok


async def test_row_38_a_damaged_library_opens_for_reading(library_path: str, open_ui: OpenUi, now: datetime) -> None:
    damage(library_path, now)
    async with open_ui(library_path) as ui:
        text = " ".join(ui.text().split())
        assert "Attention Is Enough" in text
        assert "opened for reading" in text
        assert "is damaged" in text


async def test_row_38_no_key_writes_to_it(
    library_path: str, open_ui: OpenUi, raw: Raw, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(library_path, now)
    before = raw("SELECT id, status, starred FROM paper")
    failures: list[ReadqError] = []
    async with open_ui(library_path) as ui:
        monkeypatch.setattr(ui.app, "show_error", failures.append)
        for number, key in enumerate("adbfsmXun", 1):
            await ui.press(key)
            assert len(failures) == number
            assert "is damaged, so nothing is written to it" in str(failures[-1])
        assert ui.app.session.list_state.decided_count == 0
    assert raw("SELECT id, status, starred FROM paper") == before


async def test_a_check_of_another_process_stops_the_open_ui(
    library_path: str, open_ui: OpenUi, raw: Raw, now: datetime
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("s")
        before = raw("SELECT id, status, starred FROM paper")
        assert any(starred for _, _, starred in before)
        damage(library_path, now)
        await ui.press("j")
        await ui.press("s")
        assert raw("SELECT id, status, starred FROM paper") == before


async def test_a_repair_of_another_process_lets_it_write_again(
    library_path: str, open_ui: OpenUi, raw: Raw, now: datetime
) -> None:
    damage(library_path, now)
    async with open_ui(library_path) as ui:
        await ui.press("s")
        assert not any(starred for (starred,) in raw("SELECT starred FROM paper"))
        check(library_path, now, repair=True)
        await ui.press("s")
        assert any(starred for (starred,) in raw("SELECT starred FROM paper"))
