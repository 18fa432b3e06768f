"""Read and write what readq knows about .bib files that it renews entry by entry, in the tables `bib_…`.

The entries that it wrote are told from those of others by their digests. A kept file is renewed after changes.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

AUTOMATIC, ON_DEMAND = "automatic", "demand"
"""When a kept file is renewed: after each change of the library, or when the reader asks."""


class BibFile(NamedTuple):
    """A .bib file. `sha256` is the digest of the file as readq last wrote it, at the time `at` (UTC text).

    `renewal` is AUTOMATIC or ON_DEMAND, or None for a file that is not kept. `choice` is JSON: which papers the file
    has, and how they are written. `error` tells why the last renewal failed.
    """

    id: int
    path: str
    sha256: str
    at: str
    renewal: str | None
    choice: str
    error: str | None = None


class EntryRow(NamedTuple):
    """An entry that readq wrote: its key, its paper, the digest of its bytes, and whether it shows a publication."""

    key: str
    paper_id: int
    sha256: str
    published: bool


_FILE = f"SELECT {', '.join(BibFile._fields)} FROM bib_file"


def find(connection: sqlite3.Connection, path: str) -> BibFile | None:
    """Return the file at `path`, or None if readq has not written entries to it."""
    row = connection.execute(f"{_FILE} WHERE path = ?", (path,)).fetchone()
    return None if row is None else BibFile(*row)


def kept(connection: sqlite3.Connection) -> list[BibFile]:
    """Return the kept files, ordered by path."""
    return [BibFile(*row) for row in connection.execute(f"{_FILE} WHERE renewal IS NOT NULL ORDER BY path")]


def paths(connection: sqlite3.Connection) -> list[str]:
    """Return the paths of all files that readq exported to, in whole or entry by entry."""
    rows = connection.execute("SELECT path FROM bib_file UNION SELECT path FROM exported ORDER BY path")
    return [row[0] for row in rows]


def paper_ids(connection: sqlite3.Connection, file_id: int) -> set[int]:
    """Return the ids of the papers whose entries readq wrote to a file, as they were then."""
    return {row[0] for row in connection.execute("SELECT paper_id FROM bib_entry WHERE file_id = ?", (file_id,))}


def entries(connection: sqlite3.Connection, file_id: int, papers: Collection[int] | None = None) -> list[EntryRow]:
    """Return the entries that readq wrote to a file, those of `papers` or all. Merged papers have their new ids."""
    rows = connection.execute(
        "SELECT e.key, coalesce(p.id, a.paper_id, e.paper_id), e.sha256, e.published FROM bib_entry e"
        " LEFT JOIN paper p ON p.id = e.paper_id LEFT JOIN alias a ON p.id IS NULL AND a.key = CAST(e.paper_id AS TEXT)"
        " WHERE e.file_id = ? AND (?2 IS NULL OR e.paper_id IN (SELECT value FROM json_each(?2)))",
        (file_id, None if papers is None else json.dumps(list(papers))),
    )
    return [EntryRow(key, paper_id, sha256, bool(published)) for key, paper_id, sha256, published in rows]


def save(connection: sqlite3.Connection, file: BibFile) -> int:
    """Store a file by its path, with its time, digest, renewal, choice and error. Return its id."""
    (row,) = connection.execute(
        "INSERT INTO bib_file (path, sha256, at, renewal, choice, error) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, at = excluded.at, renewal = excluded.renewal,"
        " choice = excluded.choice, error = excluded.error RETURNING id",
        file[1:],
    ).fetchall()
    return int(row[0])


def put_entries(connection: sqlite3.Connection, file_id: int, rows: Iterable[EntryRow], before: int) -> None:
    """Store entries of a file. The others stay as they are.

    Notes of changes up to the number `before` are deleted: the entries have these changes.
    """
    connection.executemany(
        "INSERT OR REPLACE INTO bib_entry (file_id, key, paper_id, sha256, published) VALUES (?, ?, ?, ?, ?)",
        [(file_id, *row) for row in rows],
    )
    connection.execute("DELETE FROM bib_change WHERE file_id = ? AND id <= ?", (file_id, before))


def replace_entries(connection: sqlite3.Connection, file_id: int, rows: Mapping[str, EntryRow], before: int) -> None:
    """Replace the entries of a file by `rows`, which maps their keys to them. See `put_entries`."""
    known = {row.key: row for row in entries(connection, file_id)}
    gone = [key for key in known if key not in rows]
    connection.execute(
        "DELETE FROM bib_entry WHERE file_id = ? AND key IN (SELECT value FROM json_each(?))",
        (file_id, json.dumps(gone)),
    )
    put_entries(connection, file_id, [row for key, row in rows.items() if known.get(key) != row], before)


def newest_change(connection: sqlite3.Connection) -> int:
    """Return the number of the newest note of a change. Return 0 if there is none."""
    ((number,),) = connection.execute("SELECT coalesce(max(id), 0) FROM bib_change").fetchall()
    return int(number)


def changed_papers(connection: sqlite3.Connection, file_id: int) -> set[int]:
    """Return the ids of the papers that changed since a kept file was renewed."""
    return {row[0] for row in connection.execute("SELECT paper_id FROM bib_change WHERE file_id = ?", (file_id,))}


def record_failure(connection: sqlite3.Connection, file_id: int, error: str) -> None:
    """Record why the renewal of a kept file failed."""
    connection.execute("UPDATE bib_file SET error = ? WHERE id = ?", (error, file_id))


def forget(connection: sqlite3.Connection, path: str) -> bool:
    """Stop keeping the file at `path`. Its entries are still known as readq's. Return whether it was kept."""
    done = connection.execute(
        "UPDATE bib_file SET renewal = NULL, error = NULL WHERE path = ? AND renewal IS NOT NULL", (path,)
    )
    connection.execute("DELETE FROM bib_change WHERE file_id IN (SELECT id FROM bib_file WHERE renewal IS NULL)")
    return done.rowcount > 0
