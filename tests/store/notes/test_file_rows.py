"""The rows of a folder of ten thousand notes are not read to find the few that changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest

from readq.services.papers import notes
from readq.store.library import open_for_writing
from readq.store.notes import file_rows
from readq.store.notes.file_rows import FileRow

FOLDER = "/home/ada/notes"


def row(paper_id: int, version: int = 1) -> FileRow:
    return FileRow(paper_id, f"p{paper_id}.md", 10, 1, "d", "n", version, "{}")


@pytest.fixture
def connection(six_papers: str, now: datetime) -> Iterator[sqlite3.Connection]:
    """Papers 1 to 4 with notes, and the rows of their files."""
    with closing(open_for_writing(six_papers)) as opened:
        notes.put_all(opened, dict.fromkeys(range(1, 5), "claim"), "noted", now)
        file_rows.put_rows(opened, FOLDER, map(row, range(1, 5)))
        yield opened


def plans(connection: sqlite3.Connection, call: str) -> list[str]:
    """Return the lines of the query plans of all statements that `call` runs."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    if call == "compared_files":
        file_rows.compared_files(connection, FOLDER)
    else:
        file_rows.some_rows(connection, FOLDER, ["p2.md"], [3])
    connection.set_trace_callback(None)
    return [line for one in statements for *_, line in connection.execute(f"EXPLAIN QUERY PLAN {one}")]


def test_a_folder_is_compared_by_indexes_alone(connection: sqlite3.Connection) -> None:
    reads = [line for line in plans(connection, "compared_files") if " note" in line]
    assert len(reads) == 4
    assert [line for line in reads if "COVERING INDEX" not in line] == []
    assert [line for line in plans(connection, "compared_files") if "TEMP B-TREE" in line] == []


def test_a_few_rows_are_looked_up_and_not_searched_for(connection: sqlite3.Connection) -> None:
    reads = [line for line in plans(connection, "some_rows") if " note_file" in line]
    assert [("name=?" in line, "paper_id=?" in line) for line in reads] == [(True, False), (False, True)]
    assert [one.paper_id for one in file_rows.some_rows(connection, FOLDER, ["p2.md", "x"], [3, 9])] == [2, 3]


def changed(connection: sqlite3.Connection) -> set[int]:
    compared = file_rows.compared_files(connection, FOLDER)
    assert all(state == (10, 1) for state in compared.states.values())
    return compared.changed


def test_what_differs_from_the_rows_is_found(connection: sqlite3.Connection, now: datetime) -> None:
    assert changed(connection) == set()
    notes.save(connection, 2, "another claim", now)
    notes.save(connection, 3, "", now)
    assert changed(connection) == {2, 3}
    notes.save(connection, 5, "new", now)
    assert changed(connection) == {2, 3, 5}


def test_a_note_without_a_file_is_found_though_another_file_has_no_note(
    connection: sqlite3.Connection, now: datetime
) -> None:
    notes.save(connection, 4, "", now)
    notes.save(connection, 6, "new", now)
    assert changed(connection) == {4, 6}


def test_the_files_of_another_folder_do_not_count(connection: sqlite3.Connection) -> None:
    file_rows.put_rows(connection, "/elsewhere", [row(5), row(1, version=7)])
    assert changed(connection) == set()
    assert file_rows.compared_files(connection, "/elsewhere").changed == {1, 2, 3, 4, 5}
