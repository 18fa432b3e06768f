"""Import files. The papers of all files are stored in one transaction, as one step of the undo history."""

import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant, local_day
from readq.errors import NothingReadableError, ReadqError, UsageError
from readq.feeds.parsed_feed import ParsedFeed
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import spelling
from readq.model.import_report import ImportReport, total
from readq.model.values import LeftOut, Rejected, Status
from readq.services.importing.changes import Entry
from readq.services.importing.entry_spool import EntrySpool, SpooledEntry
from readq.services.importing.ingest import Batch, IngestOptions, Stored, ingest_batches
from readq.services.importing.input_formats import FORMATS
from readq.services.importing.recognise import Input, Unopened, read_all
from readq.services.importing.report_lines import charset_line, identity_lines, left_out_lines
from readq.services.watches import Watching
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.templates.key_template import SCHOLAR, KeyForm
from readq.text import one_line

_LONGEST_FEED = 80
"""The maximum length of the name of a feed that is made from the feed's title, in characters."""


class ImportOptions(NamedTuple):
    """The options of an import of files."""

    form: str | None = None
    """The name of a format in `input_formats.FORMATS`.

    If it is None, the format is recognised by the content of a file.
    """
    feed: str | None = None
    """The name of the feed that listed the papers. If it is None, the format of a file determines it."""
    status: Status | None = None
    """The status of new papers. If it is None, the format of a file determines it."""
    tags: tuple[str, ...] = ()
    """The tags to add to all papers."""
    dry_run: bool = False
    """If it is true, nothing is stored."""
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    """The time to wait for a locked library, in seconds."""
    config_path: str | None = None
    """The path of the config file. If this file does not exist, settings of a dump are written to it."""
    all_settings: bool = False
    """If it is true, all settings of a dump are written. Otherwise, only the harmless settings are written.

    `readq.services.dump.dump_settings` defines the harmless settings.
    """
    base: str | None = None
    """The folder of an older dump, the common ancestor of the library and the dump to merge, or None."""
    key_form: KeyForm = SCHOLAR
    """The form of the citation keys of papers without a key of their own."""


def import_paths(library: str, paths: Sequence[str], options: ImportOptions, now: datetime) -> ImportReport:
    """Import files, folders or standard input (`-`) into the library at the path `library`. Return a report.

    Raises ReadqError if no file can be opened. Raises NothingReadableError if files were opened, but nothing in them
    can be parsed. Raises UsageError for options that exclude each other. Raises LibraryError or a subclass if the
    library cannot be read or written.
    """
    if options.form is None and (dumps := [path for path in paths if os.path.isdir(path) and _is_dump(path)]):
        return _import_dumps(library, dumps, [path for path in paths if path not in dumps], options, now)
    if options.base is not None:
        raise UsageError("--base is for the folder of a dump", "name a folder written by readq dump")
    return _import_files(library, paths, options, now)


def _import_files(
    library: str, paths: Sequence[str], options: ImportOptions, now: datetime, *, may_fail: bool = False
) -> ImportReport:
    """Import files, folders or standard input, none of which is a dump. Return a report.

    If nothing can be read in any of them, raises the errors of `import_paths`. If `may_fail` is true, returns a report
    with the reasons instead.
    """
    today = local_day(now)
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    assumed: list[str] = []
    opened = is_empty_valid = False
    with EntrySpool() as entries:
        for read in read_all(paths, options.form, today):
            opened = opened or not isinstance(read, Unopened)
            if not isinstance(read, Input):
                rejected.append(Rejected(*read))
                continue
            bad, skipped = _spool(read, entries, options, today.isoformat())
            rejected += bad
            left_out += skipped
            if FORMATS[read.form].is_bibliography and read.charset.invalid_line is not None:
                assumed.append(charset_line(read.name, read.charset.invalid_line))
            is_empty_valid = is_empty_valid or not bad
        if not entries and not is_empty_valid:
            if may_fail:
                return ImportReport(rejected=tuple(rejected))
            failure = NothingReadableError if opened else ReadqError
            raise failure(_summary(rejected), "nothing was imported")
        report = store(library, entries, options, now)
    return report._replace(
        unchanged=report.unchanged + len(left_out),
        rejected=(*rejected, *report.rejected),
        messages=(*assumed, *left_out_lines(left_out), *report.messages),
        left_out=tuple(left_out),
    )


