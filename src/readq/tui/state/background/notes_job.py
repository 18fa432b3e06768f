"""Synchronise the folder of Markdown notes with the library, every two seconds while the UI runs."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from readq.config import Config
from readq.tui.state.background.daemon_thread import run_in_daemon

if TYPE_CHECKING:
    from readq.services.notes.files import KnownFiles

_PAUSE = 2.0
"""Minimum time in seconds between two comparisons of the folder of notes with the library."""

_WAIT = 2.0
"""The longest time, in seconds, that a comparison of the folder with the library waits while the library is locked.

A comparison waits equally long for another process that compares the notes.
"""


class NotesJob:
    """Synchronises the folder of notes of `config` with the library at `path`. `clock` returns the present time."""

    def __init__(self, path: str, config: Config, clock: Callable[[], datetime]) -> None:
        self._path, self._config, self._clock = path, config, clock
        self._known: KnownFiles = {}
        self._told: set[str] = set()
        self._is_running = False
        self._ended_at = -_PAUSE

    @property
    def is_due(self) -> bool:
        """Whether the folder of notes should be compared with the library now.

        This is false if there is no such folder, while a comparison runs, and for two seconds after a comparison.
        """
        if self._config.notes_folder is None or self._is_running:
            return False
        return time.monotonic() - self._ended_at >= _PAUSE

    def hurry(self) -> None:
        """Make `is_due` true at once, even if the last comparison of the notes ended less than two seconds ago."""
        self._ended_at = -_PAUSE

    async def run(self) -> list[str]:
        """Compare the folder of notes with the library in a thread, import changed files, and write changed notes.

        Return the messages of this comparison, except those that the previous comparison had too. The UI shows the
        changes after its next poll of the library.
        """
        # Imported with the first comparison: no part of the first screen.
        from readq.services.notes import session

        now, waits = self._clock(), session.Waits(_WAIT, _WAIT)
        self._is_running = True
        try:
            _, lines = await run_in_daemon(
                lambda: session.sync_quietly(self._path, self._config, now, waits, self._known)
            )
        finally:
            self._is_running = False
            self._ended_at = time.monotonic()
        new = [line for line in lines if line not in self._told]
        self._told = set(lines)
        return new
