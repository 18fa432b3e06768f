"""Each kind of fault is found and repaired, and nothing else is changed."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from readq.services.review import card_check
from readq.store import check
from readq.store.check import Problem
from readq.store.connection.transactions import writing
from readq.store.files.integrity import open_unmigrated
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]


@pytest.fixture
def opened(old_library: str) -> Iterator[sqlite3.Connection]:
    """Return the library as `check` opens it, with foreign keys off so that faults can be made."""
    with contextlib.closing(open_unmigrated(old_library, 1)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        yield connection


def every_problem(connection: sqlite3.Connection) -> list[Problem]:
    return check.find_problems(connection) + card_check.find_problems(connection)


def repair(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    with writing(connection):
        check.repair_problems(connection)
        card_check.repair_problems(connection)


def test_check_finds_no_problem_in_an_intact_library(opened: sqlite3.Connection) -> None:
    assert every_problem(opened) == []


def test_a_check_writes_nothing(opened: sqlite3.Connection, old_library: str) -> None:
    before = os.stat(old_library).st_mtime_ns
    every_problem(opened)
    assert os.stat(old_library).st_mtime_ns == before
    assert not opened.in_transaction


_SEARCH = Problem("search", "the full-text index differs from the papers and notes")
_PDF_SEARCH = Problem("search", "the full-text index differs from the texts of PDFs")

# (statement that makes the fault, problems found, whether a repair restores every row)
SPOILT = {
    "a trigger is missing": ("DROP TRIGGER note_indexed", [Problem("schema", "trigger note_indexed is missing")], True),
    "an index is missing": ("DROP INDEX card_due", [Problem("schema", "index card_due is missing")], True),
    "authors of the list": (
        "UPDATE paper SET authors = 'Nobody' WHERE id = 1",
        [Problem("authors", "#1")],
        True,
    ),
    "a lost author row": ("DELETE FROM author WHERE paper_id = 1 AND position = 1", [Problem("authors", "#1")], True),
    "lost author rows": ("DELETE FROM author WHERE paper_id = 2", [Problem("authors", "#2")], True),
    "upvotes": ("UPDATE paper SET upvotes = 3 WHERE id = 1", [Problem("upvotes", "#1")], True),
    "upvotes from nowhere": ("UPDATE paper SET upvotes = 3 WHERE id = 2", [Problem("upvotes", "#2")], True),
    "note without paper": (
        "INSERT INTO note VALUES (99, 'lost', 1, '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z')",
        [Problem("orphan", "note: 1 without paper")],
        True,
    ),
    "alias without paper": ("INSERT INTO alias VALUES ('x', 99)", [Problem("orphan", "alias: 1 without paper")], True),
    "draft without paper": (
        "INSERT INTO draft VALUES (99, 'lost', NULL, '2026-11-20T08:00:00Z')",
        [Problem("orphan", "draft: 1 without paper")],
        True,
    ),
    "sightings without feed": (
        "DELETE FROM feed WHERE id = 2",
        [Problem("orphan", "pull: 1 without feed"), Problem("orphan", "sighting: 1 without feed")],
        False,
    ),
    "reviews without card": ("DELETE FROM card WHERE id = 1", [Problem("orphan", "review: 4 without card")], False),
    "changes without step": (
        "INSERT INTO change VALUES (77, 1, 'status', 'inbox', 'done')",
        [Problem("orphan", "change: 1 without step")],
        True,
    ),
    "a step of nothing": (
        "INSERT INTO step (id, at, what, papers) VALUES (7, '2026-11-20T08:00:00Z', 'x', 1)",
        [Problem("journal", "step 7: no change")],
        True,
    ),
    "a rating that is not logged": (
        "INSERT INTO change VALUES (1, 1, 'rating:99', NULL, 99)",
        [Problem("journal", "step 1: a rating that is not in the log")],
        True,
    ),
    "a mark of no watch": (
        "INSERT INTO caught VALUES (2, 99, 'raise', '2026-11-20T08:00:00Z')",
        [Problem("watch", "#2: caught by watch 99, which never was")],
        True,
    ),
    "search lacks a paper": (
        "INSERT INTO paper_search (paper_search, rowid, title, authors) VALUES ('delete', 2, 'Notes', 'Ada Lovelace')",
        [_SEARCH],
        True,
    ),
    "search lacks a PDF": (
        "INSERT INTO pdf_search (pdf_search, rowid, text) SELECT 'delete', paper_id, text FROM pdf_text",
        [_PDF_SEARCH],
        True,
    ),
    "search has too much": ("INSERT INTO paper_search (rowid, note) VALUES (4, 'not so')", [_SEARCH], True),
    "stability": (
        "UPDATE card SET stability = 30 WHERE id = 1",
        [Problem("card", "card 1: not the state that its answers give")],
        True,
    ),
    "difficulty in the last place": (
        "UPDATE card SET difficulty = difficulty * 1.00001 WHERE id = 1",
        [Problem("card", "card 1: not the state that its answers give")],
        True,
    ),
    "due by a day": (
        "UPDATE card SET due = '2026-11-21' WHERE id = 1",
        [Problem("card", "card 1: not the state that its answers give")],
        True,
    ),
    "reps": (
        "UPDATE card SET reps = 4 WHERE id = 1",
        [Problem("card", "card 1: not the state that its answers give")],
        True,
    ),
    "lapses": (
        "UPDATE card SET lapses = 0 WHERE id = 1",
        [Problem("card", "card 1: not the state that its answers give")],
        True,
    ),
    "last day": (
        "UPDATE card SET last_day = NULL WHERE id = 1",
        [Problem("card", "card 1: not the state that its answers give")],
        True,
    ),
    "never rated, with a memory": (
        "UPDATE card SET stability = 2, difficulty = 5, reps = 1 WHERE id = 2",
        [Problem("card", "card 2: not the state that its answers give")],
        True,
    ),
    "the log's stability": (
        "UPDATE review SET stability = 30 WHERE id = 2",
        [Problem("review", "card 1: the log entry of answer 2 is wrong")],
        True,
    ),
    "the log's state before": (
        "UPDATE review SET due_before = '2026-11-02', lapses_before = 3 WHERE id = 3",
        [Problem("review", "card 1: the log entry of answer 3 is wrong")],
        True,
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_each_fault_is_found_and_repaired(opened: sqlite3.Connection, old_library: str, dump: Dump, name: str) -> None:
    statement, found, whole_again = SPOILT[name]
    before = dump(old_library)
    opened.execute(statement)
    assert every_problem(opened) == found
    assert every_problem(opened) == found  # a check repairs nothing
    repair(opened)
    assert every_problem(opened) == []
    assert (dump(old_library) == before) is whole_again


def test_rounding_differences_between_machines_are_no_problem(opened: sqlite3.Connection) -> None:
    opened.execute("UPDATE review SET stability = stability * (1 + 1e-9), difficulty = difficulty * (1 - 1e-9)")
    opened.execute("UPDATE card SET stability = stability * (1 + 1e-9) WHERE reps > 0")
    assert card_check.find_problems(opened) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review SET day = '2026-10-01' WHERE id = 3",
        "UPDATE review SET day = '2026-99-99' WHERE id = 3",
        "UPDATE review SET day = '9999-12-30' WHERE id = 3",
        "UPDATE review SET due_before = '2020-99-99' WHERE id = 1",
        "UPDATE review SET retention = 2 WHERE id = 3",
        "UPDATE review SET algorithm = 'sm-2' WHERE id = 3",
    ],
)
def test_answers_that_cannot_be_replayed_are_reported_and_left_alone(
    opened: sqlite3.Connection, old_library: str, dump: Dump, statement: str
) -> None:
    opened.execute(statement)
    before = dump(old_library)
    assert card_check.find_problems(opened) == [Problem("review", "card 1: its answers cannot be replayed")]
    repair(opened)
    assert dump(old_library) == before


def test_cards_are_checked_in_ranges(opened: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readq.store.review.answers._CARDS_AT_ONCE", 1)
    opened.execute("UPDATE card SET reps = 9")
    assert [problem.where[:6] for problem in card_check.find_problems(opened)] == ["card 1", "card 2"]


def _root_page(connection: sqlite3.Connection, index: str) -> int:
    return int(connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (index,)).fetchone()[0])


def _empty_index(path: str, index: str) -> None:
    """Empty an index: queries that use it find nothing, without an error."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
        page = _root_page(connection, index)
    empty = bytearray(size)
    empty[0] = 10
    empty[5:7] = size.to_bytes(2, "big")
    with open(path, "r+b") as file:
        file.seek(size * (page - 1))
        file.write(empty)


