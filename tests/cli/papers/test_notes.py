"""`readq notes`, and the folder of notes around other commands."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from readq.model.values import CONFLICT_HEADING
from readq.services.notes import session

Run = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, six_papers: str) -> Path:
    config = tmp_path / "config.toml"
    place = tmp_path / "papers"
    config.write_text(f"[notes]\nfolder = {json.dumps(str(place))}\n")
    monkeypatch.setenv("READQ_CONFIG", str(config))
    return place


def test_without_a_folder_the_setting_is_named(six_papers: str, run_cli: Run) -> None:
    result = run_cli("notes")
    assert result.status == 2
    assert "readq config set notes.folder" in result.err


def test_a_command_writes_the_file_and_the_next_one_reads_it(folder: Path, run_cli: Run) -> None:
    assert run_cli("note", "1", "--append", "by command").err == ""
    (path,) = folder.glob("*.md")
    assert path.read_text().endswith("---\nby command\n")
    path.write_text(path.read_text().replace("by command", "by hand"))
    assert run_cli("note", "1").out == "by hand\n"
    assert json.loads(run_cli("undo", "--list", "--json").out)[0]["what"] == "noted"
    run_cli("undo")
    assert path.read_text().endswith("---\nby command\n")


@pytest.mark.parametrize(
    ("words", "comparisons"),
    [(("note", "1"), 1), (("note", "1", "--append", "more"), 2), (("import", "--feed", "x", "DAILY"), 2)],
)
def test_the_folder_is_compared_again_only_after_the_command_wrote(
    folder: Path,
    run_cli: Run,
    daily_file: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    comparisons: int,
) -> None:
    run_cli("note", "1", "--append", "by command")
    (path,) = folder.glob("*.md")
    path.write_text(path.read_text().replace("by command", "by hand"))
    spy = Mock(wraps=session.sync_quietly)
    monkeypatch.setattr(session, "sync_quietly", spy)
    assert run_cli(*(daily_file(8) if word == "DAILY" else word for word in words)).status == 0
    assert spy.call_count == comparisons
    assert "by hand" in run_cli("note", "1").out


def test_what_differs_is_said(folder: Path, run_cli: Run) -> None:
    for number in (1, 2, 3):
        run_cli("note", number, "--append", f"note {number}")
    assert run_cli("notes").out == "the notes and the folder are in sync\n"
    first, second, third = sorted(folder.glob("*.md"))
    first.unlink()
    second.write_text("---\nreadq: x\nbroken")
    result = run_cli("notes", "status")
    assert result.status == 1
    assert f"1 file gone or empty, notes kept (--prune): {first.name}" in result.out
    assert result.err == f"error: {second.name}: its front matter has no end: left alone\n"
    found = json.loads(run_cli("notes", "sync", "--json").out)
    assert (found["missing"], [problem["where"] for problem in found["problems"]]) == ([first.name], [second.name])
    assert third.exists()


def test_pruning_is_a_step_and_is_refused_when_all_files_are_gone(folder: Path, run_cli: Run) -> None:
    for number in (1, 2):
        run_cli("note", number, "--append", f"note {number}")
    first, second = sorted(folder.glob("*.md"))
    first.unlink()
    assert f"1 note would be pruned: {first.name}" in run_cli("notes", "--prune", "--dry-run").out
    assert f"1 note pruned: {first.name}" in run_cli("notes", "--prune").out
    assert run_cli("list", "--count", "has:note").out == "1\n"
    run_cli("undo")
    assert first.read_text().endswith("---\nnote 1\n") or second.read_text().endswith("---\nnote 2\n")
    assert run_cli("list", "--count", "has:note").out == "2\n"
    for path in folder.glob("*.md"):
        path.unlink()
    result = run_cli("notes", "--prune")
    assert (result.status, result.err.startswith("error: all 2 files are gone")) == (2, True)
    assert "2 notes pruned" in run_cli("notes", "--prune", "--yes").out


@pytest.mark.parametrize("becomes", ["renamed", "a link"])
def test_pruning_keeps_the_note_of_a_file_that_is_renamed_or_became_a_link(
    folder: Path, run_cli: Run, tmp_path: Path, becomes: str
) -> None:
    for number in (1, 2):
        run_cli("note", number, "--append", f"note {number}")
    newest = run_cli("undo", "--list").out
    path = sorted(folder.glob("*.md"))[0]
    if becomes == "renamed":
        path.rename(folder / "Another name.md")
    else:
        path.symlink_to(path.rename(tmp_path / "elsewhere.md"))
    assert "pruned" not in run_cli("notes", "--prune", "--dry-run").out
    assert "pruned" not in run_cli("notes", "--prune").out
    assert run_cli("undo", "--list").out == newest
    assert run_cli("list", "--count", "has:note").out == "2\n"


@pytest.mark.parametrize("options", [("--dry-run",), ()])
def test_pruning_names_only_the_files_of_removed_papers_that_it_deletes(
    folder: Path, run_cli: Run, options: tuple[str, ...]
) -> None:
    for number in (1, 2):
        run_cli("note", number, "--append", f"note {number}")
    edited, other = sorted(folder.glob("*.md"))
    run_cli("remove", edited.stem, other.stem, "--yes")
    edited.write_text(edited.read_text().replace("note ", "my own note "))
    pruned = json.loads(run_cli("notes", "--prune", *options, "--json").out)["pruned"]
    assert (pruned, edited.exists(), other.exists()) == ([other.name], True, bool(options))


def test_a_folder_that_is_not_there_stops_no_command(folder: Path, run_cli: Run) -> None:
    for number in (1, 2):
        run_cli("note", number, "--append", f"note {number}")
    folder.rename(folder.parent / "away")
    result = run_cli("list", "--count", "has:note")
    assert (result.status, result.out) == (0, "2\n")
    assert result.err.startswith("warning: notes: the folder of notes")
    assert result.err.count("\n") == 1
    assert not folder.exists()


def test_a_named_pipe_in_place_of_the_folder_is_not_opened(folder: Path, run_cli: Run) -> None:
    os.mkfifo(folder)
    result = run_cli("notes")
    assert (result.status, "Not a directory" in result.err) == (74, True)
    result = run_cli("list", "--count")
    assert (result.status, result.out) == (0, "6\n")


def test_a_read_creates_neither_library_nor_folder(folder: Path, library: str, run_cli: Run) -> None:
    Path(library).unlink()
    assert run_cli("list").status == 0
    assert not Path(library).exists()
    assert not folder.exists()


def test_nothing_is_written_to_a_damaged_library(folder: Path, six_papers: str, run_cli: Run) -> None:
    run_cli("note", 1, "--append", "note")
    with closing(sqlite3.connect(six_papers)) as connection:
        connection.execute("INSERT INTO paper_tag VALUES (99, 'x')")
        connection.commit()
    assert run_cli("check").status == 1
    (path,) = folder.glob("*.md")
    path.write_text(path.read_text().replace("note\n", "by hand\n"))
    before = Path(six_papers).read_bytes()
    assert run_cli("notes", "sync").status == 65
    assert run_cli("notes", "--prune").status == 65
    assert run_cli("note", 1).out == "note\n"
    assert "1 note would be taken" in run_cli("notes").out
    assert Path(six_papers).read_bytes() == before


@pytest.mark.parametrize("command", ["share", "backup", "import"])
def test_a_command_that_opens_the_library_itself_takes_in_what_was_written_to_files(
    folder: Path, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    if command == "share" and shutil.which("git") is None:
        pytest.skip("needs git")
    run_cli("note", 1, "--append", "by command")
    for name in ("base", "dump"):
        run_cli("dump", tmp_path / name)
    (path,) = folder.glob("*.md")
    path.write_text(f"{path.read_text()}by hand\n")
    if command == "share":
        assert run_cli("share", "init").status == 0
        shared = Path(run_cli("share", "status", "--json").json["folder"])
        assert (shared / "notes" / path.name).read_text() == "by command\nby hand\n"
    elif command == "backup":
        assert run_cli("backup", tmp_path / "copy.db").status == 0
        monkeypatch.delenv("READQ_CONFIG")
        assert run_cli("note", 1, "--db", tmp_path / "copy.db").out == "by command\nby hand\n"
    else:
        (tmp_path / "dump" / "notes" / path.name).write_text("by another machine\nby command\n")
        assert run_cli("import", tmp_path / "dump", "--base", tmp_path / "base").status == 0
        assert run_cli("note", 1).out == "by another machine\nby command\nby hand\n"


def test_a_backup_that_is_restored_is_not_undone_by_the_files(folder: Path, run_cli: Run, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        run_cli("note", number, "--append", f"note {number}")
    status = run_cli("list", "--json", "has:note").out
    run_cli("backup", tmp_path / "copy.db")
    before = {path.name: path.read_text() for path in folder.glob("*.md")}
    run_cli("note", 1, "--set", "/dev/null")
    (tmp_path / "new.txt").write_text("wholly new")
    run_cli("note", 2, "--set", tmp_path / "new.txt")
    run_cli("mark", "dropped", 3)
    assert {path.name: path.read_text() for path in folder.glob("*.md")} != before
    assert run_cli("restore", tmp_path / "copy.db", "--yes").status == 0
    after = {path.name: path.read_text() for path in folder.glob("*.md")}
    assert after.keys() == before.keys()
    assert run_cli("notes").out == "the notes and the folder are in sync\n"
    assert [run_cli("note", number).out for number in (1, 3)] == ["note 1\n", "note 3\n"]
    # Nothing that stands in a file is lost either.
    assert run_cli("note", 2).out == f"note 2\n\n{CONFLICT_HEADING}\n\nwholly new\n"
    assert json.loads(run_cli("list", "--json", "has:note").out)[2]["status"] == json.loads(status)[2]["status"]
