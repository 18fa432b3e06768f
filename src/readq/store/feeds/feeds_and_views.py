"""Read and write the list of pulled feeds and the list of saved views, and record changes in the undo history.

A feed's spec is the text that names the data to pull, such as `arxiv:cs.LG`. A change is recorded under the paper id
NO_PAPER and the field `feed:NAME` or `view:NAME`, with the states before and after the change. A state is JSON:

- a feed: its `spec` and `added`, or null if the feed is not pulled
- a view: its `query`, `sort`, `position`, `id` and `watch`, or null if the view does not exist

States that were recorded before schema 6 lack `id` and `watch`. Writes run inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.store.feeds.pulls import delete_pull
from readq.store.journal.steps import NO_PAPER, record

KINDS = ("feed", "view")

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "feed": ("spec", "added"),
    "view": ("query", "sort", "position", "id", "watch"),
}
_UNIQUE: Mapping[str, str] = {"feed": "spec", "view": "id"}
_EXISTS: Mapping[str, str] = {"feed": "spec IS NOT NULL", "view": "1"}


class SavedView(NamedTuple):
    """A saved view: a query with a name and a sort key. Lists show views in ascending order of `position`."""

    name: str
    query: str
    sort: str
    position: int
    id: int
    """A number that never changes, and is never used for another view."""
    watch: str | None = None
    """What the view does with papers that arrive (a value of `readq.model.values.Watch`).

    It is None if the view does nothing. A view that does something is called a watch.
    """


class ViewDefinition(NamedTuple):
    """The part of a saved view that the user chooses: its query, its sort key and its action as a watch.

    `watch` is None if the view is no watch.
    """

    query: str
    sort: str
    watch: str | None = None


def views(connection: sqlite3.Connection) -> list[SavedView]:
    """Return the saved views, ordered by position."""
    rows = connection.execute("SELECT name, query, sort, position, id, watch FROM view ORDER BY position, name")
    return [SavedView._make(row) for row in rows]


def view_queries(connection: sqlite3.Connection) -> dict[str, str]:
    """Return a mapping from the name of each saved view to its query."""
    return dict(connection.execute("SELECT name, query FROM view").fetchall())


def set_view(connection: sqlite3.Connection, step: int, name: str, definition: ViewDefinition) -> None:
    """Save `definition` as the view `name`, and record the change in the step `step` of the undo history.

    Replaces a view with the same name.
    """
    row = connection.execute("SELECT position, id FROM view WHERE name = ?", (name,)).fetchone()
    position, number = row or (_next_position(connection), _next_id(connection))
    _set(connection, step, f"view:{name}", _view_state(definition, position, number))


def _view_state(definition: ViewDefinition, position: int, number: int) -> str:
    query, sort, watch = definition
    return _as_json("view", (query, sort, position, number, watch))


def _next_position(connection: sqlite3.Connection) -> int:
    ((position,),) = connection.execute("SELECT coalesce(max(position), 0) + 1 FROM view").fetchall()
    return int(position)


def _next_id(connection: sqlite3.Connection) -> int:
    """Return an id that no view has had. SQLite stores the highest id so far, even that of a removed view."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'view'").fetchone()
    return row[0] + 1 if row else 1


def rename_view(connection: sqlite3.Connection, step: int, old: str, new: str) -> None:
    """Rename the view `old` to `new`. Does nothing if there is no view `old`.

    The caller must make sure that no view has the name `new`. Records the change in the step `step` of the undo
    history.
    """
    present = state(connection, f"view:{old}")
    if present is not None:
        _set(connection, step, f"view:{old}", None)
        _set(connection, step, f"view:{new}", present)


def set_view_query(connection: sqlite3.Connection, step: int, name: str, query: str) -> None:
    """Replace the query of the view `name`. Does nothing if there is no such view.

    Records the change in the step `step` of the undo history.
    """
    _set_column(connection, step, name, "query", query)


def set_view_watch(connection: sqlite3.Connection, step: int, name: str, watch: str | None) -> None:
    """Make the view `name` a watch with the action `watch`. If `watch` is None, the view is no longer a watch.

    A watch acts on the papers that arrive. Records the change in the step `step` of the undo history. Does nothing if
    there is no such view.
    """
    _set_column(connection, step, name, "watch", watch)


