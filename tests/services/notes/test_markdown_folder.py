"""Papers are exported as a folder of Markdown pages, which replaces no file of others, and as tables."""

import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from readq.errors import ReadqError
from readq.services.notes import markdown_folder
from readq.services.papers import notes
from readq.store.papers import citations

Run = Callable[..., Any]


def test_a_folder_has_a_page_for_each_paper_and_a_table(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("note", 1, "--append", "claim: mine, see [[b]]")
    folder = tmp_path / "pages"
    result = run_cli("export", "--format", "markdown", "-o", f"{folder}/")
    assert (result.status, result.err) == (0, f"6 papers written to {folder}/\n")
    base = yaml.safe_load((folder / "readq.base").read_text())
    assert [view["type"] for view in base["views"]] == ["table"] * 3
    pages = sorted(folder.glob("*.md"))
    assert len(pages) == 6
    content = next(page.read_text() for page in pages if "claim: mine" in page.read_text())
    found = yaml.safe_load(content.split("---\n")[1])
    assert (found["citekey"], "readq" in found) == (run_cli("show", 1, "--json").json["key"], False)
    assert "## Note\n\nclaim: mine, see [[b]]\n" in content
    assert "> [!abstract]" in content
    assert all(paper["key_frozen"] for paper in run_cli("list", "--json").json)
    before = {page: page.read_bytes() for page in pages}
    assert run_cli("export", "--format", "markdown", "-o", folder).status == 0
    assert {page: page.read_bytes() for page in pages} == before
    pages[0].write_text("edited")
    result = run_cli("export", "--format", "markdown", "-o", folder)
    assert (result.status, pages[0].read_text()) == (1, "edited")
    assert f"1 file not written by readq, left alone (--force): {pages[0].name}" in result.err
    assert run_cli("export", "--format", "markdown", "-o", folder, "--force").status == 0
    assert pages[0].read_bytes() == before[pages[0]]


@pytest.mark.parametrize("kind", ["fifo", "folder", "dangling link"])
def test_a_page_that_is_no_file_is_left_alone(six_papers: str, run_cli: Run, tmp_path: Path, kind: str) -> None:
    key = run_cli("show", 1, "--json").json["key"]
    folder = tmp_path / "vault"
    folder.mkdir()
    page = folder / f"{key}.md"
    if kind == "fifo":
        os.mkfifo(page)
    elif kind == "folder":
        page.mkdir()
    else:
        page.symlink_to("nowhere")
    result = run_cli("export", "--format", "markdown", "-o", folder)
    assert (result.status, f"left alone (--force): {page.name}" in result.err) == (1, True)
    assert len(list(folder.iterdir())) == 7


def test_an_export_that_a_kill_interrupted_goes_on(
    papers: sqlite3.Connection, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export() -> markdown_folder.FolderExport:
        return markdown_folder.export(papers, [1, 2], str(tmp_path), now)

    with monkeypatch.context() as patch:
        patch.setattr(citations, "remember_exported", lambda *_: None)
        export()
    assert export().left == ()
    notes.save(papers, 1, "a note since", now)
    assert export().left == ()
    assert any("a note since" in page.read_text() for page in tmp_path.glob("*.md"))


def test_a_table_has_the_readers_own_data(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 1, "--append", "two\nlines, and a comma")
    run_cli("tag", 1, "-a", "rl", "-a", "x")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(run_cli("export", "--format", "csv").out))}
    listed = {paper["key"]: paper for paper in run_cli("list", "--json").json}
    assert rows.keys() == listed.keys()
    (key,) = [key for key, paper in listed.items() if paper["id"] == 1]
    assert (rows[key]["note"], rows[key]["tags"]) == ("two\nlines, and a comma", "rl x")
    assert rows[key]["authors"] == "; ".join(listed[key]["authors"])
    lines = run_cli("export", "--format", "jsonl").out.splitlines()
    assert {json.loads(line)["key"] for line in lines} == rows.keys()
    # The keys are frozen by the export, in both.
    assert json.loads(lines[0])["note"] == listed[json.loads(lines[0])["key"]]["note"]


def test_a_title_is_no_formula(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 2, "--append", '=HYPERLINK("http://evil.example")')
    assert "'=HYPERLINK(" in run_cli("export", "--format", "csv").out


def test_the_folder_of_notes_is_refused_under_another_name_too(
    papers: sqlite3.Connection, folder: Path, step: Callable[..., object], now: datetime, tmp_path: Path
) -> None:
    notes.save(papers, 1, "note", now)
    step()
    (tmp_path / "link").symlink_to(folder)
    before = [path.read_bytes() for path in folder.iterdir()]
    for name in (str(folder), f"{folder}/", str(tmp_path / "link")):
        with pytest.raises(ReadqError, match="the folder of your notes"):
            markdown_folder.export(papers, [1], name, now, force=True)
    assert [path.read_bytes() for path in folder.iterdir()] == before
