"""Undo of a correction by its number, after later corrections of the same paper."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.services.history import undo
from readq.services.history.undo import UndoResult
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import corrections, merge
from readq.store.papers import queries

ENTRY = """@article{mine, title = {On Looms}, author = {Lovelace, Ada}, journal = {Notes}, year = {1843},
 pages = {1--9}, volume = {1}}
"""

Correct = Callable[..., int]


@pytest.fixture
def correct(library: str, connection: sqlite3.Connection, now: datetime, tmp_path: Path) -> Correct:
    """Import an entry. Return a function that replaces texts in it as one step, and returns the step's number."""
    file = tmp_path / "mine.bib"
    file.write_text(ENTRY, encoding="utf-8")
    import_paths(library, [str(file)], ImportOptions(), now)
    times = iter(range(1, 100))

    def replace(**texts: str) -> int:
        before = after = corrections.entry_to_edit(connection, 1)
        for old, new in texts.items():
            after = after.replace(old, new)
        done = corrections.correct(connection, 1, before, after, now + timedelta(minutes=next(times)))
        assert done.step is not None
        return done.step

    return replace


def undone(connection: sqlite3.Connection, now: datetime, step: int) -> UndoResult:
    result = undo.undo(connection, now, step)
    assert result is not None
    return result


def shown_and_exported(connection: sqlite3.Connection) -> tuple[str, int | None, str]:
    paper = queries.paper(connection, 1)
    assert paper is not None
    return paper.title, paper.year, corrections.entry_to_edit(connection, 1)


def test_the_export_follows_the_title_that_undo_restores(
    connection: sqlite3.Connection, correct: Correct, now: datetime
) -> None:
    title = correct(Looms="Engines")
    year = correct(**{"1843": "1844"})
    result = undone(connection, now, title)
    assert (list(result.papers), result.conflicts, result.partly_restored) == ([1], (), ())
    shown, in_year, entry = shown_and_exported(connection)
    assert (shown, in_year) == ("On Looms", 1844)
    assert "Looms" in entry
    assert "Engines" not in entry
    assert "1844" in entry
    undone(connection, now, year)
    assert "Looms" in corrections.entry_to_edit(connection, 1)
    assert "1843" in corrections.entry_to_edit(connection, 1)


def test_fields_that_only_bibtex_has_are_restored_one_by_one(
    connection: sqlite3.Connection, correct: Correct, now: datetime
) -> None:
    pages = correct(**{"1--9": "10--19"})
    correct(**{"volume = {1}": "volume = {2}"})
    assert undone(connection, now, pages).conflicts == ()
    entry = corrections.entry_to_edit(connection, 1)
    assert "pages = {1--9}" in entry
    assert "volume = {2}" in entry


def test_a_correction_that_was_corrected_again_is_not_undone(
    connection: sqlite3.Connection, correct: Correct, now: datetime
) -> None:
    first = correct(Looms="Engines")
    second = correct(Engines="Machines")
    result = undone(connection, now, first)
    assert (result.conflicts, result.is_unchanged) == ((1,), True)
    # As it is still in force, the title from before both can be reached.
    for step in (second, first):
        assert not undone(connection, now, step).is_unchanged
    assert shown_and_exported(connection)[0] == "On Looms"


def test_a_value_that_was_corrected_again_is_reported(
    connection: sqlite3.Connection, correct: Correct, now: datetime
) -> None:
    both = correct(Looms="Engines", **{"1843": "1844"})
    correct(Engines="Machines")
    result = undone(connection, now, both)
    assert (list(result.papers), result.conflicts, result.partly_restored) == ([1], (), (1,))
    assert shown_and_exported(connection)[:2] == ("On Machines", 1843)


def test_a_paper_that_was_merged_since_its_import_counts_as_kept(
    library: str, connection: sqlite3.Connection, daily_file: Callable[..., str], now: datetime
) -> None:
    import_paths(library, [daily_file(2)], ImportOptions(), now)
    file = Path(library).with_name("more.bib")
    file.write_text(ENTRY, encoding="utf-8")
    report = import_paths(library, [str(file)], ImportOptions(), now)
    assert report.step is not None
    merge.merge(connection, 1, 3, now)
    result = undone(connection, now, report.step)
    assert (list(result.papers), result.kept) == ([], (3,))
    again: Any = undo.redo(connection, now)
    assert (again.step, again.conflicts) == (report.step, ())


def test_the_command_names_what_it_keeps(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "mine.bib"
    file.write_text(ENTRY, encoding="utf-8")
    run_cli("import", str(file))
    for title in ("Engines", "Machines"):
        file.write_text(ENTRY.replace("Looms", title).replace("1--9", "2--9"), encoding="utf-8")
        run_cli("edit", "mine", "--set", str(file))
    result = run_cli("undo", "2")
    assert "metadata that was changed since stays as it is: #1" in result.err
    assert result.status == 0
