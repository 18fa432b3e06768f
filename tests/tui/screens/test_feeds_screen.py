"""The feeds screen: the health of feeds, a sync in the process, and the keys."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.days import parse_instant
from readq.services.demo.library import CLOCK, fill
from readq.tui.actions.sync import sync_if_due
from readq.tui.screens.feeds_screen import FeedsScreen
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.background.sync_job import SyncJob

OpenUi = Callable[..., AbstractAsyncContextManager[Any]]
QUIET = Config(sync_at_start=False)


class FakeProcess(ReadqProcess):
    """Reports the given lines in each run; `runs` holds the arguments of each run."""

    def __init__(self, *lines: Mapping[str, Any], status: int = 0, last_error: str = "") -> None:
        super().__init__("", None)
        self.lines, self.status, self.last_error = lines, status, last_error
        self.runs: list[Sequence[str]] = []

    async def run(self, arguments: Sequence[str], on_object: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
        self.runs.append(arguments)
        for line in self.lines:
            on_object(line)
        return self.status, self.last_error


def set_process(ui: Any, process: ReadqProcess) -> None:  # noqa: ANN401
    ui.app.context.sync = SyncJob(process, ui.app._sync_changed)


@pytest.fixture
def with_feeds(library_path: str) -> str:
    """Five papers and three feeds: one in order, one that failed, one that was never pulled."""
    with sqlite3.connect(library_path) as connection:
        connection.execute("UPDATE feed SET spec = 'hf:daily' WHERE name = 'hf-daily'")
        for number, name, spec in ((7, "arxiv-cs.LG", "arxiv:cs.LG"), (8, "a-blog", "https://blog.example.org/feed")):
            connection.execute(
                "INSERT INTO feed (id, name, spec, added) VALUES (?, ?, ?, '2026-11-01T08:00:00Z')",
                (number, name, spec),
            )
        connection.execute(
            "INSERT INTO pull (feed_id, tried, succeeded, through, newest, batch, batch_since)"
            " SELECT id, '2026-11-23T07:00:00Z', '2026-11-23T07:00:00Z', '2026-11-23', '2026-11-20', 'x', '2026-11-23'"
            " FROM feed WHERE name = 'hf-daily'"
        )
        connection.execute(
            "INSERT INTO pull (feed_id, tried, failed_since, failures, error, next_try)"
            " VALUES (7, '2026-11-23T07:00:00Z', '2026-11-22T07:00:00Z', 3, 'rss.arxiv.org refused the connection',"
            " '2026-11-23T11:00:00Z')"
        )
    connection.close()
    return library_path


async def test_a_narrow_line_keeps_the_health_of_a_feed_whole(open_ui: OpenUi, with_feeds: str) -> None:
    async with open_ui(with_feeds, QUIET, (60, 18)) as ui:
        await ui.press("F")
        failed = ui.lines()[2]
        assert "failed since" in failed
        assert "5 papers" in ui.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_each_feed_shows_its_health(open_ui: OpenUi, with_feeds: str, size: tuple[int, int]) -> None:
    async with open_ui(with_feeds, QUIET, size) as ui:
        await ui.press("F")
        assert isinstance(ui.app.screen, FeedsScreen)
        daily, failed, new = ui.lines()[1:4]
        assert "hf-daily" in daily
        assert "5 papers" in daily
        assert failed.lstrip(" ▌").startswith("✗ arxiv-cs.LG")
        assert "failed since" in failed
        assert "not pulled yet" in new
        await ui.press("j")
        assert "rss.arxiv.org refused the connection" in ui.text()
        await ui.press("q")
        assert not isinstance(ui.app.screen, FeedsScreen)


async def test_the_sync_key_pulls_due_feeds_and_shows_the_result(open_ui: OpenUi, with_feeds: str) -> None:
    process = FakeProcess(
        {"event": "started", "feed": "hf-daily", "requests": 7},
        {"event": "ended", "feed": "hf-daily", "new": 3, "error": None},
        {"event": "ended", "feed": "arxiv-cs.LG", "new": 0, "error": "refused"},
        status=1,
    )
    async with open_ui(with_feeds, QUIET) as ui:
        set_process(ui, process)
        await ui.press("R")
        assert process.runs == [["sync", "--progress", "json"]]
        assert "synced 1 feed: 3 new; arxiv-cs.LG not pulled (F shows why; Enter there tries now)" in ui.text()
        await ui.press("j")
        assert "✗ arxiv-cs.LG not pulled" in ui.text()


async def test_a_single_feed_is_pulled(open_ui: OpenUi, with_feeds: str) -> None:
    process = FakeProcess({"event": "ended", "feed": "arxiv-cs.LG", "new": 4, "error": None})
    async with open_ui(with_feeds, QUIET) as ui:
        set_process(ui, process)
        await ui.press("F", "j", "\r")
        assert process.runs == [["sync", "--progress", "json", "arxiv-cs.LG"]]
        assert "synced 1 feed: 4 new" in ui.text()


async def test_a_sync_starts_with_the_ui_unless_disabled(open_ui: OpenUi, with_feeds: str) -> None:
    async with open_ui(with_feeds, QUIET) as ui:
        assert not ui.app.context.sync.state.feeds
        process = FakeProcess()
        set_process(ui, process)
        ui.app.session.config = Config()
        sync_if_due(ui.app.screen)
        await ui.wait_until_idle()
        assert len(process.runs) == 1


async def test_a_feed_is_added_pulled_and_undone(open_ui: OpenUi, with_feeds: str) -> None:
    async with open_ui(with_feeds, QUIET) as ui:
        process = FakeProcess()
        set_process(ui, process)
        await ui.press("F", "a")
        await ui.type("arxiv:math.PR\r")
        await ui.wait_until_idle()
        assert "▌  arxiv-math.PR" in ui.text()
        assert process.runs == [["sync", "--progress", "json", "arxiv-math.PR"]]
        await ui.press("u")
        assert "arxiv-math.PR" not in "".join(ui.lines()[:6])


async def test_an_invalid_feed_is_explained_in_the_prompt(open_ui: OpenUi, with_feeds: str) -> None:
    async with open_ui(with_feeds, QUIET) as ui:
        await ui.press("F", "a")
        await ui.type("gopher://x\r")
        assert ui.app.screen.prompt_line.prompt is not None
        await ui.press("escape")
        assert "4 feeds" not in ui.text()


async def test_a_feed_is_removed_and_its_papers_stay(open_ui: OpenUi, with_feeds: str) -> None:
    async with open_ui(with_feeds, QUIET) as ui:
        await ui.press("F", "x")
        assert "its papers stay" in ui.text()
        assert "2 feeds" in ui.text()
        await ui.press("u")
        assert "3 feeds" in ui.text()
        await ui.press("q")
        assert "Attention Is Enough" in ui.text()


async def test_the_views_bar_shows_failing_feeds(open_ui: OpenUi, with_feeds: str) -> None:
    async with open_ui(with_feeds, QUIET) as ui:
        assert ui.lines()[0].endswith("✗ 1 feed")
        with sqlite3.connect(with_feeds) as connection:
            connection.execute("UPDATE pull SET failed_since = NULL")
        connection.close()
        ui.app.session.refresh_if_changed()
        await ui.wait_until_idle()
        assert "✗" not in ui.lines()[0]


async def test_an_empty_list_of_feeds_shows_how_to_add_one(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, QUIET) as ui:
        await ui.press("R")
        assert "no feed is pulled yet (F, then a, adds one)" in ui.text()
        await ui.press("F")
        assert "hf:daily" in ui.text()
        await ui.press("x", "\r", "j")
        assert isinstance(ui.app.screen, FeedsScreen)


async def test_a_key_adds_the_first_feed_of_an_empty_library(open_ui: OpenUi, tmp_path: Path) -> None:
    async with open_ui(str(tmp_path / "none.db"), QUIET) as ui:
        process = FakeProcess()
        set_process(ui, process)
        for says in (
            "h   pull Hugging Face Daily Papers",
            "c   pull a category",
            "I   import a file",
            "D   look around",
        ):
            assert says in ui.text()
        await ui.press("h")
        assert process.runs == [["sync", "--progress", "json", "hf-daily"]]
        await ui.press("c")
        await ui.type("cs.CL\r")
        await ui.wait_until_idle()
        await ui.press("F")
        assert "arxiv-cs.CL" in ui.text()


async def test_the_demo_shows_feeds_and_downloads_nothing(open_ui: OpenUi, tmp_path: Path) -> None:
    library = fill(str(tmp_path), parse_instant(CLOCK))
    async with open_ui(library, QUIET) as ui:
        process = FakeProcess()
        set_process(ui, process)
        ui.app.context.downloads, ui.app.context.demo = process, True
        for keys in ("R", "p", "FR", "\r"):
            await ui.press(*keys)
            assert "the demo fetches nothing (readq without demo does)" in ui.text()
        daily, category, group = ui.lines()[1:4]
        assert "hf-daily                ok" in daily
        assert "5 new     28 papers" in daily
        assert "≈ arxiv-cs.CL             same batch as on Fri" in category
        assert "✗ reading-group           failed since Sat" in group
        await ui.press("a")
        await ui.type("hf:trending\r")
        assert "the demo fetches nothing" in ui.text()
        assert process.runs == []


async def test_the_feeds_screen_names_its_key_to_add_a_feed(open_ui: OpenUi, library_path: str) -> None:
    async with open_ui(library_path, QUIET) as ui:
        await ui.press("F", "R")
        assert "no feed is pulled yet (a adds one)" in ui.text()


async def test_two_keys_at_once_start_one_sync_and_stop_it(open_ui: OpenUi, with_feeds: str) -> None:
    process = FakeProcess({"event": "ended", "feed": "hf-daily", "new": 3, "error": None})
    async with open_ui(with_feeds, QUIET) as ui:
        set_process(ui, process)
        await ui.press("R", "R")
        assert process.runs == []
        assert "the sync was stopped; 0 new so far" in ui.text()
        await ui.press("R")
        assert len(process.runs) == 1


async def test_two_keys_at_once_download_one_pdf(open_ui: OpenUi, with_feeds: str) -> None:
    process = FakeProcess(last_error="error: refused")
    async with open_ui(with_feeds, QUIET) as ui:
        ui.app.context.downloads = process
        await ui.press("p", "p")
        assert process.runs == [["pdf", "--progress", "json", "1"]]
