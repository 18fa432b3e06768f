"""The sync that runs in the background: starts and stops the process, and keeps its progress."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from readq.tui.state import sync_progress
from readq.tui.state.child_process import ReadqProcess
from readq.tui.state.sync_progress import SyncState
from readq.tui.text import symbols

_SHOW_EVERY = 0.25
"""Seconds between two drawings of the progress."""


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
