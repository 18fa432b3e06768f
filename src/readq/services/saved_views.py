"""Save and remove views. A view is a query with a name. Each change is a step, which undo can reverse."""

import sqlite3
from datetime import datetime

from readq.errors import UsageError
from readq.services.history.steps import Outcome, run_single_change
from readq.services.views import list_selection
from readq.spelling import suggestion
from readq.store.connection.transactions import writing
from readq.store.feeds import feeds_and_views
from readq.store.papers.queries import SORTS
from readq.text import one_line

_LONGEST_NAME = 60


def save(connection: sqlite3.Connection, name: str, query: str, sort: str, now: datetime) -> Outcome:
    """Save `query` and its sort order `sort` as the view `name`, as one step. A view with the same name is replaced.

    Raises UsageError if the query, the sort order or the name is invalid.
    """
    name, query = _usable_name(name), query.strip()
    if not query:
        raise UsageError("a view needs a query", "such as: tag:rl is:starred")
    if sort.removeprefix("-") not in SORTS:
        raise UsageError(f"unknown sort {sort!r}", suggestion(sort, SORTS, f"one of {', '.join(SORTS)}"))
    list_selection(query, now)
    with writing(connection):
        return run_single_change(
            connection,
            f"saved view {name}",
            now,
            lambda step: feeds_and_views.set_view(connection, step, name, query, sort),
        )


def remove(connection: sqlite3.Connection, name: str, now: datetime) -> Outcome:
    """Remove the view `name`, as one step.

    If there is no such view, nothing changes, and the field `missing` of the result contains `name`.
    """
    with writing(connection):
        outcome = run_single_change(
            connection, f"removed view {name}", now, lambda step: feeds_and_views.remove_view(connection, step, name)
        )
    return outcome if outcome.changed else Outcome(0, 0, (name,))


def _usable_name(name: str) -> str:
    name = one_line(name).strip()
    if not name or len(name) > _LONGEST_NAME:
        raise UsageError(f"{name!r} is not a valid name for a view", f"1 to {_LONGEST_NAME} characters")
    return name
