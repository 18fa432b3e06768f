"""Exports are reproducible, overwrite no foreign file, and freeze citation keys."""

import os
import select
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.services.citing.export_formats import FORMATS

Run = Callable[..., Any]
FOREIGN = "@article{curie1911,\n  title = {Radium},\n}\n"


@pytest.fixture
def bib(tmp_path: Path) -> Path:
    return tmp_path / "refs.bib"


def frozen(run_cli: Run) -> set[int]:
    return {paper["id"] for paper in run_cli("list", "--json").json if paper["key_frozen"]}


# Cards and tables have the reader's own data, which the decisions change.
@pytest.mark.parametrize("form", [name for name, form in FORMATS.items() if not (form.has_cards or form.is_table)])
def test_the_same_papers_give_the_same_bytes(six_papers: str, run_cli: Run, form: str) -> None:
    first = run_cli("export", "--format", form)
    assert (first.status, first.err) == (0, "")
    assert "lovelace2026cost" in first.out
    run_cli("mark", "done", 3)
    run_cli("star", 1)
    assert run_cli("export", "--format", form).out == first.out


def test_entries_are_ordered_by_key_and_dropped_papers_stay_out(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "dropped", 3)
    keys = [line for line in run_cli("export").out.splitlines() if line.startswith("@")]
    assert len(keys) == 5
    assert keys == sorted(keys)
    assert "lovelace2026cost" not in "".join(keys)
    assert "lovelace2026cost" in run_cli("export", "status:dropped").out


def test_only_exported_papers_get_frozen_keys(six_papers: str, run_cli: Run) -> None:
    run_cli("list")
    run_cli("show", 1)
    assert frozen(run_cli) == set()
    run_cli("export", "part 2")
    assert frozen(run_cli) == {2}
    assert [step["what"] for step in run_cli("undo", "--list", "--json").json] == ["imported"]


