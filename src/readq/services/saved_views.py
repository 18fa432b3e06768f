"""Save, rename, order and remove views. A view is a query with a name.

Each change is one step of the undo history.
"""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from readq.errors import UsageError
from readq.model.values import Watch
from readq.nearest_name import suggestion
from readq.services.history.steps import Outcome, run_single_change
from readq.services.views import list_selection, own_view, selection
from readq.store.connection.transactions import savepoint, writing
from readq.store.feeds import feeds_and_views
from readq.store.feeds.feeds_and_views import SavedView, ViewDefinition
from readq.store.papers.queries import SORTS
from readq.text import one_line, quoted

NO_WATCH = "none"
"""The value of the argument `watch` that makes a view an ordinary view, which is no watch.

The value None has another meaning: it keeps the action that a view of the same name has.
"""

DEFAULT_SORT = "seen"
"""The sort order of a new view for which none is named."""

_LONGEST_NAME = 60
_NOT_IN_NAMES = '"\\'
"""The characters that the name of a view must not contain.

A query names a view in quotation marks, and could not name a view with these characters.
"""


def save(connection: sqlite3.Connection, name: str, definition: ViewDefinition, now: datetime) -> Outcome:
    """Save a view with the name `name`, as one step of the undo history. Return the outcome.

    A view with the same name is replaced. Raises UsageError if `name` or a part of `definition` is invalid. A query is
    also invalid if it names a view that does not exist, or if views name each other in a circle.
    """
    name, definition = checked(connection, name, definition, now)

    def act(step: int) -> None:
        with savepoint(connection):
            feeds_and_views.set_view(connection, step, name, definition)
            # Only with the view in place is a circle of views found.
            selection(own_view(name), "", now, connection)

    return _run(connection, f"saved view {name}", now, act)


def checked(
    connection: sqlite3.Connection, name: str, definition: ViewDefinition, now: datetime
) -> tuple[str, ViewDefinition]:
    """Return the name and the definition as `save` stores them. Nothing is written.

    Raises UsageError as `save` does, except for views that name each other in a circle.
    """
    name, definition = usable_name(name), definition._replace(query=definition.query.strip())
    if not definition.query:
        raise UsageError("a view needs a query", "such as: tag:rl is:starred")
    if definition.sort.removeprefix("-") not in SORTS:
        hint = suggestion(definition.sort, SORTS, f"one of {', '.join(SORTS)}")
        raise UsageError(f"unknown sort {quoted(definition.sort)}", hint)
    if definition.watch is not None and definition.watch not in tuple(Watch):
        raise UsageError(f"unknown watch {quoted(definition.watch)}", f"one of {', '.join(Watch)}")
    list_selection(definition.query, now, connection)
    return name, definition


def save_query(
    connection: sqlite3.Connection, name: str, query: str, sort: str | None, now: datetime, watch: str | None = None
) -> tuple[Outcome, SavedView | None]:
    """Save a query as the view `name`, as one step of the undo history.

    A view with the same name is replaced. If `sort` is None, the view keeps its sort order. `watch` is the action of
    the view as a watch. If it is None, the view keeps its action. If it is NO_WATCH, the view gets no action. Return
    the outcome and the replaced view, or None if there was none. Raises UsageError for the same reasons as `save`.
    """
    name = usable_name(name)
    old = next((one for one in feeds_and_views.views(connection) if one.name == name), None)
    return save(connection, name, _definition(query, sort, watch, old), now), old


def check_query(
    connection: sqlite3.Connection, name: str, query: str, sort: str | None, now: datetime, watch: str | None
) -> None:
    """Raise UsageError if `save_query` would, except for views that name each other in a circle. Write nothing."""
    checked(connection, name, _definition(query, sort, watch, None), now)


def _definition(query: str, sort: str | None, watch: str | None, old: SavedView | None) -> ViewDefinition:
    if watch is None:
        watch = old.watch if old else None
    if sort is None:
        sort = old.sort if old else DEFAULT_SORT
    return ViewDefinition(query, sort, None if watch == NO_WATCH else watch)


