"""Read-only access to the library for the screens, with a cache of rows and counts.

While another process has locked the library, most reads return a cached or empty value and set `stale`. The next poll
then causes a refresh. Only `LibraryCache.read_when_free` waits for a lock.
"""

import asyncio
import contextlib
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from readq.days import local_day
from readq.errors import LibraryError, LibraryLockedError
from readq.model.values import Paper, QueueRow
from readq.ranking import exploration
from readq.services import views
from readq.store.connection import connect, sqlite_errors, transactions
from readq.store.feeds import pulls
from readq.store.library import open_for_reading
from readq.store.papers import queries
from readq.store.search.compiler import newest_matches
from readq.store.search.matches import MatchFinder
from readq.tui.state.triage_progress import TriageProgress

PAGE = 64
"""The number of rows that are read at once, about a screenful. Reading them takes 0.1 ms."""

_MAX_CACHED_ROWS = 8 * PAGE
"""The number of rows above which the cache is cleared, because the UI thread rereads all of them after each change."""

_MANY_PAPERS = 20_000
"""In a library with this number of papers or more, a list can at first have only the newest papers that match."""

_NEWEST, _LEAST_SHOWN = 300, PAGE
"""Two limits of a list that has only the newest papers that match.

Each full-text search in the query finds at most `_NEWEST` papers. If the list then has fewer than `_LEAST_SHOWN`
papers, all papers that match are read instead.
"""

_FREE_TRIES = 100
_FREE_INTERVAL = 0.02
"""Seconds between two attempts of `read_when_free`."""

Result = TypeVar("Result")
Default = TypeVar("Default")


class ListQuery(NamedTuple):
    """A query for a list: the papers of the view `view` that match the query text `text`, in the order `sort`."""

    view: str = "inbox"
    text: str = ""
    sort: str = "seen"


class Listed(NamedTuple):
    """A list of papers."""

    ids: "array[int]"
    """The ids of the papers, in the order of the list."""
    statuses: bytes
    """One byte for each paper: the code of its status."""
    days: Sequence[tuple[str, int]] = ()
    """The days of the papers, each with its number of papers. Empty if the list is not ordered by day."""
    others: frozenset[int] = frozenset()
    """The ids of papers of low interest that a list ordered by interest shows near its start."""


