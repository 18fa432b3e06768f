"""Sync the library and a folder of Markdown notes: write the changes of each side to the other side.

For each note, the changes in the file are written to the library first. Then the file is written. Last, the state that
both sides now share is stored in a row of the library. If the program stops at any point, the next sync continues, and
no text is lost. If both sides changed a note, both texts are kept in it.
"""

import errno
import os
import sqlite3
import time
from datetime import datetime
from typing import NamedTuple

from readq.errors import DiskError, ReadqError
from readq.formats.markdown import note_file
from readq.merge.note_sides import MergedNote, NoteSide, has_lines, merge_sides
from readq.model.values import Status
from readq.services.notes import file_values, files
from readq.services.notes.comparison import Comparison, MergedFile, NotesFolder, PaperFile, compare
from readq.services.notes.files import KnownFiles, Problem, ReadFile
from readq.services.notes.merged_file import Additions, additions, with_additions
from readq.services.papers import notes, triage
from readq.services.papers.triage import OnDone
from readq.store.connection.transactions import writing
from readq.store.notes import file_rows
from readq.store.notes.file_rows import FileRow, NotedPaper
from readq.text import counted

_ROWS_AT_ONCE = 500


class SyncReport(NamedTuple):
    """The result of a sync. Papers are given by citation key."""

    taken: tuple[str, ...] = ()
    """The papers whose files had changes, which were written to the library."""
    written: tuple[str, ...] = ()
    """The papers whose files were written."""
    removed: tuple[str, ...] = ()
    """The papers whose files the sync deleted: the note was removed in the library, or the paper was merged."""
    both: tuple[str, ...] = ()
    """The papers whose notes were changed in the library and in the file. These notes now contain both texts."""
    missing: tuple[str, ...] = ()
    """The names of files that are gone or empty."""
    orphans: tuple[str, ...] = ()
    """The names of files with a citation key that no paper of the library has."""
    problems: tuple[Problem, ...] = ()
    """The files that were left unchanged, with the reasons."""

    @property
    def changes(self) -> int:
        """The number of papers whose notes or files were changed."""
        return len({*self.taken, *self.written, *self.removed})


class SyncOptions(NamedTuple):
    """The options of a sync."""

    done: OnDone
    """Whether a paper enters review when its file sets its status to `done`, and when its card is then due."""
    full: bool = False
    """Whether all papers with notes are compared.

    If it is true, the sync also finds papers whose metadata were changed by feeds and web services.
    """
    dry_run: bool = False
    """If it is true, nothing is changed, and the report tells which changes a sync would make."""


def sync(
    connection: sqlite3.Connection,
    folder: NotesFolder,
    now: datetime,
    options: SyncOptions,
    known: KnownFiles | None = None,
) -> SyncReport:
    """Sync the library and the folder of notes, and return the report. The caller must hold the lock of the folder.

    `known` is updated for the next call (see KnownFiles). Raises DiskError if the folder is missing or cannot be read.
    """
    if not options.dry_run:
        _create(connection, folder)
    found = compare(connection, folder, known, full=options.full)
    run = _Sync(connection, folder, now, found, options)
    run.settle()
    if not options.dry_run and found.mark is not None:
        with writing(connection):
            file_rows.put_mark(connection, folder.path, found.mark)
    return run.report()


def _create(connection: sqlite3.Connection, folder: NotesFolder) -> None:
    """Create the folder before its first use. Raises DiskError if a folder that was used before is missing.

    Such a folder may be on a disk that is not mounted.
    """
    if os.path.isdir(folder.path):
        return
    if file_rows.rows(connection, folder.path):
        raise DiskError(f"the folder of notes {folder.path} is missing", "mount its disk, or change notes.folder")
    try:
        os.makedirs(folder.path, mode=0o700)
    except OSError as error:
        raise DiskError(f"cannot create {folder.path}: {error.strerror}", "check notes.folder") from error


