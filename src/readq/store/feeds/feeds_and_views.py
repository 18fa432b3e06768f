"""Read and write the list of pulled feeds and the list of saved views, and record changes in the journal for undo.

A feed's spec is the text that names the data to pull, such as `arxiv:cs.LG`. A change is recorded under the paper id
NO_PAPER and the field `feed:NAME` or `view:NAME`. The state of a field is JSON. The state of a feed has its `spec` and
`added`; it is null if the feed is not pulled. The state of a view has its `query`, `sort` and `position`; it is null if
the view does not exist. Writes run inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.store.feeds.pulls import delete_pull
from readq.store.journal.steps import NO_PAPER, record

KINDS = ("feed", "view")

_COLUMNS: Mapping[str, tuple[str, ...]] = {"feed": ("spec", "added"), "view": ("query", "sort", "position")}
_EXISTS: Mapping[str, str] = {"feed": "spec IS NOT NULL", "view": "1"}


class SavedView(NamedTuple):
    """A saved view: a query with a name and a sort key. Lists show views in ascending order of `position`."""

    name: str
    query: str
    sort: str
    position: int


def views(connection: sqlite3.Connection) -> list[SavedView]:
    """Return the saved views, ordered by position."""
    rows = connection.execute("SELECT name, query, sort, position FROM view ORDER BY position, name")
    return [SavedView._make(row) for row in rows]


def set_view(connection: sqlite3.Connection, step: int, name: str, query: str, sort: str) -> None:
    """Save a view, and record the change in the journal step `step`. Replaces a view with the same name."""
    field = f"view:{name}"
    ((position,),) = connection.execute(
        "SELECT coalesce((SELECT position FROM view WHERE name = ?), (SELECT max(position) + 1 FROM view), 1)", (name,)
    )
    _set(connection, step, field, json.dumps({"query": query, "sort": sort, "position": position}, ensure_ascii=False))


def remove_view(connection: sqlite3.Connection, step: int, name: str) -> None:
    """Remove the view `name`, and record the change in the journal step `step`. Does nothing if it does not exist."""
    _set(connection, step, f"view:{name}", None)


def set_feed(connection: sqlite3.Connection, step: int, name: str, spec: str, at: str) -> None:
    """Make the feed `name` pull `spec`, and record the change in the journal step `step`. Adds the feed if needed.

    Stores `at` (UTC text) as the time at which the feed was added, and deletes the state of earlier pulls. Does nothing
    if the feed pulls `spec` already. Raises sqlite3.IntegrityError if a feed with another name pulls `spec`.
    """
    present = state(connection, f"feed:{name}")
    if present is None or json.loads(present)["spec"] != spec:
        _set(connection, step, f"feed:{name}", json.dumps({"spec": spec, "added": at}, ensure_ascii=False))
        delete_pull(connection, name)


def remove_feed(connection: sqlite3.Connection, step: int, name: str) -> None:
    """Stop pulling the feed `name`, and record the change in the journal step `step`. Does nothing if it is not pulled.

    The feed's name and its sightings stay in the library.
    """
    _set(connection, step, f"feed:{name}", None)


def _set(connection: sqlite3.Connection, step: int, field: str, new: str | None) -> None:
    old = state(connection, field)
    if old != new:
        _put(connection, field, new)
        record(connection, step, [(NO_PAPER, field, old, new)])


def states(connection: sqlite3.Connection) -> dict[str, str | None]:
    """Return the states of all pulled feeds and all saved views, as JSON by field (`feed:NAME`, `view:NAME`)."""
    fields = [
        f"{kind}:{name}"
        for kind in KINDS
        for (name,) in connection.execute(f"SELECT name FROM {kind} WHERE {_EXISTS[kind]} ORDER BY name").fetchall()
    ]
    return {field: state(connection, field) for field in fields}


def record_differences(connection: sqlite3.Connection, step: int, before: Mapping[str, str | None]) -> None:
    """Compare all feeds and views with `before`, and record the differences in the journal step `step`.

    `before` is an earlier result of `states`.
    """
    after = states(connection)
    fields = sorted({*before, *after})
    changes = [(NO_PAPER, field, before.get(field), after.get(field)) for field in fields]
    record(connection, step, [change for change in changes if change[2] != change[3]])


def state(connection: sqlite3.Connection, field: str) -> str | None:
    """Return the state of `field` as JSON. Return None if the feed is not pulled or the view does not exist."""
    kind, _, name = field.partition(":")
    columns = _COLUMNS[kind]
    row = connection.execute(
        f"SELECT {', '.join(columns)} FROM {kind} WHERE name = ? AND {_EXISTS[kind]}", (name,)
    ).fetchone()
    return None if row is None else json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)


def _put(connection: sqlite3.Connection, field: str, wanted: str | None) -> None:
    kind, _, name = field.partition(":")
    if wanted is None:
        removal = "UPDATE feed SET spec = NULL" if kind == "feed" else "DELETE FROM view"
        connection.execute(f"{removal} WHERE name = ?", (name,))
        return
    columns = _COLUMNS[kind]
    connection.execute(
        f"INSERT INTO {kind} (name, {', '.join(columns)}) VALUES (?{', ?' * len(columns)}) ON CONFLICT (name)"
        f" DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in columns)}",
        (name, *(json.loads(wanted)[column] for column in columns)),
    )


def count_changes(connection: sqlite3.Connection, step: int) -> int:
    """Return the number of feeds and views that the journal step `step` changed."""
    condition = "step_id = ? AND paper_id = ?"
    ((number,),) = connection.execute(f"SELECT count(*) FROM change WHERE {condition}", (step, NO_PAPER)).fetchall()
    return int(number)


def restore(connection: sqlite3.Connection, step: int, wanted: str, expected: str) -> tuple[str, ...]:
    """Restore the feeds and views that the journal step `step` changed. Return the fields in conflict.

    `wanted` and `expected` are `before` and `after`, or the reverse: the columns of table `change` with the states to
    restore, and with the present states if nothing was changed since. A field is in conflict if its present state
    differs from the state in `expected`, or if another feed has the spec to restore. Fields in conflict stay unchanged.
    """
    rows = connection.execute(
        f"SELECT field, {wanted}, {expected} FROM change WHERE step_id = ? AND paper_id = ? ORDER BY field",
        (step, NO_PAPER),
    ).fetchall()
    restored = {field: new for field, new, old in rows if state(connection, field) == old}
    while taken := [field for field in restored if _is_spec_taken(connection, restored, field)]:
        for field in taken:
            del restored[field]
    # Specs are unique, so all are removed before any is set.
    for field in restored:
        _put(connection, field, None)
    for field, new in restored.items():
        _put(connection, field, new)
        _delete_foreign_pull(connection, field)
    return tuple(field for field, _, _ in rows if field not in restored)


def _is_spec_taken(connection: sqlite3.Connection, restored: Mapping[str, str | None], field: str) -> bool:
    """Return whether a feed that is not being restored has the spec to restore to the feed `field`."""
    new = restored[field]
    if new is None or not field.startswith("feed:"):
        return False
    holder = connection.execute("SELECT name FROM feed WHERE spec = ?", (json.loads(new)["spec"],)).fetchone()
    return holder is not None and f"feed:{holder[0]}" not in restored


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
    """Return the names to show in messages for `fields`: `feed hf-daily` for the field `feed:hf-daily`."""
    return tuple(field.replace(":", " ", 1) for field in fields)