class LibraryCache:
    """A read-only connection to the library at `path`, with a cache of rows and counts.

    The busy timeout of the connection is 0, so a read fails at once while another process has locked the library.
    """

    def __init__(self, path: str, clock: Callable[[], datetime]) -> None:
        """Open the library at `path`. Raises LibraryError or a subclass if it is not a library or cannot be read."""
        self.path = path
        self.clock = clock
        self.list_query = ListQuery()
        self.matches = MatchFinder("")
        """The finder of the words in a text that the list query matches."""
        self.is_partial = False
        """Whether the list has only the newest of the papers that match, until all of them have been read."""
        self._complete: Listed | None = None
        self.counts = queries.Counts(0, 0, 0, 0, 0, 0, 0, 0, 0)
        self.is_counted = False
        """Whether `counts` was read. If the library is locked at the start, all numbers are 0 until it is free."""
        self._feed_count: int | None = None
        self._failing_feeds: int | None = None
        self.stale = False
        """Whether a read has failed since the last poll because another process had locked the library."""
        self.progress = TriageProgress()
        self.error: LibraryError | None = None
        """The last error of a read that was not caused by a lock. The app shows it."""
        self._rows: dict[int, QueueRow] = {}
        self._day = self._today()
        self._open()

    def _open(self) -> None:
        # Identify the file before it is opened: if it is replaced in between, the next poll opens it again.
        file = connect.file_at(self.path)
        connection = open_for_reading(self.path, busy_timeout=0.0)
        with connect.closing_on_error(connection):
            self._version = self._read(lambda: transactions.data_version(connection))
        self._file, self._connection = file, connection

    def _reopen_if_replaced(self) -> bool:
        """Open the file at the path if another file was put there. Return whether that happened.

        If the library was moved or deleted, the open file stays in use.
        """
        if connect.file_at(self.path) in (None, self._file):
            return False
        old = self._connection
        try:
            self._open()
        except LibraryLockedError:
            return False
        except LibraryError as error:
            self.error = error
            return False
        old.close()
        return True

    def close(self) -> None:
        """Close the connection to the library."""
        self.matches.close()
        self._connection.close()

    def poll_changes(self) -> bool:
        """Return whether the library may have changed since the last call. If it has, the caller must read rows again.

        Return True in four cases:

        - Another connection has committed a change.
        - A read failed because the library was locked, and the library is not locked now.
        - The file at `path` was created or replaced, for instance by a restore. From then on the new file is read.
        - A new local day has begun, on which other cards are due and other papers snoozed.
        """
        day, self._day = self._day, self._today()
        if self._reopen_if_replaced():
            return True
        was_stale, self.stale = self.stale, False
        version = self._read_or(lambda: transactions.data_version(self._connection), self._version)
        changed, self._version = version != self._version, version
        return (changed or was_stale or day != self._day) and not self.stale

    @property
    def version(self) -> int:
        """A number that changes each time `poll_changes` finds that another connection has committed a change."""
        return self._version

    def current_version(self) -> int:
        """Return the number that `version` will have after the next poll."""
        return self._read_or(lambda: transactions.data_version(self._connection), self._version)

    def is_quick(self, query: ListQuery) -> bool:
        """Return whether `list_papers` with `at_once` lists `query` so fast that it delays no key.

        This is always True in a small library. In a large library, it is True only if `list_papers` can list just the
        newest papers that match. Raises the errors of `list_papers`.
        """
        self._read(lambda: self._selection(query, typing=False))
        return self.counts.all + self.counts.dropped < _MANY_PAPERS or self._newest(query) is not None

    def list_papers(self, query: ListQuery, *, typing: bool = False, at_once: bool = False) -> Listed:
        """Return the papers that match `query`, in the order `query.sort`. Set the attribute `list_query` to `query`.

        If `typing` is true, the last word of the query text matches as a prefix. If `typing` or `at_once` is true and
        many papers match, the list may have just the newest of them. The attribute `is_partial` tells whether this is
        so. The method `complete_list` always returns all papers.

        Raises UsageError if the query text cannot be parsed. Raises LibraryLockedError while the library is locked.
        After an error, `list_query` is unchanged.
        """
        complete, self._complete = self._complete, None
        newest = self._newest(query) if (typing or at_once) and not complete else None
        self.is_partial = newest is not None
        listed = complete or newest or self._read(lambda: self.complete_list(self._connection, query, typing=typing))
        self.list_query = query
        if query.view == "all":
            self.progress.forget_dropped()
        self.matches.close()
        self.matches = MatchFinder(query.text, typing=typing)
        return listed

    def complete_list(self, connection: sqlite3.Connection, query: ListQuery, *, typing: bool) -> Listed:
        """Return the list of all papers that match `query`.

        The list is read through `connection`, so any thread can call this. Raises sqlite3.Error if the read fails, and
        UsageError if the query text cannot be parsed.
        """
        selection = views.selection(query.view, query.text, self.clock(), connection, typing=typing)
        return _listed(connection, selection, query.sort, self._today())

    def put_complete_list(self, listed: Listed) -> None:
        """Make `listed` the result of the next call of `list_papers`, which must be for the same query."""
        self._complete = listed

    def _newest(self, query: ListQuery) -> Listed | None:
        """Return some of the newest papers that match `query` without prefixes.

        Return None if there are too few of them. If most papers have a word of the query, not all of them can be read
        before the next key.
        """
        if query.sort != "seen" or self.counts.all < _MANY_PAPERS or "*" in query.text:
            # To find the newest papers with the beginning of a word, SQLite reads all of them.
            return None
        selection = self._selection(query, typing=False)
        where = newest_matches(selection.where, _NEWEST)
        if where is None:
            return None
        limited = selection._replace(where=where)
        listed = self._read(lambda: _listed(self._connection, limited, query.sort, self._today()))
        return listed if len(listed.ids) >= _LEAST_SHOWN else None

    def require_valid(self, text: str) -> None:
        """Raise UsageError if the query text `text` cannot be parsed, or names a view that does not exist."""
        self._read(lambda: self._selection(ListQuery("all", text), typing=False))

    def searches_pdfs(self, text: str) -> bool:
        """Return whether the query text `text`, or a view that it names, searches the texts of PDFs.

        Raises UsageError if `text` cannot be parsed.
        """
        return self._read(lambda: views.names(views.PDF, text, self.clock(), self._connection))

    def _selection(self, query: ListQuery, *, typing: bool) -> queries.Selection:
        return views.selection(query.view, query.text, self.clock(), self._connection, typing=typing)

    def count_views(self, connection: sqlite3.Connection) -> queries.Counts:
        """Return the number of papers in each view. Raises sqlite3.Error if the read fails.

        The numbers are read through `connection`, so any thread can call this.
        """
        return queries.counts(connection, self._today())

    def read_counts(self, connection: sqlite3.Connection) -> queries.Counts | None:
        """Return the number of papers in each view, or None if the read fails. See `count_views`."""
        with contextlib.suppress(sqlite3.Error):
            return self.count_views(connection)
        return None

    def _today(self) -> str:
        return local_day(self.clock()).isoformat()

    def refresh_counts(self) -> None:
        """Read the number of papers in each view again. With many papers, this delays the next key."""
        counts = self._read_or(lambda: self.count_views(self._connection), None)
        if counts is not None:
            self.put_counts(counts, own=False)

    def put_counts(self, counts: queries.Counts, *, own: bool) -> None:
        """Store `counts`, the numbers of papers in each view.

        `own` tells whether only this UI has changed the library since the previous counts.
        """
        self.counts, self.is_counted = counts, True
        self.progress.see(counts, self.clock(), own=own)

    @property
    def feed_count(self) -> int | None:
        """Number of feeds that a sync fetches. It is None while the library is locked.

        The number is cached until `feeds_changed` is called.
        """
        if self._feed_count is None:
            self._feed_count = self._read_or(lambda: pulls.count_pulled(self._connection), None)
        return self._feed_count

    @property
    def failing_feeds(self) -> int:
        """Number of feeds that failed at their last sync. It is 0 while the library is locked.

        The number is cached until `feeds_changed` is called.
        """
        if self._failing_feeds is None:
            self._failing_feeds = self._read_or(lambda: pulls.count_failing(self._connection), 0)
        return self._failing_feeds

    def feeds_changed(self) -> None:
        """Clear the cached values of `feed_count` and `failing_feeds`.

        Call this when feeds may have been added, removed, restored or synced.
        """
        self._feed_count = self._failing_feeds = None

    def row(self, paper_id: int, page: "array[int]") -> QueueRow | None:
        """Return the row of a paper. If the row is not cached, read the rows of all papers in `page` into the cache.

        `page` holds the ids of the paper and of its neighbours in the list. Return None if the paper was removed, or if
        the row is not cached and the library is locked.
        """
        if paper_id not in self._rows:
            if len(self._rows) > _MAX_CACHED_ROWS:
                self._rows.clear()
            self._rows.update((row.id, row) for row in self.rows(page))
        return self._rows.get(paper_id)

    def rows_into_cache(self, ids: "array[int]") -> list[QueueRow | None]:
        """Return the row of each paper in `ids`, as `row` does. Rows that are not cached are read into the cache."""
        return [self.row(paper_id, ids) for paper_id in ids]

    def rows(self, ids: Iterable[int]) -> list[QueueRow]:
        """Read the rows of papers from the library, not from the cache. Return [] while the library is locked."""
        return self._read_or(lambda: queries.queue_rows(self._connection, array("q", ids)), [])

    def cached_row(self, paper_id: int) -> QueueRow | None:
        """Return the cached row of a paper, or None if the row is not cached."""
        return self._rows.get(paper_id)

    def cached_rows(self) -> list[QueueRow]:
        """Return all cached rows."""
        return list(self._rows.values())

    def put_row(self, row: QueueRow) -> None:
        """Put `row` into the cache. It shows a change that is not written yet (optimistic update)."""
        self._rows[row.id] = row

    def refresh_rows(self) -> None:
        """Read all cached rows again. While the library is locked, the cached rows stay as they are."""
        cached = self._rows
        rows = self._read_or(lambda: queries.queue_rows(self._connection, array("q", cached)), cached.values())
        self._rows = {row.id: row for row in rows}

    def paper(self, paper_id: int) -> Paper | None:
        """Read all data of one paper. Return None if the paper was removed or the library is locked."""
        return self._read_or(lambda: queries.paper(self._connection, paper_id), None)

    def read(self, query: Callable[[sqlite3.Connection], Result], default: Default) -> Result | Default:
        """Call `query` with the connection and return its result.

        Return `default` while the library is locked, or if the query fails.
        """
        return self._read_or(lambda: query(self._connection), default)

    async def read_when_free(self, query: Callable[[sqlite3.Connection], Result]) -> Result:
        """Call `query` with the connection and return its result.

        If the library is locked, try again every 20 ms, for two seconds. Raises LibraryLockedError if the library is
        still locked then. Raises LibraryError or a subclass if the query fails. Use this for data that a default cannot
        replace, such as the text for an editor.
        """
        for _ in range(_FREE_TRIES):
            try:
                return self._read(lambda: query(self._connection))
            except LibraryLockedError:
                self.stale = True
            await asyncio.sleep(_FREE_INTERVAL)
        raise LibraryLockedError("the library is locked for a moment", "try again")

    def _read(self, query: Callable[[], Result]) -> Result:
        try:
            return query()
        except sqlite3.Error as error:
            raise sqlite_errors.library_error(error, self.path) from error

    def _read_or(self, query: Callable[[], Result], default: Default) -> Result | Default:
        try:
            return self._read(query)
        except LibraryLockedError:
            self.stale = True
        except LibraryError as error:
            self.error = error
        return default


def _listed(connection: sqlite3.Connection, selection: queries.Selection, sort: str, today: str) -> Listed:
    with transactions.reading(connection):
        if sort.removeprefix("-") == "seen":
            return Listed(*queries.dated_list(connection, selection, sort))
        ids, codes = queries.ids_and_statuses(connection, selection, sort)
        return (
            _with_others(ids, codes, today)
            if sort == "interest" and queries.has_interest(connection)
            else Listed(ids, codes)
        )


def _with_others(ids: "array[int]", codes: bytes, seed: str) -> Listed:
    """Return the list with some papers of low interest moved up."""
    picks = exploration.picks(len(ids), seed)
    moved = [(pick.shown, ids[pick.source], codes[pick.source]) for pick in picks]
    statuses = bytearray(codes)
    for index in sorted((pick.source for pick in picks), reverse=True):
        del ids[index], statuses[index]
    for shown, paper_id, code in moved:
        ids.insert(shown, paper_id)
        statuses.insert(shown, code)
    return Listed(ids, bytes(statuses), others=frozenset(paper_id for _, paper_id, _ in moved))
