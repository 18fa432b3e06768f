"""A person's decision that two papers differ outlasts imports and merges."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from readq.model.import_report import ImportReport
from readq.services.history import undo
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import corrections, look_alikes, merge
from readq.store.papers import look_alikes as stored
from readq.store.references import find

PREPRINT = "@misc{pre, title = {Weaving with Numbers}, author = {Lovelace, Ada}, year = 2020, eprint = {2001.00001}}"
ARTICLE = "@article{art, title = {Weaving with Numbers, Extended}, author = {Lovelace, Ada}, journal = {Notes},"
ARTICLE += " year = 2022, doi = {10.1000/xyz}}"
BOTH = ARTICLE.replace("{art,", "{both, eprint = {2001.00001}, archiveprefix = {arXiv},").replace(", Extended", "")

Import = Callable[[str], ImportReport]


@pytest.fixture
def read_in(library: str, connection: sqlite3.Connection, now: datetime) -> Import:
    def read(text: str) -> ImportReport:
        file = Path(library).with_name(f"{len(text)}.bib")
        file.write_text(text.replace("00001},", "00001}, archiveprefix = {arXiv},"), encoding="utf-8")
        return import_paths(library, [str(file)], ImportOptions(), now)

    return read


def pairs(connection: sqlite3.Connection) -> list[tuple[int, int, str, int]]:
    return connection.execute("SELECT * FROM look_alike ORDER BY paper_id, other_id").fetchall()


def numbers(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT id FROM paper ORDER BY id")]


def test_no_source_joins_papers_that_are_kept_apart(
    connection: sqlite3.Connection, read_in: Import, now: datetime
) -> None:
    read_in(PREPRINT)
    read_in(ARTICLE)
    look_alikes.keep_apart(connection, 1, 2, now)
    report = read_in(BOTH)
    assert (report.new, report.messages) == (0, ("both is the paper pre (arxiv)",))
    assert numbers(connection) == [1, 2]
    assert [find(connection, name) for name in ("2001.00001", "10.1000/xyz")] == [1, 2]
    assert read_in(BOTH).step is None


def test_papers_that_nobody_keeps_apart_are_joined(connection: sqlite3.Connection, read_in: Import) -> None:
    read_in(PREPRINT)
    read_in(ARTICLE)
    read_in(BOTH)
    assert numbers(connection) == [1]


def test_a_merged_paper_stays_apart_from_a_third(
    six_papers: str, connection: sqlite3.Connection, now: datetime
) -> None:
    stored.note(connection, [stored.Pair(2, 6, ("same title",)), stored.Pair(1, 3, ("same title",))])
    look_alikes.keep_apart(connection, 5, 3, now)
    before = pairs(connection)
    merge.merge(connection, 2, 5, now)
    merge.merge(connection, 2, 1, now)
    merged = [(1, 3, "same title", 1), (1, 6, "same title", 0)]
    assert pairs(connection) == merged
    undo.undo(connection, now)
    undo.undo(connection, now)
    assert pairs(connection) == before
    undo.redo(connection, now)
    undo.redo(connection, now)
    assert pairs(connection) == merged


def test_removing_the_third_paper_does_not_hinder_undo(
    six_papers: str, connection: sqlite3.Connection, now: datetime
) -> None:
    look_alikes.keep_apart(connection, 5, 3, now)
    step = merge.merge(connection, 2, 5, now).step
    corrections.remove(connection, [3], now)
    undone = undo.undo(connection, now, step)
    assert undone is not None
    assert undone.conflicts == ()
    assert numbers(connection) == [1, 2, 4, 5, 6]
