"""Compare the tables, views, indexes and triggers of a library with those of the present schema, by name and SQL.

Objects with names that the present schema does not have are ignored, because readq did not create them.
"""

import contextlib
import functools
import re
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from readq.store.schema.migrations import build

_SPACE = re.compile(r"(?:--[^\n]*|\s)+")
_SHADOW = re.compile(r"\w+_search_\w+")
"""The pattern of the names of the full-text index's internal tables.

Their SQL depends on the version of SQLite, so it is not compared.
"""

_REPLACEABLE = ("index", "trigger")


class Part(NamedTuple):
    """A part of a schema. `kind` is `table`, `view`, `index` or `trigger`."""

    kind: str
    name: str


def lost(connection: sqlite3.Connection) -> list[str]:
    """Return a line of text for each table, view and column that the library lacks. Only a backup can restore them."""
    there = _parts(connection)
    found: list[str] = []
    for part, sql in _expected().items():
        if part.kind in _REPLACEABLE:
            continue
        if part not in there:
            found.append(f"{part.kind} {part.name} is missing")
        elif not _is_same(part, sql, there[part]):
            found += [f"{part.kind} {part.name} has no column {name}" for name in _lost_columns(connection, part)]
    return found


def altered(connection: sqlite3.Connection) -> list[str]:
    """Return a line of text for each index and trigger that is missing, or has other SQL than in the present schema."""
    return [line for part, line in _altered(connection) if part.kind in _REPLACEABLE]


def altered_tables(connection: sqlite3.Connection) -> list[str]:
    """Return a line of text for each table and view that is missing, or has other SQL than in the present schema."""
    return [line for part, line in _altered(connection) if part.kind not in _REPLACEABLE]


def _altered(connection: sqlite3.Connection) -> list[tuple[Part, str]]:
    there = _parts(connection)
    return [
        (part, f"{part.kind} {part.name} is {'not as readq made it' if part in there else 'missing'}")
        for part, sql in _expected().items()
        if part not in there or not _is_same(part, sql, there[part])
    ]


def mend(connection: sqlite3.Connection) -> None:
    """Create indexes and triggers again if they are missing or have other SQL than in the present schema.

    Raises sqlite3.Error, for example IntegrityError if the rows of a table violate a unique index.
    """
    there = _parts(connection)
    for part, sql in _expected().items():
        if part.kind in _REPLACEABLE and (part not in there or not _is_same(part, sql, there[part])):
            connection.execute(f'DROP {part.kind} IF EXISTS "{part.name}"')
            connection.execute(sql)


def _is_same(part: Part, sql: str, other: str) -> bool:
    return bool(_SHADOW.fullmatch(part.name)) or _SPACE.sub(" ", sql) == _SPACE.sub(" ", other)


def _lost_columns(connection: sqlite3.Connection, part: Part) -> list[str]:
    with _fresh() as fresh:
        expected = _columns(fresh, part)
    there = _columns(connection, part)
    return [name for name in expected if name not in there]


def _columns(connection: sqlite3.Connection, part: Part) -> list[str]:
    return [str(row[0]) for row in connection.execute("SELECT name FROM pragma_table_info(?)", (part.name,))]


@functools.cache
def _expected() -> Mapping[Part, str]:
    with _fresh() as fresh:
        return _parts(fresh)


def _fresh() -> "contextlib.closing[sqlite3.Connection]":
    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    return contextlib.closing(connection)


def _parts(connection: sqlite3.Connection) -> dict[Part, str]:
    # Objects that SQLite makes by itself have no SQL, or a reserved name.
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*'"
    )
    return {Part(kind, name): sql for kind, name, sql in rows}
