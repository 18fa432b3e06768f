"""Nothing is written to a library that a check found damaged, until it is repaired, replaced or found sound."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_lines import CHANGES, LOOKS

from readq.errors import LibraryError
from readq.store.library import open_for_writing

Run = Callable[..., Any]
Dump = Callable[[str], dict[str, list[tuple[Any, ...]]]]

ORPHAN = "INSERT INTO paper_tag VALUES (99, 'lost')"


def change(path: str, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def mark_of(path: str) -> Path:
    return Path(f"{path}.damaged")


def break_page(path: str) -> None:
    """Overwrite a page in the middle of the file."""
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2 // 8192 * 8192)
        file.write(b"\xff" * 8192)


def empty_index(path: str) -> None:
    """Remove all rows from an index, but not from its table."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'paper_by_title_key'"
        ((page,),) = connection.execute(query).fetchall()
    leaf = bytearray(size)
    leaf[0] = 10
    leaf[5:7] = size.to_bytes(2, "big")
    with open(path, "r+b") as file:
        file.seek(size * (page - 1))
        file.write(leaf)


DANGEROUS: dict[str, Callable[[str], None]] = {
    "damage": break_page,
    "index": empty_index,
    "orphan": lambda path: change(path, ORPHAN),
    "schema": lambda path: change(path, "DROP TRIGGER note_indexed"),
}
HARMLESS = {
    "authors": "UPDATE paper SET authors = 'Somebody Else' WHERE id = 1",
    "upvotes": "UPDATE paper SET upvotes = 3 WHERE id = 1",
    "metadata": "UPDATE paper SET fields = '{' WHERE id = 1",
    "table": "ALTER TABLE paper ADD COLUMN mine TEXT",
}


