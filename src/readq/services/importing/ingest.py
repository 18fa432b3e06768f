"""Import papers into the library: each is one that it has, or a new one. One short write transaction a call.

An import by a person calls it once, as a step that can be undone. A sync calls it batch by batch without a step,
because what a source says of a paper is no action of a person.
"""

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from readq.days import instant
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import is_safe_link
from readq.model.import_report import ImportReport
from readq.model.matching import Identity, Work, Works
from readq.model.metadata import Metadata, first_metadata
from readq.model.values import Rejected
from readq.services.importing.changes import Changes, Entry, Outcome
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.library import write_transaction

if TYPE_CHECKING:
    import sqlite3


class Stored(NamedTuple):
    """The papers of an import while its transaction is open: their numbers by the places of their entries."""

    numbers: Mapping[int, int]
    new: Collection[int]
    step: int | None


FollowUp = Callable[["sqlite3.Connection", Stored], None]
"""Writes what else belongs to the step, in the same transaction."""


class IngestOptions(NamedTuple):
    """How to import.

    `step` is the name of the step in the journal, such as `imported`; None: no step, and undone steps can still be
    redone. `tags` are added to every paper found. `dry_run`: make the report and keep nothing.
    """

    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    step: str | None = None
    tags: tuple[str, ...] = ()
    dry_run: bool = False
    follow_up: FollowUp | None = None


_DEFAULTS = IngestOptions()


class _Checked(NamedTuple):
    """The entries that the library can hold, newest day first, so that lists begin with the lowest number.

    `metadata` and `places`, those of the entries in the order given, belong to `entries` one by one.
    """

    entries: list[Entry]
    metadata: list[Metadata]
    places: list[int]
    rejected: list[Rejected]


def ingest(library: str, entries: Sequence[Entry], now: datetime, options: IngestOptions = _DEFAULTS) -> ImportReport:
    """Import `entries` into the library at the path `library`: all that are accepted, or none on an error.

    What the reader decided stays: a dropped paper that is seen again is not new. An entry is left out if the paper of
    its `number` is gone, or is another one by its identifiers. Checks entries before it takes the lock, and writes
    nothing of papers that nothing changes. Raises the kinds of LibraryError.
    """
    checked = _check(entries)
    report = ImportReport()
    with (
        _target(library, options.dry_run) as path,
        contextlib.suppress(_DryRunEnd),
        write_transaction(path, options.busy_timeout) as connection,
    ):
        report = _write(connection, checked, instant(now), options)
        if options.dry_run:
            raise _DryRunEnd
    numbers = dict(zip(checked.places, report.papers, strict=True))
    return report._replace(
        rejected=tuple(checked.rejected), papers=tuple(numbers.get(place) for place in range(len(entries)))
    )


class _DryRunEnd(Exception):  # noqa: N818 - leaves the transaction so that it is rolled back; nothing is wrong
    pass


def _check(entries: Sequence[Entry]) -> _Checked:
    from readq.services.importing.stored_papers import complaint

    accepted: list[tuple[Entry, Metadata, int]] = []
    rejected: list[Rejected] = []
    for place, entry in enumerate(entries):
        paper = _normalized(entry.paper)
        metadata = first_metadata(paper, entry.day)
        if (why := complaint(metadata)) is None:
            accepted.append((entry._replace(paper=paper), metadata, place))
        else:
            rejected.append(Rejected(paper.where, why))
    accepted.sort(key=lambda one: one[0].day, reverse=True)
    return _Checked([one[0] for one in accepted], [one[1] for one in accepted], [one[2] for one in accepted], rejected)


def _normalized(paper: FetchedPaper) -> FetchedPaper:
    r"""Return the paper with LaTeX accents (`Erd\H{o}s`) as letters, so that a search finds them.

    Leaves out an address that must not be opened (a file, a script), because that is no reason to lose the paper.
    """
    url, pdf_url = _safe_link(paper.url), _safe_link(paper.pdf_url)
    if (url, pdf_url) != (paper.url, paper.pdf_url):
        paper = replace(paper, url=url, pdf_url=pdf_url)
    # Nearly all of thousands of papers have no accents in LaTeX: one search in each paper's text.
    if "\\" not in "".join([paper.title, paper.abstract or "", *[author.name for author in paper.authors]]):
        return paper
    from readq.latex.accents import compose

    return replace(
        paper,
        title=compose(paper.title),
        abstract=compose(paper.abstract) if paper.abstract else None,
        authors=tuple(author._replace(name=compose(author.name)) for author in paper.authors),
    )


