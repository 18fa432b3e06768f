"""Keys of digits, and the ids of merged papers: neither is taken for the other."""

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from library_of_schema import BUILDERS

from readq.errors import ReadqError
from readq.services.history import undo
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import corrections, merge, notes
from readq.store.library import open_for_writing
from readq.store.references import find

NUMBERED = """
@article{3, title = {On Looms}, author = {Lovelace, Ada}, year = {1843}}
@article{1, title = {On Engines}, author = {Babbage, Charles}, year = {1844}}
@article{2, title = {On Numbers}, author = {Noether, Emmy}, year = {1918}}
@article{31415926, title = {On Circles}, author = {Euler, L.}, year = {1748}}
"""


@pytest.fixture
def renamed(library: str, connection: sqlite3.Connection, now: datetime, tmp_path: Path) -> sqlite3.Connection:
    """Import papers with keys of digits, and rename them: paper 1 was `3`, 2 was `1`, 3 was `2`."""
    file = tmp_path / "numbered.bib"
    file.write_text(NUMBERED, encoding="utf-8")
    import_paths(library, [str(file)], ImportOptions(), now)
    for number, key in enumerate("abcd", 1):
        corrections.set_key(connection, number, key, now)
    return connection


def aliases(connection: sqlite3.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT key, paper_id FROM alias").fetchall())


def test_papers_are_merged_whose_ids_are_former_keys_of_others(renamed: sqlite3.Connection, now: datetime) -> None:
    before = aliases(renamed)
    merge.merge(renamed, 2, 3, now)
    assert [find(renamed, name) for name in ("#3", "3", "#2", "key:3", "key:2")] == [2, 2, 2, 1, 2]
    undo.undo(renamed, now)
    assert aliases(renamed) == before
    undo.redo(renamed, now)
    assert find(renamed, "#3") == 2


def test_a_former_key_is_no_number_of_a_removed_paper(renamed: sqlite3.Connection, now: datetime) -> None:
    corrections.remove(renamed, [3], now)
    assert (find(renamed, "#3"), find(renamed, "3"), find(renamed, "key:3")) == (None, 1, 1)
    with pytest.raises(ReadqError, match="removed"):
        notes.save(renamed, 3, "for another paper", now)
    assert renamed.execute("SELECT * FROM note").fetchall() == []


def test_former_keys_of_digits_are_part_of_a_dump(
    renamed: sqlite3.Connection, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    assert run_cli("dump", tmp_path / "dump").status == 0
    assert run_cli("--db", tmp_path / "other.db", "import", tmp_path / "dump").status == 0
    with contextlib.closing(open_for_writing(str(tmp_path / "other.db"))) as other:
        assert [find(other, f"key:{key}") for key in ("3", "1", "2", "31415926")] == [
            find(other, key) for key in "abcd"
        ]
    assert "ids = {31415926}" in run_cli("export", "key:d", "--format", "biblatex").out


def test_an_older_library_gets_its_numbers_of_merged_papers_marked(tmp_path: Path, now: datetime) -> None:
    path = str(tmp_path / "old.db")
    BUILDERS[13](path)
    with contextlib.closing(sqlite3.connect(path)) as old, old:
        # There was a paper 3. A paper 4 is there, and 31415926 is no number of a paper.
        old.execute("INSERT INTO alias (key, paper_id) VALUES ('3', 1), ('4', 1), ('31415926', 2)")
        ((step,),) = old.execute("INSERT INTO step (at, what, papers) VALUES (?, 'merged', 2) RETURNING id", (AT,))
        changes = [(step, 1, "alias:3", 0, 1), (step, 3, "merged:1", "{}", None), (step - 1, 1, "alias:4", 0, 1)]
        old.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?)", changes)
    with contextlib.closing(open_for_writing(path)) as connection:
        assert aliases(connection) == {"noether": 1, "#3": 1, "4": 1, "31415926": 2}
        assert find(connection, "3") == find(connection, "#3") == 1
        fields = connection.execute("SELECT field FROM change WHERE field GLOB 'alias:*' ORDER BY field").fetchall()
        assert fields == [("alias:#3",), ("alias:4",)]


AT = "2026-11-20T08:00:00Z"
