"""Read and write the state in which the library and the files of a notes folder were last compared and equal."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from readq.model.values import Paper
from readq.store.papers import queries


class FileRow(NamedTuple):
    """A row about a file in a notes folder. `readq.store.schema.orm_notes.NoteFileTable` explains the columns."""

    paper_id: int
    name: str
    size: int
    mtime_ns: int
    digest: str
    note_digest: str
    version: int
    properties: str


class JournalMark(NamedTuple):
    """A state of the journal. The files of a folder include all changes up to this state.

    `step` is the id of the newest step. `undone_steps` is the number of undone steps. `undone` is the highest value in
    the column `undone` of table `step`, which numbers the undone steps.
    """

    step: int
    undone: int
    undone_steps: int


class NotedPaper(NamedTuple):
    """A paper with the version of its note, and its former citation keys. The version is 0 if there is no note."""

    paper: Paper
    version: int
    former_keys: Sequence[str]


_COLUMNS = ", ".join(FileRow._fields)


def folders(connection: sqlite3.Connection) -> list[str]:
    """Return the paths of the folders in which the library has note files."""
    return [folder for (folder,) in connection.execute("SELECT DISTINCT folder FROM note_file")]


def rows(connection: sqlite3.Connection, folder: str) -> list[FileRow]:
    """Return the rows of all files in the folder at the path `folder`."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM note_file WHERE folder = ?", (folder,))
    return list(map(FileRow._make, found))


def states(connection: sqlite3.Connection, folder: str) -> dict[str, tuple[int, int]]:
    """Return (size in bytes, modification time in nanoseconds) of each file in the folder, by file name."""
    found = connection.execute("SELECT name, size, mtime_ns FROM note_file WHERE folder = ?", (folder,))
    return {name: (size, mtime_ns) for name, size, mtime_ns in found}


def some_rows(
    connection: sqlite3.Connection, folder: str, names: Collection[str], paper_ids: Collection[int]
) -> list[FileRow]:
    """Return the rows of the files in the folder whose name is in `names` or whose paper is in `paper_ids`."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM note_file WHERE folder = ?1 AND name IN (SELECT value FROM json_each(?2))"
        f" UNION SELECT {_COLUMNS} FROM note_file WHERE folder = ?1 AND paper_id IN (SELECT value FROM json_each(?3))",
        (folder, json.dumps(list(names)), json.dumps(list(paper_ids))),
    )
    return list(map(FileRow._make, found))


def rows_of_removed(connection: sqlite3.Connection, folder: str) -> list[FileRow]:
    """Return the rows of the files in the folder whose papers were removed. Merged papers do not count as removed."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM note_file WHERE folder = ? AND paper_id NOT IN (SELECT id FROM paper)"
        " AND CAST(paper_id AS TEXT) NOT IN (SELECT key FROM alias)",
        (folder,),
    )
    return list(map(FileRow._make, found))


def put_rows(connection: sqlite3.Connection, folder: str, files: Iterable[FileRow]) -> None:
    """Insert rows, or replace the rows of the same papers. Runs inside the caller's transaction."""
    connection.executemany(
        f"INSERT OR REPLACE INTO note_file (folder, {_COLUMNS}) VALUES (?{', ?' * len(FileRow._fields)})",
        ((folder, *row) for row in files),
    )


def forget(connection: sqlite3.Connection, folder: str, paper_ids: Collection[int]) -> None:
    """Delete the rows of papers in one folder. Runs inside the caller's transaction."""
    connection.executemany(
        "DELETE FROM note_file WHERE folder = ? AND paper_id = ?", ((folder, number) for number in paper_ids)
    )


def present_mark(connection: sqlite3.Connection) -> JournalMark:
    """Return the present state of the journal."""
    row = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM step), coalesce(max(undone), 0), count(*) FROM step"
        " WHERE undone IS NOT NULL"
    ).fetchone()
    return JournalMark._make(row)


def stored_mark(connection: sqlite3.Connection, folder: str) -> JournalMark | None:
    """Return the state of the journal at the folder's last comparison. Return None if it was never compared."""
    row = connection.execute("SELECT step, undone, undone_steps FROM note_folder WHERE folder = ?", (folder,))
    found = row.fetchone()
    return JournalMark._make(found) if found else None


def put_mark(connection: sqlite3.Connection, folder: str, mark: JournalMark) -> None:
    """Store the state of the journal at a comparison of the folder. Runs inside the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO note_folder VALUES (?, ?, ?, ?)", (folder, *mark))


_NOTE_CHANGED = (
    "SELECT n.paper_id FROM note n LEFT JOIN note_file f ON f.folder = :folder AND f.paper_id = n.paper_id"
    " WHERE f.version IS NOT n.version"
    " UNION SELECT f.paper_id FROM note_file f WHERE f.folder = :folder"
    " AND f.paper_id NOT IN (SELECT paper_id FROM note)"
    " AND (f.paper_id IN (SELECT id FROM paper) OR CAST(f.paper_id AS TEXT) IN (SELECT key FROM alias))"
)
"""SQL for the ids of papers whose note differs from their file, and of papers that were merged into other papers."""


def changed_papers(connection: sqlite3.Connection, folder: str) -> set[int]:
    """Return the ids of the papers that may have changed in the library since their files were last compared.

    The result has all papers that did change, and possibly others. A change of metadata by a source does not count,
    because it is no step of the journal.
    """
    found = {number for (number,) in connection.execute(_NOTE_CHANGED, {"folder": folder})}
    before, now = stored_mark(connection, folder), present_mark(connection)
    if before is None or now == before:
        return found
    noted = "c.paper_id IN (SELECT paper_id FROM note)"
    if now.undone_steps < before.undone_steps or now.step < before.step:
        # Steps were done again, or forgotten: which ones is not known.
        return found | noted_papers(connection)
    return found | {
        number
        for (number,) in connection.execute(
            "SELECT DISTINCT c.paper_id FROM change c WHERE"
            f" (c.step_id > ? OR c.step_id IN (SELECT id FROM step WHERE undone > ?)) AND {noted}",
            (before.step, before.undone),
        )
    }


def noted_papers(connection: sqlite3.Connection) -> set[int]:
    """Return the ids of all papers with a note."""
    return {number for (number,) in connection.execute("SELECT paper_id FROM note")}


def noted(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, NotedPaper]:
    """Return the papers among `ids` that are in the library, with note versions and former keys, by paper id."""
    listed = (json.dumps(list(ids)),)
    of_papers = "paper_id IN (SELECT value FROM json_each(?))"
    versions = dict(connection.execute(f"SELECT paper_id, version FROM note WHERE {of_papers}", listed).fetchall())
    former: dict[int, list[str]] = {}
    for number, key in connection.execute(f"SELECT paper_id, key FROM alias WHERE {of_papers} ORDER BY key", listed):
        # The numbers of merged papers are aliases too.
        if not key.isdigit():
            former.setdefault(number, []).append(key)
    return {
        paper.id: NotedPaper(paper, versions.get(paper.id, 0), former.get(paper.id, ()))
        for paper in queries.each_paper(connection, list(ids))
    }
