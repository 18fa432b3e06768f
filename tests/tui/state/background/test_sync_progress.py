"""The state of a background sync, computed from the lines it prints."""

from functools import reduce
from typing import Any

import pytest

from readq.tui.state.background import sync_progress
from readq.tui.state.background.sync_progress import FeedState, SyncState

STARTED = {"event": "started", "feed": "hf-daily", "requests": 8}
PROGRESS = {"event": "progress", "feed": "hf-daily", "done": 3, "requests": 8, "new": 12}
ENDED = {"event": "ended", "feed": "hf-daily", "found": 20, "new": 17, "status": "ok", "error": None}
FAILED = {"event": "ended", "feed": "cs.LG", "found": 0, "new": 0, "status": "failed", "error": "connection refused"}


def after_lines(*lines: dict[str, Any]) -> SyncState:
    return reduce(sync_progress.after_line, lines, SyncState(running=True))


def test_progress_of_one_feed() -> None:
    assert after_lines(STARTED).feeds == {"hf-daily": FeedState(requests=8)}
    assert sync_progress.running_text(after_lines(STARTED), {}) == "syncing hf-daily 0/8"
    assert sync_progress.running_text(after_lines(STARTED, PROGRESS), {}) == "syncing hf-daily 3/8 · 12 new"
    assert (
        sync_progress.feed_text(after_lines(STARTED, PROGRESS).feeds["hf-daily"]) == "pulling: 3 of 8 requests, 12 new"
    )
    done = after_lines(STARTED, PROGRESS, ENDED)
    assert done.new == 17
    assert sync_progress.running_text(done, {}) == "syncing …"
    assert sync_progress.result_text(sync_progress.after_exit(done, 0, ""), "F", "Enter") == "synced 1 feed: 17 new"


@pytest.mark.parametrize(
    ("done", "seconds", "text"),
    [
        (1, 30.0, "syncing hf-daily 1/8 · 12 new"),
        (3, 2.0, "syncing hf-daily 3/8 · 12 new"),
        (3, 12.0, "syncing hf-daily 3/8, about 20 s left · 12 new"),
        (2, 60.0, "syncing hf-daily 2/8, about 3 min left · 12 new"),
        (8, 60.0, "syncing hf-daily 8/8 · 12 new"),
    ],
)
def test_the_time_left_follows_from_the_requests_so_far(done: int, seconds: float, text: str) -> None:
    state = after_lines(STARTED, {**PROGRESS, "done": done})
    assert sync_progress.running_text(state, {"hf-daily": seconds}) == text


def test_other_running_feeds_are_counted() -> None:
    other = {**STARTED, "feed": "cs.LG", "requests": 1}
    assert sync_progress.running_text(after_lines(STARTED, other), {}) == "syncing hf-daily 0/8 and 1 more"


def test_a_feed_that_failed_is_named() -> None:
    state = sync_progress.after_exit(after_lines(STARTED, ENDED, FAILED), 1, "error: cs.LG: connection refused")
    assert (state.running, state.failed, state.error) == (False, ("cs.LG",), None)
    text = "synced 1 feed: 17 new; cs.LG not pulled"
    assert sync_progress.result_text(state, "F", "Enter") == f"{text} (F shows why; Enter there tries now)"
    assert sync_progress.result_text(state, "F", "") == f"{text} (F shows why)"
    assert sync_progress.result_text(state, "", "Enter") == text
    nothing_else = sync_progress.after_exit(after_lines(FAILED), 1, "error: cs.LG: connection refused")
    assert sync_progress.result_text(nothing_else, "F", "") == "cs.LG not pulled (F shows why)"


@pytest.mark.parametrize(
    ("status", "last_error", "text"),
    [
        (75, "error: another sync runs: pid 12 (try again)", "no sync: another sync runs: pid 12 (try again)"),
        (1, "error: something", "no sync: something"),
        (-9, "", "no sync: it ended with status -9"),
        (0, "", "no feed is pulled yet"),
    ],
)
def test_a_failed_sync_gives_the_reason(status: int, last_error: str, text: str) -> None:
    assert sync_progress.result_text(sync_progress.after_exit(after_lines(), status, last_error), "F", "Enter") == text


@pytest.mark.parametrize(
    "line", [{}, {"event": "end"}, {"feed": 3}, {"feed": "x", "event": "started", "requests": "many"}, {"feed": "x"}]
)
def test_unknown_lines_are_ignored(line: dict[str, Any]) -> None:
    state = after_lines(STARTED, line)
    assert state.feeds["hf-daily"] == FeedState(requests=8)
    assert sync_progress.running_text(state, {})
