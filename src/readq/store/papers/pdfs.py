"""SQL for the file of a paper. Does not touch the files."""

import sqlite3
from typing import NamedTuple


class Pdf(NamedTuple):
    """The file of a paper. `sha256` is the digest of a download; None: the reader's own file, never written to."""

    paper_id: int
    path: str
    sha256: str | None
    url: str | None
    added: str


def attach(
    connection: sqlite3.Connection,
    paper_id: int,
    path: str,
    at: str,
    *,
    sha256: str | None = None,
    url: str | None = None,
) -> None:
    """Set or replace the file of a paper; `path` is absolute. Runs inside the caller's transaction."""
    connection.execute(
        "INSERT INTO pdf (paper_id, path, sha256, url, added) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (paper_id) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, url = excluded.url,"
        " added = excluded.added",
        (paper_id, path, sha256, url, at),
    )


def lookup(connection: sqlite3.Connection, paper_id: int) -> Pdf | None:
    """Return the file of a paper, or None."""
    row = connection.execute("SELECT paper_id, path, sha256, url, added FROM pdf WHERE paper_id = ?", (paper_id,))
    found = row.fetchone()
    return None if found is None else Pdf(*found)


def owner(connection: sqlite3.Connection, path: str) -> int | None:
    """Return the paper that has the file at `path`, the lowest number if there are several, or None."""
    row = connection.execute("SELECT min(paper_id) FROM pdf WHERE path = ?", (path,)).fetchone()
    return None if row is None or row[0] is None else int(row[0])
