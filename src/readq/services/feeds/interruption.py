"""Ending long work early, without losing what it has done."""

import contextlib
from collections.abc import Callable, Iterator


class Interruption:
    """Ends long work from a signal handler or another thread: what is being written is finished, the rest is left."""

    def __init__(self) -> None:
        self.requested = False
        self._cancel: Callable[[], object] | None = None

    def request(self) -> None:
        """End the sync; may come before it began, and more than once."""
        already, self.requested = self.requested, True
        if self._cancel is not None and not already:
            self._cancel()

    @contextlib.contextmanager
    def calling(self, cancel: Callable[[], object]) -> Iterator[None]:
        """Have `request` call `cancel` while the body runs."""
        self._cancel = cancel
        try:
            yield
        finally:
            self._cancel = None
