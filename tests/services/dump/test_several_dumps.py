"""Import of dumps together with other files, some of which cannot be read. The others are imported and reported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ENTRY = "@article{mine, title = {On Looms}, author = {Lovelace, Ada}, year = {1843}}\n"
OTHER = ENTRY.replace("mine", "other").replace("Looms", "Engines")

Run = Callable[..., Any]


@pytest.fixture
def in_folder(run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Make `whole`, a dump, `broken`, a dump without its list of papers, and `other.bib`. Return `run_cli`."""
    monkeypatch.chdir(tmp_path)
    Path("other.bib").write_text(OTHER, encoding="utf-8")
    for name in ("whole", "broken"):
        run_cli("--db", "first.db", "import", "-", stdin=ENTRY)
        run_cli("--db", "first.db", "dump", name)
    Path("broken", "papers.jsonl").unlink()
    return run_cli


@pytest.mark.parametrize(
    ("paths", "papers", "error"),
    [
        (["whole", "missing.bib"], ["mine"], "error: missing.bib: cannot be read: No such file or directory"),
        (["broken", "other.bib"], ["other"], "error: broken: broken/papers.jsonl cannot be read: missing"),
        (["whole", "broken"], ["mine"], "error: broken: broken/papers.jsonl cannot be read: missing"),
        (["broken", "whole", "other.bib"], ["mine", "other"], "error: broken: broken/papers.jsonl"),
    ],
)
def test_what_can_be_read_is_imported_and_counted(
    in_folder: Run, paths: list[str], papers: list[str], error: str
) -> None:
    result = in_folder("import", *paths)
    assert result.status == 1
    assert error in result.err
    assert "nothing was imported" not in result.err
    counts = f"{len(papers) + 1} papers: {len(papers)} new, 0 updated, 0 unchanged, 1 rejected"
    assert counts in result.out
    assert [line.split("\t")[0] for line in in_folder("list", "--sort", "title").out.splitlines()] == papers[::-1]


def test_a_broken_dump_alone_is_an_error(in_folder: Run) -> None:
    result = in_folder("import", "broken")
    assert (result.status, result.out) == (65, "")
