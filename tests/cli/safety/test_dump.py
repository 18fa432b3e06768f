"""`readq dump`, and `readq import` of a dump."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.services.dump import write_folder

Run = Callable[..., Any]

NOTHING_MADE: dict[str, object] = {
    "rejected": [],
    "left_out": [],
    "watches": [],
    "kept": [],
    "joined": [],
    "renamed": [],
    "look_alikes": 0,
}


def test_a_second_dump_writes_no_files(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    first = run_cli("dump", tmp_path / "dump")
    assert (first.status, first.err) == (0, "")
    assert first.out == f"6 papers in {tmp_path / 'dump'}: 5 files written, 0 removed\n"
    assert run_cli("dump", tmp_path / "dump", "--json").json == {"papers": 6, "notes": 0, "written": 0, "removed": 0}


def test_a_dump_is_imported_once(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("dump", tmp_path / "dump")
    os.remove(six_papers)
    found = {"found": 6, "new": 6, "updated": 0, "unchanged": 0, "step": 1, **NOTHING_MADE}
    assert run_cli("import", tmp_path / "dump", "--json").json == found
    again = run_cli("import", tmp_path / "dump", "--json")
    assert (again.status, again.json) == (0, {**found, "new": 0, "unchanged": 6, "step": None})


def test_a_folder_with_other_files_is_refused_in_one_line(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "main.tex").write_text("x")
    result = run_cli("dump", tmp_path / "thesis")
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("error: ")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 74), (errno.EROFS, 74), (errno.EIO, 74), (errno.EACCES, 1)]
)
def test_a_file_that_cannot_be_written_is_reported_with_a_hint(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(write_folder, "replace_file", refuse)
    result = run_cli("dump", tmp_path / "dump")
    assert (result.status, result.out) == (status, "")
    where = str(tmp_path / "dump" / "readq-dump.json")
    assert result.err.startswith(f"error: cannot write {where!r}: {os.strerror(number)} (make room or name another")
    assert result.err.count("\n") == 1


def test_a_file_in_the_place_of_the_folder_is_named(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text("of others")
    status, _, error = run_cli("dump", str(file))
    assert (status, error) == (1, f"error: cannot dump to {file}: Not a directory (name a folder)\n")
    assert file.read_text() == "of others"


def test_a_folder_without_a_name_is_wrong_usage(six_papers: str, run_cli: Run) -> None:
    result = run_cli("dump", "")
    assert result == (2, "", "error: the name of the folder is empty (name a folder)\n")


def test_a_missing_library_does_not_empty_a_dump(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("dump", tmp_path / "dump")
    papers = (tmp_path / "dump" / "papers.jsonl").read_bytes()
    assert run_cli("dump", tmp_path / "dump", "--db", tmp_path / "none.db").status == 1
    assert (tmp_path / "dump" / "papers.jsonl").read_bytes() == papers
    assert not (tmp_path / "none.db").exists()


def test_a_broken_part_makes_the_status_1_and_a_lost_list_of_papers_65(
    six_papers: str, run_cli: Run, tmp_path: Path
) -> None:
    run_cli("dump", tmp_path / "dump")
    papers = tmp_path / "dump" / "papers.jsonl"
    papers.write_text(papers.read_text() + "{\n")
    result = run_cli("import", tmp_path / "dump")
    assert result.status == 1
    assert "papers.jsonl: line 7: broken JSON" in result.err
    papers.unlink()
    assert run_cli("import", tmp_path / "dump").status == 65


def test_status_and_feed_options_do_not_apply_to_a_dump(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("dump", tmp_path / "dump")
    assert run_cli("import", tmp_path / "dump", "--status", "queued").status == 2
    assert run_cli("import", tmp_path / "dump", "--tag", "laptop").status == 0
    assert run_cli("list", "tag:laptop", "--count").out == "6\n"


def test_a_dump_and_another_file_are_imported_together(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("dump", tmp_path / "dump")
    bib = tmp_path / "one.bib"
    bib.write_text("@misc{one, title = {One more}}")
    result = run_cli("import", tmp_path / "dump", bib, "--json")
    assert (result.json["new"], result.json["unchanged"]) == (1, 6)
