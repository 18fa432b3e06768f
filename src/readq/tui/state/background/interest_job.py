"""Compute the interest of all papers in a child process: after ten decisions of the user, and when papers were added.

The interest is a number from 0 to 100 that estimates how much a paper interests the user.
"""

import time

from readq.services import interest
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.library_cache import LibraryCache

_DECISIONS = 10
"""The number of new decisions after which the interest of papers is computed again."""

_PAUSE = 20.0
"""Minimum time in seconds between two runs."""

_COMMAND = ("list", "--sort", "interest", "--limit", "0")
"""The readq command that the child process runs. It computes the interest of all papers, and lists no papers."""


class InterestJob:
    """Computes the interest of papers in a child process, when this is due."""

    def __init__(self, library: LibraryCache, process: ReadqProcess) -> None:
        self._library = library
        self._process = process
        self._version: int | None = None
        self._ended_at = -_PAUSE

    @property
    def is_due(self) -> bool:
        """Whether the interest of papers should be computed again now.

        The last run must have ended at least 20 seconds ago. Since that run, the user must have made ten decisions, or
        papers must have been added. The library is read only if it has changed since the last check.
        """
        if self._process.running or time.monotonic() - self._ended_at < _PAUSE:
            return False
        version, self._version = self._version, self._library.version
        return version != self._version and self._library.read(lambda conn: interest.is_due(conn, _DECISIONS), False)

    async def run(self) -> None:
        """Compute the interest in a child process. The UI shows the new numbers after its next poll of the library."""
        await self._process.run(_COMMAND, lambda _: None)
        self._ended_at = time.monotonic()
        # What this run wrote is no reason for another one.
        self._version = self._library.current_version()

    async def stop(self, timeout: float) -> None:
        """Stop the child process, if it runs, and wait for at most `timeout` seconds until it has ended."""
        await self._process.stop(timeout)
