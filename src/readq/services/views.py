"""The built-in views, and which papers a view and a query show together."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import local_day
from readq.store.reads import Selection


class View(NamedTuple):
    """A list of papers under a key: `where` is SQL over `paper p`; `?` in it stands for today."""

    name: str
    key: str
    title: str
    where: str


_AWAKE = "(p.snoozed_until IS NULL OR p.snoozed_until <= ?)"

VIEWS = (
    View("inbox", "1", "Inbox", f"p.status = 'inbox' AND {_AWAKE}"),
    View("queue", "2", "Queue", f"p.status = 'queued' AND {_AWAKE}"),
    View("reading", "3", "Reading", "p.status = 'reading'"),
    View("done", "4", "Done", "p.status = 'done'"),
    View("all", "5", "All", "p.status <> 'dropped'"),
    View("dropped", "6", "Dropped", "p.status = 'dropped'"),
    View("starred", "7", "Starred", "p.starred = 1"),
    View("snoozed", "8", "Snoozed", "p.snoozed_until > ?"),
)
"""In the order of their keys."""

_BY_NAME = {view.name: view for view in VIEWS}


def selection(view_name: str, query: str, now: datetime, *, typing: bool = False) -> Selection:
    """The papers of a view that also satisfy a query; `typing`: its last word may be unfinished.

    Raises UsageError for a query that cannot be understood, KeyError for an unknown view.
    """
    view = _BY_NAME[view_name]
    today = local_day(now).isoformat()
    own = Selection(view.where, (today,) * view.where.count("?"))
    if not query.strip():
        return own
    found = _query(query, now, typing)
    return own.and_(found)


def query_of(words: Sequence[str]) -> str:
    """The query that the words of a command line make: a word with spaces in it is a phrase."""
    if not words:
        return ""
    from readq.store.query import join_arguments

    return join_arguments(words)


def listed(query: str, now: datetime) -> Selection:
    """What `list` and `export` show: all but dropped papers, unless the query itself speaks of status."""
    everything = selection("all", "", now)
    if not query.strip():
        return everything
    from readq.store.search import compile_query

    condition = compile_query(query, today=local_day(now), now=now)
    found = Selection(condition.sql, condition.params)
    return found if condition.names_status else everything.and_(found)


def _query(query: str, now: datetime, typing: bool) -> Selection:
    from readq.store.search import compile_query

    condition = compile_query(query, today=local_day(now), now=now, prefix_last=typing)
    return Selection(condition.sql, condition.params)
