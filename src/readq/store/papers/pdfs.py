"""Read and write the paths of the papers' PDF files. The database holds paths only; no function opens a file."""

import sqlite3
from typing import NamedTuple


class Pdf(NamedTuple):
    """The PDF file of a paper."""

    paper_id: int
    path: str
    """The absolute path of the file."""
    sha256: str | None
    """The digest of the file, if readq downloaded it.

    It is None for a file of the user's own. readq never writes to such a file.
    """
    url: str | None
    """The URL from which readq downloaded the file. It is None for a file of the user's own."""
    added: str
    """The time at which the file was attached (UTC text)."""


def attach(
    connection: sqlite3.Connection,
    paper_id: int,
    path: str,
    at: str,
    *,
    sha256: str | None = None,
    url: str | None = None,
) -> None:
    """Set the PDF file of a paper. Replaces the file that the paper had. Runs inside the caller's transaction.

    `path` is absolute. `at` is the present time (UTC text). `url` and `sha256` (the digest) must be given for a file
    that readq downloaded, and only for such a file.
    """
    connection.execute(
        "INSERT INTO pdf (paper_id, path, sha256, url, added) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (paper_id) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, url = excluded.url,"
        " added = excluded.added",
        (paper_id, path, sha256, url, at),
    )


def lookup(connection: sqlite3.Connection, paper_id: int) -> Pdf | None:
    """Return the PDF file of a paper. Return None if the paper has none."""
    row = connection.execute("SELECT paper_id, path, sha256, url, added FROM pdf WHERE paper_id = ?", (paper_id,))
    found = row.fetchone()
    return None if found is None else Pdf(*found)


def owner(connection: sqlite3.Connection, path: str) -> int | None:
    """Return the id of the paper with the PDF file `path`. Return None if no paper has this file.

    If several papers have it, return the lowest id.
    """
    row = connection.execute("SELECT min(paper_id) FROM pdf WHERE path = ?", (path,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])
