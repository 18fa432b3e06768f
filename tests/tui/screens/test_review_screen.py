from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.tui.screens.review_screen import interval

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


async def begin(seat: Any) -> None:  # noqa: ANN401 - the Seat of conftest
    """Finish the first two papers, note on the first, and review."""
    await seat.burst("f")
    await seat.burst("f")
    await seat.press("g")
    await seat.burst("nThe claim")
    await seat.press("escape")
    await seat.press("v")


async def test_reveals_the_note_then_the_abstract_then_rates(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await begin(seat)
        assert "Attention Is Enough" in seat.text()
        assert "The claim" not in seat.text()
        assert "Abstract" not in seat.text()
        await seat.press("1")
        assert "The claim" in seat.text()
        assert "Abstract" not in seat.text()
        await seat.press("space")
        assert "Abstract of paper 1" in seat.text()
        assert "3 good" in seat.text()
        assert raw("SELECT count(*) FROM review") == [(0,)]
        await seat.press("enter")
        assert raw("SELECT rating FROM review") == [(3,)]
        assert "Boosting Trees" in seat.text()


async def test_space_pressed_once_too_often_is_no_answer(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await begin(seat)
        await seat.burst("     ")
        assert raw("SELECT count(*) FROM review") == [(0,)]
        assert "Abstract of paper 1" in seat.text()
        assert seat.lines()[-1].lstrip().startswith("Enter good")
        await seat.press("enter", "enter")
        assert raw("SELECT rating FROM review") == [(3,)]


async def test_row_64_undo_takes_the_last_rating_back(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await begin(seat)
        before = raw("SELECT due, stability, reps FROM card ORDER BY id")
        await seat.burst("  4u")
        assert raw("SELECT due, stability, reps FROM card ORDER BY id") == before
        assert "Attention Is Enough" in seat.text()
        assert "2 to go · 0 rated" in seat.text()


@pytest.mark.parametrize(("keys", "ratings"), [(" 3333", [3]), ("  3 3", [3]), ("1 33333", [3])])
async def test_row_64_a_key_held_down_is_one_answer(
    open_ui: OpenUi, library_path: str, raw: Raw, keys: str, ratings: list[int]
) -> None:
    async with open_ui(library_path) as seat:
        await seat.burst("f")
        await seat.press("v")
        await seat.burst(keys)
        assert [row[0] for row in raw("SELECT rating FROM review")] == ratings


async def test_again_is_asked_once_more_and_the_end_says_what_was_done(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await begin(seat)
        await seat.burst("  1 3 3")
        assert "Done for now." in seat.text()
        assert "3 cards rated: 1 again, 2 good." in seat.text()
        await seat.press("q")
        assert "Inbox" in seat.lines()[0]


async def test_a_card_is_put_off(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as seat:
        await begin(seat)
        await seat.press("-", "@")
        assert raw("SELECT buried_until IS NOT NULL, suspended FROM card ORDER BY id") == [(1, 0), (0, 1)]
        await seat.press("u", "u")
        assert raw("SELECT buried_until IS NOT NULL, suspended FROM card ORDER BY id") == [(0, 0), (0, 0)]


async def test_nothing_due_is_said(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as seat:
        await seat.press("v")
        assert "nothing is due" in seat.text()


@pytest.mark.parametrize(("days", "text"), [(None, ""), (1, "1d"), (28, "28d"), (91, "3mo"), (548, "1.5y")])
def test_interval(days: int | None, text: str) -> None:
    assert interval(days) == text
