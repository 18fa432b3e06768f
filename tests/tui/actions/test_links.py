"""Enter on a paper follows the links of its note, and - goes back."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from datetime import datetime
from typing import Any

import pytest

from readq.model.values import Status
from readq.services.papers import notes, triage
from readq.store.library import open_for_writing
from readq.store.papers import queries

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def linked(library_path: str, now: datetime) -> str:
    """Paper 1 links to 2, which is done; 2 links to 1 and 3, and paper 4 to nothing that exists."""
    with closing(open_for_writing(library_path)) as connection:
        keys = [paper.key for paper in queries.papers(connection, [1, 2, 3])]
        notes.save(connection, 1, f"see [[{keys[1]}]]", now)
        notes.save(connection, 2, f"see [[{keys[0]}]] and [[@{keys[2]}]]", now)
        notes.save(connection, 4, "see [[nobody1900]]", now)
        triage.mark(connection, [2], Status.DONE, now)
    return library_path


async def test_enter_follows_a_link_and_a_key_goes_back(open_ui: OpenUi, linked: str) -> None:
    async with open_ui(linked) as ui:
        await ui.press("enter")
        assert "→" in ui.text()
        assert "←" in ui.text()
        await ui.press("enter")
        assert "Boosting Trees" in ui.text()
        # Two papers: a menu.
        await ui.press("enter")
        assert "linked papers" in ui.text()
        await ui.press("2")
        assert "Causal Dreams" in ui.text()
        await ui.press("-")
        assert "Abstract of paper 2" in ui.text()
        await ui.press("-")
        assert "Abstract of paper 1" in ui.text()
        assert "Inbox" in ui.text() or "inbox" in ui.text()
        await ui.press("-")
        assert "no link was followed" in ui.text()


async def test_a_link_to_no_paper_says_so(open_ui: OpenUi, linked: str) -> None:
    async with open_ui(linked) as ui:
        await ui.press("j", "j", "enter")
        assert "nobody1900 · not in the library" in ui.text()
        await ui.press("enter")
        assert "no linked paper is in the library" in ui.text()


async def test_a_link_is_followed_although_the_library_was_locked_when_its_paper_was_opened(
    open_ui: OpenUi, linked: str
) -> None:
    async with open_ui(linked) as ui:
        with closing(sqlite3.connect(linked, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            ui.queue_keys("enter")
            await ui.wait_until(lambda: "not readable" in ui.text() or "locked" in ui.text())
            asyncio.get_running_loop().call_later(0.15, other.execute, "COMMIT")
            await ui.press("enter")
        assert "Abstract of paper 2" in ui.text()


async def test_of_links_that_were_unknown_it_is_said_that_there_are_none(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        with closing(sqlite3.connect(library_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            ui.queue_keys("enter")
            await ui.wait_until(lambda: "not readable" in ui.text() or "locked" in ui.text())
            asyncio.get_running_loop().call_later(0.15, other.execute, "COMMIT")
            await ui.press("enter")
        assert "no links: [[key]] in a note links to a paper" in ui.text()
