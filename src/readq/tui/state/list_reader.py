"""Read whole lists in the reader thread. Reading a list of many papers would delay the keys too much."""

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
"""The longest time, in seconds, for which a key that lists papers, and the keys after it, wait for the whole list."""


class WholeList(NamedTuple):
    """A list that was read, and the state of the screen and of the library before it was read."""

    listed: Listed
    query: ListQuery
    """The argument `query` of `ListReader.read`."""
    typing: bool
    """The argument `typing` of `ListReader.read`."""
    show: Callable[[], None]
    """The argument `show` of `ListReader.read`."""
    before: ListQuery
    """The query of the list that was shown when `ListReader.read` was called."""
    state: tuple[int, int]
    """A pair of version numbers. It changes when the user makes a decision, and again when the decision is written."""
    number: int
    """A number that identifies the call of `ListReader.read`. Each later call has a greater number."""


Reading: TypeAlias = "asyncio.Future[WholeList | None]"


class ListReader:
    """Reads lists for the screen of `session`. Only the list of the latest call of `read` is shown."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._number = 0
        """The number of the list that is to be shown when it is read."""

    def read(self, query: ListQuery, show: Callable[[], None], *, typing: bool = False) -> Reading:
        """Read the papers that match `query` in the reader thread, then call `show`. If the read fails, show the error.

        `show` must call `Session.list_papers` with `query`. This call shows the list that was read here, and does not
        read it again. If another list is shown or requested meanwhile, `show` is not called. If `typing` is true, the
        last word of the query text matches as a prefix.

        Return a future. The result of the future is the list that was read, or None if `query` cannot be parsed. The
        handler of a key can pass the future to `wait_for`, to show the list before further keys are handled.
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

    def cancel(self) -> None:
        """Do not show the list of the latest call of `read`, if it was not shown yet."""
        self._number += 1

    async def wait_for(self, reading: Reading) -> bool:
        """Wait up to a second for the list of the future `reading`, and show the list.

        Return False if the read takes longer. The list is then shown as soon as it has been read. Further keys also
        wait during this call, because they may act on all papers of the list.
        """
        with contextlib.suppress(TimeoutError):
            if whole := await asyncio.wait_for(reading, _PATIENCE):
                self.put(whole)
            return True
        return False

    def put(self, whole: WholeList) -> None:
        """Show the list `whole`. If a decision was made or written since the list was read, read the list again first.

        Do nothing if the list was shown already, or if another list was shown or requested meanwhile.
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
