from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def choose(seat: Any, words: str) -> None:  # noqa: ANN401 - a seat
    await seat.burst(":")
    await seat.pilot.press(*words)
    await seat.settle()
    await seat.pilot.press("enter")
    await seat.settle()


async def test_what_is_shown_becomes_a_view_of_ones_own(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("s", "/", *"is:starred", "enter")
        await choose(seat, "bookmark filter")
        await seat.press(*"Best", "enter")
        assert raw("SELECT name, query, sort FROM view") == [("Best", "status:inbox -is:snoozed (is:starred)", "added")]
        await seat.press("escape")
        assert len(seat.app.desk.listing) == 5
        await choose(seat, "view: best")
        assert list(seat.app.desk.listing.ids) == [1]
        await seat.burst("u")
        assert raw("SELECT count(*) FROM view") == [(0,)]


async def test_a_view_of_dropped_papers_shows_them(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("UPDATE paper SET status = 'dropped' WHERE id = 3")
    raw("INSERT INTO view (name, query, sort, position) VALUES ('gone', 'status:dropped', 'added', 1)")
    async with open_ui(library_path) as seat:
        await choose(seat, "view: gone")
        assert list(seat.app.desk.listing.ids) == [3]
        await choose(seat, "off the saved")
        assert raw("SELECT count(*) FROM view") == [(0,)]
        assert "removed view gone" in seat.text()


async def test_a_view_that_cannot_be_understood_is_told(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    raw("INSERT INTO view (name, query, sort, position) VALUES ('odd', 'colour:red', 'added', 1)")
    async with open_ui(library_path) as seat:
        told: list[str] = []
        seat.app.failed = lambda error: told.append(str(error))
        await choose(seat, "view: odd")
        assert "there is no field" in told[0]
        assert len(seat.app.desk.listing) == 5


async def test_all_papers_are_no_view_to_save(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("5")
        told: list[str] = []
        seat.app.failed = lambda error: told.append(str(error))
        await choose(seat, "bookmark filter")
        assert "filter the list first" in told[0]
