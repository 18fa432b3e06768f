"""Whole bibliographies: every entry is a paper, is rejected or left out by name, or is joined by an identifier.

A run takes one file in three. With READQ_ALL_RECORDED=1 it takes all of them, which needs some minutes.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from readq.errors import ReadqError
from readq.services.importing.import_files import ImportOptions, import_paths

Run = Callable[..., Any]

BIBTEX = Path(__file__).resolve().parents[3] / ".." / "shared" / "bibtex"
SCHEMES = {"arxiv", "doi", "pmid", "openreview", "acl", "isbn", "s2", "address"}
COPY = "the same entry twice"
READERS = {"bibtex": "bibtex", "biblatex": "bibtex", "csl-json": "csl-json", "ris": "ris"}
"""The name under which `import` reads each format of `export`."""
PARTS = 2 if os.environ.get("READQ_ALL_RECORDED") else 36
PART = 1 if os.environ.get("READQ_ALL_RECORDED") else 3

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not BIBTEX.is_dir(), reason=f"no recorded bibliographies at {BIBTEX}"),
]


def test_papers_are_entries_without_rejected_and_joined_ones(tmp_path: Path, now: Any) -> None:  # noqa: ANN401 - an instant
    table = [f"{'entries':>8} {'papers':>8} {'rejected':>8} {'joined':>8} {'left out':>8}  file"]
    wrong: list[str] = []
    for number, path in enumerate(sorted(BIBTEX.glob("*/*.bib"))[::PART]):
        library = str(tmp_path / f"{number}.db")
        try:
            report = import_paths(library, [str(path)], ImportOptions(form="bibtex"), now)
        except ReadqError:
            # Nothing in it can be read.
            continue
        with closing(sqlite3.connect(library)) as connection:
            ((papers,),) = connection.execute("SELECT count(*) FROM paper").fetchall()
        rejected, joined = len(report.rejected), len(report.joined)
        left_out = len(report.left_out)
        row = f"{report.found:8} {papers:8} {rejected:8} {joined:8} {left_out:8}  {path.relative_to(BIBTEX)}"
        if report.found > 100 or joined:
            table.append(row)
        again = import_paths(library, [str(path)], ImportOptions(form="bibtex"), now)
        is_certain = all(one.why.split(" ")[0] in SCHEMES or one.why == COPY for one in report.joined)
        is_repeated = again.unchanged == report.found - rejected
        if papers != report.found - rejected - joined - left_out or not is_certain or not is_repeated:
            wrong.append(f"{row} {[one for one in report.joined if one.why.split(' ')[0] not in SCHEMES]}")
    print("\n".join(table))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", range(2))
def test_the_export_of_a_library_changes_nothing_in_it(part: int, run_cli: Run, library: str, tmp_path: Path) -> None:
    """A part of the files, the long ones left out, as a library each."""
    files = [path for path in sorted(BIBTEX.glob("*/*.bib")) if path.stat().st_size < 200_000]
    wrong: list[str] = []
    papers = 0
    for path in files[part * (PARTS // 2) :: PARTS]:
        Path(library).unlink(missing_ok=True)
        run_cli("import", path, "--format", "bibtex")
        for form, reader in READERS.items():
            exported = run_cli("export", "--format", form)
            if exported.out.strip() in ("", "[]"):
                continue
            copy = tmp_path / f"export.{form}"
            copy.write_text(exported.out, encoding="utf-8")
            report = run_cli("import", copy, "--format", reader, "--json").json
            papers += report["found"]
            if report["unchanged"] != report["found"] or run_cli("export", "--format", form).out != exported.out:
                wrong.append(f"{path.relative_to(BIBTEX)} {form}: {report}")
    assert papers > 100
    assert not wrong, "\n".join(wrong)