@pytest.mark.parametrize("index", ["paper_by_status", "paper_by_title_key", "sqlite_autoindex_paper_1", "card_due"])
def test_row_38_an_index_without_rows_is_rebuilt(old_library: str, dump: Dump, index: str) -> None:
    before = dump(old_library)
    _empty_index(old_library, index)
    with contextlib.closing(open_unmigrated(old_library, 1)) as connection:
        assert Problem("index", index) in check.find_problems(connection)
        repair(connection)
        assert every_problem(connection) == []
    assert dump(old_library) == before


def test_an_index_without_rows_makes_no_orphans(old_library: str, dump: Dump) -> None:
    """Rows missing only from an index must not lead to the deletion of authors, notes and cards."""
    before = dump(old_library)
    for index in ("paper_by_added", "paper_by_status", "paper_by_title_key"):
        _empty_index(old_library, index)
    with contextlib.closing(open_unmigrated(old_library, 1)) as connection:
        assert {problem.kind for problem in check.find_problems(connection)} == {"index"}
        repair(connection)
    assert dump(old_library) == before


def test_a_key_of_two_papers_is_reported_and_left_to_the_reader(old_library: str, dump: Dump) -> None:
    """With an empty index, SQLite accepts a second paper with the same key."""
    _empty_index(old_library, "sqlite_autoindex_paper_1")
    with contextlib.closing(sqlite3.connect(old_library)) as connection, connection:
        connection.execute(
            "INSERT INTO paper (key, title, title_key, trust, added)"
            " VALUES ('Anon', 'x', 'x', 1, '2026-11-20T08:00:00Z')"
        )
    before = dump(old_library)
    with contextlib.closing(open_unmigrated(old_library, 1)) as connection:
        assert Problem("key", "anon: #4 #5") in check.find_problems(connection)
        with pytest.raises(sqlite3.IntegrityError):
            repair(connection)
    assert dump(old_library) == before