def settings_of_dump(path: str) -> list[str]:
    """Return the settings in the dump in the folder `path`, each as a text such as `pdf_dir = "papers"`.

    Return an empty list if `path` is not the folder of a dump. Raises ReadqError if the settings cannot be read.
    """
    if not os.path.isdir(path) or not _is_dump(path):
        return []
    from readq.services.dump.dump_settings import described

    try:
        return described(path)
    except OSError as error:
        raise ReadqError(f"cannot read the settings in {path}: {error.strerror}", "leave out --with-config") from error


def refuse_other_config(settings: Collection[str], path: str) -> None:
    """Raise UsageError if there is a config file at `path` that lacks any of `settings` of a dump.

    Settings of a dump are written only where there is no config file.
    """
    if settings:
        from readq.services.dump import dump_settings

        dump_settings.refuse_other_config(settings, path)


def _is_dump(folder: str) -> bool:
    from readq.services.dump.read_folder import is_dump

    return is_dump(folder)


def _import_dumps(
    library: str, dumps: Sequence[str], others: Sequence[str], options: ImportOptions, now: datetime
) -> ImportReport:
    """Merge dumps, each as a step of its own, then import the other paths, if any.

    A dump that cannot be read is rejected, unless nothing else can be read. Then its error is raised.
    """
    from readq.services.dump.merge_folder import DumpOptions, import_dump

    if options.feed or options.status:
        raise UsageError("a dump brings its papers' own status and feeds", "leave out --feed and --status")
    if options.base is not None:
        return _import_with_base(library, [*dumps, *others], options, now)
    chosen = DumpOptions(options.tags, options.config_path, options.dry_run, options.busy_timeout, options.all_settings)
    parts: list[ImportReport] = []
    failures: dict[str, NothingReadableError] = {}
    for folder in dumps:
        try:
            part = import_dump(library, folder, chosen, now)
        except NothingReadableError as error:
            failures[folder] = error
        else:
            parts.append(part._replace(messages=(*part.messages, *identity_lines(part))))
    if others:
        parts.append(_import_files(library, others, options, now, may_fail=bool(parts)))
    if not parts:
        raise next(iter(failures.values()))
    rejected = tuple(Rejected(folder, str(error)) for folder, error in failures.items())
    return total([*parts, ImportReport(rejected=rejected)])


def _import_with_base(library: str, paths: Sequence[str], options: ImportOptions, now: datetime) -> ImportReport:
    from readq.services.dump.three_way.merge_with_base import import_with_base

    if len(paths) != 1 or options.tags or options.dry_run or options.all_settings or options.base is None:
        raise UsageError("--base goes with one dump and no other option", "readq import DIR --base OLDER")
    return import_with_base(library, paths[0], options.base, options.busy_timeout, now)


def _summary(rejected: Sequence[Rejected]) -> str:
    first = f"{rejected[0].where}: {rejected[0].why}"
    return first if len(rejected) == 1 else f"{first}; and {len(rejected) - 1} more"


def _spool(
    read: Input, entries: EntrySpool, options: ImportOptions, today: str
) -> tuple[list[Rejected], list[LeftOut]]:
    """Add the entries of an input to the spool. Return the rejected entries, and those that were left out."""
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    length = len(entries)
    for part in read.parts:
        if isinstance(part, Rejected):
            entries.truncate(length)
            return [part], []
        rejected += [Rejected(f"{read.name}: {one.where}", one.why) for one in part.rejected]
        left_out += [LeftOut(f"{read.name}: {one.where}", one.why) for one in part.left_out]
        for entry in _entries(read, part, options, today):
            entries.add(entry)
    return rejected, left_out