class _Sync:
    """The run of one sync: handles one paper after another, and collects the rows to store and the report."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        folder: NotesFolder,
        now: datetime,
        found: Comparison,
        options: SyncOptions,
    ) -> None:
        self._connection, self._folder, self._now, self._found = connection, folder, now, found
        self._options = options
        self._lower_names: set[str] | None = None
        self._rows: list[FileRow] = list(found.touched)
        self._forgotten: list[int] = []
        self._additions: dict[int, Additions] = {}
        """Maps the id of a paper to what its file must get, because another paper was merged into the paper."""
        self._problems = list(found.problems)
        self._unwritten: list[str] = []
        self._is_full = False
        """Whether the disk is full."""
        self._taken: list[str] = []
        self._written: list[str] = []
        self._removed: list[str] = []
        self._both: list[str] = []

    def report(self) -> SyncReport:
        """Return the report of the sync."""
        found = self._found
        return SyncReport(
            taken=tuple(self._taken),
            written=tuple(self._written),
            removed=tuple(self._removed),
            both=tuple(self._both),
            missing=tuple(row.name for row in found.missing),
            orphans=tuple(found.orphans),
            problems=tuple(self._problems),
        )

    def settle(self) -> None:
        """Sync all papers with their files."""
        for leftover in self._found.leftover:
            self._unlink(leftover.name, leftover.digest)
        for merged in self._found.merged:
            self._merge_in(merged)
        for paper in self._found.papers:
            try:
                self._settle(paper)
            except OSError as error:
                self._fail(paper, error)
            except ReadqError as error:
                self._problems.append(Problem(paper.name or paper.noted.paper.key, error.message))
            if len(self._rows) >= _ROWS_AT_ONCE:
                self._store()
        if len(self._unwritten) > 1:
            more = f"not written either: {counted(len(self._unwritten) - 1, 'more file')}"
            self._problems.append(Problem(self._folder.path, more))
        self._store()

    def _fail(self, paper: PaperFile, error: OSError) -> None:
        """Record a file that cannot be written.

        Only the first file that cannot be written is named, because most of them have the same reason.
        """
        self._is_full = self._is_full or error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
        if not self._unwritten:
            name = paper.name or paper.noted.paper.key
            self._problems.append(Problem(name, f"cannot be written: {error.strerror}"))
        self._unwritten.append(paper.noted.paper.key)

    def _store(self) -> None:
        """Store the common states of library and files, and delete the rows of files that no longer count."""
        if not self._options.dry_run and (self._rows or self._forgotten):
            with writing(self._connection):
                file_rows.forget(self._connection, self._folder.path, self._forgotten)
                # Two files may have exchanged their names.
                file_rows.forget(self._connection, self._folder.path, [row.paper_id for row in self._rows])
                file_rows.put_rows(self._connection, self._folder.path, self._rows)
        self._rows, self._forgotten = [], []

    def _settle(self, paper: PaperFile) -> None:
        noted, library = paper.noted, file_values.library_side(paper.noted)
        if paper.read is None:
            if library.text:
                self._write(paper, noted)
            elif paper.row:
                self._forgotten.append(paper.row.paper_id)
            return
        if paper.row is not None and not noted.version and _is_untouched(paper.row, paper.read):
            return
        common = file_values.common_side(paper.row)
        file, refused = file_values.file_side(paper.read.content, common, library)
        self._problems += [Problem(paper.name, why) for why in refused]
        if edited := file_values.unread_edits(noted, paper.read.content, paper.row):
            why = f"{' and '.join(edited)} changed in the file: the library's stays, which readq edit changes"
            self._problems.append(Problem(paper.name, why))
        merged = merge_sides(common, library, file, note_file.digest)
        if not merged.side.text:
            if paper.row is not None:
                self._clear(paper, paper.row, paper.read)
            return
        if merged.contested:
            what = " and ".join(merged.contested)
            self._problems.append(Problem(paper.name, f"{what} changed on both sides: the library's stays"))
        if merged.side != library:
            self._taken.append(noted.paper.key)
            self._both += [noted.paper.key] if merged.both else []
            if self._options.dry_run or not self._take(noted, library, merged):
                return
            noted = file_rows.noted(self._connection, [noted.paper.id])[noted.paper.id]
        self._write(paper, noted)

    def _take(self, noted: NotedPaper, library: NoteSide, merged: MergedNote) -> bool:
        """Write the merged state to the library. Return False if the note has changed meanwhile."""
        number, side, connection, now = noted.paper.id, merged.side, self._connection, self._now
        if side.text != library.text and not notes.replace(connection, number, side.text, now, noted.version):
            return False
        if side.status != library.status:
            triage.mark(connection, [number], Status(side.status), now, done=self._options.done)
        if side.tags != library.tags:
            triage.tag(connection, [number], sorted(side.tags - library.tags), sorted(library.tags - side.tags), now)
        if side.title != library.title:
            from readq.services.papers import corrections

            corrections.set_title(connection, number, side.title, now)
        return True

    def _write(self, paper: PaperFile, noted: NotedPaper) -> None:
        """Write the file, unless it agrees with the library already. Record their common state."""
        read, content = paper.read, paper.read.content if paper.read else None
        added = self._additions.get(noted.paper.id)
        if content and added:
            content = with_additions(content, added)
        properties = file_values.properties(noted, content, paper.row, self._now.tzinfo)
        text, name = noted.paper.note or "", self._name(paper, noted)
        is_same_file = read is not None and name == paper.name
        if paper.row is not None and paper.row.paper_id != noted.paper.id:
            self._forgotten.append(paper.row.paper_id)
        if is_same_file and not added and content and content.says(properties) and notes.tidy(content.text) == text:
            assert read is not None
            self._rows.append(file_values.row_of(noted, name, read, text))
            return
        if self._options.dry_run:
            self._written.append(noted.paper.key)
            return
        if self._is_full:
            self._unwritten.append(noted.paper.key)
            return
        path = os.path.join(self._folder.path, name)
        whole = note_file.render(properties, text, content.others if content else ())
        if not files.write(path, whole, read.digest if read and is_same_file else None):
            # The file was changed since it was read. The next sync takes the change from it.
            return
        self._written.append(noted.paper.key)
        if not is_same_file:
            self._names.add(name.lower())
        if read is not None and not is_same_file:
            self._unlink(paper.name, read.digest)
        # `settled` makes sure that the next sync notices a change of the file since it was written.
        state = files.settled(os.stat(path), time.time_ns())
        written = ReadFile(state, note_file.digest(whole), note_file.NoteFile(noted.paper.key, text))
        self._rows.append(file_values.row_of(noted, name, written, text))

    @property
    def _names(self) -> set[str]:
        """The names of all files, in lower case. They are needed only for a new file."""
        if self._lower_names is None:
            self._lower_names = {name.lower() for name in self._found.names}
        return self._lower_names

    def _name(self, paper: PaperFile, noted: NotedPaper) -> str:
        """Return the name of the file.

        It is the present name, unless this name comes from a citation key that has changed.
        """
        number = paper.row.paper_id if paper.row else noted.paper.id
        key = paper.read.content.key if paper.name and paper.read else None
        if key is not None and (key == noted.paper.key or not files.is_made_name(paper.name, key, number)):
            return paper.name
        taken = self._names - {paper.name.lower()}
        return files.file_name(noted.paper.key, self._folder.prefix, noted.paper.id, taken)

    def _clear(self, paper: PaperFile, row: FileRow, read: ReadFile) -> None:
        """Delete the file of a note that was removed from the library.

        If it has properties of the user, only remove the note from it.
        """
        if not read.content.others:
            self._remove(paper.noted.paper.key, row, read.digest)
            return
        if self._options.dry_run:
            self._written.append(paper.noted.paper.key)
            return
        properties = file_values.properties(paper.noted, read.content, row, self._now.tzinfo)
        whole = note_file.render(properties, "", read.content.others)
        if files.write(os.path.join(self._folder.path, paper.name), whole, read.digest):
            self._written.append(paper.noted.paper.key)
            self._forgotten.append(row.paper_id)

    def _remove(self, key: str, row: FileRow, digest: str) -> None:
        """Delete the file of a note that was removed from the library, or of a paper that was merged into another."""
        # The row of a file that stays is kept. Without it, the file would count as new and bring the note back.
        if self._options.dry_run or self._unlink(row.name, digest):
            self._removed.append(key)
            self._forgotten.append(row.paper_id)

    def _merge_in(self, merged: MergedFile) -> None:
        """Add the changes in the file of a merged paper to the paper into which it was merged, and delete the file.

        Properties of the user are first written to the file of the other paper. The next sync, which finds them
        there, deletes the file. A file with properties that cannot be added stays, and is a problem.
        """
        if merged.read is None:
            self._forgotten.append(merged.row.paper_id)
            return
        into, content = merged.into, merged.read.content
        text = notes.tidy(content.text)
        is_new = note_file.digest(text) != merged.row.note_digest and not has_lines(into.paper.note or "", text)
        if is_new:
            self._taken.append(into.paper.key)
            if not self._options.dry_run:
                notes.save(self._connection, into.paper.id, text, self._now, base_version=0)
        added = additions(merged, content)
        if added is None:
            # Without its row, it is a second file of the other paper from now on, and each sync names it.
            self._forgotten.append(merged.row.paper_id)
            why = f"its paper was merged into {into.paper.key}, and its properties differ: merge it by hand"
            self._problems.append(Problem(merged.row.name, why))
        elif added != Additions():
            self._additions[into.paper.id] = added
        else:
            self._remove(content.key or "", merged.row, merged.read.digest)

    def _unlink(self, name: str, digest: str) -> bool:
        """Delete a file if its content has not changed since it was read. Return whether the file is gone."""
        if self._options.dry_run:
            return False
        try:
            return files.delete(os.path.join(self._folder.path, name), digest)
        except OSError as error:
            self._problems.append(Problem(name, f"cannot be deleted: {error.strerror}"))
            return False


def _is_untouched(row: FileRow, read: ReadFile) -> bool:
    """Return whether a file was made for an editor, and has no text beside the template with which it was made."""
    text = notes.tidy(read.content.text)
    return row.version == 0 and (not text or note_file.digest(text) == row.note_digest)
