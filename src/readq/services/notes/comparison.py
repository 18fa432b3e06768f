"""Compare a folder of Markdown notes with the library: find the papers and files that changed since the last sync."""

import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from readq.errors import DiskError
from readq.formats.markdown.front_matter import FrontMatterError
from readq.services.notes import files
from readq.services.notes.files import KnownFiles, Problem, ReadFile, Scan
from readq.store import references
from readq.store.notes import file_rows
from readq.store.notes.file_rows import FileRow, JournalMark, NotedPaper


class NotesFolder(NamedTuple):
    """The folder of notes that the settings name."""

    path: str
    """The absolute path of the folder."""
    prefix: str = ""
    """The text before the citation key in each file name: "" or "@"."""


class PaperFile(NamedTuple):
    """A paper and the Markdown file of its note."""

    noted: NotedPaper
    name: str
    """The name of the file, or "" if the paper has no file."""
    read: ReadFile | None
    """The present content of the file, or None if the paper has no file."""
    row: FileRow | None
    """The state of note and file after the last sync, or None if the paper had no file then.

    The row has another paper id in two cases: the file belonged to a paper that was merged into this paper, or
    this paper was removed and added again, and got a new id.
    """


class MergedFile(NamedTuple):
    """The file of the note on a paper that was merged into another paper."""

    row: FileRow
    """The state of the file after the last sync."""
    read: ReadFile | None
    """The present content of the file, or None if the file is gone."""
    into: NotedPaper
    """The paper into which the paper of the file was merged."""
    own: ReadFile | None
    """The present content of the file of `into`. None if that file is gone or has no text."""


class Comparison(NamedTuple):
    """The differences between the folder of notes and the library."""

    papers: Sequence[PaperFile]
    """The papers whose note or file has possibly changed."""
    merged: Sequence[MergedFile]
    """The files of papers that were merged into other papers."""
    names: Collection[str]
    """The names of all Markdown files in the folder."""
    touched: Sequence[FileRow]
    """The rows to store for files that have a new size or time of change, but the same content.

    A row is the state of a file after a sync.
    """
    missing: Sequence[FileRow]
    """The stored rows of files that are gone or empty, although the library still has their notes."""
    orphans: Sequence[str]
    """The names of files with a citation key that no paper of the library has."""
    leftover: Sequence[FileRow]
    """Old files that the sync is to delete from the folder, each as its stored row.

    An earlier sync wrote their notes to files with new names, but could not delete the old files.
    """
    problems: Sequence[Problem]
    """The files that a sync leaves unchanged, with the reasons."""
    mark: JournalMark | None
    """The present position in the undo history, to store with the folder. None if this position is stored already.

    The next comparison looks only at the steps after the stored position to find the changed papers.
    """


def compare(
    connection: sqlite3.Connection, folder: NotesFolder, known: KnownFiles | None = None, *, full: bool = False
) -> Comparison:
    """Compare the folder of notes with the library, and return the differences.

    The folder and the library are not changed. If `full` is true, all papers with notes are compared. If `full` is
    false, a paper is compared in two cases: its file has changed, or a new step of the undo history has changed the
    paper. `known` is updated for the next call (see KnownFiles). Raises DiskError if the folder cannot be read. Also
    raises DiskError if the folder had several files and all are missing: perhaps its disk is not mounted.
    """
    scan = files.scan(folder.path) if os.path.lexists(folder.path) else Scan({}, {})
    # The mark is read first: a step that is made before the second read counts in the next comparison, too.
    before, mark = file_rows.stored_mark(connection, folder.path), file_rows.present_mark(connection)
    compared = file_rows.compared_files(connection, folder.path)
    if len(compared.states) > 1 and compared.states.keys().isdisjoint(scan.files.keys()):
        raise DiskError(
            f"none of the {len(compared.states)} notes is in {folder.path}",
            "mount its disk; readq notes --prune --yes removes the notes",
        )
    changed = compared.changed | file_rows.papers_of_steps(connection, before, mark)
    if full:
        changed |= file_rows.noted_papers(connection)
    look = _Look(connection, folder, scan, compared.states, {} if known is None else known)
    return look.compare(changed, None if mark == before else mark)


