"""The texts of PDFs are found by `pdf:`, read once, within bounds, and go with their file."""

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from pdf_writer import pdf

from readq.config import Config
from readq.errors import ReadqError
from readq.pdf import full_text
from readq.services.papers import corrections
from readq.services.pdf import linked_files, text_index
from readq.services.views import list_selection
from readq.store.connection.sync_lock import process_lock
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.store.search import pdf_texts

ON = Config(pdf_search=True)
_BUSY = 5.0


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with closing(open_for_writing(six_papers)) as connection:
        yield connection


@pytest.fixture
def find(papers: sqlite3.Connection, now: datetime) -> Callable[[str], list[int]]:
    return lambda query: list(queries.list_ids(papers, list_selection(query, now, papers)))


Find = Callable[[str], list[int]]


def attach(papers: sqlite3.Connection, number: int, file: Path, content: bytes, now: datetime) -> None:
    file.write_bytes(content)
    linked_files.attach(papers, number, str(file), now)


def test_words_of_a_pdf_are_found_by_their_field_only(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, find: Find, now: datetime
) -> None:
    text = "An intrepid zebra meets many trans-\\nformers on its way."
    attach(papers, 1, tmp_path / "a.pdf", pdf("First page", text.replace("\\n", "\n")), now)
    attach(papers, 2, tmp_path / "b.pdf", pdf("Only (brackets) and a giraffe"), now)
    assert find("pdf:zebra") == []
    assert text_index.update(six_papers, _BUSY) == text_index.IndexReport(2)
    assert find("pdf:zebras") == find('pdf:"intrepid zebra"') == find("pdf:transformer") == find("pdf:intre*") == [1]
    assert sorted(find("pdf:zebra,giraffe")) == [1, 2]
    assert find("pdf:page -pdf:giraffe") == [1]
    assert 1 not in find("NOT pdf:zebra")
    assert find("zebra") == find("note:zebra") == []


def test_a_reportlab_file_is_read_page_by_page(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, find: Find, now: datetime
) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas").Canvas(str(tmp_path / "r.pdf"))
    for word in ("okapi", "tapir"):
        canvas.drawString(72, 700, f"Here is an {word}")
        canvas.showPage()
    canvas.save()
    linked_files.attach(papers, 3, str(tmp_path / "r.pdf"), now)
    text_index.update(six_papers, _BUSY)
    assert find("pdf:okapi pdf:tapir") == [3]


def test_a_file_is_read_again_only_when_it_changed_or_by_name(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, find: Find, now: datetime
) -> None:
    broken, good = tmp_path / "broken.pdf", tmp_path / "good.pdf"
    attach(papers, 1, broken, b"%PDF-1.7\n" + b"\x00garbage" * 500, now)
    attach(papers, 2, good, pdf("zebra"), now)
    report = text_index.update(six_papers, _BUSY)
    assert (report.indexed, [one.path for one in report.failed]) == (1, [str(broken)])
    assert text_index.outdated(papers) == []
    assert text_index.update(six_papers, _BUSY) == text_index.IndexReport()
    assert len(text_index.update(six_papers, _BUSY, again=(1,)).failed) == 1
    broken.write_bytes(pdf("giraffe"))
    good.unlink()
    assert [pdf.paper_id for pdf in text_index.outdated(papers)] == [1]
    assert text_index.update(six_papers, _BUSY).indexed == 1
    # A file that is gone may be on a disk that is not there.
    assert (find("pdf:giraffe"), find("pdf:zebra")) == ([1], [2])


def test_the_text_goes_with_its_file_and_its_paper(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, find: Find, now: datetime
) -> None:
    for number in (1, 2):
        attach(papers, number, tmp_path / f"{number}.pdf", pdf("zebra"), now)
    text_index.update(six_papers, _BUSY)
    attach(papers, 1, tmp_path / "other.pdf", pdf("giraffe"), now)
    assert find("pdf:zebra") == [2]
    corrections.remove(papers, [2], now)
    assert find("pdf:zebra") == []
    assert papers.execute("SELECT count(*) FROM pdf_text").fetchone() == (0,)


def test_a_huge_text_is_cut(papers: sqlite3.Connection, six_papers: str, tmp_path: Path, now: datetime) -> None:
    page = "\n".join(["word " * 2000] * 4)
    attach(papers, 1, tmp_path / "huge.pdf", pdf(*[page] * (full_text.MAX_TEXT // len(page) + 2)), now)
    assert len(text_index.update(six_papers, _BUSY).cut) == 1
    ((length,),) = papers.execute("SELECT length(text) FROM pdf_text").fetchall()
    assert length <= full_text.MAX_TEXT
    (row,) = pdf_texts.indexed_pdfs(papers)
    assert row.is_cut


def test_a_file_that_takes_too_long_fails_once(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_index, "_SECONDS", 0.01)
    attach(papers, 1, tmp_path / "slow.pdf", pdf("zebra"), now)
    (failed,) = text_index.update(six_papers, _BUSY).failed
    assert failed.why == "it takes too long to read"
    assert text_index.outdated(papers) == []


def test_hostile_content_does_no_harm(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, find: Find, now: datetime
) -> None:
    bomb = zlib.compress(b"BT /F1 10 Tf (x) Tj ET " * 8_000_000, 1)
    stream = f"<</Length {len(bomb)}/Filter/FlateDecode>>\nstream\n".encode() + bomb + b"\nendstream"
    whole = pdf("unlike this")
    start, end = whole.index(b"<</Length"), whole.index(b"endstream") + len(b"endstream")
    attach(papers, 1, tmp_path / "bomb.pdf", whole[:start] + stream + whole[end:], now)
    attach(papers, 2, tmp_path / "controls.pdf", pdf("a \x1b[31mzebra\x07"), now)
    text_index.update(six_papers, _BUSY)
    assert find("pdf:zebra") == [2]
    texts = dict(papers.execute("SELECT paper_id, text FROM pdf_text").fetchall())
    assert "\x1b" not in texts[2]
    assert len(texts[1]) <= full_text.MAX_TEXT
    assert text_index.outdated(papers) == []


def test_what_is_no_file_is_not_read(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, now: datetime
) -> None:
    attach(papers, 1, tmp_path / "a.pdf", pdf("zebra"), now)
    (tmp_path / "a.pdf").unlink()
    os.mkfifo(tmp_path / "a.pdf")
    (failed,) = text_index.update(six_papers, _BUSY).failed
    assert failed.why == "it is no PDF, or cannot be read"


def test_a_process_in_the_background_reads_what_is_missing(
    papers: sqlite3.Connection, six_papers: str, tmp_path: Path, find: Find, now: datetime
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[pdf]\nsearch = true\n")
    started = (six_papers, ON, str(config), os.environ)
    assert text_index.start(*started) is None
    attach(papers, 1, tmp_path / "a.pdf", pdf("zebra"), now)
    assert text_index.start(six_papers, Config(), str(config), os.environ) is None
    process = text_index.start(*started)
    assert process is not None
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert find("pdf:zebra") == [1]


def test_two_processes_do_not_read_the_same(six_papers: str) -> None:
    lock = process_lock(f"{os.path.realpath(six_papers)}.pdf", ReadqError)
    with lock, pytest.raises(ReadqError, match="another process reads the PDFs"):
        text_index.update(six_papers, _BUSY)
