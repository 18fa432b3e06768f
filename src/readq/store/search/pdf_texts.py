"""Read and write the texts of the papers' PDF files. Triggers of the schema add the texts to a full-text index."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class IndexedPdf(NamedTuple):
    """The PDF file of a paper, and the state of its text in the full-text index."""

    paper_id: int
    key: str
    path: str
    size: int | None
    """The size of the file when it was read, in bytes. None if it was never read."""
    mtime_ns: int | None
    """The time of the file's last change before it was read, in nanoseconds since 1970. None if it was never read."""
    is_cut: bool
    """Whether only the beginning of the text is in the index."""
    error: str | None
    """The reason why the file could not be read, or None."""


class PdfText(NamedTuple):
    """The text of a PDF file, or the reason why the file could not be read."""

    size: int
    """The size of the file when it was read, in bytes."""
    mtime_ns: int
    """The time of the file's last change before it was read, in nanoseconds since 1970."""
    text: str
    is_cut: bool = False
    """Whether `text` has only the beginning of the text."""
    error: str | None = None
    """The reason why the file could not be read, or None."""


def indexed_pdfs(connection: sqlite3.Connection) -> Sequence[IndexedPdf]:
    """Return the PDF files of all papers, ordered by paper id."""
    rows = connection.execute(
        "SELECT f.paper_id, p.key, f.path, t.size, t.mtime_ns, coalesce(t.is_cut, 0), t.error"
        " FROM pdf f JOIN paper p ON p.id = f.paper_id LEFT JOIN pdf_text t ON t.paper_id = f.paper_id"
        " ORDER BY f.paper_id"
    )
    return [
        IndexedPdf(number, key, path, size, mtime_ns, bool(is_cut), error)
        for number, key, path, size, mtime_ns, is_cut, error in rows
    ]


def put(connection: sqlite3.Connection, paper_id: int, path: str, found: PdfText) -> None:
    """Store `found`, the text of the paper's PDF file at `path`. It replaces an earlier text of the paper.

    Does nothing if the file at `path` is no longer the PDF file of the paper. Runs inside the caller's transaction.
    """
    connection.execute(
        "INSERT INTO pdf_text (paper_id, size, mtime_ns, is_cut, error, text)"
        " SELECT paper_id, ?, ?, ?, ?, ? FROM pdf WHERE paper_id = ? AND path = ?"
        " ON CONFLICT (paper_id) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
        " is_cut = excluded.is_cut, error = excluded.error, text = excluded.text",
        (found.size, found.mtime_ns, int(found.is_cut), found.error, found.text, paper_id, path),
    )
