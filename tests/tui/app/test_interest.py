"""Numbers of interest while the UI runs: computed in a child process, shown in the rows, and explained."""

import contextlib
import gc
import re
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.services import interest
from readq.store.library import open_for_writing
from readq.tui.screens.interest_reasons import InterestReasons

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
LibraryOf = Callable[[tuple[str, ...]], str]
Raw = Callable[..., list[tuple[Any, ...]]]

TITLES = tuple(f"{'Herons and Ponds' if number % 2 else 'Markets and Money'}, Part {number}" for number in range(40))


@pytest.fixture(autouse=True)
def _state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def library_path(library_of: LibraryOf) -> str:
    """A library with papers 1 to 40: those with even numbers are about herons."""
    return library_of(TITLES)


async def test_ten_decisions_bring_numbers_into_the_rows(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path, None, (120, 100)) as ui:
        await ui.type("da" * 4)
        assert not ui.app.interest.is_due
        await ui.type("da" * 8)
        ui.app._poll()
        await ui.wait_until_idle()
        assert raw("SELECT count(*) FROM interest_pending") == [(0,)]
        ui.app._poll()
        await ui.wait_until_idle()
        row = next(line for line in ui.lines() if "Herons and Ponds, Part 25" in line)
        other = next(line for line in ui.lines() if "Markets and Money, Part 24" in line)
        numbers = [int(line.split("▲")[0].split()[-1]) for line in (row, other)]
        assert numbers[0] > 60 > 40 > numbers[1]
        # Nothing has changed since, but for what the run itself wrote.
        ui.app.interest._ended_at = -1e9
        assert not ui.app.interest.is_due


async def test_without_enough_decisions_no_process_is_started(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.type("d" * 9)
        ui.app._poll()
        assert not ui.app.interest.is_due
        assert not list(ui.app.workers)


async def test_the_paper_says_which_words_speak_for_it_and_their_points_make_the_number(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    raw("UPDATE paper SET status = CASE id % 2 WHEN 0 THEN 'queued' ELSE 'dropped' END WHERE id < 25")
    with contextlib.closing(open_for_writing(library_path)) as connection:
        interest.refresh(connection)
    async with open_ui(library_path, None, (120, 60)) as ui:
        for keys in (("j",), ("enter",)):
            await ui.press(*keys)
            text = " ".join(ui.text().split())
            found = re.search(r"interest (\d+) of 100: (\d+) to begin with((?:, [+-]\d+ [\w ]+)*)", text)
            assert found, text
            points = [int(number) for number in re.findall(r"[+-]\d+", found[3])]
            assert int(found[2]) + sum(points) == int(found[1])
            assert "+" in found[3]
        await ui.press("q", "G")
        assert re.search(r"interest \d+ of 100: .*-\d+ markets", " ".join(ui.text().split()), re.IGNORECASE)


async def test_the_words_are_read_for_one_paper_at_a_time_and_for_the_last_one_shown(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    raw("UPDATE paper SET status = CASE id % 2 WHEN 0 THEN 'queued' ELSE 'dropped' END WHERE id < 25")
    with contextlib.closing(open_for_writing(library_path)) as connection:
        interest.refresh(connection)
    async with open_ui(library_path, None, (120, 60)) as ui:
        session, threads, changes = ui.app.session, threading.active_count(), list[object]()
        reasons = InterestReasons(session, lambda: changes.append(reasons._key))
        for paper_id in (30, 31, 32, 33):
            paper = session.library.paper(paper_id)
            assert reasons.line(paper) == f"interest {paper.interest} of 100"
            assert session.reader.pending == 1
        assert threading.active_count() == threads
        await ui.wait_until_idle()
        assert changes == [(33, paper.interest)]
        assert "markets" in reasons.line(paper).lower()


async def test_one_row_in_ten_of_the_first_fifty_by_interest_comes_from_the_rest_and_says_so(
    open_ui: OpenUi, library_of: LibraryOf, raw: Raw
) -> None:
    library = library_of(tuple(f"Herons, Part {number}" for number in range(90)))
    for number in range(1, 91):
        raw(
            "INSERT INTO interest_paper (paper_id, verdict, score, words) VALUES (?, 0, ?, x'')", (number, 100 - number)
        )
    async with open_ui(library, None, (120, 100)) as ui:
        await ui.press("S", "i")
        state = ui.app.session.list_state
        assert [line for line in range(90) if state.ids[line] in state.others] == [9, 19, 29, 39, 49]
        assert all(paper > 45 for paper in state.others)
        kept = [paper for paper in state.ids if paper not in state.others]
        assert kept == sorted(kept)
        assert sorted(state.ids) == list(range(1, 91))
        assert [line[1] for line in ui.lines()[1:41]].count("◇") == 4
        await ui.press(":", *"10G", "enter")
        assert "◇ one of the rest" in ui.text()
        chosen, marked = list(state.ids), state.others
        await ui.press("d", "r", "S", "-", "S", "i")
        assert set(state.ids) == set(chosen) - {chosen[9]}
        await ui.press("S", "-")
        assert not state.others
        assert marked


async def test_the_ui_may_end_while_numbers_are_computed(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("*", "d")
        ui.app._poll()
        await ui.wait_until(lambda: ui.app.interest._process.running)
    gc.collect()
    assert raw("SELECT count(*) FROM paper WHERE status = 'dropped'") == [(40,)]


async def test_leaving_stops_the_process_and_keeps_every_decision(open_ui: OpenUi, library_path: str, raw: Raw) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("*", "d")
        ui.app._poll()
        await ui.wait_until(lambda: ui.app.interest._process.running)
        await ui.pilot.press("ctrl+q")
        assert not ui.app.interest._process.running
    assert raw("SELECT count(*) FROM paper WHERE status = 'dropped'") == [(40,)]
