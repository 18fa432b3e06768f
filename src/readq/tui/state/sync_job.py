"""Pulling the feeds while the reader goes on: what the sync in the background says, and the key that starts one."""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from readq.days import parse_instant
from readq.errors import ReadqError
from readq.tui.screens.base import Handler, KeyedScreen
from readq.tui.state import sync_progress
from readq.tui.state.child_process import ReadqProcess
from readq.tui.state.sync_progress import SyncState
from readq.tui.text import symbols

_SHOW_EVERY = 0.25
"""Seconds between two drawings of the progress."""

_RECENT = timedelta(minutes=30)
"""A feed that answered so recently is not asked again because the UI is opened once more."""


class Sync:
    """The sync in the background, and how the last one went. `changed` is called with every news of it."""

    def __init__(self, background: ReadqProcess, changed: Callable[[], None]) -> None:
        self._background = background
        self._changed = changed
        self._shown_at = 0.0
        self.state = SyncState()

    async def run(self, names: Sequence[str] = ()) -> SyncState:
        """Pull these feeds, or all that are due; returns how it went."""
        self.state = SyncState(running=True)
        self._changed()
        words = ["sync", "--progress", "json", *names]
        status, complaint = await self._background.run(words, self._heard)
        self.state = sync_progress.after_exit(self.state, status, complaint)
        self._changed()
        return self.state

    def _heard(self, line: Mapping[str, Any]) -> None:
        self.state = sync_progress.after_line(self.state, line)
        now = time.monotonic()
        # What falls between is shown with the next news, at the latest with the last.
        if now - self._shown_at >= _SHOW_EVERY:
            self._shown_at = now
            self._changed()

    async def stop(self, patience: float) -> None:
        """End a sync that is under way, for at most `patience` seconds; what it has stored is kept."""
        await self._background.stop(patience)

    def words(self) -> str:
        """What the state line says of it: what runs, else what failed."""
        if self.state.running:
            return sync_progress.running_text(self.state)
        failed = self.state.failed
        return f"{symbols.FAILED} {', '.join(failed)} not pulled" if failed else ""

    def mark(self) -> str:
        """What the top line says of it: empty when none runs."""
        return f"{symbols.SYNC} {self.state.new:,} new" if self.state.running else ""


def refuse_in_demo(screen: KeyedScreen) -> None:
    """Raise ReadqError where nothing is fetched."""
    if not screen.readq.fetches:
        raise ReadqError("the demo fetches nothing", "readq without demo does")


async def sync(screen: KeyedScreen, names: Sequence[str] = ()) -> None:
    """Start a sync in the background. Raises ReadqError in the demo, while one runs, and when there are no feeds."""
    refuse_in_demo(screen)
    if screen.readq.sync.state.running:
        raise ReadqError("a sync runs already", "its progress stands in the state line")
    if not screen.session.library.read(_feed_names, ["?"]):
        key = screen.readq.shown_key(screen.place, "feeds") or screen.readq.shown_key(screen.place, "add_feed")
        raise ReadqError("no feed is pulled yet", f"{key} adds one")
    start(screen, names)


def start(screen: KeyedScreen, names: Sequence[str] = ()) -> None:
    """Start a sync, and say how it went when it has ended."""

    async def work() -> None:
        state = await screen.readq.sync.run(names)
        screen.session.refresh_if_changed()
        screen.readq.show_message(sync_progress.result_text(state, screen.readq.shown_key(screen.place, "feeds")))

    screen.app.run_worker(work(), exit_on_error=False, group="sync")


def is_due(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether a feed has not answered for a while, so that opening the UI is a reason to ask it."""
    from readq.store.feeds.pulls import pulled_feeds

    tries = [feed.pull.tried for feed in pulled_feeds(connection)]
    return any(tried is None or now - parse_instant(tried) > _RECENT for tried in tries)


def _feed_names(connection: sqlite3.Connection) -> list[str]:
    from readq.store.feeds.pulls import pulled_feeds

    return [feed.name for feed in pulled_feeds(connection)]


async def _sync(screen: KeyedScreen) -> None:
    await sync(screen)


HANDLERS: Mapping[str, Handler] = {"sync": _sync}
