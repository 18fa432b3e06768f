"""The UI shares in a child process: at its start, after changes, and when it has ended."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from readq.services.papers import triage
from readq.services.share.start import start
from readq.store.library import open_for_changing
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.background.share_job import LONGEST_PAUSE, PAUSE, ShareJob
from readq.tui.state.library_cache import LibraryCache


class Process(ReadqProcess):
    """Runs nothing; ends with a status and a last line."""

    def __init__(self) -> None:
        super().__init__("", None)
        self.ends_with = (0, "")
        self.detached: list[Sequence[str]] = []

    async def run(self, arguments: Sequence[str], on_object: Callable[[Mapping[str, Any]], None]) -> tuple[int, str]:
        return self.ends_with

    def start_detached(self, arguments: Sequence[str]) -> None:
        self.detached.append(arguments)


@pytest.fixture
def library(six_papers: str, now: datetime) -> Iterator[LibraryCache]:
    cache = LibraryCache(six_papers, lambda: now)
    yield cache
    cache.close()


def star(path: str, now: datetime) -> None:
    with closing(open_for_changing(path)) as connection:
        triage.star(connection, [1], True, now)


async def test_a_share_is_due_at_the_start_after_a_change_and_now_and_then(
    library: LibraryCache, six_papers: str, now: datetime
) -> None:
    seconds = [0.0]
    job = ShareJob(library, Process(), is_wanted=True, clock=lambda: seconds[0])
    assert job.is_due
    await job.run()
    seconds[0] = PAUSE
    library.poll_changes()
    assert not job.is_due
    star(six_papers, now)
    library.poll_changes()
    assert job.is_due
    await job.run()
    assert not job.is_due
    seconds[0] += LONGEST_PAUSE
    assert job.is_due


async def test_after_the_end_it_shares_only_what_changed_since(
    library: LibraryCache, six_papers: str, now: datetime
) -> None:
    process = Process()
    job = ShareJob(library, process, is_wanted=True)
    await job.run()
    job.finish()
    assert process.detached == []
    star(six_papers, now)
    job.finish()
    assert process.detached == [("share",)]


def test_nothing_is_shared_unless_the_config_asks_for_it(library: LibraryCache) -> None:
    process = Process()
    job = ShareJob(library, process, is_wanted=False)
    assert not job.is_due
    job.finish()
    assert process.detached == []


async def test_one_failure_is_told_once(library: LibraryCache) -> None:
    process = Process()
    job = ShareJob(library, process, is_wanted=True)
    process.ends_with = (1, "error: git fetch: gone")
    assert [await job.run(), await job.run()] == ["not shared: git fetch: gone", ""]
    process.ends_with = (0, "")
    assert await job.run() == ""
    process.ends_with = (1, "error: git fetch: gone")
    assert await job.run() == "not shared: git fetch: gone"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
async def test_the_child_shares_the_library_of_the_ui(
    library: LibraryCache, six_papers: str, now: datetime, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    folder, remote = tmp_path / "shared", tmp_path / "remote.git"
    config.write_text(f'[share]\nfolder = "{folder}"\n')
    job = ShareJob(library, ReadqProcess(six_papers, str(config)), is_wanted=True)
    assert (await job.run()).startswith(f"not shared: {folder} is not shared yet")
    start(six_papers, str(folder), str(remote), 30, now)
    star(six_papers, now)
    assert await job.run() == ""
    assert any('"starred": true' in path.read_text() for path in (folder / "papers").iterdir())
