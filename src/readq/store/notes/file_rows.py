"""Read and write rows about the files of a notes folder: their state when they were last compared with the library."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from readq.model.values import Paper
from readq.store.papers import queries
from readq.store.papers.field_states import IS_KEY


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
    """A state of the undo history. The library stores the state at the last comparison of each folder of notes."""

    step: int
    """The id of the newest step."""
    undone: int
    """The highest number in the column `undone` of the table `step`, or 0 if no step is undone.

    The column numbers the undone steps in the order in which they were undone.
    """
    undone_steps: int
    """The number of undone steps."""


class ComparedFiles(NamedTuple):
    """The state of the files of a folder at their last comparison with the library, and the papers changed after it."""

    states: Mapping[str, tuple[int, int]]
    """Maps file names to pairs: the size in bytes, and the time of the last change (nanoseconds since 1970)."""
    changed: set[int]
    """The ids of the papers whose notes must be compared with their files again.

    After the last comparison, the note of such a paper was written, changed or removed, or the paper was merged into
    another paper.
    """


class NotedPaper(NamedTuple):
    """A paper with the version of its note, and its former citation keys. The version is 0 if there is no note."""

    paper: Paper
    version: int
    former_keys: Sequence[str]


_COLUMNS = ", ".join(FileRow._fields)

_UNLIKE_NOTE = (
    "SELECT version, paper_id FROM note_file WHERE folder = ? EXCEPT SELECT version, paper_id FROM note ORDER BY 1, 2"
)
"""SQL statement that returns the papers of a folder's files whose note has another version now, or is gone.

For a folder of ten thousand files, joining each row with its note takes longer than merging two sorted lists.
"""

_UNLIKE_FILE = (
    "SELECT version, paper_id FROM note EXCEPT SELECT version, paper_id FROM note_file WHERE folder = ? ORDER BY 1, 2"
)
"""SQL statement that returns the papers whose note has no file in a folder, or a file of another version."""

_NOT_REMOVED = (
    "SELECT value FROM json_each(?) WHERE value IN (SELECT id FROM paper) OR '#' || value IN (SELECT key FROM alias)"
)
"""SQL statement that takes a JSON array of paper ids, and returns the ids of those papers that were not removed.

