from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config
from readq.tui.screens.review_screen import format_interval

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]


AT_ONCE = Config(first_review="now")
"""A finished paper is due at once."""


async def begin(ui: Any) -> None:  # noqa: ANN401 - the UiDriver of conftest
    """Finish the first two papers, note on the first, and review."""
    await ui.type("f")
    await ui.type("f")
    await ui.press("g")
    await ui.type("nThe claim")
    await ui.press("escape")
    await ui.press("v")


async def test_reveals_the_note_then_the_abstract_then_rates(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        assert "Attention Is Enough" in ui.text()
        assert "The claim" not in ui.text()
        assert "Abstract" not in ui.text()
        await ui.press("1")
        assert "The claim" in ui.text()
        assert "Abstract" not in ui.text()
        await ui.press("space")
        assert "Abstract of paper 1" in ui.text()
        assert "3 good" in ui.text()
        assert raw("SELECT count(*) FROM review") == [(0,)]
        await ui.press("enter")
        assert raw("SELECT rating FROM review") == [(3,)]
        assert "Boosting Trees" in ui.text()


async def test_space_after_the_last_reveal_does_not_rate(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.type("     ")
        assert raw("SELECT count(*) FROM review") == [(0,)]
        assert "Abstract of paper 1" in ui.text()
        assert ui.lines()[-1].lstrip().startswith("Enter good")
        await ui.press("enter", "enter")
        assert raw("SELECT rating FROM review") == [(3,)]


async def test_row_64_undo_removes_the_last_rating(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        before = raw("SELECT due, stability, reps FROM card ORDER BY id")
        await ui.type("  4u")
        assert raw("SELECT due, stability, reps FROM card ORDER BY id") == before
        assert "Attention Is Enough" in ui.text()
        assert "2 to go · 0 rated" in ui.text()


@pytest.mark.parametrize(("keys", "ratings"), [(" 3333", [3]), ("  3 3", [3]), ("1 33333", [3])])
async def test_row_64_a_key_held_down_rates_once(
    open_ui: OpenUi, library_path: str, raw: Raw, keys: str, ratings: list[int]
) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.type("f")
        await ui.press("v")
        await ui.type(keys)
        assert [row[0] for row in raw("SELECT rating FROM review")] == ratings


async def test_again_repeats_the_card_and_the_end_shows_a_summary(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.type("  1 3 3")
        assert "Done for now." in ui.text()
        assert "2 cards, 3 answers: 1 again, 2 good." in ui.text()
        await ui.press("q")
        assert "Inbox" in ui.lines()[0]


async def test_a_card_is_buried_or_suspended(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await begin(ui)
        await ui.press("-", "@")
        assert raw("SELECT buried_until IS NOT NULL, suspended FROM card ORDER BY id") == [(1, 0), (0, 1)]
        await ui.press("u", "u")
        assert raw("SELECT buried_until IS NOT NULL, suspended FROM card ORDER BY id") == [(0, 0), (0, 0)]


async def test_a_message_says_that_nothing_is_due(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, AT_ONCE) as ui:
        await ui.press("v")
        assert "nothing is due" in ui.text()


@pytest.mark.parametrize(("days", "text"), [(None, ""), (1, "1d"), (28, "28d"), (91, "3mo"), (548, "1.5y")])
def test_format_interval(days: int | None, text: str) -> None:
    assert format_interval(days) == text