def set_view_order(connection: sqlite3.Connection, step: int, names: Sequence[str]) -> None:
    """Put the views in the order of `names`, the names of all views.

    Records the changes in the step `step` of the undo history.
    """
    for position, name in enumerate(names, 1):
        _set_column(connection, step, name, "position", position)


def _set_column(connection: sqlite3.Connection, step: int, name: str, column: str, value: object) -> None:
    present = state(connection, f"view:{name}")
    if present is not None:
        _set(connection, step, f"view:{name}", json.dumps(json.loads(present) | {column: value}, ensure_ascii=False))


def remove_view(connection: sqlite3.Connection, step: int, name: str) -> None:
    """Remove the view `name`. Does nothing if it does not exist.

    Records the change in the step `step` of the undo history.
    """
    _set(connection, step, f"view:{name}", None)


def set_feed(connection: sqlite3.Connection, step: int, name: str, spec: str, at: str) -> None:
    """Make the feed `name` pull `spec`, the text that names the data to pull. Adds the feed if the library lacks it.

    Stores `at` (UTC text) as the time at which the feed was added, and deletes the state of earlier pulls. Records the
    change in the step `step` of the undo history. If the feed pulls `spec` already, does nothing. Raises
    sqlite3.IntegrityError if a feed with another name pulls `spec`.
    """
    present = state(connection, f"feed:{name}")
    if present is None or json.loads(present)["spec"] != spec:
        _set(connection, step, f"feed:{name}", json.dumps({"spec": spec, "added": at}, ensure_ascii=False))
        delete_pull(connection, name)


def remove_feed(connection: sqlite3.Connection, step: int, name: str) -> None:
    """Stop pulling the feed `name`. Does nothing if the feed is not pulled.

    Records the change in the step `step` of the undo history. The name of the feed and its sightings (the appearances
    of papers in the feed) stay in the library.
    """
    _set(connection, step, f"feed:{name}", None)


def _set(connection: sqlite3.Connection, step: int, field: str, new: str | None) -> None:
    old = state(connection, field)
    if old != new:
        _put(connection, field, new)
        record(connection, step, [(NO_PAPER, field, old, new)])


def states(connection: sqlite3.Connection) -> dict[str, str | None]:
    """Return a dict that maps fields to the states of all pulled feeds and all saved views, as JSON.

    A field is `feed:NAME` or `view:NAME`.
    """
    fields = [
        f"{kind}:{name}"
        for kind in KINDS
        for (name,) in connection.execute(f"SELECT name FROM {kind} WHERE {_EXISTS[kind]} ORDER BY name").fetchall()
    ]
    return {field: state(connection, field) for field in fields}


def record_differences(connection: sqlite3.Connection, step: int, before: Mapping[str, str | None]) -> None:
    """Compare all feeds and views with `before`, and record the differences in the step `step` of the undo history.

    `before` is an earlier result of `states`.
    """
    after = states(connection)
    fields = sorted({*before, *after})
    changes = [(NO_PAPER, field, before.get(field), after.get(field)) for field in fields]
    record(connection, step, [change for change in changes if change[2] != change[3]])


def state(connection: sqlite3.Connection, field: str) -> str | None:
    """Return the state of a feed or view as JSON. `field` is its name in the undo history, `feed:NAME` or `view:NAME`.

    Return None if the feed is not pulled or the view does not exist.
    """
    kind, _, name = field.partition(":")
    columns = _COLUMNS[kind]
    row = connection.execute(
        f"SELECT {', '.join(columns)} FROM {kind} WHERE name = ? AND {_EXISTS[kind]}", (name,)
    ).fetchone()
    return None if row is None else _as_json(kind, row)


def _as_json(kind: str, values: Sequence[object]) -> str:
    return json.dumps(dict(zip(_COLUMNS[kind], values, strict=True)), ensure_ascii=False)


def _is_same(one: str | None, other: str | None) -> bool:
    """Return whether two states are equal. If only one of them has an id, ids are not compared."""
    if one is None or other is None or one == other:
        return one == other
    first, second = json.loads(one), json.loads(other)
    return all(
        first.get(name) == second.get(name)
        for name in {*first, *second}
        if name != "id" or name in first.keys() & second
    )


