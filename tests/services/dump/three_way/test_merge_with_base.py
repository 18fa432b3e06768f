"""A dump is merged against the dump from which it and the library come."""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.services.dump.dump_files import DumpFiles
from readq.store.library import open_for_reading

Run = Callable[..., Any]


@pytest.fixture
def dumps(six_papers: str, run_cli: Run, tmp_path: Path) -> tuple[Path, Path]:
    """Dump the library with a tag and a note into `base` and `theirs`."""
    run_cli("tag", "1", "2", "-a", "rl")
    run_cli("note", "1", "--append", "claim: x")
    run_cli("dump", tmp_path / "base")
    shutil.copytree(tmp_path / "base", tmp_path / "theirs")
    return tmp_path / "base", tmp_path / "theirs"


def test_what_is_missing_in_the_dump_goes_and_comes_back_by_undo(
    dumps: tuple[Path, Path], run_cli: Run, six_papers: str
) -> None:
    base, theirs = dumps
    lines = (theirs / "papers.jsonl").read_text().splitlines(keepends=True)
    first = json.loads(lines[0])
    lines[0] = json.dumps({**first, "tags": [], "starred": True}) + "\n"
    (theirs / "papers.jsonl").write_text("".join(lines[:-1]))
    run_cli("mark", "queued", first["key"])
    before = run_cli("list", "--json").json
    result = run_cli("import", theirs, "--base", base, "--json")
    assert (result.status, result.json["new"], result.json["updated"]) == (0, 0, 2)
    after = run_cli("list", "--json").json
    assert len(after) == len(before) - 1
    (changed,) = (paper for paper in after if paper["key"] == first["key"])
    assert (changed["tags"], changed["starred"], changed["status"]) == ([], True, "queued")
    assert run_cli("import", theirs, "--base", base, "--json").json["updated"] == 0
    run_cli("undo")
    assert run_cli("list", "--json").json == before


def test_an_equal_dump_changes_nothing(dumps: tuple[Path, Path], run_cli: Run, six_papers: str) -> None:
    run_cli("remove", "3", "--yes")
    with (
        contextlib.closing(open_for_reading(six_papers)) as connection,
        DumpFiles(connection, with_secrets=True) as old,
    ):
        before = {name: b"".join(content()) for name, content in old.files()}
    result = run_cli("import", dumps[1], "--base", dumps[0], "--json")
    assert result.json["new"] == result.json["updated"] == 0
    with (
        contextlib.closing(open_for_reading(six_papers)) as connection,
        DumpFiles(connection, with_secrets=True) as new,
    ):
        assert {name: b"".join(content()) for name, content in new.files()} == before


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["theirs", "--base", "nowhere"], 65),
        (["theirs", "--base", "base", "--tag", "x"], 2),
        (["theirs", "theirs", "--base", "base"], 2),
        (["daily.json", "--base", "base"], 2),
    ],
)
def test_wrong_usage_is_one_line(
    dumps: tuple[Path, Path],
    run_cli: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    status: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "daily.json").write_text("[]")
    result = run_cli("import", *words)
    assert result.status == status
    assert result.err.count("\n") == 1


def test_a_dump_that_cannot_be_read_whole_is_refused(dumps: tuple[Path, Path], run_cli: Run) -> None:
    """A paper that is left out would look as if it had been removed."""
    base, theirs = dumps
    text = (theirs / "papers.jsonl").read_text()
    (theirs / "papers.jsonl").write_text(text.replace('"status": "inbox"', '"status": "lost"', 1))
    result = run_cli("import", theirs, "--base", base)
    assert result.status == 65
    assert "status is not one of" in result.err
    assert len(run_cli("list", "--json").json) == 6


@pytest.mark.parametrize("missing", ["papers.jsonl", "ratings.csv"])
@pytest.mark.parametrize("of", ["base", "theirs"])
def test_a_dump_without_one_of_its_files_is_refused(
    dumps: tuple[Path, Path], run_cli: Run, tmp_path: Path, missing: str, of: str
) -> None:
    """All its papers or ratings would look as if they had been removed."""
    (tmp_path / of / missing).unlink()
    result = run_cli("import", dumps[1], "--base", dumps[0])
    assert result.status == 65
    assert f"{missing}: missing" in result.err
    assert len(run_cli("list", "--json").json) == 6


def test_a_dump_of_format_1_is_read(dumps: tuple[Path, Path], run_cli: Run, six_papers: str) -> None:
    base, theirs = dumps
    (theirs / "readq-dump.json").write_text('{"format": 1}\n')
    assert run_cli("import", theirs, "--json").json["unchanged"] == 6
    assert run_cli("import", theirs, "--base", base, "--json").json["updated"] == 0
