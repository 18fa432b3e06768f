"""The SQLModel classes are the definition of the present schema: the migrations lead to the tables that they create."""

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.pool import StaticPool
from sqlmodel import SQLModel, create_engine

from readq.model.fields.paper_fields import FIELDS
from readq.model.metadata_columns import COLUMNS
from readq.store.schema import (
    orm_bib_files,
    orm_interest,
    orm_notes,
    orm_review,
    orm_sources,
    orm_tables,
    orm_views,
)
from readq.store.schema import orm_papers as tables
from readq.store.schema.migrations import build

FURTHER = (
    orm_bib_files.BibFileTable,
    orm_interest.InterestTable,
    orm_notes.NoteFileTable,
    orm_review.CardTable,
    orm_sources.SourceTable,
    orm_tables.StepTable,
    orm_views.ViewTable,
)
assert all(table.metadata is SQLModel.metadata for table in FURTHER)


def in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    return connection


def created_from_classes() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    SQLModel.metadata.create_all(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool))
    return connection


def table_names(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    return {name for (name,) in rows if not name.startswith(("sqlite_", "paper_search", "pdf_search"))}


def description(connection: sqlite3.Connection, table: str) -> dict[str, Any]:
    """Everything that SQLite enforces for a table, in no order of columns or constraints."""
    ((sql,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchall()
    columns = connection.execute("SELECT name, type, [notnull], pk, dflt_value FROM pragma_table_info(?)", (table,))
    indexes = connection.execute("SELECT name, [unique], origin FROM pragma_index_list(?)", (table,)).fetchall()
    return {
        "kind": connection.execute("SELECT strict, wr FROM pragma_table_list(?)", (table,)).fetchall(),
        "numbers are never reused": "AUTOINCREMENT" in sql,
        # SQLite takes no NULL in a primary key of these tables, whether the column says so or not.
        "columns": {(name, kind, bool(notnull or pk), pk, default) for name, kind, notnull, pk, default in columns},
        "references": set(
            connection.execute("SELECT [from], [table], [to], on_delete FROM pragma_foreign_key_list(?)", (table,))
        ),
        "checks": sorted(checks(sql)),
        "keys": {
            (unique, origin, *connection.execute("SELECT name, coll FROM pragma_index_xinfo(?) WHERE key", (name,)))
            for name, unique, origin in indexes
            if origin != "c"
        },
        "indexes": {
            " ".join(sql.split())
            for (sql,) in connection.execute(
                "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (table,)
            )
        },
    }


def checks(sql: str) -> Iterator[str]:
    """The conditions of the CHECK constraints in a CREATE TABLE statement."""
    text = " ".join(re.sub(r"--[^\n]*", "", sql).split())
    for found in re.finditer(r"CHECK \(", text):
        depth, end = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[found.end() : end - 1]


def test_every_table_has_its_class() -> None:
    with contextlib.closing(in_memory()) as migrated:
        assert table_names(migrated) == set(SQLModel.metadata.tables)


@pytest.mark.parametrize("name", sorted(SQLModel.metadata.tables))
def test_migrations_lead_to_the_table_of_the_class(name: str) -> None:
    with contextlib.closing(in_memory()) as migrated, contextlib.closing(created_from_classes()) as created:
        assert description(migrated, name) == description(created, name)


def test_every_field_of_a_paper_has_its_column_with_its_limit() -> None:
    for name, rule in FIELDS.items():
        column = tables.PaperColumns.model_fields[name]
        limits = [limit.max_length for limit in column.metadata if hasattr(limit, "max_length")]
        assert limits == ([rule.longest] if rule.longest else []), name
    assert set(tables.PaperTable.model_fields) >= set(COLUMNS)


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
    good: dict[str, Any] = {
        "title": "T",
        "title_key": "t",
        "authors": "",
        "trust": 10,
        "year": 2024,
        "url": "https://x.org",
    }
    assert tables.PaperColumns.model_validate(good).year == 2024
    with pytest.raises(ValidationError):
        tables.PaperColumns.model_validate({**good, **changes})


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
        ("identifier", {"scheme": "issn"}),
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