def _put(connection: sqlite3.Connection, field: str, wanted: str | None) -> None:
    kind, _, name = field.partition(":")
    if wanted is None:
        removal = "UPDATE feed SET spec = NULL" if kind == "feed" else "DELETE FROM view"
        connection.execute(f"{removal} WHERE name = ?", (name,))
        return
    values = json.loads(wanted)
    # A state from before schema 6 gives a new view an id, and leaves that of a present view.
    columns = [column for column in _COLUMNS[kind] if column in values]
    connection.execute(
        f"INSERT INTO {kind} (name, {', '.join(columns)}) VALUES (?{', ?' * len(columns)}) ON CONFLICT (name)"
        f" DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in columns)}",
        (name, *(values[column] for column in columns)),
    )


def count_changes(connection: sqlite3.Connection, step: int) -> int:
    """Return the number of feeds and views that the step `step` of the undo history changed."""
    condition = "step_id = ? AND paper_id = ?"
    ((number,),) = connection.execute(f"SELECT count(*) FROM change WHERE {condition}", (step, NO_PAPER)).fetchall()
    return int(number)


def restore(connection: sqlite3.Connection, step: int, wanted: str, expected: str) -> tuple[str, ...]:
    """Undo or redo the changes of feeds and views in the step `step` of the undo history.

    `wanted` and `expected` are two columns of the table `change`. To undo, pass `before` and `after`. To redo, pass
    `after` and `before`. A feed or view gets the state in `wanted` if its present state is the one in `expected`.

    Returns the fields (`feed:NAME` or `view:NAME`) of the feeds and views that stay unchanged. They stay unchanged
    because they were changed after the step, or because another feed has their spec, or another view has their id.
    """
    rows = connection.execute(
        f"SELECT field, {wanted}, {expected} FROM change WHERE step_id = ? AND paper_id = ? ORDER BY field",
        (step, NO_PAPER),
    ).fetchall()
    restored = {field: new for field, new, old in rows if _is_same(state(connection, field), old)}
    while taken := [field for field in restored if _is_taken(connection, restored, field)]:
        for field in taken:
            del restored[field]
    # Specs and ids are unique, so they are freed before any is set. A view that stays keeps its id, and so its marks.
    for field, new in restored.items():
        if new is None or _is_wanted_elsewhere(connection, restored, field):
            _put(connection, field, None)
    for field, new in restored.items():
        _put(connection, field, new)
        _delete_foreign_pull(connection, field)
    return tuple(field for field, _, _ in rows if field not in restored)


def _is_wanted_elsewhere(connection: sqlite3.Connection, restored: Mapping[str, str | None], field: str) -> bool:
    """Return whether another feed in `restored` gets the present spec of this feed (for a view: its present id)."""
    kind, present = field.partition(":")[0], state(connection, field)
    unique = json.loads(present)[_UNIQUE[kind]] if present else None
    return unique is not None and any(
        new is not None and json.loads(new).get(_UNIQUE[kind]) == unique
        for other, new in restored.items()
        if other != field and other.startswith(f"{kind}:")
    )


def _is_taken(connection: sqlite3.Connection, restored: Mapping[str, str | None], field: str) -> bool:
    """Return whether a feed outside `restored` has the spec that this feed is to get (for a view: the id)."""
    new, (kind, _, name) = restored[field], field.partition(":")
    if new is None:
        return False
    column = _UNIQUE[kind]
    holder = connection.execute(
        f"SELECT name FROM {kind} WHERE {column} = ? AND name <> ?", (json.loads(new).get(column), name)
    ).fetchone()
    return holder is not None and f"{kind}:{holder[0]}" not in restored


def _delete_foreign_pull(connection: sqlite3.Connection, field: str) -> None:
    """Delete the state of pulling a feed if the journal shows that the feed ever had another spec.

    The state may belong to that other spec. A feed whose removal is undone keeps its state.
    """
    kind, _, name = field.partition(":")
    had_other_spec = connection.execute(
        "SELECT 1 FROM feed f CROSS JOIN step s CROSS JOIN change c ON c.step_id = s.id AND c.paper_id = ?"
        " AND c.field = ? WHERE f.name = ? AND (c.before ->> 'spec' <> f.spec OR c.after ->> 'spec' <> f.spec) LIMIT 1",
        (NO_PAPER, field, name),
    )
    if kind == "feed" and had_other_spec.fetchone() is not None:
        delete_pull(connection, name)


def display_names(fields: Sequence[str]) -> tuple[str, ...]:
    """Return the names of feeds and views for messages: `feed hf-daily` for the field `feed:hf-daily`."""
    return tuple(field.replace(":", " ", 1) for field in fields)