class _Look:
    def __init__(
        self,
        connection: sqlite3.Connection,
        folder: NotesFolder,
        scan: Scan,
        states: Mapping[str, tuple[int, int]],
        known: KnownFiles,
    ) -> None:
        self._connection, self._folder, self._scan, self._known = connection, folder, scan, known
        # Of ten thousand files, few have changed: sets find them faster than a loop.
        unlike = {name for name, _ in scan.files.items() ^ states.items()}
        self._different = unlike & scan.files.keys()
        self._gone = unlike - self._different
        self._row_of_name: dict[str, FileRow] = {}
        self._row_of_paper: dict[int, FileRow] = {}
        self._paper_of_name: dict[str, int] = {}
        """The ids of the papers that the changed files name."""
        self._now_ns = time.time_ns()
        self._reads: dict[str, ReadFile] = {}
        self._problems = [Problem(name, f"{why}: left alone") for name, why in scan.odd.items()]
        self._broken: set[int] = set()
        self._touched: list[FileRow] = []
        self._orphans: list[str] = []
        self._missing: list[FileRow] = []
        self._leftover: list[FileRow] = []

    def compare(self, changed: Collection[int], mark: JournalMark | None) -> Comparison:
        self._load_rows(self._gone | self._different, ())
        gone = {row.paper_id for row in self._row_of_name.values() if row.name in self._gone}
        names = self._names_by_paper(self._changed_files())
        self._paper_of_name = {name: number for number, found in names.items() for name in found}
        wanted = {*changed, *gone, *names} - self._broken
        self._load_rows((), wanted)
        self._adopt({number for number in wanted if number not in self._row_of_paper})
        noted = file_rows.noted(self._connection, wanted) if wanted else {}
        former = self._merged_rows(wanted - noted.keys())
        targets = {target for _, target in former}
        if more := targets - noted.keys():
            self._load_rows((), more)
            noted |= file_rows.noted(self._connection, more)
        papers = {
            number: file
            for number in sorted(noted)
            if (file := self._paper_file(noted[number], names.get(number, ()), number in changed or number in targets))
        }
        merged = [one for row, target in former if (one := self._merged_file(row, noted[target], papers))]
        return Comparison(
            tuple(papers.values()),
            merged,
            (*self._scan.files, *self._scan.odd),
            self._touched,
            self._missing,
            self._orphans,
            self._leftover,
            self._problems,
            mark,
        )

    def _load_rows(self, names: Collection[str], paper_ids: Collection[int]) -> None:
        if names or paper_ids:
            for row in file_rows.some_rows(self._connection, self._folder.path, names, paper_ids):
                self._row_of_name[row.name] = self._row_of_paper[row.paper_id] = row

    def _adopt(self, new: Collection[int]) -> None:
        """Find the former files of papers that were removed and added again, and so have new ids."""
        for row in file_rows.rows_of_removed(self._connection, self._folder.path) if new else ():
            read = None if row.name not in self._scan.files else self._reads.get(row.name) or self._read(row.name)
            key = read.content.key if read else None
            number = None if key is None else references.find(self._connection, f"key:{key}")
            if number is not None and number in new:
                self._row_of_paper.setdefault(number, row)

    def _changed_files(self) -> list[str]:
        changed = []
        for name in sorted(self._different):
            known = None if name in self._row_of_name else self._known.get(name)
            if known is not None and known[0] == self._scan.files[name]:
                self._problems += [known[1]] if known[1] else []
            elif name not in self._row_of_name and files.is_copy(name):
                self._refuse(name, None, "it is a copy that a sync program made: merge it by hand")
            else:
                changed.append(name)
        for name in self._known.keys() - self._scan.files.keys():
            del self._known[name]
        return changed

    def _names_by_paper(self, names: Iterable[str]) -> Mapping[int, Sequence[str]]:
        """Read files. Return a mapping from paper ids to the names of the files whose content has changed."""
        found: dict[int, list[str]] = {}
        for name in names:
            row, read = self._row_of_name.get(name), self._read(name)
            if read is None:
                continue
            if row is not None and read.digest == row.digest:
                if (row.size, row.mtime_ns) != read.state:
                    self._touched.append(row._replace(size=read.state.size, mtime_ns=read.state.mtime_ns))
                continue
            key = read.content.key
            number = None if key is None else references.find(self._connection, f"key:{key}")
            if number is not None:
                # If the paper was merged into another one, the file does not count as a second file of the other one.
                former = row.paper_id if row else number
                is_merged = former != number and references.find(self._connection, f"#{former}") == number
                found.setdefault(former if is_merged else number, []).append(name)
                continue
            if key is not None:
                self._orphans.append(name)
            elif row is not None:
                self._refuse(name, row, "it names no paper any more: left alone")
                continue
            self._known[name] = read.state, None
        return found

    def _read(self, name: str) -> ReadFile | None:
        row = self._row_of_name.get(name)
        try:
            read = files.read(os.path.join(self._folder.path, name), self._now_ns)
        except FileNotFoundError:
            return None
        except FrontMatterError as error:
            self._refuse(name, row, f"{error.message}: left alone")
            return None
        except OSError as error:
            self._refuse(name, row, f"cannot be read: {error.strerror}")
            return None
        self._reads[name] = read
        return read

    def _refuse(self, name: str, row: FileRow | None, why: str) -> None:
        problem = Problem(name, why)
        self._problems.append(problem)
        if row is not None:
            self._broken.add(row.paper_id)
        else:
            self._known[name] = self._scan.files[name], problem

    def _paper_file(self, noted: NotedPaper, names: Sequence[str], is_changed: bool) -> PaperFile | None:
        """Return the paper with its file, or None if there is nothing to sync."""
        row = self._row_of_paper.get(noted.paper.id)
        own = row.name if row and self._is_present(row, noted.paper.id) else ""
        name = self._chosen(noted, own, names, row)
        if not name:
            if row is not None and noted.version == row.version > 0:
                self._missing.append(row)
                return None
            return PaperFile(noted, "", None, row) if noted.version or row else None
        read = self._reads.get(name) or self._read(name)
        if read is None:
            return None
        if row is not None and not read.content.text and noted.version == row.version > 0:
            self._missing.append(row)
            return None
        return PaperFile(noted, name, read, row) if is_changed or name in names else None

    def _is_present(self, row: FileRow, paper_id: int) -> bool:
        """Return whether the file of `row` is there, and still names the paper `paper_id`.

        The user may have exchanged the names of two files, or written the citation key of another paper into one.
        """
        return row.name in self._scan.files and self._paper_of_name.get(row.name, paper_id) == paper_id

    def _chosen(self, noted: NotedPaper, own: str, names: Sequence[str], row: FileRow | None) -> str:
        """Return the name of the file that is synced with a paper, or "". Other files of the paper become problems."""
        candidates = sorted({*names, *([own] if own else ())})
        if len(candidates) < 2:
            return candidates[0] if candidates else ""
        key = noted.paper.key
        present = [name for name in names if name != own and self._reads[name].content.key == key]
        if own and row is not None and len(present) == 1:
            read = self._reads.get(own) or self._read(own)
            if read is not None and read.digest == row.digest and read.content.key != key:
                self._leftover.append(row)
                return present[0]
        expected = files.file_name(key, self._folder.prefix, noted.paper.id, ())
        chosen = own or (expected if expected in candidates else candidates[0])
        for name in candidates:
            if name != chosen:
                self._problems.append(Problem(name, f"{chosen} is a note on {key} too: merge this one into it by hand"))
        return chosen

    def _merged_rows(self, numbers: Collection[int]) -> list[tuple[FileRow, int]]:
        """Return the rows of the merged papers among `numbers`, with the ids of the papers into which they were merged.

        A paper whose own file cannot be read is left out.
        """
        found = []
        for row in (self._row_of_paper[number] for number in sorted(numbers) if number in self._row_of_paper):
            target = references.find(self._connection, f"#{row.paper_id}")
            if target is not None and target not in self._broken:
                found.append((row, target))
        return found

    def _merged_file(self, row: FileRow, into: NotedPaper, papers: dict[int, PaperFile]) -> MergedFile | None:
        """Return the file of a merged paper, or None if it cannot be read.

        If the other paper has no file, this file becomes its file in `papers`, and the result is None.
        """
        read = None
        if self._is_present(row, row.paper_id):
            read = self._reads.get(row.name) or self._read(row.name)
            if read is None:
                return None
        number = into.paper.id
        own = papers.get(number)
        has_file = own.read is not None if own else number in self._row_of_paper
        if read is not None and not has_file and number not in self._broken:
            papers[number] = PaperFile(into, row.name, read, row)
            return None
        return None if number in self._broken else MergedFile(row, read, into, own.read if own else None)
