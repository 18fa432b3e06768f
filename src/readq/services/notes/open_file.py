"""Find or create the file of a note, to open it in an editor."""

import os
import sqlite3
import time
from datetime import datetime

from readq.errors import ReadqError
from readq.formats.markdown import note_file
from readq.formats.markdown.front_matter import FrontMatterError
from readq.model.values import Paper
from readq.services.notes import file_values, files
from readq.services.notes.comparison import NotesFolder
from readq.services.notes.sync import SyncOptions, sync
from readq.services.notes.template import fill
from readq.services.papers import notes
from readq.store import references
from readq.store.connection.transactions import writing
from readq.store.notes import file_rows


def prepare_file(
    connection: sqlite3.Connection,
    folder: NotesFolder,
    paper_id: int,
    now: datetime,
    options: SyncOptions,
    template: str = "",
) -> str:
    """Sync the folder of notes with the library, and return the path of the file of a paper's note.

    The sync uses `options`. If the paper has no note, a file with the filled template `template` is created. A later
    sync makes a note from this file only if its text has changed. The caller must hold the lock of the folder. Raises
    ReadqError if the paper was removed, if the paper has a note whose file is missing after the sync, if the file
    cannot be written, or if the template is wrong.
    """
    report = sync(connection, folder, now, options)
    noted = file_rows.noted(connection, [paper_id]).get(paper_id)
    if noted is None:
        raise ReadqError("the paper was removed in the meantime")
    row = next(iter(file_rows.some_rows(connection, folder.path, (), [paper_id])), None)
    if row is not None and os.path.exists(os.path.join(folder.path, row.name)):
        return os.path.join(folder.path, row.name)
    if noted.version:
        names = {noted.paper.key, folder.path, row.name if row else noted.paper.key}
        why = next((problem.why for problem in report.problems if problem.where in names), "its file is missing")
        raise ReadqError(f"the note has no file: {why}", "readq notes status says more")
    name = _name(connection, folder, noted.paper)
    path = os.path.join(folder.path, name)
    if not os.path.lexists(path):
        text = notes.tidy(fill(template, noted.paper, now))
        whole = note_file.render(file_values.properties(noted, None, None, now.tzinfo), text)
        try:
            files.write(path, whole, None)
            state = files.settled(os.stat(path), time.time_ns())
        except OSError as error:
            raise ReadqError(f"cannot write {path}: {error.strerror}", "check notes.folder") from error
        read = files.ReadFile(state, note_file.digest(whole), note_file.NoteFile(noted.paper.key, text))
        with writing(connection):
            file_rows.put_rows(connection, folder.path, [file_values.row_of(noted, name, read, text)])
    return path


def _name(connection: sqlite3.Connection, folder: NotesFolder, paper: Paper) -> str:
    """Return the name of the file for the first note on a paper. It is not the name of another file in the folder."""
    expected = files.file_name(paper.key, folder.prefix, paper.id, ())
    scan = files.scan(folder.path)
    if expected in scan.files and _is_of(connection, os.path.join(folder.path, expected), paper.id):
        return expected
    taken = {name.lower() for name in (*scan.files, *scan.odd)}
    return files.file_name(paper.key, folder.prefix, paper.id, taken)


def _is_of(connection: sqlite3.Connection, path: str, paper_id: int) -> bool:
    """Return whether the file at `path` names the paper `paper_id`, or is a broken file, which the user is to mend."""
    try:
        key = files.read(path, 0).content.key
    except FrontMatterError:
        return True
    except OSError:
        return False
    return key is not None and references.find(connection, f"key:{key}") == paper_id
