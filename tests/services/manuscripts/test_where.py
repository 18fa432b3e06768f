"""The lines that cite a paper."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_the_lines_that_cite_a_paper(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = run_cli("show", 1, "--json").json["key"]
    folder = tmp_path / "thesis"
    (folder / "parts").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.tex").write_text(f"\\cite{{{key}}}")
    (folder / "main.tex").write_text(f"text\n\\cite{{other,{key}}}\n% \\cite{{{key}}}\n")
    (folder / "parts" / "one.tex").write_text(f"\\textcite{{{key.upper()}}}\n")
    one, two = f"{folder}/main.tex:2: {key}", f"{folder}/parts/one.tex:1: {key.upper()}"
    assert run_cli("where", 1, folder).out == f"{one}\n{two}\n"
    run_cli("key", 1, "renamed2026key")
    assert run_cli("where", 1, folder / "main.tex").out == f"{one}\n"
    assert run_cli("where", 2, folder) == (0, "", "")
    assert run_cli("where", 1, folder, "--json").json[0] == {"key": key, "path": f"{folder}/main.tex", "line": 2}
    run_cli("export", "-o", folder / "refs.bib")
    monkeypatch.chdir(tmp_path)
    assert run_cli("where", 1).out.count("\n") == 2
    assert run_cli("where", "nobody").status == 1
    assert run_cli("where", 1, tmp_path / "missing").status == 1


def test_a_named_pipe_is_not_read(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    key = run_cli("show", 1, "--json").json["key"]
    (tmp_path / "main.tex").write_text(f"\\cite{{{key}}}")
    pipe = tmp_path / "pipe.tex"
    os.mkfifo(pipe)
    assert run_cli("where", 1, tmp_path).out == f"{tmp_path}/main.tex:1: {key}\n"
    named = run_cli("where", 1, pipe)
    assert (named.status, named.out) == (1, "")
    assert "neither a file nor a folder" in named.err
