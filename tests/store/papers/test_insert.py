"""Bulk inserts lead to the same library as single ones, with a complete full-text index."""

from pathlib import Path

import pytest
from sqlalchemy.exc import CompileError

from readq.errors import ConstraintError
from readq.store.connection.transactions import writing
from readq.store.library import open_for_reading, open_for_writing, write_transaction
from readq.store.papers.insert import NewPaper, insert, insert_papers
from readq.store.schema.orm_papers import AliasTable

ADDED = "2026-11-23T08:00:00Z"


def paper(number: int, title: str, authors: str, abstract: str | None) -> NewPaper:
    columns = {"title": title, "title_key": title.lower(), "authors": authors, "abstract": abstract, "trust": 1}
    return NewPaper(number, {"key": f"key{number}", **columns, "added": ADDED})


PAPERS = [
    paper(number, f"Title {number}", "Ada Lovelace", abstract)
    for number, abstract in ((1, "photogrammetry of ships"), (2, None), (3, "sonar"))
]
MORE = [paper(number, "Lidar", "Emmy Noether", "again") for number in range(4, 204)]


@pytest.fixture
def library(tmp_path: Path) -> str:
    return str(tmp_path / "library.db")


def found(library: str, word: str) -> list[int]:
    connection = open_for_reading(library)
    rows = connection.execute("SELECT rowid FROM paper_search WHERE paper_search MATCH ? ORDER BY rowid", (word,))
    ids = [row[0] for row in rows]
    connection.close()
    return ids


def test_new_papers_are_indexed_together_with_stored_ones(library: str) -> None:
    for papers in (PAPERS[:1], PAPERS[1:]):
        with write_transaction(library, 1.0) as connection:
            insert_papers(connection, papers, None, ADDED)
    assert found(library, "photogrammetry") == [1]
    assert found(library, "sonar") == [3]
    assert found(library, "lovelace") == [1, 2, 3]


def test_many_papers_are_indexed_together(library: str) -> None:
    with write_transaction(library, 1.0) as connection:
        insert_papers(connection, PAPERS, None, ADDED)
        insert_papers(connection, MORE, None, ADDED)
    assert found(library, "lidar") == list(range(4, 204))
    assert found(library, "lovelace") == [1, 2, 3]


def test_after_a_bulk_insert_single_papers_are_indexed_again(library: str) -> None:
    with write_transaction(library, 1.0) as connection:
        insert_papers(connection, [*PAPERS, *MORE], None, ADDED)
    connection = open_for_writing(library)
    with writing(connection):
        connection.execute(
            "INSERT INTO paper (key, title, title_key, trust, added) VALUES ('k', 'Radar', 'radar', 1, ?)",
            (ADDED,),
        )
        connection.execute("INSERT INTO paper_search (paper_search, rank) VALUES ('integrity-check', 1)")
    connection.close()
    assert found(library, "radar") == [204]


def test_failure_in_bulk_keeps_the_trigger_and_no_paper(library: str) -> None:
    with pytest.raises(ConstraintError), write_transaction(library, 1.0) as connection:
        insert_papers(connection, [*PAPERS, *MORE, PAPERS[0]], None, ADDED)
    connection = open_for_reading(library)
    triggers = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'paper_indexed'").fetchone()
    papers = connection.execute("SELECT count(*) FROM paper").fetchone()
    connection.close()
    assert (triggers, papers) == ((1,), (0,))


def test_values_are_inserted_by_the_names_of_their_columns(library: str) -> None:
    with write_transaction(library, 1.0) as connection:
        insert_papers(connection, PAPERS[:1], None, ADDED)
        insert(connection, AliasTable, [(1, "former")], ("paper_id", "key"))
        assert connection.execute("SELECT key, paper_id FROM alias").fetchall() == [("former", 1)]


def test_a_column_that_the_class_does_not_have_is_refused(library: str) -> None:
    with write_transaction(library, 1.0) as connection, pytest.raises(CompileError, match="colour"):
        insert(connection, AliasTable, [("former", 1, "red")], ("key", "paper_id", "colour"))
