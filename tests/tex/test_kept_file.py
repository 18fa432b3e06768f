"""A LaTeX document that cites from a kept file compiles after each change that is made in the UI."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from readq.services.papers import corrections, triage
from readq.store.library import open_for_writing
from readq.tui.app.maintenance import renew_kept_files
from readq.tui.state.writer_thread import Command, LockWait, Writer, WriteResult

pytestmark = [pytest.mark.tex, pytest.mark.slow]

Run = Callable[..., Any]
TITLES = (
    "$O(N^2)$ & more", "100% of A_b", "Über {Łódź}", "A {B {C}} D", "C:\\path\\input{x}", "# ~ ^ \\emph{a}",
    "«q» — “z”", "\\'{e}tude", "α β", "",
)  # fmt: skip
"""New titles as a person types them into an entry, where a command is one. Without a title, the paper is starred."""

DOCUMENT = (
    r"\documentclass{article}\usepackage[T1]{fontenc}\begin{document}%s"
    r"\bibliographystyle{plain}\bibliography{refs}\end{document}"
)


def compile_document(folder: Path) -> None:
    for words in (
        ["bibtex", "-terse", "main"],
        ["pdflatex", "-draftmode", "-interaction=nonstopmode", "-halt-on-error", "main"],
    ):
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, errors="replace")
        assert done.returncode == 0, done.stdout[-2000:]
    assert "Citation" not in (folder / "main.log").read_text(errors="replace").split("(./main.bbl", 1)[-1]


def test_the_document_compiles_after_each_of_ten_changes(
    six_papers: str, run_cli: Run, tmp_path: Path, now: datetime
) -> None:
    keys = [paper["key"] for paper in sorted(run_cli("list", "--json").json, key=lambda paper: paper["id"])]
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "main.tex").write_text(DOCUMENT % "".join(f"\\cite{{{key}}}" for key in keys))
    theirs = "@book{knuth, author = {D. Knuth}, title = {The {\\TeX}book}, publisher = {A}, year = 1984}\n"
    (folder / "refs.bib").write_text(theirs)
    assert run_cli("export", "-o", folder / "refs.bib", "--keep").status == 0
    subprocess.run(
        ["pdflatex", "-draftmode", "-interaction=batchmode", "main"], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    compile_document(folder)
    reports: SimpleQueue[WriteResult | LockWait] = SimpleQueue()
    writer = Writer(lambda: open_for_writing(six_papers, 5.0), six_papers, reports.put, follow_up=renew_kept_files)
    for number, title in enumerate(TITLES):
        paper = number % 6 + 1

        def change(connection: Any, paper: int = paper, title: str = title) -> None:  # noqa: ANN401 - a connection
            if not title:
                triage.star(connection, [paper], True, now)
                return
            before = corrections.entry_to_edit(connection, paper)
            lines = before.splitlines(keepends=True)
            after = "".join(f"  title = {{{title}}},\n" if line.startswith("  title = ") else line for line in lines)
            corrections.correct(connection, paper, before, after, now)

        writer.submit(Command(change, lambda _: None, lambda _: None))
        assert writer.wait_until_idle(30)
        compile_document(folder)
        assert (folder / "refs.bib").read_text().endswith("}\n")
        assert theirs in (folder / "refs.bib").read_text()
    assert writer.close(10)
    while not reports.empty():
        report = reports.get()
        assert isinstance(report, WriteResult)
        assert report.error is None
