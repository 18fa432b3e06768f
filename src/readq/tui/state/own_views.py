"""The saved views for the screens, with their numbers of papers. The reader thread counts the papers.

A count of all views takes one query for each view. After a count, the next count is delayed by twice the time that the
count took. So the counts keep a processor busy for at most a third of the time, whatever the number of views.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import NamedTuple

from readq.errors import ReadqError, UsageError
from readq.services import watches
from readq.services.views import list_selection, own_view
from readq.store.feeds import feeds_and_views
from readq.store.feeds.feeds_and_views import SavedView
from readq.store.papers import queries
from readq.tui.state.session import Session
from readq.tui.state.writer_thread import Command

_REST = 2.0
"""The delay after a count of all views, as a multiple of the time that the count took."""

_MIN_REST = 0.2
"""Minimum time in seconds between two counts of all views."""


class OwnView(NamedTuple):
    """A saved view with its numbers of papers."""

    view: SavedView
    papers: int | None = None
    """The number of papers in the view. None if it is not known yet, or if the query cannot be parsed."""
    caught: int = 0
    """The number of papers that the watch has acted on this month. It is 0 for a view that is not a watch."""
    defect: str | None = None
    """The reason why the view cannot show papers or act on them, or None if it can."""


def read_own_views(connection: sqlite3.Connection, now: datetime) -> list[OwnView]:
    """Read the saved views, and count the papers of each with one query."""
    return [
        OwnView(state.view, _count(connection, state.view, now), state.caught, state.defect)
        for state in watches.states(connection, now)
    ]


def _count(connection: sqlite3.Connection, view: SavedView, now: datetime) -> int | None:
    try:
        return queries.count(connection, list_selection(view.query, now, connection))
    except UsageError:
        return None


class OwnViews:
    """Keeps the saved views in their order, and lets the reader thread count their papers.

    `changed` is called in the UI thread when new numbers are known. `later` is a function that calls another function
    in the UI thread after a number of seconds. `renamed` is called when views were renamed, also if an undo or another
    process renamed them. The argument of `renamed` maps old names to new names, such as `view:robots` to `view:arms`.
    """

    def __init__(
        self,
        session: Session,
        changed: Callable[[], None],
        later: Callable[[float, Callable[[], None]], object],
        renamed: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._session = session
        self._changed = changed
        self._later = later
        self._renamed = renamed
        self._counted: dict[int, OwnView] = {}
        self._views: Sequence[SavedView] = ()
        self._is_counting = self._is_outdated = False
        self._rests_until = 0.0

    @property
    def all(self) -> list[OwnView]:
        """The saved views in their order, with the numbers of the last count."""
        return [self._counted.get(view.id, OwnView(view))._replace(view=view) for view in self._views]

    def find(self, view_name: str) -> OwnView | None:
        """Return the saved view with the view name `view_name`. Return None if there is no such view.

        `view_name` is `view:` and the name under which the view was saved, such as `view:robots`.
        """
        return next((one for one in self.all if own_view(one.view.name) == view_name), None)

    def refresh(self) -> None:
        """Read the saved views again, and let the reader thread count their papers."""
        before = {view.id: view.name for view in self._views}
        self._views = self._session.library.read(feeds_and_views.views, self._views)
        names = [(before.get(view.id, view.name), view.name) for view in self._views]
        if renamed := {own_view(old): own_view(new) for old, new in names if old != new}:
            self._renamed(renamed)
        self._is_outdated = bool(self._views)
        self._count_soon()

    def _count_soon(self) -> None:
        if self._is_counting or not self._is_outdated:
            return
        self._is_counting, self._is_outdated = True, False
        wait = self._rests_until - monotonic()
        if wait > 0:
            self._later(wait, self._start)
        else:
            self._start()

    def _start(self) -> None:
        start, now = monotonic(), self._session.clock()

        def done(found: list[OwnView]) -> None:
            self._counted = {one.view.id: one for one in found}
            self._end(start)
            self._changed()

        def failed(_: ReadqError) -> None:
            self._end(start)

        self._session.reader.submit(Command(lambda conn: read_own_views(conn, now), done, failed))

    def _end(self, start: float) -> None:
        ended = monotonic()
        self._is_counting, self._rests_until = False, ended + max(_MIN_REST, _REST * (ended - start))
        self._count_soon()
