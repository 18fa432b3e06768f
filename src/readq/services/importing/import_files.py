"""Import files. The papers of all files are stored in one transaction, as one step that undo can reverse."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from readq.days import instant, local_day
from readq.errors import NothingReadableError, ReadqError, UsageError
from readq.model.identifiers import spelling
from readq.model.import_report import ImportReport
from readq.model.values import LeftOut, Rejected, Status
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, Stored, ingest
from readq.services.importing.input_formats import FORMATS
from readq.services.importing.recognise import Input, Unopened, read_all
from readq.services.importing.report_lines import identity_lines, left_out_lines
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.text import one_line

_LONGEST_FEED = 80
"""Characters of the name of a feed that comes from its title."""


class Attachments(NamedTuple):
    """The data that an import adds to its papers besides their metadata. Both fields are by the index of the entry.

    `files` are paths of PDFs. `references` are REFs or titles by which metadata is looked up later. A REF is the user's
    name for a paper, such as an arXiv id or a DOI.
    """

    files: dict[int, str]
    references: dict[int, str]


class ImportOptions(NamedTuple):
    """Options of an import. `form` is the name of a format in `input_formats.FORMATS`.

    If `form` is None, the format of each file is recognised by its content. `feed` is the feed that listed the papers.
    `status` is the status of new papers. If `feed` is None, the format of the file gives the feed. If `status` is None,
    the format of the file gives the status. `tags` are added to all papers. If the file `config_path` does not exist,
    settings of a dump are written to it: all settings if `all_settings` is true, else only harmless ones, which cannot
    make readq run a command or use another file. With `dry_run`, nothing is stored. `busy_timeout` is in seconds.
    """

    form: str | None = None
    feed: str | None = None
    status: Status | None = None
    tags: tuple[str, ...] = ()
    dry_run: bool = False
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    config_path: str | None = None
    all_settings: bool = False


def import_paths(library: str, paths: Sequence[str], options: ImportOptions, now: datetime) -> ImportReport:
    """Import files, folders or standard input (`-`) into the library at the path `library`.

    Raises ReadqError if no file can be opened. Raises NothingReadableError if files were opened, but nothing in them
    can be parsed. Raises LibraryError or a subclass if the library cannot be read or written.
    """
    if options.form is None and (dumps := [path for path in paths if os.path.isdir(path) and _is_dump(path)]):
        return _import_dumps(library, dumps, [path for path in paths if path not in dumps], options, now)
    today = local_day(now)
    entries: list[Entry] = []
    attachments = Attachments({}, {})
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    opened = is_empty_valid = False
    for read in read_all(paths, options.form, today):
        opened = opened or not isinstance(read, Unopened)
        if not isinstance(read, Input):
            rejected.append(Rejected(*read))
            continue
        rejected += [Rejected(f"{read.name}: {part.where}", part.why) for part in read.parsed.rejected]
        left_out += [LeftOut(f"{read.name}: {part.where}", part.why) for part in read.parsed.left_out]
        is_empty_valid = is_empty_valid or not read.parsed.rejected
        if FORMATS[read.form].is_bibliography:
            attachments.files.update(_own_files(read, len(entries)))
        if FORMATS[read.form].is_list:
            attachments.references.update(_references(read, len(entries)))
        entries += _entries(read, options, today.isoformat())
    if not entries and not is_empty_valid:
        failure = NothingReadableError if opened else ReadqError
        raise failure(_summary(rejected), "nothing was imported")
    report = store(library, entries, options, now, attachments)
    return report._replace(
        unchanged=report.unchanged + len(left_out),
        rejected=(*rejected, *report.rejected),
        messages=(*left_out_lines(left_out), *report.messages),
        left_out=tuple(left_out),
    )


def settings_of_dump(path: str) -> list[str]:
    """Return a line for each setting in the dump in the folder `path`. Return an empty list if `path` is not a dump.

    Raises ReadqError if the settings cannot be read.
    """
    if not os.path.isdir(path) or not _is_dump(path):
        return []
    from readq.services.dump.dump_settings import described

    try:
        return described(path)
    except OSError as error:
        raise ReadqError(f"cannot read the settings in {path}: {error.strerror}", "leave out --with-config") from error


def _is_dump(folder: str) -> bool:
    from readq.services.dump.read_folder import is_dump

    return is_dump(folder)


def _import_dumps(
    library: str, dumps: Sequence[str], others: Sequence[str], options: ImportOptions, now: datetime
) -> ImportReport:
    """Merge dumps, each as a step of its own, then import the other paths, if any."""
    from readq.services.dump.merge_folder import DumpOptions, import_dump

    if options.feed or options.status:
        raise UsageError("a dump brings its papers' own status and feeds", "leave out --feed and --status")
    chosen = DumpOptions(options.tags, options.config_path, options.dry_run, options.busy_timeout, options.all_settings)
    parts = [import_dump(library, folder, chosen, now) for folder in dumps]
    if others:
        parts.append(import_paths(library, others, options, now))
    return ImportReport(
        sum(part.new for part in parts),
        sum(part.updated for part in parts),
        sum(part.unchanged for part in parts),
        tuple(one for part in parts for one in part.rejected),
        next((part.step for part in reversed(parts) if part.step is not None), None),
        tuple(message for part in parts for message in part.messages),
        joined=tuple(one for part in parts for one in part.joined),
        renamed=tuple(one for part in parts for one in part.renamed),
        look_alikes=tuple(one for part in parts for one in part.look_alikes),
        left_out=tuple(one for part in parts for one in part.left_out),
    )


def _summary(rejected: Sequence[Rejected]) -> str:
    first = f"{rejected[0].where}: {rejected[0].why}"
    return first if len(rejected) == 1 else f"{first}; and {len(rejected) - 1} more"


def _entries(read: Input, options: ImportOptions, today: str) -> Iterator[Entry]:
    form = FORMATS[read.form]
    usual = Status.DONE if form.is_bibliography else Status.QUEUED if form.is_list else Status.INBOX
    status = options.status or usual
    feed = options.feed or one_line(read.parsed.feed or "")[:_LONGEST_FEED].strip() or None
    origin = None if feed else _origin(read.name)
    for paper in read.parsed.papers:
        day = paper.appearance.day if paper.appearance else None
        yield Entry(replace(paper, where=f"{read.name}: {paper.where}"), feed, day or today, status, origin=origin)


def _origin(name: str) -> str:
    """Return what names the records of a file that is no feed: its path, from wherever that is imported."""
    return f"file:{os.path.abspath(name)}" if os.path.exists(name) else "file:-"


def _own_files(read: Input, first: int) -> Iterator[tuple[int, str]]:
    """Yield the existing PDFs that the entries of a .bib name, as (place of the entry, path).

    `first` is the place of the first entry of this .bib among all entries of the import.
    """
    from readq.formats.bibtex.file_field import pdf_paths
    from readq.services.pdf.linked_files import is_pdf

    folder = os.path.dirname(os.path.abspath(read.name))
    for place, paper in enumerate(read.parsed.papers, start=first):
        field = next((value for name, value in paper.fields if name.lower() == "file"), "")
        found = (os.path.join(folder, os.path.expanduser(path)) for path in pdf_paths(field))
        if file := next(filter(is_pdf, found), None):
            yield place, file


def _references(read: Input, first: int) -> Iterator[tuple[int, str]]:
    """Yield the REF or title by which each paper of a list is completed, with the place of its entry."""
    from readq.store.enrichment.pending_papers import TITLE_PREFIX

    for place, paper in enumerate(read.parsed.papers, start=first):
        spelled = next((spelling(identifier) for identifier in paper.identifiers), None)
        yield place, spelled or f"{TITLE_PREFIX}{paper.title}"


def store(
    library: str, entries: Sequence[Entry], options: ImportOptions, now: datetime, attachments: Attachments
) -> ImportReport:
    """Import entries as one step, and return the report. With `dry_run` in `options`, nothing is stored.

    The report counts no entries as refreshed. Entries that changed only the upvotes or comments of a sighting are
    counted as updated.
    """
    files, references = attachments

    def attach(connection: sqlite3.Connection, stored: Stored) -> None:
        from readq.services.pdf.linked_files import link_missing
        from readq.store.enrichment import pending_papers

        paths = {stored.numbers[place]: path for place, path in files.items() if place in stored.numbers}
        link_missing(connection, paths, now)
        for place, reference in references.items():
            number = stored.numbers.get(place)
            if number is not None and number in stored.new:
                pending_papers.add(connection, number, reference, instant(now))

    follow_up = attach if files or references else None
    chosen = IngestOptions(options.busy_timeout, "imported", options.tags, options.dry_run, follow_up)
    report = ingest(library, entries, now, chosen)
    return report._replace(
        updated=report.updated + report.refreshed,
        refreshed=0,
        messages=(*report.messages, *identity_lines(report)),
    )
