"""Files that people brought in leave so that BibTeX, biber and LaTeX accept them, and print the same text."""

import contextlib
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readq.services.citing.export import export
from readq.services.citing.export_formats import FORMATS
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.store.library import open_for_writing

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BIB = r"""
@article{moth1, title={Dusk and {\relax Ph} of \emph{moths_} & $\mathcal{M}^{\rm 3}$}, journal={J. Moths}, year=2001,
  author={{\relax Th}eodor Falk and given=Marten, prefix=van, family=Otter and D[ora] Heron}, volume=3}
@misc{moth2, title={GPT-[n] Moths}, key={GPT-[n] Moths}, year=2020, note={at 3$\rightarrow$3}}
@article{moth3, title={Lamps in \ensuremath{\beta} and 5\% of {\LaTeX}}, author={Falk, Mia; Otter, Ida}, year=1999,
  journal={J. Moths}, month={March--April}}
@book{moth4, title={Old Moths}, author={Heron, Ada}, publisher={Lamp Press}, year={2004}, adsurl={http://a.example/A&A_1}}
"""
PREAMBLE = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{amsmath,amssymb,url}"
BIBTEX = r"\usepackage{natbib}\begin{document}\cite{moth2}\nocite{*}\bibliographystyle{plainnat}\bibliography{refs}"
BIBLATEX = (
    r"\usepackage[backend=biber,style=numeric]{biblatex}\addbibresource{refs.bib}"
    r"\begin{document}\cite{moth2}\nocite{*}\printbibliography"
)

pytestmark = [
    pytest.mark.tex,
    pytest.mark.skipif(
        not all(map(shutil.which, ("pdflatex", "bibtex", "biber", "pdftotext"))), reason="LaTeX is not installed"
    ),
]


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def latex(folder: Path) -> str:
    return run(folder, "pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "main.tex")


@pytest.mark.parametrize("dialect", ["bibtex", "biblatex"])
def test_what_went_in_is_printed(tmp_path: Path, dialect: str) -> None:
    source, library, refs = tmp_path / "source.bib", tmp_path / "library.db", tmp_path / "refs.bib"
    source.write_text(BIB, encoding="utf-8")
    assert import_paths(str(library), [str(source)], ImportOptions(), NOW).new == 4
    with contextlib.closing(open_for_writing(str(library))) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM paper")]
        export(connection, ids, str(refs), FORMATS[dialect], NOW)
    body = BIBTEX if dialect == "bibtex" else BIBLATEX
    (tmp_path / "main.tex").write_text(PREAMBLE + body + r"\typeout{THE-END}\end{document}", encoding="utf-8")
    latex(tmp_path)
    judged = run(tmp_path, "bibtex" if dialect == "bibtex" else "biber", "main")
    assert not re.findall(r"Warning--.*|.*---line.*|(?:WARN|ERROR) - .*", judged)
    latex(tmp_path)
    log = latex(tmp_path)
    assert [line for line in log.splitlines() if line.startswith("! ")] == []
    assert "undefined" not in log
    assert "THE-END" in log
    run(tmp_path, "pdftotext", "-raw", "-enc", "UTF-8", "main.pdf")
    printed = re.sub(r"\s+", "", (tmp_path / "main.txt").read_text(encoding="utf-8")).casefold()
    for text in (
        "duskandphofmoths",
        "theodorfalk",
        "martenvanotter",
        "gpt-[n]moths",
        "5%oflatex",
        "idaotter",
        "oldmoths",
    ):
        assert text in printed
    assert import_paths(str(library), [str(refs)], ImportOptions(), NOW).unchanged == 4
