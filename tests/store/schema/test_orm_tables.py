"""The SQLModel classes and the schema are written apart; here they are held together."""

import contextlib
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from readq.store.schema import orm_tables as tables
from readq.store.schema.migrations import build

ONLY_IN_SQL = {"change", "exported", "last_opened"}
"""The journal's changes, and what no object graph needs."""

CLASSES = {
    mapper.class_.__table__.name: mapper.class_.__table__
    for mapper in SQLModel._sa_registry.mappers
    if mapper.class_.__module__ == tables.__name__
}


def in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    return connection


def own_tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    return {name for (name,) in rows if not name.startswith(("sqlite_", "paper_search"))}


def test_every_table_has_its_class() -> None:
    with contextlib.closing(in_memory()) as connection:
        assert own_tables(connection) - ONLY_IN_SQL == set(CLASSES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_has_the_columns_of_its_table(name: str) -> None:
    with contextlib.closing(in_memory()) as connection:
        stored = connection.execute("SELECT name, type, [notnull], pk FROM pragma_table_info(?)", (name,)).fetchall()
    declared = CLASSES[name].columns
    kinds = {"VARCHAR": "TEXT", "INTEGER": "INTEGER", "FLOAT": "REAL"}
    assert {
        (column.name, kinds[column.type.compile(sqlite.dialect()).partition("(")[0]], column.primary_key)
        for column in declared
    } == {(column, kind, pk > 0) for column, kind, _, pk in stored}
    # SQLite takes no NULL in a primary key of these tables, whether the column says so or not.
    assert {column.name for column in declared if not column.nullable} == {
        column for column, _, notnull, pk in stored if notnull or pk
    }


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_refers_where_its_table_refers(name: str) -> None:
    with contextlib.closing(in_memory()) as connection:
        stored = connection.execute("SELECT [from], [table], [to] FROM pragma_foreign_key_list(?)", (name,)).fetchall()
    declared = {
        (key.parent.name, key.column.table.name, key.column.name)
        for column in CLASSES[name].columns
        for key in column.foreign_keys
    }
    assert declared == set(stored)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"title": "x" * 100_001},
        {"year": 999},
        {"year": "soon"},
        {"published": "2024-1-1"},
        {"published": "2024-01-01\n"},
        {"url": "javascript:alert(1)"},
        {"url": "https://x.org/" + "y" * 2048},
        {"pdf_url": "file:///etc/passwd"},
        {"abstract": "x" * 1_000_001},
    ],
    ids=lambda changes: ascii(changes)[:40],
)
def test_what_the_library_cannot_hold_is_refused(changes: dict[str, Any]) -> None:
    good: dict[str, Any] = {"title": "T", "title_key": "t", "trust": 10, "year": 2024, "url": "https://x.org"}
    assert tables.PaperFields.model_validate(good).year == 2024
    with pytest.raises(ValidationError):
        tables.PaperFields.model_validate({**good, **changes})


Insert = Callable[..., object]


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("paper", {"key": ""}),
        ("paper", {"key": "TAKEN"}),
        ("paper", {"title": ""}),
        ("paper", {"title": None}),
        ("paper", {"status": "later"}),
        ("paper", {"starred": 2}),
        ("paper", {"key_frozen": 2}),
        ("paper", {"year": 12024}),
        ("paper", {"year": "soon"}),
        ("paper", {"published": "last week"}),
        ("paper", {"added": "2026-11-23"}),
        ("paper", {"decided": "2026-11-23T08:00:00+01:00"}),
        ("paper", {"snoozed_until": "tomorrow"}),
        ("identifier", {"scheme": "isbn"}),
        ("identifier", {"value": ""}),
        ("identifier", {"paper_id": 99}),
        ("author", {"name": ""}),
        ("author", {"position": -1}),
        ("alias", {"key": "Former"}),
        ("paper_tag", {"tag": ""}),
        ("sighting", {"rank": 0}),
        ("sighting", {"day": "today"}),
        ("sighting", {"feed_id": 9}),
        ("note", {"text": ""}),
        ("card", {"kind": "answer"}),
        ("card", {"stability": 0.0}),
        ("card", {"difficulty": 11.0}),
        ("card", {"due": "soon"}),
        ("card", {}),
        ("last_opened", {"one": 2}),
    ],
    ids=str,
)
def test_constraints_bite(table: str, changes: dict[str, object]) -> None:
    moment, day = "2026-11-23T08:00:00Z", "2026-11-23"
    good: dict[str, dict[str, object]] = {
        "paper": {"key": "k", "title": "T", "title_key": "t", "trust": 1, "added": moment},
        "identifier": {"scheme": "doi", "value": "10.1/x", "paper_id": 1},
        "author": {"paper_id": 1, "position": 0, "name": "N"},
        "alias": {"key": "other", "paper_id": 1},
        "paper_tag": {"paper_id": 1, "tag": "rl"},
        "sighting": {"paper_id": 1, "feed_id": 1, "day": day, "rank": 1},
        "note": {"paper_id": 1, "text": "x", "version": 1, "created": moment, "updated": moment},
        "card": {"paper_id": 1, "kind": "question", "due": day, "created": moment},
        "last_opened": {"one": 1, "paper_id": 1},
    }
    with contextlib.closing(in_memory()) as connection:

        def insert(name: str, row: dict[str, object]) -> None:
            marks = ", ".join(f":{column}" for column in row)
            connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", row)

        insert("paper", {**good["paper"], "key": "taken"})
        insert("feed", {"name": "f", "added": moment})
        insert("alias", {"key": "former", "paper_id": 1})
        insert("card", {**good["card"], "kind": "paper"})
        insert(table, good[table])
        connection.execute(f"DELETE FROM {table} WHERE rowid > 1" if table in ("paper", "card") else "SELECT 1")
        if table not in ("paper", "card", "alias"):
            connection.execute(f"DELETE FROM {table}")
        bad = {**good[table], **(changes or {"kind": "paper"})}
        with pytest.raises(sqlite3.IntegrityError):
            insert(table, bad)
