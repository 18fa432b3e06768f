"""Properties of terminal programs that people love, each by its number. Tests of single widgets have the others."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from readq.config import Config
from readq.tui.keys.action_table import ACTIONS
from readq.tui.keys.keymap import Keymap
from readq.tui.state.background import sync_job
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.background.sync_job import SyncJob

Raw = Callable[..., list[tuple[object, ...]]]
OpenUi = Callable[..., AbstractAsyncContextManager[Any]]

FIRST_LIST = """\
import sys
from readq.config import Config
from readq.tui.app.start import build
app = build(sys.argv[1], Config())
print(len(app.session.list_state), sorted({"sqlmodel", "sqlalchemy", "pydantic", "httpx", "fsrs"} & set(sys.modules)))
"""


def at_cursor(ui: Any) -> str:  # noqa: ANN401 - the driver of the UI
    return next((line for line in ui.lines() if line.startswith("▌")), "")


def test_property_01_the_first_list_is_there_before_anything_heavy_is_imported(library_path: str) -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_LIST, library_path], capture_output=True, text=True, check=True)
    assert done.stdout == "5 []\n"


async def test_property_08_no_action_takes_two_keys_but_the_letters_which_are_all_shown(
    open_ui: OpenUi, library_path: str
) -> None:
    keymap = Keymap()
    keys = [key for action in ACTIONS for scope in action.scopes for key in keymap.keys(scope, action.name)]
    assert [key for key in keys if " " in key] == []
    async with open_ui(library_path) as ui:
        await ui.press(";")
        letters = list(ui.app.screen.paper_list.labels.values())
        assert [line[0] for line in ui.lines()[1 : 1 + len(letters)]] == letters


async def test_property_09_the_cursor_goes_on_and_the_decided_row_stays_until_the_refresh(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("d")
        assert "Boosting Trees" in at_cursor(ui)
        assert "✗" in ui.lines()[2]
        assert "Attention Is Enough" in ui.lines()[2]
        await ui.press("r")
        assert "Attention Is Enough" not in "\n".join(ui.lines()[1:10])
        assert "Boosting Trees" in at_cursor(ui)


async def test_property_10_the_state_line_names_the_last_step_and_its_undo_key(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("d")
        assert "dropped “Attention Is Enough”" in ui.lines()[-2]
        await ui.press("j")
        assert "u undoes “dropped”" in ui.lines()[-2]


async def test_property_11_steps_are_undone_over_restarts_and_listed(
    open_ui: OpenUi, library_path: str, raw: Raw
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("d", "a", "s")
    async with open_ui(library_path) as ui:
        await ui.press("U")
        assert [words in ui.text() for words in ("starred", "queued", "dropped", "imported")] == [True] * 4
        await ui.press("q", "u", "u", "u")
        assert raw("SELECT count(*) FROM paper WHERE status = 'inbox' AND starred = 0") == [(5,)]


class SlowProcess(ReadqProcess):
    """Reports that a pull has done 3 of 8 requests, and then runs until it is stopped."""

    def __init__(self) -> None:
        super().__init__("", None)
        self.is_stopped = asyncio.Event()

    @property
    def running(self) -> bool:
        return not self.is_stopped.is_set()

    async def run(self, arguments: Sequence[str], on_object: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
        on_object({"event": "started", "feed": "hf-daily", "requests": 8})
        on_object({"event": "progress", "feed": "hf-daily", "done": 3, "requests": 8, "new": 12})
        await self.is_stopped.wait()
        return -15, ""

    async def stop(self, timeout: float) -> None:
        self.is_stopped.set()


async def test_property_13_long_work_shows_progress_and_time_left_ends_by_key_and_blocks_no_key(
    open_ui: OpenUi, library_path: str, raw: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw("UPDATE feed SET spec = 'hf:daily'")
    clock = [100.0]
    monkeypatch.setattr(sync_job, "monotonic", lambda: clock[0])
    async with open_ui(library_path, Config(sync_at_start=False)) as ui:
        ui.app.context.sync = SyncJob(SlowProcess(), ui.app._sync_changed)
        ui.queue_keys("R")
        await ui.wait_until(lambda: "syncing hf-daily" in ui.text())
        clock[0] += 12
        ui.queue_keys("j", "d")
        await ui.wait_until(lambda: ui.app.session.library.counts.dropped == 1)
        ui.queue_keys("k")
        await ui.wait_until(lambda: "syncing hf-daily 3/8, about 20 s left" in ui.text())
        await ui.press("R")
        assert "the sync was stopped; 12 new so far" in ui.text()
        assert not ui.app.context.sync.state.running


async def test_property_16_a_narrow_terminal_shows_list_keys_and_paper(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, None, (40, 18)) as ui:
        assert [line for line in ui.lines() if len(line) > 40] == []
        assert all(title.split()[0] in ui.text() for title in ("Attention Is Enough", "Entropy for Poets"))
        await ui.press("d")
        assert "Boosting Trees" in at_cursor(ui)
        assert "help" in ui.lines()[-1]
        await ui.press("enter")
        assert "Abstract of paper 2" in ui.text()


async def test_property_17_a_paper_is_read_without_anything_else(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("enter")
        assert "Attention Is Enough" in ui.text()
        assert "Boosting Trees" not in ui.text()
        assert "Inbox 5" not in ui.text()


@pytest.mark.parametrize("keys", [("r",), ("S", "t"), ("S", "o"), ("/", *"dreams OR trees", "enter"), ("|",)])
async def test_property_19_the_cursor_stays_on_its_paper(
    open_ui: OpenUi, library_path: str, raw: Raw, keys: tuple[str, ...]
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("j", "j", *keys)
        assert ui.app.session.list_state.current == 3
        raw("INSERT INTO sighting (paper_id, feed_id, day) SELECT 5, feed_id, '2026-11-23' FROM sighting LIMIT 1")
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert ui.app.session.list_state.current == 3, "a sync brought a newer paper"


async def test_property_20_an_error_in_a_query_points_at_its_place_and_lists_what_is_known(
    open_ui: OpenUi, library_path: str
) -> None:
    async with open_ui(library_path) as ui:
        await ui.press("/", *"trees colour:red")
        assert "column 7" in ui.text()
        assert "author" in ui.text()


async def test_property_21_the_view_before_is_in_sight_and_a_key_goes_there(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path) as ui:
        assert "- Inbox" not in ui.lines()[-1]
        await ui.press("2")
        assert "- Inbox" in ui.lines()[-1]
        await ui.press("-")
        assert ui.app.session.library.list_query.view == "inbox"
        assert "- Queue" in ui.lines()[-1]
