"""Exports of what a LaTeX document cites."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def keys(six_papers: str, run_cli: Run) -> list[str]:
    return [paper["key"] for paper in sorted(run_cli("list", "--json").json, key=lambda paper: paper["id"])]


def written(text: str) -> list[str]:
    return [line.partition("{")[2].rstrip(",") for line in text.splitlines() if line.startswith("@")]


@pytest.mark.parametrize("form", [r"\citation{{{}}}", r"\abx@aux@cite{{0}}{{{}}}", r"\abx@aux@cite{{{}}}"])
def test_only_what_an_aux_file_cites(keys: list[str], run_cli: Run, tmp_path: Path, form: str) -> None:
    aux = tmp_path / "main.aux"
    aux.write_text("".join(form.format(key) + "\n" for key in (keys[0], keys[2])))
    result = run_cli("export", "--aux", aux)
    assert (result.status, result.err) == (0, "")
    assert written(result.out) == sorted([keys[0], keys[2]])


def test_unknown_keys_are_named_and_the_rest_is_written(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    aux, bib = tmp_path / "main.aux", tmp_path / "refs.bib"
    aux.write_text(f"\\citation{{{keys[0]},invented2024}}\n")
    result = run_cli("export", "--aux", aux, "-o", bib)
    assert result.status == 1
    assert result.err == f"error: no paper 'invented2024', which the document cites\n1 paper written to {bib}\n" or (
        "invented2024" in result.err
    )
    assert written(bib.read_text()) == [keys[0]]
    assert run_cli("export", "--aux", aux, "--json").json["unknown"] == ["invented2024"]


def test_a_dropped_paper_that_is_cited_is_written(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    run_cli("mark", "dropped", 1)
    aux = tmp_path / "main.aux"
    aux.write_text(f"\\citation{{{keys[0]}}}")
    assert written(run_cli("export", "--aux", aux).out) == [keys[0]]


def test_a_former_key_stays_the_key_of_its_entry(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    run_cli("key", 1, "renamed2026key")
    aux = tmp_path / "main.aux"
    aux.write_text(f"\\citation{{{keys[0]}}}")
    result = run_cli("export", "--aux", aux)
    assert (result.status, written(result.out)) == (0, [keys[0]])
    aux.write_text(f"\\citation{{{keys[0]},renamed2026key}}")
    result = run_cli("export", "--aux", aux)
    assert (result.status, written(result.out)) == (1, ["renamed2026key"])
    assert keys[0] in result.err


def test_a_key_that_a_package_cites_by_itself_is_no_missing_paper(
    keys: list[str], run_cli: Run, tmp_path: Path
) -> None:
    aux, tex = tmp_path / "main.aux", tmp_path / "main.tex"
    by_packages = ["biblatex-control", "REVTEX41Control", "apsrev41Control", "achemso-control", "Note1", "x:BSTcontrol"]
    aux.write_text("".join(f"\\citation{{{key}}}\n" for key in [*by_packages, keys[0]]))
    result = run_cli("export", "--aux", aux)
    assert (result.status, result.err, written(result.out)) == (0, "", [keys[0]])
    tex.write_text(f"\\bstctlcite{{mine:ctl}}\\cite{{{keys[0]}}}")
    result = run_cli("export", "--tex", tex)
    assert (result.status, result.err, written(result.out)) == (0, "", [keys[0]])
    run_cli("key", 1, "apsrev41Control")
    assert written(run_cli("export", "--aux", aux).out) == ["apsrev41Control"]


@pytest.mark.parametrize("text", [r"\citation{*}", r"\abx@aux@nociteall", r"\abx@aux@cite{0}{a}\abx@aux@nociteall"])
def test_everything(keys: list[str], run_cli: Run, tmp_path: Path, text: str) -> None:
    aux = tmp_path / "main.aux"
    aux.write_text(text)
    assert written(run_cli("export", "--aux", aux).out) == sorted(keys)


def test_included_files_are_read_and_cycles_end(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.tex").write_text("\\input{parts/one}\\include{two}\\input{missing}")
    (tmp_path / "parts" / "one.tex").write_text(f"\\citep{{{keys[0]}}}\\input{{main}}\\input{{parts/one.tex}}")
    (tmp_path / "two.tex").write_text(f"\\textcite{{{keys[1]}}}")
    result = run_cli("export", "--tex", tmp_path / "main.tex")
    assert (result.status, written(result.out)) == (0, sorted(keys[:2]))
    assert result.err == "missing, which main.tex includes, was not found\n"


def test_files_outside_the_folder_are_read_only_on_demand(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    paper.mkdir()
    (tmp_path / "outside.tex").write_text(f"\\cite{{{keys[1]}}}")
    (paper / "link.tex").symlink_to(tmp_path / "outside.tex")
    for name in ("../outside", "link", str(tmp_path / "outside.tex")):
        (paper / "main.tex").write_text(f"\\cite{{{keys[0]}}}\\input{{{name}}}")
        result = run_cli("export", "--tex", paper / "main.tex")
        assert written(result.out) == [keys[0]]
        assert "not followed without --follow" in result.err
        assert written(run_cli("export", "--tex", paper / "main.tex", "--follow").out) == sorted(keys[:2])


def test_a_missing_document_and_two_sources_are_refused(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("export", "--aux", tmp_path / "no.aux")
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert run_cli("export", "tag:x", "--aux", tmp_path / "no.aux").status == 2
    assert run_cli("export", "--tex", "x.tex", "--aux", tmp_path / "no.aux").status == 2


def test_a_tex_file_is_no_aux_file(keys: list[str], run_cli: Run, tmp_path: Path) -> None:
    tex, bib = tmp_path / "main.tex", tmp_path / "refs.bib"
    tex.write_text(f"\\cite{{{keys[0]}}}")
    result = run_cli("export", "--aux", tex, "-o", bib)
    assert (result.status, bib.exists()) == (2, False)
    assert result.err == f"error: {tex} is no .aux file (--tex FILE reads it)\n"
    assert run_cli("export", "--tex", tmp_path / "main.aux").status == 2


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_one_key_in_two_cases_is_named(keys: list[str], run_cli: Run, tmp_path: Path, form: str) -> None:
    aux = tmp_path / "main.aux"
    aux.write_text(f"\\citation{{{keys[0]},{keys[0].upper()}}}")
    result = run_cli("export", "--aux", aux, "--format", form)
    assert (result.status, written(result.out)) == (1, [keys[0]])
    assert keys[0].upper() in result.err
