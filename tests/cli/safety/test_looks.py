"""A look changes nothing: commands that only read leave every byte of every file, also of an older library.

Each command looks at a library of each schema. Beyond that, the oldest schema and the newest two stand for all;
with `READQ_ALL_SCHEMAS` in the environment every schema is taken for every test.
"""

import contextlib
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_lines import CHANGES, LOOKS, NEITHER
from library_of_schema import BUILDERS
from papers_web import PapersWeb

from readq.cli.command_table import COMMANDS
from readq.services.citing.export_formats import FORMATS
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

Run = Callable[..., Any]
SCHEMAS = [version for version in BUILDERS if version in (1, SCHEMA_VERSION - 1, SCHEMA_VERSION)]
if "READQ_ALL_SCHEMAS" in os.environ:
    SCHEMAS = list(BUILDERS)
OLDER_SCHEMAS = [version for version in SCHEMAS if version < SCHEMA_VERSION]


@pytest.fixture
def shelf(tmp_path: Path, web: PapersWeb, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for the library and nothing else. The working folder has files to import."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    (work / "new.bib").write_text("@article{n, title={New}, author={A. B.}, year=2020}\n")
    (work / "new.pdf").write_bytes(b"%PDF-1.4\n")
    (work / "feeds.opml").write_text('<opml version="2.0"><body><outline xmlUrl="https://x.example/f"/></body></opml>')
    for name in ("HUGGINGFACE", "ARXIV_RSS", "ARXIV"):
        monkeypatch.setenv(f"READQ_{name}_URL", web.server.url)
    shelf = tmp_path / "shelf"
    shelf.mkdir(mode=0o700)
    return shelf


def snapshot(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return the content, time of change and mode of every file in the folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(folder))] = (content, status.st_mtime_ns, stat.S_IMODE(status.st_mode))
    return found


def library_in(shelf: Path, version: int, mode: str = "DELETE") -> str:
    path = shelf / "library.db"
    BUILDERS[version](str(path))
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        # An address and a PDF for open and pdf, which are there in some schemas only.
        connection.execute(f"PRAGMA journal_mode={mode}")
        if version > 1:
            connection.execute("UPDATE pdf SET path = ? WHERE paper_id = 1", (str(Path("new.pdf").absolute()),))
    path.chmod(0o600)
    return str(path)


