"""Remove the notes whose files the user deleted, and the files of papers that were removed from the library.

A sync never does this by itself.
"""

import contextlib
import os
import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from readq.errors import UsageError
from readq.formats.markdown.front_matter import FrontMatterError
from readq.services.notes import files
from readq.services.notes.comparison import NotesFolder
from readq.services.papers import notes
from readq.store import references
from readq.store.connection.transactions import writing
from readq.store.notes import file_rows
from readq.store.notes.file_rows import FileRow
from readq.text import counted


class PruneOptions(NamedTuple):
    """Options of `prune`.

    If `dry_run` is true, nothing is changed, and `prune` returns the names that it would return otherwise. If
    `even_all` is true, the notes are removed even if all files are gone.
    """

    dry_run: bool = False
    even_all: bool = False


def prune(connection: sqlite3.Connection, folder: NotesFolder, now: datetime, options: PruneOptions) -> tuple[str, ...]:
    """Remove the notes whose files are gone or empty, as one step of the undo history.

    A note that was changed in the library after its file was written is kept. A file that was renamed, or became a
    link, is not gone. Also delete the files of papers that were removed from the library, except files that were
    edited. Return the names of the deleted files, and of the missing or empty files whose notes were removed.

    The caller must hold the lock of the folder. If there were several files and all are gone, perhaps the disk with the
    folder is not mounted. Then UsageError is raised, unless `options.even_all` is true.
    """
    rows = file_rows.rows(connection, folder.path)
    scan = files.scan(folder.path) if os.path.isdir(folder.path) else files.Scan({}, {})
    there = scan.files
    noted = file_rows.noted(connection, {row.paper_id for row in rows})
    gone = [
        row
        for row in rows
        if row.paper_id in noted
        and noted[row.paper_id].version == row.version > 0
        and there.get(row.name) != (row.size, row.mtime_ns)
        and row.name not in scan.odd
        and (row.name not in there or _is_empty(folder, row))
    ]
    renamed = _papers_of(connection, folder, there.keys() - {row.name for row in rows}) if gone else set()
    gone = [row for row in gone if row.paper_id not in renamed]
    if gone and len(gone) == len(rows) > 1 and not options.even_all:
        raise UsageError(
            f"all {counted(len(rows), 'file')} are gone from {folder.path}", "if its disk is mounted, add --yes"
        )
    removed = [row for row in file_rows.rows_of_removed(connection, folder.path) if row.name in there]
    if not options.dry_run:
        notes.put_all(connection, {row.paper_id: "" for row in gone}, "notes pruned", now)
    deleted = [row for row in removed if _delete(folder, row, options)]
    if not options.dry_run:
        with writing(connection):
            untouched = [row for row in rows if not row.version and row.name not in there]
            file_rows.forget(connection, folder.path, [row.paper_id for row in (*gone, *removed, *untouched)])
    return tuple(row.name for row in (*gone, *deleted))


def _delete(folder: NotesFolder, row: FileRow, options: PruneOptions) -> bool:
    """Delete a file, unless it was edited. Return whether it is gone, or with `dry_run` whether it would be."""
    path = os.path.join(folder.path, row.name)
    with contextlib.suppress(OSError):
        return files.has_digest(path, row.digest) if options.dry_run else files.delete(path, row.digest)
    return False


def _papers_of(connection: sqlite3.Connection, folder: NotesFolder, names: Collection[str]) -> set[int]:
    """Return the ids of the papers that the files with the names `names` belong to."""
    found: set[int] = set()
    for name in names:
        with contextlib.suppress(OSError, FrontMatterError):
            key = files.read(os.path.join(folder.path, name), 0).content.key
            number = None if key is None else references.find(connection, f"key:{key}")
            if number is not None:
                found.add(number)
    return found


def _is_empty(folder: NotesFolder, row: FileRow) -> bool:
    """Return whether a file has front matter and no text."""
    with contextlib.suppress(OSError, FrontMatterError):
        content = files.read(os.path.join(folder.path, row.name), 0).content
        return content.key is not None and not content.text
    return False
