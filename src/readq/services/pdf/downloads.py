"""Download the PDF of a paper once, to a file named after its citation key.

After the download, the file belongs to the user, and readq does not change it.
"""

import asyncio
import os
import re
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from readq.config import Config
from readq.days import instant
from readq.errors import ReadqError
from readq.model.values import Paper
from readq.paths import default_pdf_dir, expand
from readq.services.network import Servers
from readq.store.connection.transactions import writing
from readq.store.papers import pdfs, queries

Progress = Callable[[int, int | None], None]
"""A function that a download calls with the number of bytes received so far, and the total number of bytes.

The total is None if the server does not announce it.
"""

_MAX_NAME = 100


class DownloadJob(NamedTuple):
    """A PDF to download. `path` is the path of the file to write."""

    paper_id: int
    url: str
    path: str


def folder(config: Config) -> str:
    """Return the path of the folder for downloaded PDFs."""
    return expand(config.pdf_dir) if config.pdf_dir else default_pdf_dir()


def download_job(connection: sqlite3.Connection, paper_id: int, config: Config, arxiv: str) -> DownloadJob:
    """Return the URL and the target file of the PDF of a paper.

    `arxiv` is the base URL of the server with arXiv's files. Raises ReadqError if the paper is not in the library, or
    if no URL of its PDF is known.
    """
    paper = queries.paper(connection, paper_id)
    if paper is None:
        raise ReadqError(f"no paper {paper_id}", "it has been removed")
    url = f"{arxiv}/pdf/{paper.arxiv_id}" if paper.arxiv_id else paper.pdf_url
    if not url:
        raise ReadqError(f"no PDF URL is known for {paper.key}", f"readq pdf {paper.key} --attach FILE links your own")
    row = pdfs.lookup(connection, paper_id)
    path = row.path if row and row.sha256 else _free_path(connection, paper, folder(config))
    return DownloadJob(paper_id, url, path)


def _free_path(connection: sqlite3.Connection, paper: Paper, directory: str) -> str:
    """Return an unused path for the PDF of a paper. A file with the name of the key may belong to the user."""
    name = re.sub(r"[^A-Za-z0-9_+-]+", "_", paper.key)[:_MAX_NAME].strip("_") or str(paper.id)
    number = 1
    while True:
        path = os.path.join(directory, f"{name}.pdf" if number == 1 else f"{name}-{number}.pdf")
        if not os.path.lexists(path) and pdfs.owner(connection, path) in (None, paper.id):
            return path
        number += 1


def download(servers: Servers, job: DownloadJob, progress: Progress) -> str:
    """Download a PDF, or resume an interrupted download. Return the SHA-256 of the file in hexadecimal.

    Raises ReadqError if the download fails.
    """
    from readq.net.endpoints import service_of
    from readq.net.fetcher import Request

    async def fetch() -> str:
        async with servers.client() as client:
            request = Request(job.url, service_of(job.url, servers.endpoints), accept="application/pdf")
            return (await client.download(request, job.path, progress)).sha256

    return asyncio.run(fetch())


def record(connection: sqlite3.Connection, job: DownloadJob, sha256: str, now: datetime) -> None:
    """Record a downloaded file as the PDF of its paper. `sha256` is the SHA-256 of the file in hexadecimal."""
    with writing(connection):
        pdfs.attach(connection, job.paper_id, job.path, instant(now), sha256=sha256, url=job.url)
