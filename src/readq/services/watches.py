"""Let watches act on the papers that arrive.

A watch is a saved view with an action on the new papers that it finds. It drops a paper, or lists it first or last
among the papers of its day. Watches act in the transaction that stores the papers, so no other process sees a paper
before its watches have acted. If the query of a watch cannot be parsed, the watch is reported and skipped.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import day_start, local_day
from readq.errors import UsageError
from readq.model.values import Caught, Status, Watch, WatchResult
from readq.services.views import INTEREST, list_selection, names
from readq.store.feeds import caught_papers, feeds_and_views
from readq.store.feeds.feeds_and_views import SavedView
from readq.store.journal import steps
from readq.store.papers import decisions
from readq.store.search.new_papers import undecided_among
from readq.text import counted

PAST: Mapping[str, str] = {Watch.RAISE: "raised", Watch.LOWER: "lowered", Watch.DROP: "dropped"}
"""The past participle of each action of a watch, for messages, such as `raised`."""

_ORDER = tuple(Watch)
"""The actions in the order in which watches act. A paper that one watch raises is not dropped by another watch."""


class WatchState(NamedTuple):
    """The state of a saved view, which can be a watch."""

    view: SavedView
    caught: int
    """The number of papers that the watch has caught since the first day of the month."""
    defect: str | None
    """The reason why the view finds nothing, such as a query that names a removed view. None if nothing is wrong."""


class Watching:
    """The watches of one import or sync, which may store papers in several transactions.

    All papers that one watch drops are dropped in one step of the undo history, even if they are stored in several
    transactions.
    """

    def __init__(self, now: datetime) -> None:
        """Prepare the watches. `now` is the present time, from which ages in their queries are counted."""
        self._now = now
        self._steps: dict[int, int] = {}
        self._results: dict[str, WatchResult] = {}
        self._is_counted = False

    def catch(self, connection: sqlite3.Connection, new: Sequence[int], at: str) -> None:
        """Let the watches act on the papers with the ids `new`, inside the caller's transaction.

        `at` is the time to store for the actions, as UTC text. Only papers in the inbox are caught.
        """
        watches = [view for view in feeds_and_views.views(connection) if view.watch] if new else []
        self._is_counted = False
        raised: set[int] = set()
        for view in sorted(watches, key=lambda view: _ORDER.index(Watch(view.watch or ""))):
            try:
                found = self._matching(connection, view, new)
            except UsageError as error:
                self._note(view, 0, error.message)
                continue
            if view.watch == Watch.RAISE:
                raised.update(found)
            elif view.watch == Watch.DROP:
                found = [paper for paper in found if paper not in raised]
                self._drop(connection, view, found, at)
            if found:
                caught_papers.add(connection, view.id, view.watch or "", found, at)
            self._note(view, len(found), _missing_tag(connection, view))

    def _matching(self, connection: sqlite3.Connection, view: SavedView, new: Sequence[int]) -> list[int]:
        """Return the new papers of the inbox that a watch finds. Raises UsageError if its query cannot be read."""
        found = list_selection(view.query, self._now, connection)
        if not self._is_counted and names(INTEREST, view.query, self._now, connection):
            from readq.services import interest

            interest.count_arrived(connection, new)
            self._is_counted = True
        return undecided_among(connection, found, new)

    def _note(self, view: SavedView, caught: int, error: str | None) -> None:
        """Record the result of a transaction.

        The error of an earlier transaction is replaced, because the watch may work by now.
        """
        before = self._results.get(view.name)
        total = caught + (before.caught if before else 0)
        self._results[view.name] = WatchResult(view.name, view.watch or "", total, error)

    def _drop(self, connection: sqlite3.Connection, view: SavedView, found: Sequence[int], at: str) -> None:
        if not found:
            return
        what, step = f"dropped by watch {view.name}", self._steps.get(view.id)
        if step is None or not steps.is_in_force(connection, step, what):
            step = self._steps[view.id] = steps.begin(connection, at, what)
        decisions.set_status(connection, step, decisions.listed(found), Status.DROPPED, at)
        steps.finish(connection, step)

    def results(self) -> tuple[WatchResult, ...]:
        """Return the result of each watch that caught papers or has an error."""
        return tuple(one for one in self._results.values() if one.caught or one.error)

    def messages(self) -> tuple[str, ...]:
        """Return a line of text for each watch that caught papers, and for each watch with an error."""
        results = self.results()
        return (
            *(f"watch {one.watch}: {PAST[one.action]} {counted(one.caught, 'paper')}" for one in results if one.caught),
            *(f"watch {one.watch} catches nothing: {one.error}" for one in results if one.error),
        )


def states(connection: sqlite3.Connection, now: datetime) -> list[WatchState]:
    """Return the states of all saved views, in their order."""
    first = day_start(local_day(now).replace(day=1), now)
    caught = caught_papers.counts_since(connection, first)
    return [
        WatchState(view, caught.get(view.id, 0) if view.watch else 0, defect(connection, view, now))
        for view in feeds_and_views.views(connection)
    ]


def words(caught: Caught) -> str:
    """Return a text about the action of a watch on a paper, such as `raised by watch diffusion`."""
    return f"{PAST[caught.action]} by watch {caught.watch}"


def as_json(state: WatchState) -> dict[str, object]:
    """Return the state of a view as the JSON object that `readq view list --json` prints."""
    view = state.view
    return {
        "name": view.name,
        "query": view.query,
        "sort": view.sort,
        "position": view.position,
        "watch": view.watch,
        "caught": state.caught,
        "error": state.defect,
    }


def defect(connection: sqlite3.Connection, view: SavedView, now: datetime) -> str | None:
    """Return the reason why a view finds nothing, or None if nothing is wrong.

    There are two reasons: its query is invalid, or it is a watch whose query needs a tag that no paper has.
    """
    try:
        list_selection(view.query, now, connection)
    except UsageError as error:
        return error.message
    return _missing_tag(connection, view) if view.watch else None


def _missing_tag(connection: sqlite3.Connection, view: SavedView) -> str | None:
    """Return a message if a watch can catch nothing, because its query needs a tag that no paper has."""
    if "tag:" not in view.query.lower():
        return None
    from readq.store.search.required_tags import missing_tags

    missing = missing_tags(connection, view.query)
    return f"no paper has the tag {missing[0]}" if missing else None
