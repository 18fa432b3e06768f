"""An unchanged entry that is imported again does not bring back what the user has changed since."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENTRY = """@article{mine, title = {On Looms}, author = {Lovelace, Ada}, year = {1843}, doi = {10.1000/wrong},
 keywords = {weaving, numbers}, annote = {Kept for teh recipe.}}
"""

Run = Callable[..., Any]


@pytest.fixture
def imported(run_cli: Run, tmp_path: Path) -> Path:
    """Import an entry, then correct its note, its tags and its DOI. Return the file."""
    file = tmp_path / "mine.bib"
    file.write_text(ENTRY, encoding="utf-8")
    run_cli("import", file)
    run_cli("note", "mine", "--set", "-", stdin="Kept for the recipe.")
    run_cli("tag", "mine", "-r", "numbers")
    entry = ENTRY.replace("10.1000/wrong", "10.1000/right").replace(", numbers", "")
    run_cli("edit", "mine", "--set", "-", stdin=entry)
    return file


@pytest.mark.parametrize(("options", "tags"), [((), ["weaving"]), (("--tag", "old"), ["old", "weaving"])])
def test_what_the_user_has_changed_stays(
    run_cli: Run, imported: Path, options: tuple[str, ...], tags: list[str]
) -> None:
    result = run_cli("import", imported, *options, "--json").json
    assert (result["new"], result["updated"]) == (0, 0)
    paper = run_cli("show", "mine", "--json").json
    assert (paper["note"], paper["tags"], paper["doi"]) == ("Kept for the recipe.", tags, "10.1000/right")
    assert run_cli("list", "10.1000/wrong").out == ""


def test_a_removed_note_stays_removed(run_cli: Run, imported: Path) -> None:
    run_cli("note", "mine", "--set", "-", stdin="")
    run_cli("import", imported)
    assert run_cli("show", "mine", "--json").json["note"] is None


def test_a_changed_note_of_the_file_is_added(run_cli: Run, imported: Path) -> None:
    imported.write_text(ENTRY.replace("teh recipe", "Table 3"), encoding="utf-8")
    run_cli("import", imported)
    assert run_cli("show", "mine", "--json").json["note"] == "Kept for the recipe.\n\nKept for Table 3."


def test_a_corrected_doi_takes_no_doi_from_a_paper_that_another_entry_gives_it(run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "two.bib"
    first = "@article{first, title = {On Looms}, author = {Lovelace, Ada}, doi = {10.1000/4}}\n"
    second = "@article{second, title = {On Looms and Numbers}, author = {Lovelace, Ada}, doi = {10.1000/4}}\n"
    file.write_text(first + second, encoding="utf-8")
    assert run_cli("import", file, "--json").json["new"] == 1
    file.write_text(first + second.replace("/4", "/3"), encoding="utf-8")
    assert run_cli("import", file, "--json").json["new"] == 1
    assert sorted(paper["doi"] for paper in run_cli("list", "--json").json) == ["10.1000/3", "10.1000/4"]
    run_cli("check")


def test_an_entry_with_contents_like_those_of_another_entry_of_its_paper_is_another_work(
    run_cli: Run, tmp_path: Path
) -> None:
    file = tmp_path / "two.bib"
    mine = "@article{mine, title = {On the looms of Lyon}, author = {Lovelace, Ada}, eprint = {2611.00005}}\n"
    other = "@article{other, title = {What came as number 5}, author = {Lovelace, Ada}, eprint = {2611.00005}}\n"
    file.write_text(mine, encoding="utf-8")
    run_cli("import", file)
    file.write_text(mine + other, encoding="utf-8")
    assert run_cli("import", file, "--json").json["new"] == 0
    file.write_text("@article{mine, title = {What came as number 1}, author = {Lovelace, Ada}}\n" + other, "utf-8")
    assert run_cli("import", file, "--json").json["new"] == 1
    run_cli("check")


def test_a_corrected_doi_replaces_the_wrong_one(run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.bib"
    file.write_text(ENTRY, encoding="utf-8")
    run_cli("import", file)
    file.write_text(ENTRY.replace("wrong", "right"), encoding="utf-8")
    assert run_cli("import", file, "--json").json["new"] == 0
    assert run_cli("show", "mine", "--json").json["doi"] == "10.1000/right"


@pytest.mark.parametrize("sources", [1, 2])
def test_a_corrected_entry_adds_only_the_keywords_that_it_did_not_have(
    run_cli: Run, tmp_path: Path, sources: int
) -> None:
    file = tmp_path / "mine.bib"
    file.write_text(ENTRY, encoding="utf-8")
    run_cli("import", file)
    if sources == 2:
        other = tmp_path / "other.bib"
        other.write_text(ENTRY.replace("year", "journal = {Looms}, year"), encoding="utf-8")
        run_cli("import", other)
    run_cli("tag", "mine", "-r", "numbers")
    for year, keyword in (("1844", "looms"), ("1845", "cards")):
        entry = ENTRY.replace("1843", year).replace("numbers}", f"numbers, {keyword}}}")
        file.write_text(entry, encoding="utf-8")
        run_cli("import", file)
        paper = run_cli("show", "mine", "--json").json
        assert (keyword in paper["tags"], "numbers" in paper["tags"]) == (True, False)
    assert paper["tags"] == ["cards", "looms", "weaving"]


def test_an_entry_whose_key_stood_for_another_work_adds_all_its_keywords(run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.bib"
    file.write_text(ENTRY, encoding="utf-8")
    run_cli("import", file)
    other = (
        "@book{mine, title = {Cards for Counting}, author = {Hollerith, Otto}, year = {1889}, keywords = {numbers}}\n"
    )
    file.write_text(other, encoding="utf-8")
    assert run_cli("import", file, "--json").json["new"] == 1
    assert [paper["tags"] for paper in run_cli("list", "Cards", "--json").json] == [["numbers"]]
