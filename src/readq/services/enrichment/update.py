"""Write metadata from web services to papers of the library.

The changes are not recorded in the undo history, so undo cannot reverse them.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant, local_day
from readq.model.values import Rejected
from readq.services.enrichment.batch_lookup import Finding
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, ingest
from readq.store.connection.transactions import writing
from readq.store.enrichment import pending_papers
from readq.store.library import open_for_changing, open_for_reading
from readq.store.papers import lookup


class Duplicate(NamedTuple):
    """Two papers of the library that are the same work. `number` and `other` are their ids.

    `name` is the identifier that shows this, such as the DOI `10.1000/182`.
    """

    number: int
    other: int
    name: str


class Update(NamedTuple):
    """The result of `update`."""

    updated: tuple[int, ...] = ()
    """The ids of changed papers."""
    duplicates: tuple[Duplicate, ...] = ()
    """Pairs of papers that were left unchanged because they seem to be the same work."""
    rejected: tuple[Rejected, ...] = ()
    """Other papers that were not changed, with the reasons."""
    messages: tuple[str, ...] = ()
    """Lines of text about merged papers, and about frozen citation keys that no longer match the metadata."""


def update(library: str, findings: Sequence[Finding], now: datetime, options: IngestOptions) -> Update:
    """Write the metadata of `findings` to their papers. Return the result.

    Papers that were removed during the requests are skipped. Fields that a person set are kept. A provisional citation
    key (a key that is not frozen) changes with the metadata. If the found metadata has an identifier of another paper
    of the library, the two papers are merged. There is one exception: if the metadata was found by title only, both
    papers are left unchanged and reported as duplicates. Raises LibraryError or a subclass if the library cannot be
    read or written.
    """
    if not findings:
        return Update()
    busy_timeout = options.busy_timeout
    duplicates = _duplicates(library, findings, busy_timeout)
    accepted = [one for one in findings if one.number not in duplicates]
    day = local_day(now).isoformat()
    before = _fingerprints(library, accepted, busy_timeout)
    entries = [Entry(one.paper, None, day, number=one.number) for one in accepted]
    report = ingest(library, entries, now, options)
    contradicted = [one.number for one, number in zip(accepted, report.papers, strict=True) if number is None]
    after = _fingerprints(library, accepted, busy_timeout)
    with contextlib.closing(open_for_changing(library, busy_timeout)) as connection, writing(connection):
        pending_papers.remove(connection, [number for number in report.papers if number is not None])
        for duplicate in duplicates.values():
            pending_papers.record_failure(connection, duplicate.number, instant(now), f"is #{duplicate.other} too")
    return Update(
        tuple(number for number in before if before[number] != after.get(number)),
        tuple(duplicates.values()),
        report.rejected
        or tuple(Rejected(f"#{one}", "its ids say that it is another paper") for one in set(contradicted)),
        report.messages,
    )


def _duplicates(library: str, findings: Sequence[Finding], busy_timeout: float) -> dict[int, Duplicate]:
    """Return a dict that maps the id of a paper to a duplicate: another paper with one of its found identifiers.

    The dict has only papers whose metadata was found by title. The other paper is in the library or in `findings`.
    """
    found: dict[int, Duplicate] = {}
    names = [name for one in findings if one.by_title for name in one.paper.identifiers]
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        holders = lookup.identifier_owners(connection, names)
    for one in findings:
        for name in one.paper.identifiers if one.by_title else ():
            holder = holders.setdefault(name, one.number)
            if holder != one.number:
                found.setdefault(one.number, Duplicate(one.number, holder, name[1]))
    return found


def _fingerprints(library: str, findings: Sequence[Finding], busy_timeout: float) -> dict[int, object]:
    ids = {one.number for one in findings}
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        rows, names = lookup.metadata_of(connection, ids), lookup.identifiers_of(connection, ids)
    return {number: (row, names[number]) for number, row in sorted(rows.items())}
