"""Headings of days on the list screen: keys, folding, and what cannot be done on a heading."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from textual.events import MouseScrollDown

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
Raw = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def _state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def three_days(library_path: str, raw: Raw) -> str:
    """A library with papers 1, 2 of Friday, 3, 4 of Thursday, and 5 of a day last year."""
    raw("UPDATE sighting SET day = '2026-11-20', rank = paper_id WHERE paper_id < 3")
    raw("DELETE FROM sighting WHERE paper_id > 2")
    feed = raw("SELECT id FROM feed")[0][0]
    for paper, day in ((3, "2026-11-19"), (4, "2026-11-19"), (5, "2025-12-31")):
        raw("INSERT INTO sighting (paper_id, feed_id, day, rank) VALUES (?, ?, ?, ?)", (paper, feed, day, paper))
    return library_path


def headings(ui: Any) -> list[str]:  # noqa: ANN401 - the driver of the UI
    return [line[2:].rstrip("▐ ─") for line in ui.lines() if line[2:3] in ("▾", "▸")]


def at_cursor(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    return next((line[2:].rstrip("▐ ─").strip() for line in ui.lines() if line.startswith("▌")), "")


def statuses(raw: Raw) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for status, number in raw("SELECT status, id FROM paper ORDER BY id"):
        found.setdefault(status, []).append(number)
    return found


async def test_each_day_has_a_heading_that_follows_decisions(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        assert headings(ui) == ["▾ Fri 20 Nov · 2", "▾ Thu 19 Nov · 2", "▾ Wed 31 Dec 2025 · 1"]
        await ui.type("ad")
        assert headings(ui)[0] == "▾ Fri 20 Nov · 2 · 1 queued"
        assert "Causal Dreams" in at_cursor(ui), "the cursor goes from paper to paper"
        await ui.press("space")
        assert headings(ui)[1] == "▾ Thu 19 Nov · 2 · 1 selected"
        await ui.press("escape", "r")
        assert headings(ui) == ["▾ Thu 19 Nov · 2", "▾ Wed 31 Dec 2025 · 1"]


async def test_a_heading_gets_the_cursor_back(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("}", "enter")
        assert "▸ Thu 19 Nov · 2" in at_cursor(ui)
        await ui.press("/", *"entropy", "escape")
        assert "▸ Thu 19 Nov · 2" in at_cursor(ui), "after a filter that was cancelled"
        await ui.press("4", "-")
        assert "▸ Thu 19 Nov · 2" in at_cursor(ui), "in the view before"


async def test_headings_stand_only_in_the_order_of_days(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("j", "S", "t")
        assert headings(ui) == []
        assert "Boosting" in at_cursor(ui)
        await ui.press("}")
        assert "not in the order of days, S sorts it" in ui.text()
        await ui.press("S", "o")
        assert headings(ui) == ["▾ Wed 31 Dec 2025 · 1", "▾ Thu 19 Nov · 2", "▾ Fri 20 Nov · 2"]
        assert "Boosting" in at_cursor(ui)


async def test_braces_go_from_day_to_day(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("j")
        for key, expected in (
            *(("{", "▾ Fri 20 Nov · 2"), ("{", "▾ Fri 20 Nov · 2"), ("}", "▾ Thu 19 Nov · 2")),
            *(("}", "▾ Wed 31 Dec 2025 · 1"), ("}", "▾ Wed 31 Dec 2025 · 1"), ("{", "▾ Thu 19 Nov · 2")),
        ):
            await ui.press(key)
            assert at_cursor(ui) == expected
        await ui.press("j")
        assert "Causal" in at_cursor(ui)
        await ui.press("k")
        assert "Boosting" in at_cursor(ui), "an open heading is passed over"
        await ui.press("k", "k")
        assert "Attention" in at_cursor(ui)
        await ui.press("{", "{")
        assert "there is no day above" in ui.text()
        await ui.press("G", "}")
        assert "there is no day below" in ui.text()
        await ui.press("g")
        assert "Attention" in at_cursor(ui)


async def test_enter_folds_and_unfolds_a_day_and_the_paper_gives_way_to_its_numbers(
    open_ui: OpenUi, three_days: str
) -> None:
    async with open_ui(three_days) as ui:
        await ui.type("a")
        await ui.press("{")
        assert "2 papers · 1 undecided · 1 queued" in ui.text()
        await ui.press("enter")
        assert headings(ui)[0] == at_cursor(ui) == "▸ Fri 20 Nov · 2 · 1 queued"
        assert "Attention" not in ui.text()
        await ui.press("r", "j")
        assert "Causal" in at_cursor(ui)
        await ui.press("k")
        assert at_cursor(ui) == "▸ Fri 20 Nov · 1", "the fold stays over a reload"
        await ui.press("enter", "j")
        assert "Boosting" in at_cursor(ui)


async def test_all_undecided_above_are_dropped_but_for_folded_days(open_ui: OpenUi, three_days: str, raw: Raw) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("{", "enter", "}", "}", "X")
        assert statuses(raw) == {"inbox": [1, 2, 5], "dropped": [3, 4]}
        assert "dropped 2 papers; 2 of folded days left alone" in ui.text()
        await ui.press("u")
        await ui.press("g", "}", "X")
        assert "nothing undecided from the top to here; 2 of folded days left alone" in ui.text()
        await ui.press("*")
        assert "3 selected" in ui.text()
        await ui.press("d")
        assert statuses(raw) == {"inbox": [1, 2], "dropped": [3, 4, 5]}


async def test_the_paper_of_an_undo_is_seen_though_its_day_was_folded(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("a", "{", "enter")
        assert headings(ui)[0] == "▸ Fri 20 Nov · 2 · 1 queued"
        await ui.press("u")
        assert headings(ui)[0] == "▾ Fri 20 Nov · 2"
        assert "Attention" in at_cursor(ui)


async def test_what_needs_a_paper_says_so_on_a_heading_and_does_nothing(
    open_ui: OpenUi, three_days: str, raw: Raw
) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("{")
        for key in ("space", *"adbfisxtzmnNEMopyY"):
            await ui.press(key)
            assert "this is the heading of a day, not a paper: j goes on" in ui.text(), key
        assert statuses(raw) == {"inbox": [1, 2, 3, 4, 5]}
        assert raw("SELECT count(*) FROM step") == [(1,)]
        await ui.press("j", "space", "{", "d")
        assert statuses(raw) == {"inbox": [2, 3, 4, 5], "dropped": [1]}, "a selection is acted on from anywhere"


async def test_the_paper_screen_passes_over_folded_days(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("}", "enter", "g", "enter", "]")
        assert "Boosting Trees" in ui.text()
        await ui.press("]")
        assert "Entropy for Poets" in ui.text()
        await ui.press("]")
        assert "this is the last paper" in ui.text()
        await ui.press("[", "d", "q")
        assert "Entropy" in at_cursor(ui)
        assert headings(ui)[1].startswith("▸ Thu")


async def test_a_click_goes_to_a_heading_and_two_fold_its_day(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.pilot.click("PaperList", offset=(10, 3))
        await ui.wait_until_idle()
        assert at_cursor(ui) == "▾ Thu 19 Nov · 2"
        await ui.pilot.click("PaperList", offset=(10, 0), times=2)
        await ui.wait_until_idle()
        assert at_cursor(ui) == "▸ Fri 20 Nov · 2"


async def test_the_cursor_stays_on_its_paper_when_a_sync_brings_newer_days(
    open_ui: OpenUi, three_days: str, raw: Raw
) -> None:
    async with open_ui(three_days) as ui:
        await ui.press("}", "j")
        raw("INSERT INTO sighting (paper_id, feed_id, day) SELECT 5, feed_id, '2026-11-23' FROM sighting LIMIT 1")
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "Causal" in at_cursor(ui)
        await ui.press("r")
        assert headings(ui) == ["▾ Mon 23 Nov · 1", "▾ Fri 20 Nov · 2", "▾ Thu 19 Nov · 2"]
        assert "Causal" in at_cursor(ui)


@pytest.mark.parametrize("size", [(60, 18), (20, 5), (8, 4), (1, 1)])
async def test_headings_fit_every_terminal(open_ui: OpenUi, three_days: str, size: tuple[int, int]) -> None:
    async with open_ui(three_days, None, size) as ui:
        await ui.press("}", "enter", "}", "j", "k", "k", "k", "{", "enter", "G", "g")
        papers = ui.app.screen.paper_list
        for _ in range(3):
            ui.app.screen._forward_event(
                MouseScrollDown(papers, 0, 0, 0, 1, 0, False, False, False, papers.region.x, papers.region.y)
            )
        await ui.wait_until_idle()
        assert all(len(line) <= size[0] for line in ui.lines())
        assert ui.app.session.list_state.heading == 0, "the first day is folded, so its heading is the first row"


async def test_papers_that_no_feed_listed_have_the_day_of_their_arrival(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    raw("DELETE FROM sighting")
    async with open_ui(library_path) as ui:
        assert headings(ui) == ["▾ Mon 23 Nov · 5"]


async def test_a_filter_keeps_its_headings(open_ui: OpenUi, three_days: str) -> None:
    async with open_ui(three_days) as ui:
        await ui.type("/abstract of paper 3 OR poets\r")
        assert headings(ui) == ["▾ Thu 19 Nov · 1", "▾ Wed 31 Dec 2025 · 1"]
        assert json.dumps(list(ui.app.session.list_state.ids)) == "[3, 5]"