@pytest.fixture
def damaged(six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a library that is marked as damaged, with files to import in the working folder. No server answers."""
    monkeypatch.chdir(tmp_path)
    for name in ("HUGGINGFACE", "ARXIV", "ARXIV_API", "ARXIV_RSS", "CROSSREF", "DATACITE", "OPENALEX"):
        monkeypatch.setenv(f"READQ_{name}_URL", "http://127.0.0.1:1")
    # pdf --index needs the setting.
    config = Path(os.environ["XDG_CONFIG_HOME"], "readq", "config.toml")
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[pdf]\nsearch = true\n")
    Path("new.bib").write_text("@article{n, title={New}, author={A. B.}, year=2020}\n")
    Path("new.pdf").write_bytes(b"%PDF-1.4\n")
    Path("feeds.opml").write_text('<opml version="2.0"><body><outline xmlUrl="https://x.example/f"/></body></opml>')
    change(six_papers, "INSERT INTO feed (name, spec, added) VALUES ('arxiv', 'arxiv:cs', '2026-11-20T08:00:00Z')")
    change(
        six_papers, f"INSERT INTO pdf (paper_id, path, added) VALUES (1, '{tmp_path}/new.pdf', '2026-11-20T08:00:00Z')"
    )
    change(six_papers, ORPHAN)
    assert run_cli("check").status == 1
    return six_papers


@pytest.mark.parametrize("command", CHANGES)
def test_no_command_writes_to_a_damaged_library(damaged: str, run_cli: Run, dump: Dump, command: str) -> None:
    before = Path(damaged).read_bytes()
    for words in CHANGES[command]:
        result = run_cli(command, *words)
        assert (result.status, result.out) == (65, ""), (words, result)
        assert result.err.endswith(
            f"error: the library is damaged, so nothing is written to it: {damaged}: orphan: paper_tag: 1 without paper"
            " (readq restore FILE replaces it by a backup, readq check --repair repairs what it can)\n"
        ), words
        assert Path(damaged).read_bytes() == before


@pytest.mark.parametrize("command", LOOKS)
def test_a_damaged_library_is_read_with_one_warning(damaged: str, run_cli: Run, command: str) -> None:
    before = Path(damaged).read_bytes()
    for words in LOOKS[command]:
        result = run_cli(command, *words)
        assert result.status == int(command in ("check", "sync")), (words, result)
        # Without a request on its input, mcp does not open the library.
        if command not in ("config", "check", "backup", "mcp"):
            assert result.err.count("warning: the library is damaged (orphan: paper_tag: 1 without paper)") == 1, words
        assert Path(damaged).read_bytes() == before


def test_an_export_of_a_damaged_library_freezes_no_key(damaged: str, run_cli: Run) -> None:
    before = Path(damaged).read_bytes()
    result = run_cli("export")
    assert result.status == 0
    assert result.out.count("@") == 6
    assert "the library is damaged: no key was frozen" in result.err
    assert Path(damaged).read_bytes() == before


@pytest.mark.parametrize("kind", DANGEROUS)
def test_a_fault_that_makes_writing_dangerous_is_remembered(six_papers: str, run_cli: Run, kind: str) -> None:
    assert run_cli("check").status == 0
    assert not mark_of(six_papers).exists()
    DANGEROUS[kind](six_papers)
    result = run_cli("check")
    assert result.status == 1
    assert "only read" in result.err
    assert mark_of(six_papers).read_text().startswith(kind)
    assert mark_of(six_papers).stat().st_mode & 0o777 == 0o600
    assert run_cli("star", 1).status == 65


@pytest.mark.parametrize("kind", HARMLESS)
def test_other_problems_stop_no_change(six_papers: str, run_cli: Run, kind: str) -> None:
    change(six_papers, HARMLESS[kind])
    result = run_cli("check", "--json")
    assert (result.status, [problem["kind"] for problem in result.json["problems"]]) == (1, [kind])
    assert not mark_of(six_papers).exists()
    assert run_cli("star", 1).status == 0


def test_a_repair_ends_it(damaged: str, run_cli: Run) -> None:
    assert run_cli("check", "--repair").status == 1
    assert not mark_of(damaged).exists()
    assert run_cli("star", 1) == (0, "1 paper changed (step 2)\n", "")


def test_a_repair_that_fails_does_not_end_it(six_papers: str, run_cli: Run) -> None:
    # Without its index a paper can have two cards, and only the reader can say which is to stay.
    card = "INSERT INTO card (paper_id, kind, due, created) VALUES (1, 'paper', '2026-11-20', '2026-11-20T08:00:00Z')"
    change(six_papers, "DROP INDEX card_of_paper", card, card)
    result = run_cli("check", "--repair")
    assert result.status == 1
    assert "that cannot be repaired: the library is damaged and only read; readq restore FILE" in result.err
    assert run_cli("star", 1).status == 65
    assert run_cli("dump", f"{six_papers}.dump").status == 0


def test_a_restore_ends_it(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    assert run_cli("backup", tmp_path / "good.db").status == 0
    break_page(six_papers)
    assert run_cli("check").status == 1
    assert run_cli("star", 1).status == 65
    assert run_cli("restore", tmp_path / "good.db", "--yes").status == 0
    assert not mark_of(six_papers).exists()
    assert run_cli("star", 1).status == 0


def test_a_restore_of_a_backup_with_a_fault_does_not_end_it(damaged: str, run_cli: Run, tmp_path: Path) -> None:
    shutil.copy(damaged, tmp_path / "old.db")
    assert run_cli("restore", tmp_path / "old.db", "--yes").status == 0
    assert run_cli("star", 1).status == 65


def test_a_library_copied_over_a_damaged_one_is_checked_first(damaged: str, run_cli: Run, tmp_path: Path) -> None:
    good = tmp_path / "good.db"
    run_cli("import", "new.bib", "--db", good)
    shutil.copy(good, damaged)
    assert run_cli("star", 1).status == 65
    assert run_cli("check") == (0, "no problems\n", "")
    assert run_cli("star", 1).status == 0


def test_a_new_library_takes_no_mark_from_its_predecessor(damaged: str, run_cli: Run) -> None:
    os.unlink(damaged)
    assert run_cli("list") == (0, "", "")
    assert run_cli("import", "new.bib").status == 0
    assert not mark_of(damaged).exists()


def test_a_damaged_library_is_known_by_every_path_to_it(damaged: str, run_cli: Run, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(damaged)
    assert run_cli("star", 1, "--db", link).status == 65


def test_a_mark_that_cannot_be_written_is_a_warning(six_papers: str, run_cli: Run) -> None:
    change(six_papers, ORPHAN)
    mark_of(six_papers).symlink_to("/no/folder/x")
    result = run_cli("check")
    assert result.status == 1
    assert (
        f"warning: the mark of damage next to {six_papers} could not be written: No such file or directory"
        in result.err
    )


def test_no_automatic_backup_of_a_damaged_library(damaged: str, run_cli: Run) -> None:
    """It would push out the good ones."""
    assert run_cli("backup", "--automatic") == (0, "no backup is due\n", "")


def test_a_mark_of_hostile_text_is_one_line(six_papers: str, run_cli: Run) -> None:
    mark_of(six_papers).write_bytes(b"\x1b]0;x\x07\n\xff" + b"y" * 10_000)
    for words in (("star", 1), ("list",)):
        result = run_cli(*words)
        assert result.err.count("\n") == 1
        assert "\x1b" not in result.err
        assert len(result.err) < 1000


def test_the_help_says_what_counts_as_damage(run_cli: Run) -> None:
    text = " ".join(run_cli("check", "--help").out.split())
    assert "then only reads the library, until --repair has repaired it" in text


def test_an_open_writer_stops_when_the_library_is_found_damaged(six_papers: str, run_cli: Run) -> None:
    with contextlib.closing(open_for_writing(six_papers)):
        change(six_papers, ORPHAN)
        run_cli("check")
        with pytest.raises(LibraryError, match="is damaged, so nothing is written to it"):
            open_for_writing(six_papers)
