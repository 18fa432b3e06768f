"""Imports: files are read, and what they hold is taken in, in one transaction as one step."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from readq.days import local_day
from readq.errors import NothingReadableError, ReadqError, UsageError
from readq.model.values import Rejected, Status
from readq.services.importing.ingest import Entry, take_in
from readq.services.importing.recognise import Input, Unopened, read_all
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT

if TYPE_CHECKING:
    from readq.store.papers.bulk_insert import UnitOfWork

_FORM_OF_READERS_OWN = "bibtex"


class ImportOptions(NamedTuple):
    """How papers come in: None leaves the choice to the input's form.

    `config_path` is where the settings of a dump go when the reader has none yet.
    """

    form: str | None = None
    feed: str | None = None
    status: Status | None = None
    tags: tuple[str, ...] = ()
    dry_run: bool = False
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    config_path: str | None = None


class ImportReport(NamedTuple):
    """What an import came to, in entries; `found` is the sum of the next three and of `rejected`."""

    found: int
    new: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    step: int | None = None
    messages: tuple[str, ...] = ()


def import_paths(library: str, paths: Sequence[str], options: ImportOptions, now: datetime) -> ImportReport:
    """Import files, folders or standard input (`-`) into the library at the path `library`.

    Raises NothingReadableError when no part of them could be understood, ReadqError when none is there or may be read,
    and the kinds of LibraryError.
    """
    if options.form is None and (dumps := [path for path in paths if os.path.isdir(path) and _is_dump(path)]):
        return _import_dumps(library, dumps, [path for path in paths if path not in dumps], options, now)
    today = local_day(now)
    entries: list[Entry] = []
    files: dict[int, str] = {}
    rejected: list[Rejected] = []
    opened = empty_but_fine = False
    for read in read_all(paths, options.form, today):
        opened = opened or not isinstance(read, Unopened)
        if not isinstance(read, Input):
            rejected.append(Rejected(*read))
            continue
        rejected += [Rejected(f"{read.name}: {part.where}", part.why) for part in read.parsed.rejected]
        empty_but_fine = empty_but_fine or not read.parsed.rejected
        if read.form == _FORM_OF_READERS_OWN:
            files.update(_own_files(read, len(entries)))
        entries += _entries(read, options, today.isoformat())
    if not entries and not empty_but_fine:
        failure = NothingReadableError if opened else ReadqError
        raise failure(_summary(rejected), "nothing was imported")
    return store(library, entries, rejected, options, now, files)


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
    chosen = DumpOptions(options.tags, options.config_path, options.dry_run, options.busy_timeout)
    parts: list[ImportReport] = []
    for folder in dumps:
        new, updated, unchanged, rejected, step, messages = import_dump(library, folder, chosen, now)
        found = new + updated + unchanged + len(rejected)
        parts.append(ImportReport(found, new, updated, unchanged, rejected, step, messages))
    if others:
        parts.append(import_paths(library, others, options, now))
    return ImportReport(
        sum(part.found for part in parts),
        sum(part.new for part in parts),
        sum(part.updated for part in parts),
        sum(part.unchanged for part in parts),
        tuple(one for part in parts for one in part.rejected),
        next((part.step for part in reversed(parts) if part.step is not None), None),
        tuple(message for part in parts for message in part.messages),
    )


def _summary(rejected: Sequence[Rejected]) -> str:
    first = f"{rejected[0].where}: {rejected[0].why}"
    return first if len(rejected) == 1 else f"{first}; and {len(rejected) - 1} more"


def _entries(read: Input, options: ImportOptions, today: str) -> Iterator[Entry]:
    own = read.form == _FORM_OF_READERS_OWN
    status = options.status or (Status.DONE if own else Status.INBOX)
    feed = options.feed or read.parsed.feed
    for paper in read.parsed.papers:
        day = paper.appearance.day if paper.appearance else None
        yield Entry(replace(paper, where=f"{read.name}: {paper.where}"), feed, day or today, status)


def _own_files(read: Input, first: int) -> Iterator[tuple[int, str]]:
    """The PDFs that a .bib names and that are there, by the place of their entries, the first of which is `first`."""
    from readq.formats.bibtex.file_field import paths
    from readq.services.pdf.linked_files import is_pdf

    folder = os.path.dirname(os.path.abspath(read.name))
    for place, paper in enumerate(read.parsed.papers, start=first):
        field = next((value for name, value in paper.fields if name.lower() == "file"), "")
        found = (os.path.join(folder, os.path.expanduser(path)) for path in paths(field))
        if file := next(filter(is_pdf, found), None):
            yield place, file


def store(
    library: str,
    entries: Sequence[Entry],
    rejected: Sequence[Rejected],
    options: ImportOptions,
    now: datetime,
    files: Mapping[int, str] = {},
) -> ImportReport:
    """Merge entries into the library as one step; with `dry_run` the report is made and nothing is kept.

    A person who imports counts again asked for that: they are an update here, and stand in the step. `files` are PDFs
    by the place of their entry.
    """

    def link(unit: "UnitOfWork", numbers: Mapping[int, int], _new: Collection[int], _step: int | None) -> None:
        from readq.services.pdf.linked_files import link_missing

        link_missing(unit.connection, {numbers[place]: path for place, path in files.items() if place in numbers}, now)

    taken = take_in(
        library,
        entries,
        now,
        options.busy_timeout,
        step="imported",
        tags=options.tags,
        dry_run=options.dry_run,
        further=link if files else None,
    )
    return ImportReport(
        taken.found + len(rejected),
        taken.new,
        taken.updated + taken.refreshed,
        taken.unchanged,
        (*rejected, *taken.rejected),
        taken.step,
        taken.messages,
    )
