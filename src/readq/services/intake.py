"""Taking papers in: files are read, merged with what is known, and stored in one transaction as one step."""

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from readq.days import instant, local_day
from readq.errors import NothingReadableError, ReadqError, UsageError
from readq.model.identity import is_safe_link
from readq.model.values import FetchedPaper, Rejected, Status
from readq.services.inputs import Input, Unopened, read_all
from readq.services.merging import Arrival, Merging
from readq.store.connect import DEFAULT_BUSY_TIMEOUT

if TYPE_CHECKING:
    from readq.store.writes import UnitOfWork

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


class Entry(NamedTuple):
    """A paper to take in, with the feed that showed it (if any), the day of that, and the status of a new paper."""

    paper: FetchedPaper
    feed: str | None
    day: str
    status: Status


def import_paths(library: str, paths: Sequence[str], options: ImportOptions, now: datetime) -> ImportReport:
    """Import files, folders or standard input (`-`) into the library at the path `library`.

    Raises NothingReadableError when no part of them could be understood, ReadqError when none is there or may be read,
    and the kinds of LibraryError.
    """
    if options.form is None and (dumps := [path for path in paths if os.path.isdir(path) and _is_dump(path)]):
        return _import_dumps(library, dumps, [path for path in paths if path not in dumps], options, now)
    today = local_day(now)
    entries: list[Entry] = []
    rejected: list[Rejected] = []
    opened = empty_but_fine = False
    for read in read_all(paths, options.form, today):
        opened = opened or not isinstance(read, Unopened)
        if not isinstance(read, Input):
            rejected.append(Rejected(*read))
            continue
        rejected += [Rejected(f"{read.name}: {part.where}", part.why) for part in read.parsed.rejected]
        empty_but_fine = empty_but_fine or not read.parsed.rejected
        entries += _entries(read, options, today.isoformat())
    if not entries and not empty_but_fine:
        failure = NothingReadableError if opened else ReadqError
        raise failure(_summary(rejected), "nothing was imported")
    return store(library, entries, rejected, options, now)


def _is_dump(folder: str) -> bool:
    from readq.services.dump_reading import is_dump

    return is_dump(folder)


def _import_dumps(
    library: str, dumps: Sequence[str], others: Sequence[str], options: ImportOptions, now: datetime
) -> ImportReport:
    """Merge dumps, each as a step of its own, then import the other paths, if any."""
    from readq.services.dump_importing import DumpOptions, import_dump

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
        named = paper._replace(where=f"{read.name}: {paper.where}", url=_link(paper.url), pdf_url=_link(paper.pdf_url))
        yield Entry(_with_letters(named), feed, day or today, status)


def _with_letters(paper: FetchedPaper) -> FetchedPaper:
    r"""The paper with accents that a source wrote in LaTeX (`Erd\H{o}s`) as letters, so that a search finds them."""
    if not any(
        "\\" in text for text in (paper.title, paper.abstract or "", *(author.name for author in paper.authors))
    ):
        return paper
    from readq.bibtex.accents import compose

    return paper._replace(
        title=compose(paper.title),
        abstract=compose(paper.abstract) if paper.abstract else None,
        authors=tuple(author._replace(name=compose(author.name)) for author in paper.authors),
    )


def _link(url: str | None) -> str | None:
    """An address that may be opened one day; another (a file, a script) is not worth losing its paper for."""
    return url if url and is_safe_link(url) else None


class _DryRunEnd(Exception):  # noqa: N818 - it leaves the transaction; nothing is wrong
    pass


def store(
    library: str, entries: Sequence[Entry], rejected: Sequence[Rejected], options: ImportOptions, now: datetime
) -> ImportReport:
    """Merge entries into the library as one step; with `dry_run` the report is made and nothing is kept."""
    from readq.store.writes import unit_of_work

    accepted, refused = _validated(entries)
    report = ImportReport(0, 0, 0, 0, ())
    with (
        _place(library, options.dry_run) as path,
        contextlib.suppress(_DryRunEnd),
        unit_of_work(path, options.busy_timeout) as unit,
    ):
        report = _merge(unit, accepted, [*rejected, *refused], options, instant(now))
        if options.dry_run:
            raise _DryRunEnd
    return report


def _validated(entries: Sequence[Entry]) -> tuple[list[Entry], list[Rejected]]:
    """What the library can hold, the newest day first, and what it cannot: lists begin with the lowest number."""
    from readq.feeds.merge import first_metadata
    from readq.services.storing import complaint

    accepted: list[Entry] = []
    refused: list[Rejected] = []
    for entry in entries:
        why = complaint(entry.paper, first_metadata(entry.paper))
        if why is None:
            accepted.append(entry)
        else:
            refused.append(Rejected(entry.paper.where, why))
    return sorted(accepted, key=lambda entry: entry.day, reverse=True), refused


@contextlib.contextmanager
def _place(library: str, dry_run: bool) -> Iterator[str]:
    """Where to write: a dry run without a library must not leave one behind."""
    if not dry_run or os.path.lexists(library):
        yield library
        return
    with tempfile.TemporaryDirectory(prefix="readq-") as folder:
        yield os.path.join(folder, "library.db")


def _merge(
    unit: "UnitOfWork", entries: Sequence[Entry], rejected: Sequence[Rejected], options: ImportOptions, at: str
) -> ImportReport:
    from readq.services import storing
    from readq.store import actions, journal, known
    from readq.store.writes import feed_id

    names = sorted({entry.feed for entry in entries if entry.feed})
    feeds = {name: feed_id(unit.session, name, at) for name in names}
    papers = [entry.paper for entry in entries]
    merging = Merging(storing.load_known(unit, papers), known.next_paper_number(unit.connection))
    outcomes: Counter[str] = Counter()
    status: dict[int, Status] = {}
    for entry in entries:
        outcome, number = merging.take(Arrival(entry.paper, feeds.get(entry.feed or ""), entry.day))
        outcomes[outcome] += 1
        status.setdefault(number, entry.status)
    messages = merging.settle_keys()
    step = journal.begin(unit.connection, at, "imported")
    works = list(merging.works.values())
    # Known papers first: a new one may get the key that one of them has given up.
    storing.update_known(unit, works, step)
    storing.insert_new(unit, [work for work in works if not work.known], step, status, at)
    for tag in options.tags:
        actions.add_tag(unit.connection, step, list(status), tag)
    finished = journal.finish(unit.connection, step)
    new, updated, unchanged = outcomes["new"], outcomes["updated"], outcomes["unchanged"]
    found = new + updated + unchanged + len(rejected)
    return ImportReport(found, new, updated, unchanged, tuple(rejected), finished, tuple(messages))
