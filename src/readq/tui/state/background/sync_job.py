"""The background sync: start and stop the process that fetches the feeds, and keep its progress."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from time import monotonic
from typing import Any

from readq.tui.state.background import sync_progress
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.background.sync_progress import SyncState
from readq.tui.text import icons

_NOTIFY_INTERVAL = 0.25
"""Minimum time in seconds between two calls of the callback `changed` during a sync."""


class SyncJob:
    """Runs one sync at a time, in a child process.

    `state` is the progress of the running sync, or the result of the last sync. `changed` is called after `state` has
    changed, but at most four times a second during a sync.
    """

    def __init__(self, process: ReadqProcess, changed: Callable[[], None]) -> None:
        self._process = process
        self._changed = changed
        self._notified_at = 0.0
        self._began: dict[str, float] = {}
        """Maps the names of feeds to the monotonic times at which their pulls began."""
        self._is_started = self._is_stopped = False
        self.state = SyncState()

    def run(self, names: Sequence[str] = ()) -> Coroutine[None, None, SyncState]:
        """Sync the feeds with these names, and return the result. Without names, sync all feeds that are due.

        From this call on, `state` says that a sync runs, even before the returned coroutine is awaited.
        """
        self.state = SyncState(running=True)
        self._began.clear()
        self._is_started = self._is_stopped = False
        self._changed()
        return self._run(["sync", "--progress", "json", *names])

    async def _run(self, arguments: Sequence[str]) -> SyncState:
        status, last_error = 0, ""
        if not self._is_stopped:
            self._is_started = True
            status, last_error = await self._process.run(arguments, self._update)
        if self._is_stopped:
            self.state = self.state._replace(running=False, stopped=True)
        else:
            self.state = sync_progress.after_exit(self.state, status, last_error)
        self._changed()
        return self.state

    def _update(self, line: Mapping[str, Any]) -> None:
        self.state = sync_progress.after_line(self.state, line)
        now = monotonic()
        for name in self.state.feeds:
            self._began.setdefault(name, now)
        # A change within the interval is shown with a later one, at the latest with the result.
        if now - self._notified_at >= _NOTIFY_INTERVAL:
            self._notified_at = now
            self._changed()

    async def stop(self, timeout: float) -> None:
        """Stop the running sync, and wait for at most `timeout` seconds until it has ended.

        The papers stored so far are kept.
        """
        self._is_stopped = self._process.running or (self.state.running and not self._is_started)
        await self._process.stop(timeout)

    def status_text(self) -> str:
        """Return the text about the sync for the state line.

        During a sync, the text describes the progress. If no sync is running, the text names the feeds that failed in
        the last sync. Return "" if no sync is running and no feed failed.
        """
        if self.state.running:
            now = monotonic()
            return sync_progress.running_text(self.state, {name: now - began for name, began in self._began.items()})
        failed = self.state.failed
        return f"{icons.FAILED} {', '.join(failed)} not pulled" if failed else ""

    def news_text(self) -> str:
        """Return the number of new papers so far, as a text for the views bar. Return "" if no sync is running."""
        return f"{icons.SYNC} {self.state.new:,} new" if self.state.running else ""
