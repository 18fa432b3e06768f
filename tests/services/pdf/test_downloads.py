"""`readq.services.pdf.downloads`: one download, named by the key, and no file overwritten."""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from loopback import Loopback, Reply

from readq.config import Config
from readq.errors import ReadqError
from readq.net.fetcher import FetchError
from readq.services.network import Servers
from readq.services.pdf import downloads, linked_files
from readq.store.library import open_for_reading, open_for_writing

PDF = b"%PDF-1.7\n" + b"a page " * 5000 + b"\n%%EOF\n"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(pdf_dir=str(tmp_path / "pdf"))


@pytest.fixture
def bring(
    six_papers: str, config: Config, loopback: Loopback, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], downloads.DownloadJob]:
    """Download the PDF of a paper from the loopback server in place of arXiv."""
    monkeypatch.setenv("READQ_ARXIV_URL", loopback.url)

    def act(paper_id: int) -> downloads.DownloadJob:
        with contextlib.closing(open_for_writing(six_papers)) as connection:
            want = downloads.download_job(connection, paper_id, config, loopback.url)
            sha256 = downloads.download(Servers(six_papers, config, lambda: now), want, lambda _size, _total: None)
            downloads.record(connection, want, sha256, now)
        return want

    return act


def file_of(library: str, paper_id: int) -> str | None:
    with contextlib.closing(open_for_reading(library)) as connection:
        return linked_files.existing_path(connection, paper_id)


def key_of(library: str, paper_id: int) -> str:
    with contextlib.closing(sqlite3.connect(library)) as connection:
        return str(connection.execute("SELECT key FROM paper WHERE id = ?", (paper_id,)).fetchone()[0])


def number_of(library: str, arxiv: str) -> int:
    with contextlib.closing(sqlite3.connect(library)) as connection:
        row = connection.execute("SELECT paper_id FROM identifier WHERE value = ?", (arxiv,)).fetchone()
        return int(row[0])


def test_a_pdf_is_downloaded_once_and_named_by_the_key(
    six_papers: str, bring: Callable[[int], downloads.DownloadJob], loopback: Loopback
) -> None:
    loopback.routes["/pdf/2611.00001"] = Reply(PDF, content_type="application/pdf")
    number = number_of(six_papers, "2611.00001")
    want = bring(number)
    assert Path(want.path).read_bytes() == PDF
    assert os.path.basename(want.path) == f"{key_of(six_papers, number)}.pdf"
    assert file_of(six_papers, number) == want.path
    assert os.stat(want.path).st_mode & 0o777 == 0o600
    assert loopback.targets() == ["/pdf/2611.00001"]


def test_an_existing_file_is_not_overwritten(
    six_papers: str, config: Config, bring: Callable[[int], downloads.DownloadJob], loopback: Loopback
) -> None:
    loopback.routes["/pdf/2611.00001"] = PDF
    number = number_of(six_papers, "2611.00001")
    mine = Path(downloads.folder(config), f"{key_of(six_papers, number)}.pdf")
    mine.parent.mkdir()
    mine.write_text("my own notes")
    want = bring(number)
    assert want.path == str(mine.with_name(f"{mine.stem}-2.pdf"))
    assert mine.read_text() == "my own notes"


def test_a_file_that_was_deleted_is_fetched_again_into_its_place(
    six_papers: str, bring: Callable[[int], downloads.DownloadJob], loopback: Loopback
) -> None:
    loopback.routes["/pdf/2611.00001"] = PDF
    number = number_of(six_papers, "2611.00001")
    first = bring(number)
    os.unlink(first.path)
    assert file_of(six_papers, number) is None
    assert bring(number).path == first.path


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(b"<html>please log in</html>", content_type="text/html"), "PDF"),
        (Reply(b"gone", 404), "404"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n%PDF-1.7 cut"), "127.0.0.1"),
    ],
    ids=["no PDF", "not found", "cut"],
)
def test_an_incomplete_pdf_is_not_kept(
    six_papers: str,
    config: Config,
    bring: Callable[[int], downloads.DownloadJob],
    loopback: Loopback,
    reply: Reply,
    says: str,
) -> None:
    loopback.routes["/pdf/2611.00001"] = reply
    number = number_of(six_papers, "2611.00001")
    with pytest.raises(FetchError, match=says):
        bring(number)
    assert file_of(six_papers, number) is None
    folder = Path(downloads.folder(config))
    assert list(folder.glob("*.pdf")) == []


def test_a_link_into_the_readers_own_network_is_not_followed(
    six_papers: str, config: Config, loopback: Loopback, now: datetime
) -> None:
    loopback.routes["/secret.pdf"] = PDF
    with sqlite3.connect(six_papers) as connection:
        connection.execute("DELETE FROM identifier WHERE paper_id = 1")
        connection.execute("UPDATE paper SET pdf_url = ? WHERE id = 1", (f"{loopback.url}/secret.pdf",))
    connection.close()
    with contextlib.closing(open_for_writing(six_papers)) as opened:
        want = downloads.download_job(opened, 1, config, "https://arxiv.org")
    with pytest.raises(FetchError):
        downloads.download(Servers(six_papers, config, lambda: now), want, lambda _size, _total: None)
    assert loopback.log == []


def test_a_paper_without_a_pdf_address(six_papers: str, config: Config) -> None:
    with sqlite3.connect(six_papers) as connection:
        connection.execute("DELETE FROM identifier WHERE paper_id = 1")
        connection.execute("UPDATE paper SET pdf_url = NULL WHERE id = 1")
    connection.close()
    with (
        contextlib.closing(open_for_writing(six_papers)) as opened,
        pytest.raises(ReadqError, match="no PDF URL is known for"),
    ):
        downloads.download_job(opened, 1, config, "https://arxiv.org")
