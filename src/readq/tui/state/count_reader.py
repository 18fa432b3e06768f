"""Count how many papers of the view All match a filter. The reader thread does this, so that no key has to wait."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from sqlite3 import Connection

from readq.errors import ReadqError
from readq.services import views
from readq.store.papers import queries
from readq.tui.state.background.daemon_thread import set_from_thread
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.session import Session
from readq.tui.state.writer_thread import Command

_PATIENCE = 1.0
"""Seconds that a key waits for the number."""


class CountReader:
    """Counts the papers of the view All that match the filter of the list of `session`.

    `changed` is called in the UI thread when the number for the present filter is known.
    """

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._state: tuple[ListQuery, int] | None = None
        """The query that was counted last, and the version of the library."""
        self._number: int | None = None
        self._counting: asyncio.Future[int] | None = None

    def known(self) -> int | None:
        """Return the number of papers. If it is not known yet, return None, and let the reader thread count them.

        Return 0 if there is no filter, or if the list shows the view All.
        """
        library = self._session.library
        query = library.list_query._replace(view="all")
        if not query.text or query == library.list_query:
            return 0
        state = (query, library.version)
        if self._state != state:
            self._state, self._number = state, None
            self._count(state)
        return self._number

    async def wait(self) -> int:
        """Return the number of papers as `known` does, but wait for up to a second until they are counted.

        Return 0 if they are not counted by then.
        """
        number, state, counting = self.known(), self._state, self._counting
        if number is None and state is not None and counting is not None:
            # While a key is handled, nothing delivers the result of the reader thread.
            with contextlib.suppress(TimeoutError):
                number = await asyncio.wait_for(asyncio.shield(counting), _PATIENCE)
                self._put(state, number)
        return number or 0

    def _count(self, state: tuple[ListQuery, int]) -> None:
        query, now = state[0], self._session.clock()
        self._counting = counting = asyncio.get_running_loop().create_future()

        def job(connection: Connection) -> int:
            try:
                number = queries.count(connection, views.selection(query.view, query.text, now, connection))
            except ReadqError:
                number = 0
            set_from_thread(counting, number)
            return number

        done = partial(self._put, state)
        self._session.reader.submit(Command(job, done, lambda _: done(0)))

    def _put(self, state: tuple[ListQuery, int], number: int) -> None:
        if self._state == state and self._number is None:
            self._number = number
            self._changed()
