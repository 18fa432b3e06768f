"""The built-in views, and which papers a view and a query show together."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import local_day
from readq.store.papers.reading import Selection
from readq.store.search.builtin_views import view_selection


class View(NamedTuple):
    """A list of papers under a key."""

    name: str
    key: str
    title: str


VIEWS = (
    View("inbox", "1", "Inbox"),
    View("queue", "2", "Queue"),
    View("reading", "3", "Reading"),
    View("done", "4", "Done"),
    View("all", "5", "All"),
    View("dropped", "6", "Dropped"),
    View("starred", "7", "Starred"),
    View("snoozed", "8", "Snoozed"),
)
"""In the order of their keys."""


def selection(view_name: str, query: str, now: datetime, *, typing: bool = False) -> Selection:
    """The papers of a view that also satisfy a query; `typing`: its last word may be unfinished.

    In All a query that speaks of status decides alone, as `listed` does: it finds dropped papers too. Raises UsageError
    for a query that cannot be understood, KeyError for an unknown view.
    """
    own = view_selection(view_name, local_day(now).isoformat())
    if not query.strip():
        return own
    found, names_status = _query(query, now, typing)
    return found if names_status and view_name == "all" else own.and_(found)


def join_words(words: Sequence[str]) -> str:
    """The query that the words of a command line make: a word with spaces in it is a phrase."""
    if not words:
        return ""
    from readq.store.search.parser import join_arguments

    return join_arguments(words)


def list_selection(query: str, now: datetime) -> Selection:
    """What `list` and `export` show: all but dropped papers, unless the query itself speaks of status."""
    return selection("all", query, now)


def _query(query: str, now: datetime, typing: bool) -> tuple[Selection, bool]:
    """What a query finds, and whether it speaks of status."""
    from readq.store.search.compiler import compile_query

    condition = compile_query(query, today=local_day(now), now=now, prefix_last=typing)
    return Selection(condition.sql, condition.params), condition.names_status
