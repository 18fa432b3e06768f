"""Read and write the texts of the papers' PDF files, from which the triggers of the schema make a full-text index."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class IndexedPdf(NamedTuple):
    """The PDF file of a paper, with what is known of its text.

    `size` (in bytes) and `mtime_ns` (in nanoseconds since 1970) are those of the file when it was read. Both are None
    if it was never read. `error` is why it could not be read. If `is_cut`, only a part of its text is in the index.
    """

    paper_id: int
    key: str
    path: str
    size: int | None
    mtime_ns: int | None
    is_cut: bool
    error: str | None


class PdfText(NamedTuple):
    """The text of a PDF file, or why it could not be read. `size` and `mtime_ns` are as in IndexedPdf."""

    size: int
    mtime_ns: int
    text: str
    is_cut: bool = False
    error: str | None = None


def indexed_pdfs(connection: sqlite3.Connection) -> Sequence[IndexedPdf]:
    """Return the PDF files of all papers, in the order of the papers' numbers."""
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
    """Store the text of the file at `path`, inside the caller's transaction. It replaces an earlier one.

    Does nothing if this is not the PDF file of the paper any longer.
    """
    connection.execute(
        "INSERT INTO pdf_text (paper_id, size, mtime_ns, is_cut, error, text)"
        " SELECT paper_id, ?, ?, ?, ?, ? FROM pdf WHERE paper_id = ? AND path = ?"
        " ON CONFLICT (paper_id) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,"
        " is_cut = excluded.is_cut, error = excluded.error, text = excluded.text",
        (found.size, found.mtime_ns, int(found.is_cut), found.error, found.text, paper_id, path),
    )
