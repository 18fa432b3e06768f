"""The command palette. Enter waits for the end of the search, and then runs the best command for the typed text."""

import asyncio
import contextlib

from textual import on
from textual.command import CommandPalette
from textual.widgets import Input
from textual.worker import WorkerCancelled, WorkerFailed

_SEARCH_TIMEOUT = 5.0
"""The longest time, in seconds, for which Enter waits for the end of the search."""


class PaletteScreen(CommandPalette):
    """Textual's command palette, in which Enter waits until the search for the typed text has ended.

    Without the wait, Enter would run a command that an earlier search has found.
    """

    @on(Input.Submitted)
    async def _wait_for_search(self) -> None:
        """Wait until the search for the typed text has ended. Textual then runs the highlighted command."""
        searches = [worker for worker in self.app.workers if worker.node is self and not worker.is_finished]
        if searches:
            with contextlib.suppress(TimeoutError, WorkerCancelled, WorkerFailed):
                await asyncio.wait_for(self.app.workers.wait_for_complete(searches), _SEARCH_TIMEOUT)
