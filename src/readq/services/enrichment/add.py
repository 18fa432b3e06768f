"""Add papers to the queue, each by a reference (a DOI, an arXiv id or a URL), and look up their metadata.

All papers of one call are queued as one step of the undo history. If the look-up of a paper fails and a retry may
succeed, the paper is queued with its reference as title, and a later sync looks it up again. A paper that the library
has already is queued if it is in the inbox, and left unchanged otherwise.
"""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from readq.days import instant, local_day
from readq.model.identifiers import identifiers_in
from readq.model.import_report import Joined
from readq.model.values import Rejected, Status
from readq.net.fetcher import Network
from readq.registries.reference_lookup import LookedUp, look_up
from readq.services.enrichment.add_arguments import AddTarget
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import IngestOptions, Stored, ingest
from readq.services.importing.listed_papers import placeholder
from readq.store import references
from readq.store.enrichment import candidates, pending_papers
from readq.store.library import open_for_reading
from readq.store.papers import decisions, pdfs, queries

STEP = "added"


class AddedPaper(NamedTuple):
    """The result of adding one paper."""

    number: int
    """The id of the paper."""
    key: str
    title: str
    status: Status
    was: Status | None = None
    """The former status of the paper, or None for a new paper."""
    pending: str | None = None
    """None if the metadata is complete. Otherwise the reason why the look-up failed.

    It is "" if the look-up was not finished.
    """


class AddResult(NamedTuple):
    """The result of `add`."""

    papers: tuple[AddedPaper, ...] = ()
    """The papers in the order of the arguments."""
    rejected: tuple[Rejected, ...] = ()
    """The arguments that were rejected, with the reasons."""
    step: int | None = None
    """The number of the step in the undo history, or None if nothing was changed."""
    joined: tuple[Joined, ...] = ()
    """The arguments that were matched with a paper of the library in a way that may surprise the user.

    An example is a match by the title alone.
    """
    look_alikes: tuple[tuple[int, int], ...] = ()
    """Pairs of ids of papers that may be the same work."""

    @property
    def new(self) -> int:
        """The number of new papers."""
        return sum(paper.was is None for paper in self.papers)

    @property
    def updated(self) -> int:
        """The number of papers of the library that were in the inbox and are queued now."""
        return sum(paper.was is not None and paper.was is not paper.status for paper in self.papers)


def add(
    library: str, targets: Sequence[AddTarget], network: Network, now: datetime, options: IngestOptions
) -> AddResult:
    """Look up the metadata of the papers `targets`, and queue the papers as one step of the undo history.

    Return the result. On KeyboardInterrupt, the papers are queued with the metadata found so far, and KeyboardInterrupt
    is raised again. Of `options`, only the busy timeout and the form of citation keys are used. Raises LibraryError or
    a subclass if the library cannot be read or written.
    """
    missing = [one.reference for one in targets if not _is_complete(library, one.reference, options.busy_timeout)]
    found = {reference: LookedUp(None) for reference in missing}
    try:
        if missing:
            asyncio.run(_look_up(network, missing, found))
    except KeyboardInterrupt:
        store(library, targets, found, now, options)
        raise
    return store(library, targets, found, now, options)


async def _look_up(network: Network, missing: Sequence[str], found: dict[str, LookedUp]) -> None:
    async with network.fetcher() as fetcher:
        found.update(await look_up(fetcher, network.endpoints, list(dict.fromkeys(missing))))


def _is_complete(library: str, reference: str, busy_timeout: float) -> bool:
    """Return whether the paper is in the library, with all metadata that a look-up can return."""
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        number = references.find(connection, reference)
        papers = candidates.papers(connection, [number] if number is not None else [])
    return bool(papers) and ((papers[0].reference is None and bool(papers[0].authors)) or not identifiers_in(reference))


def store(
    library: str, targets: Sequence[AddTarget], found: Mapping[str, LookedUp], now: datetime, options: IngestOptions
) -> AddResult:
    """Queue the papers of `targets` as one step of the undo history. Return the result.

    `found` maps the references of the targets to the results of their look-ups. A target is rejected if its look-up
    failed and a retry would fail too. If a retry may succeed, or the look-up is not finished, the paper is queued, and
    marked as pending if it is new. A later sync looks up pending papers again. For `options`, see `add`.
    """
    unknown = [one for one in targets if (result := found.get(one.reference)) and result.final and not result.paper]
    rejected = [Rejected(one.where, found[one.reference].error or "not found") for one in unknown]
    accepted = [one for one in targets if one not in unknown]
    day = local_day(now).isoformat()
    entries: list[Entry] = []
    target_of_entry: list[AddTarget] = []
    for one in accepted:
        # A complete paper of the library was not looked up and is not merged with anything.
        result = found.get(one.reference)
        if result and (paper := result.paper or placeholder(one.reference)):
            entries.append(Entry(replace(paper, where=one.where), None, day, Status.QUEUED))
            target_of_entry.append(one)
    done: list[AddedPaper] = []

    def follow_up(connection: sqlite3.Connection, stored: Stored) -> None:
        numbers = stored.numbers
        number_of = {one: numbers[index] for index, one in enumerate(target_of_entry) if index in numbers}
        for one in accepted:
            if one not in target_of_entry and (number := references.find(connection, one.reference)):
                number_of[one] = number
        _record_pending(connection, number_of, found, stored.new, instant(now))
        queued = list(dict.fromkeys(number_of.values()))
        done.extend(_queue(connection, queued, stored.new, stored.step or 0, instant(now)))

    if not accepted:
        return AddResult((), tuple(rejected))
    report = ingest(library, entries, now, options._replace(step=STEP, follow_up=follow_up))
    return AddResult(tuple(done), (*rejected, *report.rejected), report.step, report.joined, report.look_alikes)


def _record_pending(
    connection: sqlite3.Connection,
    number_of: Mapping[AddTarget, int],
    found: Mapping[str, LookedUp],
    new: Container[int],
    at: str,
) -> None:
    """Record which papers are pending, and attach PDFs to papers that have none."""
    for one, number in number_of.items():
        result = found.get(one.reference)
        if result and result.paper:
            pending_papers.remove(connection, [number])
        elif number in new:
            pending_papers.add(connection, number, one.reference, at, result.error if result else None)
        if one.pdf and pdfs.lookup(connection, number) is None:
            pdfs.attach(connection, number, os.path.abspath(one.pdf), at)


def _queue(
    connection: sqlite3.Connection, numbers: Sequence[int], new: Container[int], step: int, at: str
) -> list[AddedPaper]:
    """Queue the papers that are in the inbox, and return the result for each paper."""
    was = {paper.id: Status(paper.status) for paper in queries.papers(connection, numbers)}
    inbox = [number for number in numbers if was[number] is Status.INBOX]
    decisions.set_status(connection, step, decisions.listed(inbox), Status.QUEUED, at)
    papers = {paper.id: paper for paper in queries.papers(connection, numbers)}
    pending = {one.paper_id: one.error or "" for one in pending_papers.list_pending(connection, numbers)}
    return [
        AddedPaper(
            number,
            papers[number].key,
            papers[number].title,
            Status(papers[number].status),
            None if number in new else was[number],
            pending.get(number),
        )
        for number in numbers
    ]