def test_an_older_schema_is_checked_by_the_rules_for_every_schema(
    opened: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    opened.execute("UPDATE paper SET upvotes = 0")
    opened.execute("DELETE FROM feed WHERE id = 2")
    assert check.find_problems(opened) == [
        Problem("orphan", "pull: 1 without feed"),
        Problem("orphan", "sighting: 1 without feed"),
    ]


def test_a_changed_index_is_rebuilt_and_a_foreign_one_left_alone(opened: sqlite3.Connection) -> None:
    opened.execute("DROP INDEX card_of_paper")
    opened.execute("CREATE INDEX card_of_paper ON card (paper_id)")
    opened.execute("CREATE INDEX mine ON paper (venue)")
    assert every_problem(opened) == [Problem("schema", "index card_of_paper is not as readq made it")]
    repair(opened)
    assert every_problem(opened) == []
    assert opened.execute("SELECT 1 FROM sqlite_schema WHERE name = 'mine'").fetchone()


def test_an_altered_table_is_reported_and_left_alone(opened: sqlite3.Connection) -> None:
    opened.execute("ALTER TABLE paper ADD COLUMN mine TEXT")
    repair(opened)
    assert every_problem(opened) == [Problem("table", "table paper is not as readq made it")]


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["DROP TABLE draft"], "table draft is missing"),
        (["DROP VIEW paper_text"], "view paper_text is missing"),
        (["DROP INDEX review_of_card", "DROP TABLE review"], "table review is missing"),
        (["ALTER TABLE pdf DROP COLUMN sha256"], "table pdf has no column sha256"),
    ],
)
def test_a_missing_table_or_column_is_damage(opened: sqlite3.Connection, statements: list[str], found: str) -> None:
    for statement in statements:
        opened.execute(statement)
    assert check.find_problems(opened) == [Problem(check.DAMAGE, found)]


@pytest.mark.parametrize("value", ["{broken", "[]", '{"year": null}', "[" * 100_000])
@pytest.mark.parametrize("name", ["fields", "trusts"])
def test_unreadable_metadata_is_reported_and_left_alone(
    opened: sqlite3.Connection, old_library: str, dump: Dump, name: str, value: str
) -> None:
    opened.execute(f"UPDATE paper SET {name} = ? WHERE id = 1", (value,))
    before = dump(old_library)
    repair(opened)
    assert every_problem(opened) == [Problem("metadata", f"#1: its {name} cannot be read")]
    assert dump(old_library) == before
