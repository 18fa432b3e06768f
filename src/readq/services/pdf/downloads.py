"""Downloading PDFs: once, named by the citation key, and from then on the reader's own."""

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
from readq.store.papers import pdfs as pdf_rows
from readq.store.papers import queries

Progress = Callable[[int, int | None], None]
"""Called with the bytes there are and those there will be, None when the server does not say."""

_LONGEST_NAME = 100


class Wanted(NamedTuple):
    """A PDF to download: whose, from where, to where."""

    paper_id: int
    url: str
    path: str


def folder(config: Config) -> str:
    """Where downloaded PDFs are kept."""
    return expand(config.pdf_dir) if config.pdf_dir else default_pdf_dir()


def wanted(connection: sqlite3.Connection, paper_id: int, config: Config, arxiv: str) -> Wanted:
    """What to download for a paper; `arxiv` is the origin of arXiv's files. Raises ReadqError when nobody knows."""
    paper = queries.paper(connection, paper_id)
    if paper is None:
        raise ReadqError(f"no paper {paper_id}", "it was removed meanwhile")
    url = f"{arxiv}/pdf/{paper.arxiv_id}" if paper.arxiv_id else paper.pdf_url
    if not url:
        raise ReadqError(f"no PDF is known of {paper.key}", f"readq pdf {paper.key} --attach FILE links your own")
    row = pdf_rows.lookup(connection, paper_id)
    path = row.path if row and row.sha256 else _free_path(connection, paper, folder(config))
    return Wanted(paper_id, url, path)


def _free_path(connection: sqlite3.Connection, paper: Paper, place: str) -> str:
    """A file that is not there yet: what stands under the key's name may be the reader's."""
    name = re.sub(r"[^A-Za-z0-9_+-]+", "_", paper.key)[:_LONGEST_NAME].strip("_") or str(paper.id)
    number = 1
    while True:
        path = os.path.join(place, f"{name}.pdf" if number == 1 else f"{name}-{number}.pdf")
        if not os.path.lexists(path) and pdf_rows.holder(connection, path) in (None, paper.id):
            return path
        number += 1


def download(servers: Servers, want: Wanted, progress: Progress) -> str:
    """Bring a PDF into its place, resuming what broke off; returns its SHA-256. Raises ReadqError."""
    from readq.net.endpoints import service_of
    from readq.net.fetcher import Request

    async def bring() -> str:
        async with servers.client() as client:
            request = Request(want.url, service_of(want.url, servers.endpoints), accept="application/pdf")
            return (await client.download(request, want.path, progress)).sha256

    return asyncio.run(bring())


def keep(connection: sqlite3.Connection, want: Wanted, sha256: str, now: datetime) -> None:
    """Note that a downloaded file belongs to its paper."""
    with writing(connection):
        pdf_rows.attach(connection, want.paper_id, want.path, instant(now), sha256=sha256, url=want.url)
