"""End a sync early, and keep the papers that it has already stored."""

import contextlib
from collections.abc import Callable, Iterator


class Interruption:
    """A request to end a sync, made by a signal handler or another thread.

    The sync completes a running write to the library before it ends.
    """

    def __init__(self) -> None:
        self.requested = False
        self._cancel: Callable[[], object] | None = None

    def request(self) -> None:
        """Ask the sync to end. May be called before the sync starts, and more than once."""
        was_requested, self.requested = self.requested, True
        if self._cancel is not None and not was_requested:
            self._cancel()

    @contextlib.contextmanager
    def calling(self, cancel: Callable[[], object]) -> Iterator[None]:
        """Return a context manager. During its `with` block, the method `request` calls `cancel`.

        Only the first call of `request` does so.
        """
        self._cancel = cancel
        try:
            yield
        finally:
            self._cancel = None
