"""What the screens see of the library: the listed view, its rows by pages, the counts. Reads only, and never waits.

A library that is locked at the moment answers from what was read before; `stale` then says that a second look is due.
"""

import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar

from readq.days import local_day
from readq.errors import LibraryError, LibraryLockedError
from readq.model.values import Paper, QueueRow
from readq.services import views
from readq.store.connection import connect as connect
from readq.store.connection import sqlite_errors, transactions
from readq.store.feeds import pulls as pull_rows
from readq.store.library import open_for_reading
from readq.store.papers import reading as reads

PAGE = 64
"""Rows fetched at once: about a screen of them, 0.1 ms."""

_KEPT_ROWS = 64 * PAGE

Answer = TypeVar("Answer")
Otherwise = TypeVar("Otherwise")


class Shown(NamedTuple):
    """Which papers are listed: a view, narrowed by a query, in an order."""

    view: str = "inbox"
    query: str = ""
    sort: str = "added"


class LibraryView:
    """One reading connection to the library at `path` with busy timeout 0, and what was read through it."""

    def __init__(self, path: str, clock: Callable[[], datetime]) -> None:
        """Raises LibraryError when the file cannot be a library."""
        self.path = path
        self.clock = clock
        self.shown = Shown()
        self.counts = reads.Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)
        self.failing_feeds = 0
        self.stale = False
        """A read was refused because another process held the library."""
        self.trouble: LibraryError | None = None
        """What is wrong with the library beyond being locked, found while drawing; for the app to tell."""
        self._rows: dict[int, QueueRow] = {}
        self._listed: array[int] = array("q")
        self._open()

    def _open(self) -> None:
        # First: should it be replaced meanwhile, it is opened once more at the next look.
        file = connect.file_at(self.path)
        connection = open_for_reading(self.path, busy_timeout=0.0)
        with connect.closing_on_error(connection):
            self._version = self._read(lambda: transactions.data_version(connection))
        self._file, self._connection = file, connection

    def _reopened(self) -> bool:
        """Whether there is another file at the path than was opened, or the first one, and it is open now.

        Of a library that was moved or deleted what was read stays on the screen.
        """
        if connect.file_at(self.path) in (None, self._file):
            return False
        old = self._connection
        try:
            self._open()
        except LibraryLockedError:
            return False
        except LibraryError as error:
            self.trouble = error
            return False
        old.close()
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def changed(self) -> bool:
        """Whether to look again: another connection has committed, the library has come to be, a read was refused.

        A library that was replaced, as by a restore, is open anew from now on.
        """
        if self._reopened():
            return True
        was_stale, self.stale = self.stale, False
        version = self._ask(lambda: transactions.data_version(self._connection), self._version)
        changed, self._version = version != self._version, version
        return (changed or was_stale) and not self.stale

    def list_ids(self, shown: Shown, *, typing: bool = False) -> "array[int]":
        """The papers that `shown` says, in order; `typing`: the last word of the query may be unfinished.

        Raises UsageError when the query cannot be understood, LibraryLockedError while the library is locked.
        """
        selection = views.selection(shown.view, shown.query, self.clock(), typing=typing)
        return self._read(lambda: reads.list_ids(self._connection, selection, shown.sort))

    def show(self, shown: Shown, *, typing: bool = False) -> "array[int]":
        """List what `shown` says and remember it; raises as `list_ids` does, and then nothing changes."""
        self._listed = self.list_ids(shown, typing=typing)
        self.shown = shown
        return self._listed

    def unlisted(self) -> int:
        """How many papers belong to what is shown, but came after it was listed."""
        try:
            return len(set(self.list_ids(self.shown)) - set(self._listed))
        except LibraryLockedError:
            self.stale = True
            return 0

    def take_off(self, gone: Collection[int]) -> None:
        """Count papers as listed no longer; should they come back, they are unlisted."""
        self._listed = array("q", (paper_id for paper_id in self._listed if paper_id not in gone))

    def read_counts(self) -> None:
        """Count the views anew, and the feeds that fail."""
        today = local_day(self.clock()).isoformat()
        self.counts = self._ask(lambda: reads.counts(self._connection, today), self.counts)
        self.failing_feeds = self._ask(lambda: pull_rows.count_failing(self._connection), self.failing_feeds)

    def row(self, paper_id: int, page: "array[int]") -> QueueRow | None:
        """The line of a paper; with the first of a page all lines of that page are read.

        None for a paper that is gone, or when the library is locked and the line was never read.
        """
        if paper_id not in self._rows:
            if len(self._rows) > _KEPT_ROWS:
                self._rows.clear()
            self._rows.update((row.id, row) for row in self.rows(page))
        return self._rows.get(paper_id)

    def rows(self, ids: Iterable[int]) -> list[QueueRow]:
        """The lines of these papers as they are in the library; nothing while it is locked."""
        return self._ask(lambda: reads.queue_rows(self._connection, array("q", ids)), [])

    def rows_now(self, ids: Iterable[int]) -> list[QueueRow]:
        """The lines of these papers. Raises LibraryLockedError while the library is locked."""
        return self._read(lambda: reads.queue_rows(self._connection, array("q", ids)))

    def cached(self, paper_id: int) -> QueueRow | None:
        """The line of a paper if it has been read."""
        return self._rows.get(paper_id)

    def pretend(self, row: QueueRow) -> None:
        """Show a line as it will be once its decision is written."""
        self._rows[row.id] = row

    def reread(self) -> None:
        """Read all cached lines anew; they are kept as they are while the library is locked."""
        known = self._rows
        rows = self._ask(lambda: reads.queue_rows(self._connection, array("q", known)), known.values())
        self._rows = {row.id: row for row in rows}

    def paper(self, paper_id: int) -> Paper | None:
        """Everything about one paper; None when it is gone or the library is locked."""
        return self._ask(lambda: reads.paper(self._connection, paper_id), None)

    def ask(self, question: Callable[[sqlite3.Connection], Answer], otherwise: Otherwise) -> Answer | Otherwise:
        """The answer of a service that reads; `otherwise` while the library is locked."""
        return self._ask(lambda: question(self._connection), otherwise)

    def _read(self, question: Callable[[], Answer]) -> Answer:
        try:
            return question()
        except sqlite3.Error as error:
            raise sqlite_errors.library_error(error, self.path) from error

    def _ask(self, question: Callable[[], Answer], otherwise: Otherwise) -> Answer | Otherwise:
        try:
            return self._read(question)
        except LibraryLockedError:
            self.stale = True
        except LibraryError as error:
            self.trouble = error
        return otherwise