def rename(connection: sqlite3.Connection, old: str, new: str, now: datetime) -> Outcome:
    """Give the view `old` the name `new`, as one step of the undo history. Return the outcome.

    In the queries of other views, the name is changed too. If there is no view `old`, nothing changes, and the field
    `missing` of the result contains `old`. Raises UsageError if the new name is invalid, or if another view has this
    name.
    """
    new = usable_name(new)
    queries = feeds_and_views.view_queries(connection)
    if old not in queries:
        return Outcome(0, 0, (old,))
    if new == old:
        return Outcome(0, 1)
    if new in queries:
        raise UsageError(f"there is a view {quoted(new)} already", "remove it first, or choose another name")

    def act(step: int) -> None:
        feeds_and_views.rename_view(connection, step, old, new)
        for name, query in queries.items():
            if name != old and (renamed := _with_view_renamed(query, old, new)) != query:
                feeds_and_views.set_view_query(connection, step, name, renamed)

    return _run(connection, f"renamed view {old} to {new}", now, act)


def _with_view_renamed(query: str, old: str, new: str) -> str:
    """Return a query in which the field `view:` names the view `new` in place of `old`.

    A query that cannot be parsed is returned as it is.
    """
    if "view:" not in query.lower():
        return query
    from readq.store.search.query_parser import VIEW, fields_in, parse

    try:
        fields = [field for field in fields_in(parse(query)) if field.name == VIEW]
    except UsageError:
        return query
    named = [value for field in fields for value in field.values if value.text == old]
    for value in sorted(named, key=lambda value: -value.at):
        end = value.at + len(value.text) + 2 * value.quoted
        query = query[: value.at] + own_view(new).removeprefix("view:") + query[end:]
    return query


def move(connection: sqlite3.Connection, name: str, places: int, now: datetime) -> Outcome:
    """Move the view `name` by `places` places in the order of the saved views, as one step of the undo history.

    A negative number moves the view towards the beginning. The view moves at most to the first or the last place.
    Return the outcome. If there is no such view, nothing changes, and the field `missing` of the result contains
    `name`.
    """
    names = [view.name for view in feeds_and_views.views(connection)]
    if name not in names:
        return Outcome(0, 0, (name,))
    place = names.index(name)
    names.remove(name)
    names.insert(max(0, min(place + places, len(names))), name)
    return _run(connection, f"moved view {name}", now, lambda step: _put_order(connection, step, names))


def _put_order(connection: sqlite3.Connection, step: int, names: Sequence[str]) -> None:
    if [view.name for view in feeds_and_views.views(connection)] != names:
        feeds_and_views.set_view_order(connection, step, names)


def set_watch(connection: sqlite3.Connection, name: str, watch: str | None, now: datetime) -> Outcome:
    """Set what the view `name` does with the new papers that it finds, as one step of the undo history.

    Return the outcome. `watch` is the action: `raise` lists the papers first among the papers of their day, `lower`
    lists them last, and `drop` drops them. None removes the action. A view with an action is called a watch. If there
    is no such view, nothing changes, and the field `missing` of the result contains `name`. Raises UsageError if the
    query of the view cannot be parsed.
    """
    view = next((one for one in feeds_and_views.views(connection) if one.name == name), None)
    if view is None:
        return Outcome(0, 0, (name,))
    if watch is not None:
        list_selection(view.query, now, connection)
    what = f"watch {name}: {watch}" if watch else f"no watch {name}"
    return _run(connection, what, now, lambda step: feeds_and_views.set_view_watch(connection, step, name, watch))


def remove(connection: sqlite3.Connection, name: str, now: datetime) -> Outcome:
    """Remove the view `name`, as one step of the undo history. Return the outcome.

    If there is no such view, nothing changes, and the field `missing` of the result contains `name`.
    """
    outcome = _run(
        connection, f"removed view {name}", now, lambda step: feeds_and_views.remove_view(connection, step, name)
    )
    return outcome if outcome.changed else Outcome(0, 0, (name,))


def _run(connection: sqlite3.Connection, what: str, now: datetime, act: Callable[[int], object]) -> Outcome:
    with writing(connection):
        return run_single_change(connection, what, now, act)


def usable_name(name: str) -> str:
    """Return the name of a view as it is stored: on one line, without spaces at either end.

    Raises UsageError if the name is empty, too long, or contains quotation marks or backslashes.
    """
    name = one_line(name).strip()
    if not name or len(name) > _LONGEST_NAME:
        raise UsageError(f"{quoted(name)} is not a valid name for a view", f"1 to {_LONGEST_NAME} characters")
    if any(character in name for character in _NOT_IN_NAMES):
        raise UsageError(
            f"{quoted(name)} is not a valid name for a view", "quotation marks and backslashes cannot be in it"
        )
    return name
