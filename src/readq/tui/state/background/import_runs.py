"""Run imports of files. Each import runs in a thread of its own, so that readq can quit before an import has ended."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TypeVar

from readq.tui.state.background.daemon_thread import run_in_daemon

Result = TypeVar("Result")

_POLL_INTERVAL = 0.02


class ImportRuns:
    """Runs imports, and knows which of them have not ended."""

    def __init__(self) -> None:
        self._running: list[str] = []

    @property
    def running(self) -> Sequence[str]:
        """The names of the files and folders whose import has not ended, the first import first."""
        return tuple(self._running)

    async def run(self, name: str, function: Callable[[], Result]) -> Result:
        """Call `function`, which imports the file or folder `name`, in a thread of its own. Return its result.

        `function` must not raise an exception.
        """
        self._running.append(name)
        try:
            return await run_in_daemon(function)
        finally:
            self._running.remove(name)

    async def wait(self, timeout: float) -> Sequence[str]:
        """Wait until all imports have ended, for at most `timeout` seconds. Return the names of those that have not."""
        until = monotonic() + timeout
        while self._running and monotonic() < until:
            await asyncio.sleep(_POLL_INTERVAL)
        return self.running

    def status_text(self) -> str:
        """Return the text for the state line about the first import that has not ended, or "" if there is none."""
        return f"importing {self._running[0]}" if self._running else ""
