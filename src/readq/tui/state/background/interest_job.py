"""Bring the numbers of interest up to date in a child process, after ten decisions or when papers have arrived."""

import time

from readq.services import interest
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.library_cache import LibraryCache

_DECISIONS = 10
"""The number of decided papers that wait to be counted from which on the numbers are computed again."""

_PAUSE = 20.0
"""Seconds between two runs at least."""

_COMMAND = ("list", "--sort", "interest", "--limit", "0")
"""A command that computes the numbers first, and prints nothing."""


class InterestJob:
    """Starts the child process when it is due. Nothing is read unless the library has changed since the last look."""

    def __init__(self, library: LibraryCache, process: ReadqProcess) -> None:
        self._library = library
        self._process = process
        self._version: int | None = None
        self._ended_at = -_PAUSE

    @property
    def is_due(self) -> bool:
        """Whether enough papers wait to be counted, and no run has ended just before."""
        if self._process.running or time.monotonic() - self._ended_at < _PAUSE:
            return False
        version, self._version = self._version, self._library.version
        return version != self._version and self._library.read(lambda conn: interest.is_due(conn, _DECISIONS), False)

    async def run(self) -> None:
        """Compute the numbers in a child process. The next poll of the library shows them."""
        await self._process.run(_COMMAND, lambda _: None)
        self._ended_at = time.monotonic()
        # What this run wrote is no reason for another one.
        self._version = self._library.current_version()

    async def stop(self, timeout: float) -> None:
        """Stop the child process, if it runs, and wait for at most `timeout` seconds. Counted papers are kept."""
        await self._process.stop(timeout)