@contextlib.contextmanager
def unwritable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the folder and its files read-only, also for the superuser, who may write to anything."""
    access = os.access

    def is_write(path: object, mode: int) -> bool:
        return str(path).startswith(str(folder)) and bool(mode & os.W_OK)

    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda path, mode: access(path, mode) and not is_write(path, mode))
        for path in folder.iterdir():
            path.chmod(0o400)
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)


def test_every_command_is_one_that_looks_or_one_that_changes() -> None:
    assert LOOKS.keys() | CHANGES.keys() | NEITHER.keys() == COMMANDS.keys()
    assert not NEITHER.keys() & (LOOKS.keys() | CHANGES.keys())


def lines_for(version: int) -> list[tuple[str, ...]]:
    """Return every command line that only looks at a library of a schema. Schema 1 knows no PDFs."""
    return [
        (command, *words) for command, lines in LOOKS.items() for words in lines if (command, version) != ("pdf", 1)
    ]


def look(run_cli: Run, path: str, line: tuple[str, ...]) -> tuple[int, str]:
    """Run a command line over a library, and return its exit status and output."""
    result = run_cli(*line, "--db", path)
    # An older library is no problem, and a feed that fails is none of the library's.
    assert result.status == int(line[0] == "sync"), (line, result)
    shutil.rmtree("dumped", ignore_errors=True)
    Path("copy.db").unlink(missing_ok=True)
    return result.status, result.out


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_look_changes_no_file_of_a_library_with_a_write_ahead_log(shelf: Path, run_cli: Run, version: int) -> None:
    path = library_in(shelf, version, "WAL")
    before = snapshot(shelf)
    for line in lines_for(version):
        look(run_cli, path, line)
        assert snapshot(shelf) == before, line


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_look_at_a_library_in_a_read_only_folder(
    shelf: Path, run_cli: Run, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library_in(shelf, version)
    for line in lines_for(version):
        expected = look(run_cli, path, line)
        with unwritable(shelf, monkeypatch):
            before = snapshot(shelf)
            assert look(run_cli, path, line) == expected, line
            assert snapshot(shelf) == before, line


@pytest.mark.parametrize("version", BUILDERS)
def test_a_look_changes_no_file_and_reads_the_same_after_an_upgrade(shelf: Path, run_cli: Run, version: int) -> None:
    path = library_in(shelf, version)
    before, looks = snapshot(shelf), {}
    for line in lines_for(version):
        looks[line] = look(run_cli, path, line)
        assert snapshot(shelf) == before, line
    for words in ((), ("--off",)):
        assert run_cli("star", 2, *words, "--db", path).out.startswith("1 paper changed")
    # These print steps, files, sizes or what a feed says as well.
    changed = ("undo", "pdf", "backup", "dump", "check", "sync")
    for line in looks:
        if line[0] not in changed:
            assert look(run_cli, path, line) == looks[line], line


@pytest.mark.parametrize("version", OLDER_SCHEMAS)
@pytest.mark.parametrize("command", CHANGES)
def test_a_change_upgrades_an_older_library(shelf: Path, run_cli: Run, command: str, version: int) -> None:
    path = library_in(shelf, version)
    if (command, version) == ("highlights", 1):
        command = "pdf"  # Schema 1 knows no PDFs, so none has highlights before one is attached.
    run_cli(command, *CHANGES[command][0], "--db", path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert any(name.startswith("backups/pre-migrate") for name in snapshot(shelf))


@pytest.mark.parametrize("version", OLDER_SCHEMAS)
@pytest.mark.parametrize("name", FORMATS)
def test_an_export_of_an_older_library_freezes_no_key(shelf: Path, run_cli: Run, version: int, name: str) -> None:
    path = library_in(shelf, version)
    before = snapshot(shelf)
    result = run_cli("export", "--format", name, "--db", path)
    assert result.status == 0
    # The text for Anki has the papers with an answer alone.
    assert ("noether1918invariant" if name == "anki" else "lovelace1843notes") in result.out
    assert result.err.splitlines()[-1] == (
        "the library has an older schema, which the next change brings up to date: no key was frozen"
    )
    assert snapshot(shelf) == before
    assert run_cli("export", "-o", path, "--force", "--db", path).err.startswith(f"error: {path} is the library itself")
    assert snapshot(shelf) == before


def test_an_export_of_frozen_keys_changes_nothing(shelf: Path, run_cli: Run) -> None:
    path = library_in(shelf, SCHEMA_VERSION)
    run_cli("export", "--db", path)
    before = snapshot(shelf)
    assert run_cli("export", "--db", path).status == 0
    assert snapshot(shelf) == before


def test_a_locked_older_library_is_refused_after_the_timeout(shelf: Path, run_cli: Run, tmp_path: Path) -> None:
    path = library_in(shelf, 1)
    config = tmp_path / "config.toml"
    config.write_text("busy_timeout = 0\n")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert run_cli("list", "--db", path, "--config", config).status == 75


def test_a_large_copy_is_said_in_one_line(shelf: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from readq.store.schema import migrations

    path = library_in(shelf, 1)
    assert run_cli("list", "--db", path).err == ""
    monkeypatch.setattr(migrations, "_LARGE", 1000)
    assert run_cli("list", "--db", path).err == (
        f"{path} has an older schema: reading a temporary copy, until the next change upgrades it\n"
    )


def test_no_room_for_the_copy_is_said(shelf: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from readq.store.schema import migrations

    def full(*_arguments: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    path = library_in(shelf, 1)
    monkeypatch.setattr(migrations, "_run", full)
    result = run_cli("list", "--db", path)
    assert (result.status, result.out) == (74, "")
    assert "has no room for a copy to read (free some space there, or set TMPDIR)" in result.err


@pytest.mark.parametrize("words", [("key:été",), ("--sort", "title"), ("has:link",), ("links:gauss1801",)])
@pytest.mark.parametrize("version", [None, *OLDER_SCHEMAS])
def test_the_functions_of_queries_are_there_without_a_library_and_in_one_of_an_older_schema(
    shelf: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch, version: int | None, words: tuple[str, ...]
) -> None:
    library = shelf / "library.db" if version is None else library_in(shelf, version)
    monkeypatch.setenv("READQ_DB", str(library))
    assert "no such function" not in run_cli("list", *words).err