def test_provisional_keys_are_named_and_not_frozen(library: str, run_cli: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Daily Papers\n\nGraphs at Rest\n\nA sentence or two on graphs that are at rest for once.\n")
    run_cli("import", page)
    result = run_cli("export")
    assert "graphsrest" in result.out
    assert result.err == "1 key may still change: graphsrest (author or year is not known)\n"
    assert frozen(run_cli) == set()


def test_an_exported_file_is_replaced(six_papers: str, run_cli: Run, bib: Path) -> None:
    assert run_cli("export", "-o", bib) == (0, "", f"6 papers written to {bib}\n")
    first = bib.read_bytes()
    assert run_cli("export", "-o", bib).status == 0
    assert bib.read_bytes() == first
    run_cli("mark", "dropped", 1)
    assert run_cli("export", "-o", bib).status == 0
    assert bib.read_bytes().count(b"\n@") + 1 == first.count(b"\n@")


def test_row_66_foreign_entries_are_not_overwritten(six_papers: str, run_cli: Run, bib: Path) -> None:
    for content in (FOREIGN, run_cli("export").out + FOREIGN, run_cli("export").out.replace("symmetry", "harmony", 1)):
        bib.write_text(content)
        result = run_cli("export", "-o", bib)
        assert (result.status, result.out) == (1, "")
        assert "--force" in result.err
        assert bib.read_text() == content
    assert run_cli("export", "-o", bib, "--force").status == 0
    assert bib.read_text() == run_cli("export").out


def test_an_export_that_was_edited_since_is_not_overwritten(six_papers: str, run_cli: Run, bib: Path) -> None:
    run_cli("export", "-o", bib)
    edited = bib.read_text().replace("Noether", "Nöther")
    bib.write_text(edited)
    assert run_cli("export", "-o", bib).status == 1
    assert bib.read_text() == edited


def test_an_empty_file_is_overwritten(six_papers: str, run_cli: Run, bib: Path) -> None:
    for content in ("", " \n"):
        bib.write_text(content)
        assert run_cli("export", "-o", bib).status == 0


@pytest.mark.parametrize("form", ["bibtex", "csl-json", "markdown"])
def test_a_file_of_another_kind_is_not_overwritten(six_papers: str, run_cli: Run, tmp_path: Path, form: str) -> None:
    thesis = tmp_path / "thesis.tex"
    thesis.write_text("\\documentclass{book}\n")
    assert run_cli("export", "-o", thesis, "--format", form).status == 1
    assert thesis.read_text() == "\\documentclass{book}\n"
    thesis.write_text(run_cli("export", "--format", form).out)
    assert run_cli("export", "-o", thesis, "--format", form).status == 0


def test_a_link_stays_a_link_and_a_mode_stays(six_papers: str, run_cli: Run, tmp_path: Path, bib: Path) -> None:
    target = tmp_path / "elsewhere" / "real.bib"
    target.parent.mkdir()
    target.touch()
    target.chmod(0o640)
    bib.symlink_to(target)
    assert run_cli("export", "-o", bib).status == 0
    assert bib.is_symlink()
    assert target.read_text().count("@misc") == 6
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert os.listdir(target.parent) == ["real.bib"]


def test_a_new_file_has_the_mode_that_the_umask_leaves(six_papers: str, run_cli: Run, bib: Path) -> None:
    before = os.umask(0o027)
    try:
        run_cli("export", "-o", bib)
    finally:
        os.umask(before)
    assert stat.S_IMODE(bib.stat().st_mode) == 0o640


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_row_66_an_export_does_not_overwrite_the_library(
    six_papers: str, run_cli: Run, tmp_path: Path, force: list[str]
) -> None:
    link, hard = tmp_path / "link.bib", tmp_path / "hard.bib"
    link.symlink_to(six_papers)
    os.link(six_papers, hard)
    before = Path(six_papers).read_bytes()
    for path in (six_papers, link, hard):
        result = run_cli("export", "-o", path, *force)
        assert result.status == 1
        assert "the library itself" in result.err
    assert Path(six_papers).read_bytes() == before
    assert frozen(run_cli) == set()


def test_row_66_a_file_that_cannot_be_written_freezes_nothing(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "refs.bib"):
        result = run_cli("export", "-o", path)
        assert result.status == 1
        assert result.err.startswith("error: cannot write")
    assert frozen(run_cli) == set()


def test_a_dash_is_standard_output(six_papers: str, run_cli: Run) -> None:
    assert run_cli("export", "-o", "-").out == run_cli("export").out


def test_the_json_of_an_export(six_papers: str, run_cli: Run, bib: Path) -> None:
    to_stdout = run_cli("export", "part 1", "--json").json
    text = run_cli("export", "part 1").out
    assert to_stdout == {"entries": 1, "output": None, "provisional": [], "former": [], "text": text}
    assert run_cli("export", "part 1", "--json", "-o", bib).json == {
        "entries": 1, "output": str(bib), "provisional": [], "former": [], "text": None,
    }  # fmt: skip


def test_an_imported_entry_is_exported_unchanged(library: str, run_cli: Run) -> None:
    entry = '@article{Müller:2020, author = {M{\\"u}ller, J.}, title = {On {NP}-ness}, journal = {J. ACM}, year = 2020}'
    run_cli("import", "-", stdin="@string{x = {y}}\n" + entry.replace("Müller:2020", "Mueller:2020"))
    out = run_cli("export").out
    assert "@article{Mueller:2020," in out
    for kept in ('{M{\\"u}ller, J.}', "{On {NP}-ness}", "{J. ACM}"):
        assert kept in out


def test_an_exported_library_can_be_imported_again(six_papers: str, run_cli: Run, bib: Path, tmp_path: Path) -> None:
    run_cli("export", "-o", bib)
    again = run_cli("import", bib, "--json").json
    assert (again["new"], again["rejected"]) == (0, [])
    assert run_cli("list", "--count").out == "6\n"
    fresh = run_cli("import", bib, "--json", "--db", tmp_path / "fresh.db").json
    assert fresh["new"] == 6
    assert run_cli("export", "--db", tmp_path / "fresh.db").out == bib.read_text()


def _read_pipe(pipe: Path, writer: "subprocess.Popen[bytes]") -> bytes:
    """Return what a process writes to a named pipe, until the process ends."""
    handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    data = b""
    deadline = time.monotonic() + 30
    try:
        while writer.poll() is None and time.monotonic() < deadline:
            if select.select([handle], [], [], 0.1)[0]:
                # Reads nothing until the writer opens the pipe.
                data += os.read(handle, 65536)
        while select.select([handle], [], [], 0)[0] and (more := os.read(handle, 65536)):
            data += more
    finally:
        os.close(handle)
    return data


def test_a_slow_target_does_not_lock_the_library(
    library: str, run_cli: Run, readq: Callable[..., Any], tmp_path: Path, daily_file: Callable[..., str]
) -> None:
    run_cli("import", daily_file(2))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen(
        [sys.executable, "-m", "readq", "--db", library, "export", "-o", pipe], stderr=subprocess.DEVNULL
    )
    try:
        assert readq("star", "1").returncode == 0
        assert _read_pipe(pipe, writer).count(b"@misc") == 2
        assert writer.wait(30) == 0
    finally:
        writer.kill()
        writer.wait()


def test_letters_that_pdflatex_lacks_are_named(
    run_cli: Run, daily_file: Callable[..., str], daily_entry: Callable[..., Any]
) -> None:
    run_cli("import", daily_file([daily_entry(1, title="深い network"), daily_entry(2, title="Naïve networks")]))
    assert "1 key with letters that pdfLaTeX lacks: lovelace2026" in run_cli("export").err


def test_an_empty_field_keeps_an_entry_from_inheriting_it_again(library: str, run_cli: Run, tmp_path: Path) -> None:
    source = tmp_path / "source.bib"
    source.write_text(
        "@inproceedings{child, crossref = {parent}, author = {A. Heron}, title = {On Ponds}, organization = {}}\n"
        "@proceedings{parent, title = {Ponds}, year = 1990, organization = {The Ponds}, address = {Bergen}}\n"
    )
    run_cli("import", source)
    export = tmp_path / "export.bib"
    export.write_text(run_cli("export", "--format", "biblatex").out)
    child = export.read_text().partition("@proceedings")[0]
    assert "organization = {},\n" in child
    assert "location = {Bergen},\n" in child
    assert run_cli("import", export, "--json").json["unchanged"] == 2


@pytest.mark.parametrize("option", ["--fields", "--omit"])
def test_a_field_that_no_entry_has_is_refused(six_papers: str, run_cli: Run, tmp_path: Path, option: str) -> None:
    bib = tmp_path / "refs.bib"
    for arguments in (["-o", bib], ["--update", bib]):
        refused = run_cli("export", option, "title,nonsense", *arguments)
        assert (refused.status, bib.exists()) == (2, False)
        assert "no entry has a field 'nonsense'" in refused.err
    assert "did you mean journaltitle?" in run_cli("export", option, "journaltitel").err
    source = tmp_path / "own.bib"
    source.write_text("@misc{own, title={T}, author={Doe, Ann}, year=2001, Nonsense={x}}")
    run_cli("import", source)
    assert run_cli("export", option, "title,nonsense", "-o", bib).status == 0
    assert ("nonsense = {x}" in bib.read_text()) == (option == "--fields")


@pytest.mark.parametrize("option", ["--fields", "--omit"])
@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if not form.has_choice])
def test_fields_of_a_format_without_a_choice_are_refused(six_papers: str, run_cli: Run, option: str, name: str) -> None:
    refused = run_cli("export", "--format", name, option, "title")
    assert refused.status == 2
    assert f"{name} has no fields to choose" in refused.err


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
@pytest.mark.parametrize(
    "style",
    [
        'protect = "title"',
        'protect = "none"\npreprints = "article"',
        'preprints = "misc"\njournals = "short"',
        'journals = "full"\nprotect = "title"\npreprints = "online"',
    ],
)
def test_an_export_of_any_style_comes_back_unchanged(
    six_papers: str, run_cli: Run, bib: Path, tmp_path: Path, form: str, style: str
) -> None:
    config, given = tmp_path / "config.toml", tmp_path / "given.bib"
    config.write_text(f"[export]\n{style}\n")
    given.write_text(
        "@article{doe2018, title={On {N}ets}, author={Doe, Jane}, journal={Physical Review Letters}, year=2018}\n"
    )
    run_cli("import", given)
    for version in ([], ["--preprint"], ["--published"]):
        run_cli("export", "-o", bib, "--force", "--format", form, "--config", config, *version)
        first = bib.read_bytes()
        report = run_cli("import", bib, "--json").json
        assert (report["new"], report["updated"], report["unchanged"]) == (0, 0, 7)
        run_cli("export", "-o", bib, "--force", "--format", form, "--config", config, *version)
        assert bib.read_bytes() == first


def test_one_version_is_chosen(six_papers: str, run_cli: Run, bib: Path) -> None:
    assert run_cli("export", "--preprint", "--published").status == 2
    assert run_cli("export", "--kept", "--preprint").status == 2
    assert run_cli("export", "--published").status == 0
