"""Keep the texts of the papers' PDFs in the full-text index, for `pdf:word` in queries.

A separate process with a timeout reads each file, while no transaction is open. An unchanged file is not read
again, not even if the last try failed.
"""

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from readq.config import Config
from readq.errors import LibraryError, ReadqError
from readq.services import detached_command
from readq.services.pdf import linked_files
from readq.services.pdf.child_process import read_pdf
from readq.store import library
from readq.store.connection import sqlite_errors
from readq.store.connection.sync_lock import process_lock
from readq.store.connection.transactions import writing
from readq.store.search import pdf_texts
from readq.store.search.pdf_texts import IndexedPdf, PdfText
from readq.text import clean

_SECONDS = 90.0
_DIVIDED_WORD = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")


class UnreadPdf(NamedTuple):
    """A PDF that could not be read: the citation key of its paper, its path, and the reason."""

    key: str
    path: str
    why: str


class IndexReport(NamedTuple):
    """The result of an update of the index of PDFs."""

    indexed: int = 0
    """The number of PDFs that were read."""
    cut: Sequence[str] = ()
    """The citation keys of papers with very long PDFs. The index contains only the beginnings of these PDFs."""
    failed: Sequence[UnreadPdf] = ()
    """The PDFs that could not be read this time."""


Progress = Callable[[int, int], None]
"""A function that `update` calls with the number of PDFs tried so far, and the number of PDFs to try in all."""


def outdated(connection: sqlite3.Connection) -> list[IndexedPdf]:
    """Return the PDFs that were never read, and the PDFs that have changed since they were read.

    Files that are gone are left out.
    """
    return [
        pdf for pdf in pdf_texts.indexed_pdfs(connection) if _state(pdf.path) not in (None, (pdf.size, pdf.mtime_ns))
    ]


def start(path: str, config: Config, config_path: str, environ: Mapping[str, str]) -> int | None:
    """Start a process in the background that reads the new and changed PDFs of the library at `path` into the index.

    Return the id of the process. Return None in three cases: the setting `pdf.search` is off, no PDF is new or changed,
    or an error occurred. An error is ignored, because the next command tries again.
    """
    if not config.pdf_search:
        return None
    try:
        with closing(library.open_for_reading(path, 0)) as connection:
            if not outdated(connection):
                return None
    except (LibraryError, sqlite3.Error):
        return None
    return detached_command.start(path, config_path, environ, ("pdf", "--index"))


def update(
    path: str, busy_timeout: float, progress: Progress = lambda _done, _all: None, again: Collection[int] = ()
) -> IndexReport:
    """Read the new and changed PDFs of the library at `path` into the index. Return a report.

    The PDFs of the papers with ids in `again` are read even if they have not changed. Raises ReadqError if another
    process is updating the index. Raises LibraryError if the library cannot be used.
    """
    try:
        with process_lock(f"{os.path.realpath(path)}.pdf", _busy):
            return _update(path, busy_timeout, progress, again)
    except sqlite3.Error as error:
        raise sqlite_errors.library_error(error, path) from error


def _busy(who: str) -> ReadqError:
    return ReadqError(f"another process reads the PDFs{who}", "try again when it is done")


def _update(path: str, busy_timeout: float, progress: Progress, again: Collection[int]) -> IndexReport:
    with closing(library.open_for_reading(path, busy_timeout)) as connection:
        wanted = outdated(connection)
        known = {pdf.paper_id for pdf in wanted}
        wanted += [
            pdf
            for pdf in pdf_texts.indexed_pdfs(connection)
            if pdf.paper_id in again and pdf.paper_id not in known and _state(pdf.path)
        ]
    indexed = 0
    cut: list[str] = []
    failed: list[UnreadPdf] = []
    for number, pdf in enumerate(wanted, 1):
        found = read(pdf.path)
        if found is None:
            continue
        with closing(library.open_for_changing(path, busy_timeout)) as connection, writing(connection):
            pdf_texts.put(connection, pdf.paper_id, pdf.path, found)
        cut += [pdf.key] if found.is_cut else []
        if found.error:
            failed.append(UnreadPdf(pdf.key, pdf.path, found.error))
        else:
            indexed += 1
        progress(number, len(wanted))
    return IndexReport(indexed, tuple(cut), tuple(failed))


def read(path: str) -> PdfText | None:
    """Return the text of the PDF at `path`. Return None if there is no file.

    If the file cannot be read, the text of the result is empty, and its field `error` is the reason.
    """
    state = _state(path)
    if state is None:
        return None
    if not linked_files.is_pdf(path):
        return PdfText(*state, "", error="it is no PDF, or cannot be read")
    found = read_pdf("readq.pdf.full_text", path, _SECONDS)
    if "error" in found:
        return PdfText(*state, "", error=str(found["error"]))
    # A word that a line end divides becomes whole again.
    text = _DIVIDED_WORD.sub("", clean(found["text"]))
    return PdfText(*state, text, is_cut=bool(found["is_cut"]))


def _state(path: str) -> tuple[int, int] | None:
    """Return the size in bytes and the time of the last change in nanoseconds of a file. Return None if it is gone."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns
