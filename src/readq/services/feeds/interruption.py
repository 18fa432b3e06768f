"""Interrupt a sync without losing what it has stored."""

import contextlib
from collections.abc import Callable, Iterator


class Interruption:
    """A request to end a sync, from a signal handler or another thread. The present write is finished first."""

    def __init__(self) -> None:
        self.requested = False
        self._cancel: Callable[[], object] | None = None

    def request(self) -> None:
        """End the sync. May be called before it starts, and repeatedly."""
        was_requested, self.requested = self.requested, True
        if self._cancel is not None and not was_requested:
            self._cancel()

    @contextlib.contextmanager
    def calling(self, cancel: Callable[[], object]) -> Iterator[None]:
        """Let `request` call `cancel` while the body runs."""
        self._cancel = cancel
        try:
            yield
        finally:
            self._cancel = None
