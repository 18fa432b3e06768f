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
"""Seconds that further keys wait for the whole list, after a key that lists papers."""


class WholeList(NamedTuple):
    """A list that was read, and the state of the screen and of the library before it was read.

    `query`, `typing` and `show` are the arguments of `ListReader.read`. `before` is the query of the list that was
    shown when `read` was called. `state` changes when a decision is made and when it is written. `number` is the number
    of the call of `read`.
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
    """Reads lists for the screen of `session`. Only the list that was asked for last is shown."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._number = 0
        """The number of the list that is to be shown when it is read."""

    def read(self, query: ListQuery, show: Callable[[], None], *, typing: bool = False) -> Reading:
        """Read the papers that match `query`, then call `show`. If they cannot be read, show the error.

        `show` must list the papers of `query` on the screen, which does not read them again. It is not called if
        another list is shown or asked for meanwhile. With `typing`, the last word of the query text matches as a
        prefix.

        Return a future. It gets the list as soon as the list is read, or None if `query` cannot be parsed. While a key
        is handled, nothing calls `show`. So the handler of the key can wait for the future, and call `put` to show the
        list.
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
        """Wait up to a second for a list, and show it.

        Return False if the list is not read by then, and is shown later. The keys that follow may act on all papers of
        the list, so they wait too.
        """
        with contextlib.suppress(TimeoutError):
            if whole := await asyncio.wait_for(reading, _PATIENCE):
                self.put(whole)
            return True
        return False

    def put(self, whole: WholeList) -> None:
        """Show the list `whole`, unless it was shown already, or another list was shown or asked for meanwhile.

        If a decision was made or written since the list was read, read the list again.
        """
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
