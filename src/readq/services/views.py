"""Define the built-in views, and select the papers that match a view and a query."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import local_day
from readq.store.papers.queries import Selection
from readq.store.search.builtin_views import view_selection


class View(NamedTuple):
    """A built-in view. `key` is its key in the UI. `query` is a query that selects the same papers."""

    name: str
    key: str
    title: str
    query: str


VIEWS = (
    View("inbox", "1", "Inbox", "status:inbox -is:snoozed"),
    View("queue", "2", "Queue", "status:queued -is:snoozed"),
    View("reading", "3", "Reading", "status:reading"),
    View("done", "4", "Done", "status:done"),
    View("all", "5", "All", "-status:dropped"),
    View("dropped", "6", "Dropped", "status:dropped"),
    View("starred", "7", "Starred", "is:starred"),
    View("snoozed", "8", "Snoozed", "is:snoozed"),
)
"""All built-in views, in the order of their keys."""


def selection(view_name: str, query: str, now: datetime, *, typing: bool = False) -> Selection:
    """Return the papers of the built-in view `view_name` that match `query`, as an SQL condition.

    If `typing` is true, the user is still typing. A word at the very end of `query` may then be the start of a longer
    one. The view All leaves out dropped papers, unless the query has a `status:` field. Raises UsageError for an
    invalid query. Raises KeyError for an unknown view.
    """
    in_view = view_selection(view_name, local_day(now).isoformat())
    if not query.strip():
        return in_view
    found, names_status = _query(query, now, typing)
    return found if names_status and view_name == "all" else in_view.and_(found)


def query_of_view(view_name: str, query: str) -> str:
    """Return a query that selects the papers of the built-in view `view_name` that match `query`."""
    if view_name == "all":
        # Saved views leave out dropped papers by themselves, unless the query has a `status:` field.
        return query
    base = next(view.query for view in VIEWS if view.name == view_name)
    return f"{base} ({query})" if query else base


def join_words(words: Sequence[str]) -> str:
    """Join the words of a command line into one query. A word that contains spaces becomes a phrase in quotes."""
    if not words:
        return ""
    from readq.store.search.query_parser import join_arguments

    return join_arguments(words)


def list_selection(query: str, now: datetime) -> Selection:
    """Return the papers that `list` and `export` select with `query`, as an SQL condition.

    Dropped papers are left out unless the query has a `status:` field. Raises UsageError for an invalid query.
    """
    return selection("all", query, now)


def _query(query: str, now: datetime, typing: bool) -> tuple[Selection, bool]:
    """Return the papers that match a query, and whether it has a `status:` field."""
    from readq.store.search.compiler import compile_query

    condition = compile_query(query, today=local_day(now), now=now, prefix_last=typing)
    return Selection(condition.sql, condition.params), condition.names_status
