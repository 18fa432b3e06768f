"""Read and write the tables `bib_…`: the .bib files that readq writes entry by entry, and the entries that it wrote.

A kept file is a .bib file that readq renews, after each change of the library or when the user asks. The digest of
each entry is stored. It shows whether somebody has edited the entry since readq wrote it.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

AUTOMATIC, ON_DEMAND = "automatic", "demand"
"""The values of `BibFile.renewal` for a kept file, which is a file that readq renews.

AUTOMATIC: readq renews the file after each change of the library. ON_DEMAND: readq renews it when the user asks.
"""


class BibFile(NamedTuple):
    """A .bib file that readq writes entry by entry."""

    id: int
    path: str
    sha256: str
    """The digest of the file as readq last wrote it."""
    at: str
    """The time at which readq last wrote the file (UTC text)."""
    renewal: str | None
    """When readq renews the file: AUTOMATIC or ON_DEMAND, or None if it never does."""
    choice: str
    """JSON that describes which papers the file has, and how they are written."""
    error: str | None = None
    """The reason why the last renewal failed, or None if it succeeded."""


class EntryRow(NamedTuple):
    """An entry that readq wrote to a .bib file."""

    key: str
    paper_id: int
    sha256: str
    """The digest of the entry's bytes."""
    published: bool
    """Whether the entry describes the published version of the paper."""


_FILE = f"SELECT {', '.join(BibFile._fields)} FROM bib_file"


def find(connection: sqlite3.Connection, path: str) -> BibFile | None:
    """Return the .bib file at `path`. Return None if readq has not written entries to it."""
    row = connection.execute(f"{_FILE} WHERE path = ?", (path,)).fetchone()
    return None if row is None else BibFile(*row)


def kept(connection: sqlite3.Connection) -> list[BibFile]:
    """Return the kept files, which are the .bib files that readq renews. They are ordered by path."""
    return [BibFile(*row) for row in connection.execute(f"{_FILE} WHERE renewal IS NOT NULL ORDER BY path")]


def paths(connection: sqlite3.Connection) -> list[str]:
    """Return the paths of all files that readq has written, either as a whole or entry by entry, ordered by path."""
    rows = connection.execute("SELECT path FROM bib_file UNION SELECT path FROM exported ORDER BY path")
    return [row[0] for row in rows]


def has_papers(connection: sqlite3.Connection, file_id: int, ids: Sequence[int]) -> bool:
    """Return whether the papers whose entries readq wrote to a file are exactly `ids`, which are all different.

    The ids are from the time of writing: some of these papers may have been merged or removed since.
    """
    # One text of all ids is read several times faster than a row for each.
    ((listed,),) = connection.execute("SELECT json_group_array(paper_id) FROM bib_entry WHERE file_id = ?", (file_id,))
    stored = set(json.loads(listed))
    return len(stored) == len(ids) and stored.issuperset(ids)


def entries(connection: sqlite3.Connection, file_id: int, papers: Collection[int] | None = None) -> Iterator[EntryRow]:
    """Yield the entries that readq wrote to a file. If `papers` is given, yield only entries written for these ids.

    If the paper of an entry was merged into another paper since, the result has the id of the other paper.
    """
    rows = connection.execute(
        "SELECT e.key, coalesce(p.id, a.paper_id, e.paper_id), e.sha256, e.published FROM bib_entry e"
        " LEFT JOIN paper p ON p.id = e.paper_id LEFT JOIN alias a ON p.id IS NULL AND a.key = '#' || e.paper_id"
        " WHERE e.file_id = ? AND (?2 IS NULL OR e.paper_id IN (SELECT value FROM json_each(?2)))",
        (file_id, None if papers is None else json.dumps(list(papers))),
    )
    return (EntryRow(key, paper_id, sha256, bool(published)) for key, paper_id, sha256, published in rows)


def save(connection: sqlite3.Connection, file: BibFile) -> int:
    """Insert the file, or update the stored file with the same path. Return the id of the row.

    The field `id` of `file` is ignored.
    """
    (row,) = connection.execute(
        "INSERT INTO bib_file (path, sha256, at, renewal, choice, error) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, at = excluded.at, renewal = excluded.renewal,"
        " choice = excluded.choice, error = excluded.error RETURNING id",
        file[1:],
    ).fetchall()
    return int(row[0])


def put_entries(connection: sqlite3.Connection, file_id: int, rows: Iterable[EntryRow], before: int) -> None:
    """Store the entries `rows` of a file. They replace stored entries with the same keys. Other entries stay unchanged.

    Also deletes the file's rows in the table `bib_change` up to and including the id `before`, because the new entries
    contain the changes that these rows announce.
    """
    connection.executemany(
        "INSERT OR REPLACE INTO bib_entry (file_id, key, paper_id, sha256, published) VALUES (?, ?, ?, ?, ?)",
        ((file_id, *row) for row in rows),
    )
    connection.execute("DELETE FROM bib_change WHERE file_id = ? AND id <= ?", (file_id, before))


def remove_all_entries(connection: sqlite3.Connection, file_id: int) -> None:
    """Remove all stored entries of a file."""
    connection.execute("DELETE FROM bib_entry WHERE file_id = ?", (file_id,))


def remove_entries(connection: sqlite3.Connection, file_id: int, keys: Iterable[str]) -> None:
    """Remove the stored entries with the citation keys `keys` of a file."""
    connection.executemany("DELETE FROM bib_entry WHERE file_id = ? AND key = ?", ((file_id, key) for key in keys))


def newest_change(connection: sqlite3.Connection) -> int:
    """Return the id of the newest row of the table `bib_change`, or 0 if the table is empty.

    Each row names a paper that changed since a kept file was renewed.
    """
    ((number,),) = connection.execute("SELECT coalesce(max(id), 0) FROM bib_change").fetchall()
    return int(number)


def changed_papers(connection: sqlite3.Connection, file_id: int) -> set[int]:
    """Return the ids of the papers that changed since the kept file with the id `file_id` was renewed."""
    return {row[0] for row in connection.execute("SELECT paper_id FROM bib_change WHERE file_id = ?", (file_id,))}


def record_failure(connection: sqlite3.Connection, file_id: int, error: str) -> None:
    """Store `error` as the reason why the last renewal of a kept file failed."""
    connection.execute("UPDATE bib_file SET error = ? WHERE id = ?", (error, file_id))


def forget(connection: sqlite3.Connection, path: str) -> bool:
    """Stop renewing the file at `path`. Return False if readq did not renew this file.

    The rows of the file's entries stay in the library. So readq can still tell its own entries from entries that a
    person wrote or edited.
    """
    done = connection.execute(
        "UPDATE bib_file SET renewal = NULL, error = NULL WHERE path = ? AND renewal IS NOT NULL", (path,)
    )
    connection.execute("DELETE FROM bib_change WHERE file_id IN (SELECT id FROM bib_file WHERE renewal IS NULL)")
    return done.rowcount > 0
