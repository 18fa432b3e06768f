"""Share the library with the user's other machines, in a child process.

A share exchanges changes through git. It runs at the start of the UI, after changes, and when the UI has ended.
"""

import time
from collections.abc import Callable

from readq.text import one_line
from readq.tui.state.background.child_process import ReadqProcess
from readq.tui.state.library_cache import LibraryCache

PAUSE = 300.0
"""Minimum time in seconds between two shares, which exchange changes with the user's other machines."""

LONGEST_PAUSE = 1800.0
"""Maximum time in seconds between two shares.

After this time, a share is due even if the library has not changed, because the user's other machines may have new
changes.
"""

_COMMAND = ("share",)


class ShareJob:
    """Runs `readq share` in a child process, when a share is due.

    A share exchanges changes with the user's other machines. `is_wanted` tells whether the config asks for shares.
    `clock` returns a time in seconds.
    """

    def __init__(
        self,
        library: LibraryCache,
        process: ReadqProcess,
        *,
        is_wanted: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.is_wanted = is_wanted
        self._library = library
        self._process = process
        self._clock = clock
        self._ended_at: float | None = None
        self._shared_version: int | None = None
        self._told = ""

    @property
    def is_due(self) -> bool:
        """Whether to exchange changes with the user's other machines now. This is true in three cases:

        - There was no exchange yet.
        - The last exchange was at least half an hour ago.
        - The last exchange was at least five minutes ago, and the library has changed since.

        But it is false while an exchange runs, and always if `is_wanted` is false.
        """
        if not self.is_wanted or self._process.running:
            return False
        if self._ended_at is None:
            return True
        seconds = self._clock() - self._ended_at
        return seconds >= LONGEST_PAUSE or (seconds >= PAUSE and self._library.version != self._shared_version)

    async def run(self) -> str:
        """Run `readq share`. Return a message if it failed, or "" if it succeeded.

        If the previous run failed with the same message, return "" too, because the user knows the message already. The
        UI shows the changes of the other machines after its next poll of the library.
        """
        status, last_error = await self._process.run(_COMMAND, lambda _: None)
        self._ended_at = self._clock()
        # What this share wrote is no reason for another one.
        self._shared_version = self._library.current_version()
        reason = one_line(last_error).removeprefix("error: ") or f"it ended with status {status}"
        message = f"not shared: {reason}" if status else ""
        told, self._told = self._told, message
        return "" if message == told else message

    def finish(self) -> None:
        """If the library has changed, start one more share, without waiting for it.

        Call this after the UI has ended.
        """
        if self.is_wanted and self._library.current_version() != self._shared_version:
            self._process.start_detached(_COMMAND)
