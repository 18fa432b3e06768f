"""Feeds and views: what a person set up that belongs to no paper, by name. Runs inside the caller's write transaction.

Fields in the journal, under the paper NO_PAPER: `feed:NAME` and `view:NAME`, each with its state before and after.
A state is JSON: of a feed `spec` and `added` (null: it is not pulled), of a view `query`, `sort` and `position` (null:
there is none).
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.store.feeds.pulls import delete_pull
from readq.store.journal.steps import NO_PAPER, record

KINDS = ("feed", "view")

_COLUMNS: Mapping[str, tuple[str, ...]] = {"feed": ("spec", "added"), "view": ("query", "sort", "position")}
_THERE: Mapping[str, str] = {"feed": "spec IS NOT NULL", "view": "1"}


class SavedView(NamedTuple):
    """A query under a name; `position` orders them."""

    name: str
    query: str
    sort: str
    position: int


def views(connection: sqlite3.Connection) -> list[SavedView]:
    """The saved queries in their order."""
    rows = connection.execute("SELECT name, query, sort, position FROM view ORDER BY position, name")
    return [SavedView._make(row) for row in rows]


def set_view(connection: sqlite3.Connection, step: int, name: str, query: str, sort: str) -> None:
    """Save a query under a name, in the place of one that has it, as part of a step."""
    field = f"view:{name}"
    ((position,),) = connection.execute(
        "SELECT coalesce((SELECT position FROM view WHERE name = ?), (SELECT max(position) + 1 FROM view), 1)", (name,)
    )
    _set(connection, step, field, json.dumps({"query": query, "sort": sort, "position": position}, ensure_ascii=False))


def remove_view(connection: sqlite3.Connection, step: int, name: str) -> None:
    """Remove a saved query, as part of a step; one that is not there is no change."""
    _set(connection, step, f"view:{name}", None)


def set_feed(connection: sqlite3.Connection, step: int, name: str, spec: str, at: str) -> None:
    """Have a source pulled under a name from the instant `at` on, as part of a step, as one that was never pulled.

    No change when it is already. Raises sqlite3.IntegrityError when the source has another name.
    """
    present = state(connection, f"feed:{name}")
    if present is None or json.loads(present)["spec"] != spec:
        _set(connection, step, f"feed:{name}", json.dumps({"spec": spec, "added": at}, ensure_ascii=False))
        delete_pull(connection, name)


def remove_feed(connection: sqlite3.Connection, step: int, name: str) -> None:
    """Pull a source no longer, as part of a step; its name stays with the sightings. One not pulled is no change."""
    _set(connection, step, f"feed:{name}", None)


def _set(connection: sqlite3.Connection, step: int, field: str, new: str | None) -> None:
    old = state(connection, field)
    if old != new:
        _put(connection, field, new)
        record(connection, step, [(NO_PAPER, field, old, new)])


def states(connection: sqlite3.Connection) -> dict[str, str | None]:
    """Every feed that is pulled and every view, by field."""
    fields = [
        f"{kind}:{name}"
        for kind in KINDS
        for (name,) in connection.execute(f"SELECT name FROM {kind} WHERE {_THERE[kind]} ORDER BY name").fetchall()
    ]
    return {field: state(connection, field) for field in fields}


def record_differences(connection: sqlite3.Connection, step: int, before: Mapping[str, str | None]) -> None:
    """Note in a step what has become different since `states` said `before`."""
    after = states(connection)
    fields = sorted({*before, *after})
    changes = [(NO_PAPER, field, before.get(field), after.get(field)) for field in fields]
    record(connection, step, [change for change in changes if change[2] != change[3]])


def state(connection: sqlite3.Connection, field: str) -> str | None:
    """What a feed or view is now."""
    kind, _, name = field.partition(":")
    columns = _COLUMNS[kind]
    row = connection.execute(
        f"SELECT {', '.join(columns)} FROM {kind} WHERE name = ? AND {_THERE[kind]}", (name,)
    ).fetchone()
    return None if row is None else json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)


def _put(connection: sqlite3.Connection, field: str, wanted: str | None) -> None:
    kind, _, name = field.partition(":")
    if wanted is None:
        gone = "UPDATE feed SET spec = NULL" if kind == "feed" else "DELETE FROM view"
        connection.execute(f"{gone} WHERE name = ?", (name,))
        return
    columns = _COLUMNS[kind]
    connection.execute(
        f"INSERT INTO {kind} (name, {', '.join(columns)}) VALUES (?{', ?' * len(columns)}) ON CONFLICT (name)"
        f" DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in columns)}",
        (name, *(json.loads(wanted)[column] for column in columns)),
    )


def count_changes(connection: sqlite3.Connection, step: int) -> int:
    """How many feeds and views a step changed."""
    condition = "step_id = ? AND paper_id = ?"
    ((many,),) = connection.execute(f"SELECT count(*) FROM change WHERE {condition}", (step, NO_PAPER)).fetchall()
    return int(many)


def restore(connection: sqlite3.Connection, step: int, wanted: str, expected: str) -> tuple[str, ...]:
    """Restore the feeds and views that a step changed, but those that are not as it left them; return these by field.

    `wanted` and `expected` name the columns of `change` to restore and to find in place.
    """
    rows = connection.execute(
        f"SELECT field, {wanted}, {expected} FROM change WHERE step_id = ? AND paper_id = ? ORDER BY field",
        (step, NO_PAPER),
    ).fetchall()
    restored = {field: new for field, new, old in rows if state(connection, field) == old}
    while taken := [field for field in restored if _is_anothers(connection, restored, field)]:
        for field in taken:
            del restored[field]
    # No two feeds may have one source at any moment: all are given up before any is given.
    for field in restored:
        _put(connection, field, None)
    for field, new in restored.items():
        _put(connection, field, new)
        _forget_pulls_of_another(connection, field)
    return tuple(field for field, _, _ in rows if field not in restored)


def _is_anothers(connection: sqlite3.Connection, restored: Mapping[str, str | None], field: str) -> bool:
    """Whether the source that a feed is to have belongs to one that keeps it."""
    new = restored[field]
    if new is None or not field.startswith("feed:"):
        return False
    holder = connection.execute("SELECT name FROM feed WHERE spec = ?", (json.loads(new)["spec"],)).fetchone()
    return holder is not None and f"feed:{holder[0]}" not in restored


def _forget_pulls_of_another(connection: sqlite3.Connection, field: str) -> None:
    """Begin a feed anew whose name was ever that of another source: how pulls went may have been of that one.

    A removal that is taken back goes on where it was.
    """
    kind, _, name = field.partition(":")
    ever_another = connection.execute(
        "SELECT 1 FROM feed f CROSS JOIN step s CROSS JOIN change c ON c.step_id = s.id AND c.paper_id = ?"
        " AND c.field = ? WHERE f.name = ? AND (c.before ->> 'spec' <> f.spec OR c.after ->> 'spec' <> f.spec) LIMIT 1",
        (NO_PAPER, field, name),
    )
    if kind == "feed" and ever_another.fetchone() is not None:
        delete_pull(connection, name)


def display_names(fields: Sequence[str]) -> tuple[str, ...]:
    """Fields as a person reads them: `feed hf-daily`."""
    return tuple(field.replace(":", " ", 1) for field in fields)
