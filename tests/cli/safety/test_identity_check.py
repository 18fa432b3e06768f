"""`readq check` on papers that hold other works: those are named, separated by --repair, and undo takes that back."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

LETTERS = """
@article{a:1, author = {Heron, Ada}, title = {Letters}, journal = {J}, volume = 1, pages = {1}, year = 1980}
@article{a:2, author = {Pond, Bob}, title = {Letters}, journal = {J}, volume = 2, pages = {127}, year = 1981}
@article{a:3, author = {Reed, Cy}, title = {Other Things}, journal = {J}, volume = 3, pages = {7}, year = 1982}
"""


def keys(run_cli: Run) -> list[str]:
    return sorted(paper["key"] for paper in run_cli("list", "status:done", "--json").json)


@pytest.fixture
def joined(run_cli: Run, library: str) -> str:
    """A library as the version before this one left it: one entry joined to another, of which only the key is left."""
    run_cli("import", "-", stdin=LETTERS)
    run_cli("remove", 2, "--yes")
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("INSERT INTO alias VALUES ('a:2', 1)")
        connection.execute("DELETE FROM source")
    return library


def test_a_joined_key_is_named_and_comes_back(joined: str, run_cli: Run) -> None:
    found = run_cli("check", "--json").json
    assert [(one["kind"], one["where"]) for one in found["problems"]] == [
        ("identity", "#1 holds other works, too: a:2 (only its key is left)")
    ]
    assert keys(run_cli) == ["a:1", "a:3"]
    repaired = run_cli("check", "--repair", "--json").json
    assert [one["repaired"] for one in repaired["problems"]] == [True]
    assert keys(run_cli) == ["a:1", "a:2", "a:3"]
    assert run_cli("show", "a:2", "--json").json["title"] == "Letters"
    assert run_cli("check").status == 0
    assert run_cli("undo").status == 0
    assert keys(run_cli) == ["a:1", "a:3"]
    assert run_cli("show", "a:2", "--json").json["key"] == "a:1"
    assert run_cli("redo").status == 0
    assert keys(run_cli) == ["a:1", "a:2", "a:3"]


@pytest.mark.parametrize("repaired", [True, False])
def test_the_file_completes_it(joined: str, run_cli: Run, repaired: bool) -> None:
    if repaired:
        run_cli("check", "--repair")
    report = run_cli("import", "-", "--json", stdin=LETTERS).json
    assert (report["new"], report["updated"], report["unchanged"]) == ((0, 1, 2) if repaired else (1, 0, 2))
    assert report["renamed"] == []
    paper = run_cli("show", "a:2", "--json").json
    assert (paper["key"], paper["authors"], paper["year"]) == ("a:2", ["Bob Pond"], 1981)
    assert run_cli("check").status == 0


def test_a_record_that_was_kept_comes_back_whole(run_cli: Run, library: str) -> None:
    run_cli("import", "-", stdin=LETTERS)
    other = {
        "title": "Letters", "authors": [["Bob Pond", "Pond", "Bob", None]], "year": 1981, "entry_type": "article",
        "fields": [["volume", "2"], ["pages", "127"]], "trust": 50, "key": "b:2", "venue": "J",
        "identifiers": [["doi", "10.1000/2"]],
    }  # fmt: skip
    first = {"title": "Letters", "authors": [["Ada Heron", "Heron", "Ada", None]], "year": 1980, "trust": 50}
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("INSERT INTO identifier VALUES ('doi', '10.1000/2', 1)")
        connection.execute("INSERT INTO alias VALUES ('b:2', 1)")
        connection.execute("INSERT INTO origin VALUES (7, 'file:/a.bib'), (8, 'file:/b.bib')")
        connection.executemany(
            "INSERT INTO source VALUES (?, ?, 1, 0, ?)", [(7, "a:1", json.dumps(first)), (8, "b:2", json.dumps(other))]
        )
    (problem,) = run_cli("check", "--json").json["problems"]
    assert problem["where"].startswith("#1 holds other works, too: b:2 (")
    run_cli("check", "--repair")
    paper = run_cli("show", "b:2", "--json").json
    assert (paper["authors"], paper["year"], paper["doi"]) == (["Bob Pond"], 1981, "10.1000/2")
    assert run_cli("show", "a:1", "--json").json["doi"] is None
    run_cli("undo")
    assert run_cli("show", "a:1", "--json").json["doi"] == "10.1000/2"
    assert run_cli("show", "b:2", "--json").json["key"] == "a:1"


def test_what_a_person_merged_or_renamed_is_no_problem(run_cli: Run) -> None:
    run_cli("import", "-", stdin=LETTERS)
    run_cli("merge", 1, 2)
    run_cli("key", 3, "another")
    assert run_cli("check").status == 0


@pytest.mark.parametrize("is_taken", [False, True])
def test_records_of_one_other_work_from_two_files_make_one_paper(run_cli: Run, library: str, is_taken: bool) -> None:
    """Only one paper can have their DOI. Another paper may have got the DOI and a key since."""
    run_cli("import", "-", stdin=LETTERS)
    heron = {"title": "Letters", "authors": [["Ada Heron", "Heron", "Ada", None]], "year": 1980, "trust": 50}
    pond = {
        "title": "Letters", "authors": [["Bob Pond", "Pond", "Bob", None]], "year": 1981, "trust": 50,
        "identifiers": [["doi", "10.1000/2"]],
    }  # fmt: skip
    if is_taken:
        run_cli("import", "-", stdin="@book{b:2, title = {Ponds of the World}, doi = {10.1000/2}}")
    with closing(sqlite3.connect(library)) as connection, connection:
        if not is_taken:
            connection.execute("INSERT INTO identifier VALUES ('doi', '10.1000/2', 1)")
        records = {"a:1": heron, "b:2": {**pond, "key": "b:2"}, "c:2": {**pond, "key": "c:2"}}
        for number, (key, said) in enumerate(records.items(), 50):
            connection.execute("INSERT INTO origin VALUES (?, ?)", (number, f"file:/{number}.bib"))
            connection.execute("INSERT INTO source VALUES (?, ?, 1, 0, ?)", (number, key, json.dumps(said)))
    before = keys(run_cli)
    assert run_cli("check").status == 1
    assert [one["repaired"] for one in run_cli("check", "--repair", "--json").json["problems"]] == [True]
    assert run_cli("check").status == 0
    (new,) = set(keys(run_cli)) - set(before)
    assert new == (f"b:2-{5}" if is_taken else "b:2")
    assert [paper["doi"] for paper in run_cli("list", "--json").json].count("10.1000/2") == 1
    run_cli("undo")
    assert keys(run_cli) == before


def test_former_keys_from_a_dump_are_no_other_works(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", "-", stdin=LETTERS)
    run_cli("key", "a:3", "reed1982")
    run_cli("dump", tmp_path / "dump")
    other = ("--db", tmp_path / "other.db")
    run_cli(*other, "import", tmp_path / "dump")
    assert run_cli(*other, "check").status == 0
    assert run_cli(*other, "show", "a:3", "--json").json["key"] == "reed1982"


def test_keys_that_the_entry_names_itself_are_no_other_works(run_cli: Run) -> None:
    run_cli("import", "-", stdin=LETTERS.replace("year = 1982", "year = 1982, ids = {Reed:Old, r3}"))
    assert run_cli("show", "reed:old", "--json").json["key"] == "a:3"
    assert run_cli("check").status == 0
