"""The comparison of exports with their sources finds what is printed otherwise, and knows the reasons."""

import shutil
from pathlib import Path

import pytest
from recorded_libraries import compared, dialects_of, entries, reason, table

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "bibtex"
FILES = list(FOLDER.glob("pubs/data__pagerank.bib"))
TITLES = ["Moths of Dusk"]


def test_entries_are_told_apart_by_their_numbers() -> None:
    assert entries("References\n[1] A. Moths. [2]\n[2] B.\nmore\n") == ["A. Moths. [2]", "B. more"]
    assert entries("References\n[] A.\n[] B.\n") == ["A.", "B."]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("M. Falk. Moths of dusk. J, jan 2013.", "M. Falk. Moths of dusk. J, January 2013.", "the name of the month"),
        ("M. Falk. Moths of dusk. J, page 1–3.", "M. Falk. Moths of dusk. J, pages 1–3.", "two pages"),
        ("M. Falk; I. Otter. Moths of Dusk.", "M. Falk and I. Otter. Moths of Dusk.", "names separated by semicolons"),
        ("M. Falk. Moths of dusk. P, 2013.", "M. Falk. Moths of dusk. Turku, 2013.", "another field"),
    ],
)
def test_other_fields_are_a_reason(before: str, after: str, why: str) -> None:
    found = reason(before, after, TITLES)
    assert found is not None
    assert found.startswith(why)


def test_a_name_or_a_title_that_differs_has_none() -> None:
    assert reason("M. Falk. Moths of dusk. J.", "N. Falk. Moths of dusk. J.", TITLES) is None
    assert reason("M. Falk. Moths of dusks. J.", "M. Falk. Moths of dusk. J.", ["Moths of Dusks"]) is None


@pytest.mark.tex
@pytest.mark.recorded
@pytest.mark.skipif(not FILES, reason="the recorded libraries are not beside the project")
@pytest.mark.skipif(not shutil.which("pdftotext") or not shutil.which("bibtex"), reason="LaTeX is not installed")
def test_a_recorded_file_prints_the_same_after_import_and_export(tmp_path: Path) -> None:
    (path,) = FILES
    assert dialects_of(path) == ("bibtex", "biblatex")
    row = compared(path, "bibtex", FOLDER / "tex_check.sh", tmp_path)
    assert row is not None
    assert row.faults == [], table([row])