A paper that was merged into another does not count as removed.
"""


def folders(connection: sqlite3.Connection) -> list[str]:
    """Return the paths of the folders in which the library has files of notes."""
    return [folder for (folder,) in connection.execute("SELECT DISTINCT folder FROM note_file")]


def rows(connection: sqlite3.Connection, folder: str) -> list[FileRow]:
    """Return the rows of all files in the folder at the path `folder`."""
    found = connection.execute(f"SELECT {_COLUMNS} FROM note_file WHERE folder = ?", (folder,))
    return list(map(FileRow._make, found))


def compared_files(connection: sqlite3.Connection, folder: str) -> ComparedFiles:
    """Return the state of the files of a folder at their last comparison with the library.

    Also return the ids of the papers that changed after the comparison.
    """
    found = connection.execute("SELECT name, size, mtime_ns FROM note_file WHERE folder = ?", (folder,))
    states = {name: (size, mtime_ns) for name, size, mtime_ns in found}
    unlike = [number for _, number in connection.execute(_UNLIKE_NOTE, (folder,))]
    changed: set[int] = set()
    if unlike:
        changed.update(number for (number,) in connection.execute(_NOT_REMOVED, (json.dumps(unlike),)))
    ((notes,),) = connection.execute("SELECT count(*) FROM note").fetchall()
    if notes != len(states) - len(unlike):
        changed.update(number for _, number in connection.execute(_UNLIKE_FILE, (folder,)))
    return ComparedFiles(states, changed)


def some_rows(
    connection: sqlite3.Connection, folder: str, names: Collection[str], paper_ids: Collection[int]
) -> list[FileRow]:
    """Return the rows of the files in `folder` whose names are in `names` or whose papers are in `paper_ids`."""
    found = connection.execute(
        # The lists come first, or SQLite reads all rows of the folder.
        f"SELECT {_COLUMNS} FROM json_each(?2) CROSS JOIN note_file ON folder = ?1 AND name = value"
        f" UNION SELECT {_COLUMNS} FROM json_each(?3) CROSS JOIN note_file ON folder = ?1 AND paper_id = value",
        (folder, json.dumps(list(names)), json.dumps(list(paper_ids))),
    )
    return list(map(FileRow._make, found))


def rows_of_removed(connection: sqlite3.Connection, folder: str) -> list[FileRow]:
    """Return the rows of the files in the folder whose papers were removed.

    A merged paper does not count as removed.
    """
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM note_file WHERE folder = ? AND paper_id NOT IN (SELECT id FROM paper)"
        " AND '#' || paper_id NOT IN (SELECT key FROM alias)",
        (folder,),
    )
    return list(map(FileRow._make, found))


def put_rows(connection: sqlite3.Connection, folder: str, files: Iterable[FileRow]) -> None:
    """Insert the rows `files` of a folder. Rows of the same papers in this folder are replaced.

    Runs inside the caller's transaction.
    """
    connection.executemany(
        f"INSERT OR REPLACE INTO note_file (folder, {_COLUMNS}) VALUES (?{', ?' * len(FileRow._fields)})",
        ((folder, *row) for row in files),
    )


def forget(connection: sqlite3.Connection, folder: str, paper_ids: Collection[int]) -> None:
    """Delete the rows about the files of the papers with the ids `paper_ids` in one folder.

    Runs inside the caller's transaction.
    """
    connection.executemany(
        "DELETE FROM note_file WHERE folder = ? AND paper_id = ?", ((folder, number) for number in paper_ids)
    )


def present_mark(connection: sqlite3.Connection) -> JournalMark:
    """Return the present state of the undo history."""
    row = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM step), coalesce(max(undone), 0), count(*) FROM step"
        " WHERE undone IS NOT NULL"
    ).fetchone()
    return JournalMark._make(row)


def stored_mark(connection: sqlite3.Connection, folder: str) -> JournalMark | None:
    """Return the state of the undo history when the folder was last compared with the library.

    Return None if the folder was never compared.
    """
    row = connection.execute("SELECT step, undone, undone_steps FROM note_folder WHERE folder = ?", (folder,))
    found = row.fetchone()
    return JournalMark._make(found) if found else None


def put_mark(connection: sqlite3.Connection, folder: str, mark: JournalMark) -> None:
    """Store the state of the undo history at a comparison of the folder with the library.

    Runs inside the caller's transaction.
    """
    connection.execute("INSERT OR REPLACE INTO note_folder VALUES (?, ?, ?, ?)", (folder, *mark))


def papers_of_steps(connection: sqlite3.Connection, before: JournalMark | None, now: JournalMark) -> set[int]:
    """Return the ids of papers that have a note and were changed after a folder was last compared with the library.

    Only changes by steps of the undo history count. `before` is the state of the undo history at that comparison, and
    `now` is the present state. `before` is None if the folder was never compared.

    The result has all papers with a note if `before` is None, or if it is unknown which papers were changed.
    """
    if now == before:
        return set()
    if before is None or now.step < before.step or _undone_steps(connection, before.undone) != before.undone_steps:
        # Steps were redone or deleted, and it is not known which.
        return noted_papers(connection)
    found = connection.execute(
        "SELECT DISTINCT c.paper_id FROM change c"
        " WHERE (c.step_id > ? OR c.step_id IN (SELECT id FROM step WHERE undone > ?))"
        " AND c.paper_id IN (SELECT paper_id FROM note)",
        (before.step, before.undone),
    )
    return {number for (number,) in found}


def _undone_steps(connection: sqlite3.Connection, last: int) -> int:
    """Return the number of undone steps whose number in the column `undone` is `last` or lower."""
    ((number,),) = connection.execute("SELECT count(*) FROM step WHERE undone <= ?", (last,)).fetchall()
    return int(number)


def noted_papers(connection: sqlite3.Connection) -> set[int]:
    """Return the ids of all papers with a note."""
    return {number for (number,) in connection.execute("SELECT paper_id FROM note")}


def noted(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, NotedPaper]:
    """Return a dict that maps `ids` to papers. Leaves out ids that are not in the library.

    Each paper comes with the version of its note and its former citation keys.
    """
    listed = (json.dumps(list(ids)),)
    of_papers = "paper_id IN (SELECT value FROM json_each(?))"
    versions = dict(connection.execute(f"SELECT paper_id, version FROM note WHERE {of_papers}", listed).fetchall())
    former: dict[int, list[str]] = {}
    keys = f"SELECT paper_id, key FROM alias WHERE {of_papers} AND {IS_KEY} ORDER BY key"
    for number, key in connection.execute(keys, listed):
        former.setdefault(number, []).append(key)
    return {
        paper.id: NotedPaper(paper, versions.get(paper.id, 0), former.get(paper.id, ()))
        for paper in queries.each_paper(connection, list(ids))
    }
