"""Read whole lists in the reader thread: a list of many papers takes longer than a key may."""

import asyncio
import contextlib
from collections.abc import Callable
from sqlite3 import Connection
from typing import NamedTuple, TypeAlias

from readq.errors import ReadqError
from readq.tui.state.background.daemon_thread import set_from_thread
from readq.tui.state.library_cache import Listed, ListQuery
from readq.tui.state.session import Session
from readq.tui.state.writer_thread import Command

_PATIENCE = 1.0
"""Seconds that the keys after one that lists papers wait for the whole list."""


class WholeList(NamedTuple):
    """A list that was read, and the state of the screen and of the library before it was read.

    `show` shows the list `query`. `before` is the query of the list that was shown when this one was asked for.
    """

    listed: Listed
    query: ListQuery
    typing: bool
    show: Callable[[], None]
    before: ListQuery
    state: tuple[int, int]
    number: int


Reading: TypeAlias = "asyncio.Future[WholeList | None]"


class ListReader:
    """Reads one list at a time for the screen of `session`. A list that is asked for replaces the one before."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._number = 0
        """The number of the list that is to be shown when it is read."""

    def read(self, query: ListQuery, show: Callable[[], None], *, typing: bool = False) -> Reading:
        """Read the papers that match `query`, then call `show`. If they cannot be read, show the error.

        `show` must list the papers of `query` on the screen, which does not read them again. It is not called if
        another list is shown or asked for meanwhile. With `typing`, the last word of the query text matches as a
        prefix. The result is there at once when it is read, also while a key is handled, which keeps it from being
        shown: `put` shows it. The result is None if `query` cannot be parsed.
        """
        session, state, before = self._session, self._state(), self._session.library.list_query
        self._number = number = self._number + 1
        reading: Reading = asyncio.get_running_loop().create_future()

        def job(connection: Connection) -> WholeList:
            try:
                listed = session.library.complete_list(connection, query, typing=typing)
            except ReadqError:
                set_from_thread(reading, None)
                raise
            whole = WholeList(listed, query, typing, show, before, state, number)
            set_from_thread(reading, whole)
            return whole

        session.reader.submit(Command(job, self.put, session.observer.show_error))
        return reading

    async def wait_for(self, reading: Reading) -> bool:
        """Wait up to a second for a list, and show it. Return False if it is shown later.

        The keys that follow may act on all papers of the list, so they wait too.
        """
        with contextlib.suppress(TimeoutError):
            if whole := await asyncio.wait_for(reading, _PATIENCE):
                self.put(whole)
            return True
        return False

    def put(self, whole: WholeList) -> None:
        """Show a list that was read, unless that was done already, or another list is shown or asked for meanwhile."""
        library = self._session.library
        if whole.number != self._number or library.list_query is not whole.before:
            return
        if self._state() != whole.state:
            self.read(whole.query, whole.show, typing=whole.typing)
            return
        self._number += 1
        library.put_complete_list(whole.listed)
        whole.show()

    def _state(self) -> tuple[int, int]:
        """Return numbers that a decision changes, first when it is made and then when it is written."""
        return self._session.list_state.version, self._session.library.current_version()