def _safe_link(url: str | None) -> str | None:
    return url if url and is_safe_link(url) else None


@contextlib.contextmanager
def _target(library: str, dry_run: bool) -> Iterator[str]:
    """Return the path to write to: a dry run must not create a missing library."""
    if not dry_run or os.path.lexists(library):
        yield library
        return
    with tempfile.TemporaryDirectory(prefix="readq-") as folder:
        yield os.path.join(folder, "library.db")


def _write(connection: "sqlite3.Connection", checked: _Checked, at: str, options: IngestOptions) -> ImportReport:
    """Write the checked entries. `papers` of the report belongs to `checked.entries` one by one."""
    from readq.services.importing import stored_papers
    from readq.store.journal import steps
    from readq.store.papers import lookup
    from readq.store.papers.insert import feed_ids

    feeds = feed_ids(connection, sorted({entry.feed for entry in checked.entries if entry.feed}), at)
    works, messages = _find_works(connection, checked, at, journalled=options.step is not None)
    present = lookup.identities_of(connection, {min(work.papers) for work in works if work.papers})
    claimed = [entry.paper.key for entry in checked.entries if entry.paper.key]
    stored = stored_papers.load(connection, present, claimed)
    changes = Changes(stored, feeds, lookup.next_paper_number(connection))
    outcomes: Counter[Outcome] = Counter()
    numbers: list[int | None] = []
    for entry, metadata, work in zip(checked.entries, checked.metadata, works, strict=True):
        if entry.number and entry.number not in work.papers:
            numbers.append(None)
            continue
        outcome, number = changes.apply(entry, metadata, work)
        outcomes[outcome] += 1
        numbers.append(number)
    for number in dict.fromkeys(number for number in numbers if number):
        changes.add_tags(changes.papers[number], options.tags)
    messages += changes.assign_keys(partial(lookup.keys_with_prefixes, connection))
    step = None if options.step is None else steps.begin(connection, at, options.step)
    stored_papers.write(connection, list(changes.papers.values()), step, at)
    if options.follow_up:
        by_place = {place: number for place, number in zip(checked.places, numbers, strict=True) if number}
        new = {one.number for one in changes.papers.values() if one.is_new}
        options.follow_up(connection, Stored(by_place, new, step))
    return ImportReport(
        outcomes[Outcome.NEW],
        outcomes[Outcome.UPDATED],
        outcomes[Outcome.UNCHANGED],
        step=None if step is None else steps.finish(connection, step),
        messages=tuple(messages),
        refreshed=outcomes[Outcome.REFRESHED],
        papers=tuple(numbers),
    )


def _find_works(
    connection: "sqlite3.Connection", checked: _Checked, at: str, *, journalled: bool
) -> tuple[list[Work], list[str]]:
    """Return the work of each entry, and a message for each two papers of the library that turn out to be one work.

    These are merged before anything is added to them. With `journalled` that is a step of its own before the import, so
    undoing the import keeps them merged, and the merge can be undone, too.
    """
    from readq.store.papers import decisions, lookup

    arriving = [
        Identity(frozenset(entry.paper.identifiers), frozenset((metadata.title_key,)))
        for entry, metadata in zip(checked.entries, checked.metadata, strict=True)
    ]
    settled = {entry.number for entry in checked.entries if entry.number}
    expected = lookup.identities_of(connection, decisions.existing(connection, list(settled))) if settled else {}
    stored = lookup.identities(
        connection,
        (one for identity in (*arriving, *expected.values()) for one in identity.identifiers),
        (title for identity in (*arriving, *expected.values()) for title in identity.titles),
    )
    sorting = Works(stored)
    placed = [sorting.place(identity) for identity in arriving]
    for entry, work in zip(checked.entries, placed, strict=True):
        if entry.number in expected:
            sorting.settle(work, entry.number)
    works = [work.found() for work in placed]
    messages: list[str] = []
    for work in dict.fromkeys(works):
        keeper, *others = sorted(work.papers) or [0]
        for other in others:
            from readq.services.papers.merge import merge_linked

            merge_linked(connection, keeper, other, at, journalled=journalled)
            messages.append(f"merged #{other} into #{keeper}: a source says that they are one paper")
    return works, messages
