"""BibTeX and biber on exports of real papers: no warning, no lost entry, no lost character."""

import contextlib
import dataclasses
import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Status, Trust
from readq.services import views
from readq.services.citing.export import export
from readq.services.citing.export_formats import FORMATS
from readq.services.importing.changes import Entry
from readq.services.importing.entry_spool import EntrySpool, SpooledEntry
from readq.services.importing.import_files import ImportOptions, import_paths, store
from readq.store.library import open_for_writing
from readq.store.papers import queries

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
JUDGE = SHARED / "bibtex" / "tex_check.sh"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

pytestmark = [
    pytest.mark.tex,
    pytest.mark.recorded,
    pytest.mark.skipif(not JUDGE.exists(), reason="the recorded feeds are not beside the project"),
    pytest.mark.skipif(not shutil.which("pdflatex") or not shutil.which("biber"), reason="LaTeX is not installed"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of the 80 papers of the saved page, with the ids and authors that a feed would add.

    The feed gives the abstracts of the page, too: a short title alone does not tell that a paper is the same.
    """
    library = tmp_path_factory.mktemp("page") / "library.db"
    import_paths(str(library), [str(SHARED / "feeds" / "trending-page.txt")], ImportOptions(), NOW)
    known = json.loads((SHARED / "feeds" / "trending-page.ids.json").read_text())
    with contextlib.closing(open_for_writing(str(library))) as connection:
        abstracts = dict(connection.execute("SELECT title, abstract FROM paper").fetchall())
    fetched = [dataclasses.replace(_fetched(title, facts), abstract=abstracts[title]) for title, facts in known.items()]
    entries = [Entry(paper, None, "2026-11-23", Status.INBOX) for paper in fetched]
    with EntrySpool() as spool:
        for entry in entries:
            spool.add(SpooledEntry(entry))
        report = store(str(library), spool, ImportOptions(), NOW)
    assert (report.updated, report.new) == (80, 0)
    return library


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of the recorded days of the daily feed."""
    library = tmp_path_factory.mktemp("daily") / "library.db"
    import_paths(str(library), [str(SHARED / "feeds" / "1_hf" / "daily_papers")], ImportOptions(), NOW)
    return library


@pytest.mark.parametrize("dialect", ["bibtex", "biblatex"])
def test_tex_accepts_every_paper_of_the_page(page: Path, dialect: str, tmp_path: Path) -> None:
    _judge(page, dialect, tmp_path, every=1, number=80)


@pytest.mark.parametrize("dialect", ["bibtex", "biblatex"])
def test_tex_accepts_200_papers_of_the_daily_feed(daily: Path, dialect: str, tmp_path: Path) -> None:
    _judge(daily, dialect, tmp_path, every=10, number=200)


def _fetched(title: str, facts: dict[str, object]) -> FetchedPaper:
    names: Sequence[str] = facts["authors"]  # type: ignore[assignment]  # JSON of a known shape
    identifiers = (("arxiv", str(facts["arxiv_id"])),)
    authors = tuple(Author(name) for name in names)
    return FetchedPaper(
        title, trust=Trust.ARXIV, authors=authors, year=int(str(facts["year"])), identifiers=identifiers
    )


def _judge(library: Path, dialect: str, folder: Path, *, every: int, number: int) -> None:
    bib = folder / "refs.bib"
    connection = open_for_writing(str(library))
    try:
        ids = queries.list_ids(connection, views.list_selection("", NOW))[::every][:number]
        exported = export(connection, ids, str(bib), FORMATS[dialect], NOW)
    finally:
        connection.close()
    assert (exported.entries, exported.provisional) == (number, ())
    only = ["--no-bibtex"] if dialect == "biblatex" else []
    judged = subprocess.run(
        ["bash", JUDGE, bib, *only], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, check=False
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert f"entries={number} " in judged.stdout
