"""Writing in bulk leaves the same library as writing paper by paper."""

from pathlib import Path

import pytest

from readq.errors import LibraryError
from readq.store.connection.transactions import writing
from readq.store.library import open_for_reading, open_for_writing
from readq.store.papers.bulk_insert import insert_papers, unit_of_work

NAMES = ("id", "key", "title", "title_key", "authors", "abstract", "trust", "added")
PAPERS = [
    (number, f"key{number}", f"Title {number}", f"title{number}", "Ada Lovelace", abstract, 1, "2026-11-23T08:00:00Z")
    for number, abstract in ((1, "photogrammetry of ships"), (2, None), (3, "sonar"))
]
MORE = [
    (number, f"key{number}", "Lidar", "lidar", "Emmy Noether", "again", 1, "2026-11-23T08:00:00Z")
    for number in range(4, 204)
]


@pytest.fixture
def library(tmp_path: Path) -> str:
    return str(tmp_path / "library.db")


def found(library: str, word: str) -> list[int]:
    connection = open_for_reading(library)
    rows = connection.execute("SELECT rowid FROM paper_search WHERE paper_search MATCH ? ORDER BY rowid", (word,))
    ids = [row[0] for row in rows]
    connection.close()
    return ids


def test_papers_in_bulk_are_indexed_beside_those_that_were_there(library: str) -> None:
    for papers in (PAPERS[:1], PAPERS[1:]):
        with unit_of_work(library, 1.0) as unit:
            insert_papers(unit, NAMES, papers)
    assert found(library, "photogrammetry") == [1]
    assert found(library, "sonar") == [3]
    assert found(library, "lovelace") == [1, 2, 3]


def test_many_papers_are_indexed_together(library: str) -> None:
    with unit_of_work(library, 1.0) as unit:
        insert_papers(unit, NAMES, PAPERS)
        insert_papers(unit, NAMES, MORE)
    assert found(library, "lidar") == list(range(4, 204))
    assert found(library, "lovelace") == [1, 2, 3]


def test_index_is_sound_and_single_papers_are_indexed_by_themselves_afterwards(library: str) -> None:
    with unit_of_work(library, 1.0) as unit:
        insert_papers(unit, NAMES, [*PAPERS, *MORE])
    connection = open_for_writing(library)
    with writing(connection):
        connection.execute(
            "INSERT INTO paper (key, title, title_key, trust, added) VALUES ('k', 'Radar', 'radar', 1, ?)",
            ("2026-11-23T08:00:00Z",),
        )
        connection.execute("INSERT INTO paper_search (paper_search, rank) VALUES ('integrity-check', 1)")
    connection.close()
    assert found(library, "radar") == [204]


def test_failure_in_bulk_keeps_the_trigger_and_no_paper(library: str) -> None:
    with pytest.raises(LibraryError), unit_of_work(library, 1.0) as unit:
        insert_papers(unit, NAMES, [*PAPERS, *MORE, PAPERS[0]])
    connection = open_for_reading(library)
    triggers = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'paper_indexed'").fetchone()
    papers = connection.execute("SELECT count(*) FROM paper").fetchone()
    connection.close()
    assert (triggers, papers) == ((1,), (0,))