def _entries(read: Input, part: ParsedFeed, options: ImportOptions, today: str) -> Iterator[SpooledEntry]:
    form = FORMATS[read.form]
    usual = Status.DONE if form.is_bibliography else Status.QUEUED if form.is_list else Status.INBOX
    status = options.status or usual
    feed = options.feed or one_line(part.feed or "")[:_LONGEST_FEED].strip() or None
    origin = None if feed else _origin(read.name)
    folder = os.path.dirname(os.path.abspath(read.name))
    for paper in part.papers:
        day = paper.appearance.day if paper.appearance else None
        named = paper.found_at(f"{read.name}: {paper.where}")
        entry = Entry(named, feed, day or today, status, origin=origin, file=read.name)
        file = _own_file(paper, folder) if form.is_bibliography else None
        yield SpooledEntry(entry, file, _reference(paper) if form.is_list else None)


def _origin(name: str) -> str:
    """Return the origin of the records in a file: `file:` and its absolute path. Without a file, it is `file:-`."""
    if not os.path.exists(name):
        return "file:-"
    # The library stores UTF-8 only, and the name of a file may have other bytes.
    return f"file:{os.fsencode(os.path.abspath(name)).decode('utf-8', 'backslashreplace')}"


def _own_file(paper: FetchedPaper, folder: str) -> str | None:
    """Return the first existing PDF that an entry names, or None. The .bib file with the entry is in `folder`."""
    field = next((value for name, value in paper.fields if name.lower() == "file"), "")
    if not field:
        return None
    from readq.formats.bibtex.file_field import pdf_paths
    from readq.services.pdf.linked_files import is_pdf

    return next(filter(is_pdf, (os.path.join(folder, os.path.expanduser(path)) for path in pdf_paths(field))), None)


def _reference(paper: FetchedPaper) -> str:
    """Return the REF or title by which a paper of a list is completed."""
    from readq.store.enrichment.pending_papers import TITLE_PREFIX

    spelled = next((spelling(identifier) for identifier in paper.identifiers), None)
    return spelled or f"{TITLE_PREFIX}{paper.title}"


def store(library: str, entries: EntrySpool, options: ImportOptions, now: datetime) -> ImportReport:
    """Import `entries` as one step of the undo history, and return a report.

    If `options.dry_run` is true, nothing is stored. An entry that changes only the rank, upvotes, comments or submitter
    of a paper in a feed is counted as updated, not as refreshed.
    """
    watching = Watching(now)
    chosen = IngestOptions(
        options.busy_timeout,
        "imported",
        options.tags,
        options.dry_run,
        watching=watching,
        key_form=options.key_form,
    )
    batches = (_batch(spooled, now) for spooled in entries.batches())
    report = ingest_batches(library, batches, now, chosen)
    return report._replace(
        updated=report.updated + report.refreshed,
        refreshed=0,
        messages=(*report.messages, *watching.messages(), *identity_lines(report)),
        watches=watching.results(),
    )


def _batch(spooled: Sequence[SpooledEntry], now: datetime) -> Batch:
    files = {place: one.file for place, one in enumerate(spooled) if one.file}
    references = {place: one.reference for place, one in enumerate(spooled) if one.reference}

    def attach(connection: sqlite3.Connection, stored: Stored) -> None:
        from readq.services.pdf.linked_files import link_missing
        from readq.store.enrichment import pending_papers

        paths = {stored.numbers[place]: path for place, path in files.items() if place in stored.numbers}
        link_missing(connection, paths, now)
        for place, reference in references.items():
            number = stored.numbers.get(place)
            if number is not None and number in stored.new:
                pending_papers.add(connection, number, reference, instant(now))

    return Batch([one.entry for one in spooled], attach if files or references else None)
