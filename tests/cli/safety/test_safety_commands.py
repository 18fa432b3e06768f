"""`readq backup`, `restore` and `check`, also with the damaged libraries of the fault tools."""

import contextlib
import hashlib
import importlib.util
import os
import pty
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]
FAULTS = Path(__file__).resolve().parents[3] / ".." / "shared" / "faults" / "dbfault.py"


@pytest.fixture
def six_papers(six_papers: str) -> str:
    """Return a library of six papers that only its owner can read."""
    os.chmod(six_papers, 0o600)
    return six_papers


def sql(path: str, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def digest(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def assert_one_line(err: str) -> None:
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_backup_reports_path_and_contents(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    result = run_cli("backup", target)
    assert (result.status, result.out, result.err) == (0, f"{target}: 6 papers, 0 notes, 0 reviews\n", "")
    assert run_cli("backup", target).status == 1
    assert run_cli("backup", target, "--force").status == 0


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to nothing"])
def test_backup_takes_the_place_of_regular_files_only(six_papers: str, run_cli: Run, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(target)
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    before = target.lstat()
    result = run_cli("backup", target, "--force")
    assert (result.status, result.err) == (1, f"error: {target} is not a file (give another name)\n")
    assert target.lstat().st_ino == before.st_ino


def test_backup_has_a_default_folder(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    made = run_cli("backup", "--json").json
    assert made["path"] == str(tmp_path / "backups" / "manual-20261123T080000Z-library.db")
    assert (made["papers"], made["notes"], made["reviews"]) == (6, 0, 0)
    assert made["bytes"] == os.path.getsize(made["path"])
    assert run_cli("backup", "--json").json["path"] != made["path"]


def test_backup_without_a_library(run_cli: Run, library: str) -> None:
    result = run_cli("backup")
    assert result.status == 1
    assert_one_line(result.err)
    assert not os.path.exists(library)


def test_restore_asks_before_it_replaces(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    run_cli("backup", target)
    before = digest(six_papers)
    result = run_cli("restore", target, stdin="y\n")
    assert result.status == 2
    assert "--yes" in result.err
    assert_one_line(result.err)
    assert digest(six_papers) == before


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", 0), (b"n\n", 1), (b"\n", 1)])
def test_restore_asks_on_a_terminal(six_papers: str, readq: Run, tmp_path: Path, answer: bytes, status: int) -> None:
    target = tmp_path / "copy.db"
    readq("backup", target)
    sql(six_papers, "UPDATE paper SET starred = 1")
    before = digest(six_papers)
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, answer)
        result = readq("restore", target, stdin=terminal)
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert result.returncode == status
    assert b"6 papers" in result.stderr
    assert (digest(six_papers) == before) is (status == 1)


def test_row_69_restore_keeps_the_former_library(six_papers: str, run_cli: Run, tmp_path: Path, dump: Dump) -> None:
    target, before = tmp_path / "copy.db", dump(six_papers)
    run_cli("backup", target)
    run_cli("mark", "done", "1")
    changed = dump(six_papers)
    result = run_cli("restore", target, "--yes", "--json")
    assert result.status == 0
    assert result.json["kept"] == f"{six_papers}.before-restore"
    assert dump(six_papers) == before
    assert dump(result.json["kept"]) == changed


def test_restore_without_a_library_needs_no_yes(six_papers: str, run_cli: Run, tmp_path: Path, dump: Dump) -> None:
    target, before = tmp_path / "copy.db", dump(six_papers)
    run_cli("backup", target)
    os.unlink(six_papers)
    assert run_cli("restore", target).status == 0
    assert dump(six_papers) == before


@pytest.mark.parametrize("command", ["backup", "dump"])
def test_what_is_no_text_is_not_written_to_standard_output(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A pipe would get the message instead of the backup."""
    monkeypatch.chdir(tmp_path)
    result = run_cli(command, "-")
    assert (result.status, result.out) == (2, "")
    assert f"{command} cannot write to standard output" in result.err
    assert not os.path.lexists(tmp_path / "-")


def test_a_folder_is_no_backup(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    result = run_cli("restore", tmp_path, "--yes")
    assert (result.status, f"error: {tmp_path} is not a file (backups are in " in result.err) == (1, True)


def test_restore_finds_a_backup_by_its_name_unless_a_file_here_has_it(
    six_papers: str, run_cli: Run, tmp_path: Path, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(six_papers)
    name = os.path.basename(run_cli("backup", "--json").json["path"])
    run_cli("star", 1)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    result = run_cli("restore", f"./{name}", "--yes")
    assert (result.status, "there is no file" in result.err) == (1, True)
    assert run_cli("restore", name, "--yes").status == 0
    assert dump(six_papers) == before
    (tmp_path / "here" / name).write_text("no library")
    assert run_cli("restore", name, "--yes").status == 65
    assert dump(six_papers) == before


@pytest.mark.parametrize("words", [(), ("--yes",)])
def test_restore_of_a_missing_file(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli("restore", "nowhere.db", *words)
    assert result.status == 1
    assert_one_line(result.err)


def test_check_of_an_undamaged_library(six_papers: str, run_cli: Run) -> None:
    result = run_cli("check")
    assert (result.status, result.out, result.err) == (0, "no problems\n", "")
    assert run_cli("check", "--json").json == {"ok": True, "problems": []}


def test_check_without_a_library_reports_it_and_creates_none(run_cli: Run, library: str) -> None:
    said = f"there is no library at {library}: nothing to check\n"
    assert run_cli("check") == (0, "", said)
    result = run_cli("check", "--json")
    assert (result.status, result.json, result.err) == (0, {"ok": True, "problems": []}, said)
    assert not os.path.exists(library)


def test_check_reports_and_repairs(six_papers: str, run_cli: Run) -> None:
    sql(six_papers, "INSERT INTO paper_tag VALUES (99, 'lost')")
    looked = run_cli("check", "--json")
    problem = {"kind": "orphan", "where": "paper_tag: 1 without paper", "repaired": False}
    assert (looked.status, looked.json) == (1, {"ok": False, "problems": [problem]})
    assert "--repair" in looked.err
    mended = run_cli("check", "--repair")
    assert (mended.status, mended.out) == (1, "orphan\tpaper_tag: 1 without paper\trepaired\n")
    assert "pre-repair-" in mended.err
    assert run_cli("check", "--repair").out == "no problems\n"


def test_check_prints_some_of_many(six_papers: str, run_cli: Run, daily_file: Callable[..., str]) -> None:
    run_cli("import", daily_file(30))
    sql(six_papers, "UPDATE paper SET upvotes = -1")
    lines = run_cli("check").out.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "upvotes\tand 10 more\t"


@pytest.fixture
def spoil(six_papers: str, tmp_path: Path, run_cli: Run) -> Callable[[str], str]:
    """Return a function that replaces `library` by one with papers, a note and a rating, damaged in a recorded way."""
    if not FAULTS.is_file():
        pytest.skip(f"no fault tools at {FAULTS}")
    spec = importlib.util.spec_from_file_location("dbfault", FAULTS)
    assert spec
    assert spec.loader
    tools = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tools)

    def damaged(kind: str) -> str:
        for words in (("mark", "done", "1", "2"), ("rate", "good", "1"), ("note", "3", "--append", "a thought")):
            assert run_cli(*words).status == 0
        source = str(tmp_path / "source.db")
        os.rename(six_papers, source)
        tools.KINDS[kind](source, six_papers, random.Random(1))
        return six_papers

    return damaged


recorded = [pytest.mark.recorded, pytest.mark.filterwarnings("ignore::ResourceWarning")]
"""The tools do not close their files."""


class TestFaults:
    """Rows of the table of faults; the name of each test has the number of its row."""

    pytestmark = recorded

    @pytest.mark.parametrize("kind", ["zero", "text", "header", "truncated"])
    @pytest.mark.parametrize("words", [("list",), ("mark", "done", "1"), ("check", "--repair"), ("backup",)])
    def test_row_37_a_file_that_is_not_a_library_is_refused_unchanged(
        self, spoil: Callable[[str], str], run_cli: Run, kind: str, words: tuple[str, ...]
    ) -> None:
        path = spoil(kind)
        before = digest(path)
        result = run_cli(*words)
        assert (result.status, result.out) == (65, "")
        assert_one_line(result.err)
        assert digest(path) == before

    @pytest.mark.parametrize("kind", ["zero", "text", "header", "truncated"])
    def test_row_37_a_backup_can_be_restored_over_it(
        self, spoil: Callable[[str], str], run_cli: Run, tmp_path: Path, dump: Dump, kind: str
    ) -> None:
        path = spoil(kind)
        before = digest(path)
        result = run_cli("restore", tmp_path / "source.db", "--yes")
        assert result.status == 0, result.err
        assert dump(path) == dump(str(tmp_path / "source.db"))
        assert digest(f"{path}.before-restore") == before

    @pytest.mark.parametrize("kind", ["page", "bitflip", "index"])
    def test_row_38_check_finds_it(self, spoil: Callable[[str], str], run_cli: Run, kind: str) -> None:
        path = spoil(kind)
        before = digest(path)
        assert run_cli("check").status in (1, 65)
        assert digest(path) == before

    def test_row_38_an_export_of_a_damaged_library_keeps_the_old_file(
        self, six_papers: str, run_cli: Run, tmp_path: Path
    ) -> None:
        """A leaf that by its first bytes might be one: SQLite alone reads on as if its rows were not there."""
        exported = tmp_path / "refs.bib"
        assert run_cli("export", "-o", exported).status == 0
        before = exported.read_bytes()
        with contextlib.closing(sqlite3.connect(six_papers)) as connection:
            ((page_size,),) = connection.execute("PRAGMA page_size")
            ((root,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'paper'")
        with open(six_papers, "r+b") as file:
            file.seek((root - 1) * page_size + 4000)
            file.write(b"\xde\xad" * 2000)
        damaged = digest(six_papers)
        for words in (("export", "-o", exported), ("undo",), ("star", 1)):
            result = run_cli(*words)
            assert (result.status, "damaged" in result.err) == (65, True), words
        assert exported.read_bytes() == before
        assert digest(six_papers) == damaged

    def test_row_38_an_index_is_rebuilt(
        self, spoil: Callable[[str], str], run_cli: Run, tmp_path: Path, dump: Dump
    ) -> None:
        path = spoil("index")
        assert run_cli("check", "--repair").status == 1
        assert run_cli("check").status == 0
        assert dump(path) == dump(str(tmp_path / "source.db"))

    def test_row_39_orphans(self, spoil: Callable[[str], str], run_cli: Run) -> None:
        path = spoil("orphan")
        before = digest(path)
        found = run_cli("check", "--json")
        assert found.status == 1
        assert {problem["kind"] for problem in found.json["problems"]} >= {"orphan"}
        assert digest(path) == before
        assert all(problem["repaired"] for problem in run_cli("check", "--repair", "--json").json["problems"])
        assert run_cli("check").status == 0

    @pytest.mark.parametrize("kind", ["torn_wal", "lone_wal", "hot_journal"])
    def test_row_40_a_library_after_a_crash(
        self, spoil: Callable[[str], str], run_cli: Run, tmp_path: Path, dump: Dump, kind: str
    ) -> None:
        path = spoil(kind)
        assert run_cli("check").status == 0
        assert run_cli("list", "--count").out == "6\n"
        assert run_cli("mark", "done", "4").status == 0
        result = run_cli("backup", tmp_path / "copy.db")
        assert result.status == 0
        assert dump(str(tmp_path / "copy.db")) == dump(path)

    @pytest.mark.parametrize("kind", ["torn_wal", "lone_wal", "hot_journal"])
    def test_row_40_restore_over_a_library_after_a_crash(
        self, spoil: Callable[[str], str], run_cli: Run, tmp_path: Path, dump: Dump, kind: str
    ) -> None:
        path = spoil(kind)
        assert run_cli("restore", tmp_path / "source.db", "--yes").status == 0
        assert dump(path) == dump(str(tmp_path / "source.db"))
        assert run_cli("check").status == 0

    @pytest.mark.parametrize("words", [("list",), ("mark", "done", "1"), ("check", "--repair"), ("backup",)])
    def test_row_41_a_newer_library_is_refused_unchanged(
        self, spoil: Callable[[str], str], run_cli: Run, words: tuple[str, ...]
    ) -> None:
        path = spoil("newer")
        before = digest(path)
        result = run_cli(*words)
        assert (result.status, result.out) == (78, "")
        assert_one_line(result.err)
        assert digest(path) == before

    @pytest.mark.parametrize("words", [("list",), ("mark", "done", "1"), ("check", "--repair"), ("backup",)])
    def test_row_42_a_foreign_database_is_refused_unchanged(
        self, spoil: Callable[[str], str], run_cli: Run, words: tuple[str, ...]
    ) -> None:
        path = spoil("foreign")
        before = digest(path)
        result = run_cli(*words)
        assert (result.status, result.out) == (65, "")
        assert_one_line(result.err)
        assert digest(path) == before

    @pytest.mark.parametrize(
        ("kind", "status"), [("zero", 65), ("text", 65), ("header", 65), ("truncated", 65), ("page", 65), ("newer", 78),
                             ("foreign", 65)]
    )  # fmt: skip
    def test_row_69_a_bad_backup_is_not_restored(
        self, spoil: Callable[[str], str], run_cli: Run, tmp_path: Path, kind: str, status: int
    ) -> None:
        bad, library = spoil(kind), str(tmp_path / "source.db")
        before = digest(library)
        result = run_cli("--db", library, "restore", bad, "--yes")
        assert (result.status, result.out) == (status, "")
        assert_one_line(result.err)
        assert digest(library) == before
        assert not os.path.exists(f"{library}.before-restore")


def test_row_43_a_copy_without_its_wal_is_detected_by_the_last_backup(
    six_papers: str, run_cli: Run, daily_file: Callable[..., str]
) -> None:
    before = Path(six_papers).read_bytes()
    run_cli("import", daily_file(9))
    run_cli("backup")
    Path(six_papers).write_bytes(before)
    result = run_cli("check")
    assert (result.status, result.out) == (0, "no problems\n")
    assert result.err.startswith("warning: 3 papers fewer than in the backup ")
