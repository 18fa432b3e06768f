"""Define the built-in views, and select the papers of a built-in or saved view that match a query."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from readq.days import local_day
from readq.errors import UsageError
from readq.store.papers.queries import Selection
from readq.store.search.builtin_views import view_selection

if TYPE_CHECKING:
    from readq.store.search.compiler import Condition


class View(NamedTuple):
    """A built-in view: a query with a name. `key` is the key on the keyboard that opens it in the UI."""

    name: str
    key: str
    title: str
    query: str


_OWN = "view:"
INTEREST, PDF = "interest", "pdf"
"""The names of two fields of queries. The result of a query with such a field can change while no paper changes.

A query with INTEREST depends on the scores of interest. A query with PDF depends on the indexed texts of PDFs.
"""

_BARE_NAME = re.compile(r"[^\s()\",*-][^\s()\",*]*")
"""The pattern of those names of saved views that need no quotation marks in a query."""

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


def own_view(name: str) -> str:
    """Return `view:` and the name of a saved view, with quotation marks if necessary, for example `view:diffusion`.

    The functions of this module take this text as `view_name`. It is also a query that finds the papers of the view.
    """
    return f"{_OWN}{name}" if _BARE_NAME.fullmatch(name) else f'{_OWN}"{name}"'


def own_name(view_name: str) -> str | None:
    """Return the name of the saved view that `view_name` stands for, without `view:` and quotation marks.

    Return None for the name of a built-in view.
    """
    return view_name.removeprefix(_OWN).strip('"') if view_name.startswith(_OWN) else None


def view_title(view_name: str) -> str:
    """Return the title of the view `view_name` for the screen. The title of a saved view is its name."""
    return own_name(view_name) or next(view.title for view in VIEWS if view.name == view_name)


def selection(
    view_name: str, query: str, now: datetime, connection: sqlite3.Connection | None = None, *, typing: bool = False
) -> Selection:
    """Return the papers of the view `view_name` that match `query`, as an SQL condition.

    `view_name` is the name of a built-in view, or a result of `own_view`. The queries of saved views are read from the
    library with `connection`. If `connection` is None, no saved views are known. If `typing` is true, the user is still
    typing the query, so a word at its very end also matches longer words.

    The view All and the saved views leave out dropped papers, unless `query` or the query of the saved view has a
    `status:` field.

    Raises UsageError for an invalid query, and for an unknown saved view. Raises KeyError for an unknown built-in view.
    Raises sqlite3.Error if the views cannot be read.
    """
    queries, today = _saved_queries(connection, f"{view_name} {query}"), local_day(now).isoformat()
    name = own_name(view_name)
    is_own = name is not None
    if is_own and name not in queries:
        raise UsageError(f"there is no view {name} any more", "it was removed or renamed")
    in_view, names_status = _query(view_name, now, queries) if is_own else (view_selection(view_name, today), False)
    if query.strip():
        found, names_too = _query(query, now, queries, typing=typing)
        names_status = names_status or names_too
        in_view = found if names_too and view_name == "all" else in_view.and_(found)
    return in_view if names_status or not is_own else view_selection("all", today).and_(in_view)


def may_name(fields: Iterable[str], query: str) -> bool:
    """Return False if `query` has none of the fields `fields`. Return True if it may have one of them.

    This function only searches the text of the query. So it is faster than `names`, which parses the query. A query
    that names a saved view may have any field. If the result is True, call `names` to find out.
    """
    lowered = query.lower()
    return _OWN in lowered or any(field in lowered for field in fields)


def names(field: str, query: str, now: datetime, connection: sqlite3.Connection) -> bool:
    """Return whether a query has the field `field`, in its own text or in the query of a saved view that it names.

    Raises UsageError for an invalid query.
    """
    return may_name((field,), query) and field in _condition(query, now, _saved_queries(connection, query)).fields


def _saved_queries(connection: sqlite3.Connection | None, text: str) -> Mapping[str, str]:
    """Return a dict that maps names of saved views to queries. It is empty if the query `text` names no saved view."""
    if connection is None or _OWN not in text.lower():
        return {}
    from readq.store.feeds.feeds_and_views import view_queries

    return view_queries(connection)


def query_of_view(view_name: str, query: str) -> str:
    """Return a query that selects the papers of the view `view_name` that match `query`."""
    if view_name == "all":
        # Saved views leave out dropped papers by themselves, unless the query has a `status:` field.
        return query
    base = next((view.query for view in VIEWS if view.name == view_name), view_name)
    return f"{base} ({query})" if query else base


def join_words(words: Sequence[str]) -> str:
    """Join the words of a command line into one query. A word that contains spaces becomes a phrase in quotes."""
    if not words:
        return ""
    from readq.store.search.query_parser import join_arguments

    return join_arguments(words)


def list_selection(query: str, now: datetime, connection: sqlite3.Connection | None = None) -> Selection:
    """Return the papers that the commands `list` and `export` select with `query`, as an SQL condition.

    Dropped papers are left out unless the query has a `status:` field. If `query` names saved views, their queries are
    read with `connection`. If `connection` is None, no saved views are known. Raises UsageError for an invalid query.
    """
    return selection("all", query, now, connection)


def _query(query: str, now: datetime, queries: Mapping[str, str], *, typing: bool = False) -> tuple[Selection, bool]:
    """Return the papers that match a query, and whether it has a `status:` field."""
    condition = _condition(query, now, queries, typing=typing)
    return Selection(condition.sql, condition.params), "status" in condition.fields


def _condition(query: str, now: datetime, queries: Mapping[str, str], *, typing: bool = False) -> "Condition":
    from readq.store.search.compiler import QueryTime, compile_query

    return compile_query(query, QueryTime(local_day(now), now), queries, prefix_last=typing)
