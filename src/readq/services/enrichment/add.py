"""Adding single papers: each REF is looked up and queued at once, as one step; what is out of reach is completed later.

A paper that the library has is not added again: it is queued if it was in the inbox, and else stays what it is.
"""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Collection, Container, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from readq.days import instant, local_day
from readq.model.identifiers import arxiv_pdf_url, arxiv_url, identifiers_in
from readq.model.values import FetchedPaper, Rejected, Status, Trust
from readq.net.fetcher import Network
from readq.registries.reference_lookup import LookedUp, look_up
from readq.services.enrichment.add_arguments import Named
from readq.services.importing.ingest import Entry, take_in
from readq.store import references
from readq.store.enrichment import candidates as enrichable
from readq.store.enrichment import pending_papers as pending_rows
from readq.store.library import open_for_reading
from readq.store.papers import decisions as actions
from readq.store.papers import pdfs as pdf_rows
from readq.store.papers import queries
from readq.text import one_line

if TYPE_CHECKING:
    from readq.store.papers.bulk_insert import UnitOfWork

STEP = "added"


class AddedPaper(NamedTuple):
    """What became of one REF. `was` is the status before, None for a new paper; `pending`: why metadata is missing."""

    number: int
    key: str
    title: str
    status: Status
    was: Status | None = None
    pending: str | None = None


class Added(NamedTuple):
    """What adding came to; `papers` in the order given. `updated` are those that were in the inbox."""

    papers: tuple[AddedPaper, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    step: int | None = None

    @property
    def new(self) -> int:
        """Papers that the library did not have."""
        return sum(paper.was is None for paper in self.papers)

    @property
    def updated(self) -> int:
        """Papers that it had, and that were queued now."""
        return sum(paper.was is not None and paper.was is not paper.status for paper in self.papers)


def add(library: str, named: Sequence[Named], network: Network, now: datetime, busy_timeout: float) -> Added:
    """Look up `named`, and queue what there is of them as one step. Raises the kinds of LibraryError.

    When the reader interrupts, everything is queued with what is known, and KeyboardInterrupt goes on.
    """
    wanted = [one.reference for one in named if not _is_complete(library, one.reference, busy_timeout)]
    found = {reference: LookedUp(None) for reference in wanted}
    try:
        if wanted:
            asyncio.run(_look_up(network, wanted, found))
    except KeyboardInterrupt:
        store(library, named, found, now, busy_timeout)
        raise
    return store(library, named, found, now, busy_timeout)


async def _look_up(network: Network, wanted: Sequence[str], found: dict[str, LookedUp]) -> None:
    async with network.fetcher() as fetcher:
        found.update(await look_up(fetcher, network.endpoints, list(dict.fromkeys(wanted))))


def _is_complete(library: str, reference: str, busy_timeout: float) -> bool:
    """Whether the library has the paper with all that a look-up could bring."""
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        number = references.find(connection, reference)
        known = enrichable.papers(connection, [number] if number is not None else [])
    return bool(known) and ((known[0].reference is None and bool(known[0].authors)) or not identifiers_in(reference))


def store(
    library: str, named: Sequence[Named], found: Mapping[str, LookedUp], now: datetime, busy_timeout: float
) -> Added:
    """Queue papers with what was `found` of them, by reference; a look-up without paper and error is still to come."""
    missed = [one for one in named if (told := found.get(one.reference)) and told.final and not told.paper]
    rejected = [Rejected(one.where, found[one.reference].error or "not found") for one in missed]
    wanted = [one for one in named if one not in missed]
    day = local_day(now).isoformat()
    entries: list[Entry] = []
    of_entry: list[Named] = []
    for one in wanted:
        # Nothing is merged into a paper that was not looked up because the library has all of it.
        told = found.get(one.reference)
        if told and (paper := told.paper or placeholder(one.reference)):
            entries.append(Entry(paper._replace(where=one.where), None, day, Status.QUEUED))
            of_entry.append(one)
    done: list[AddedPaper] = []

    def further(unit: "UnitOfWork", numbers: Mapping[int, int], new: Collection[int], step: int | None) -> None:
        placed = {one: numbers[place] for place, one in enumerate(of_entry) if place in numbers}
        for one in wanted:
            if one not in of_entry and (number := references.find(unit.connection, one.reference)):
                placed[one] = number
        _annotate(unit.connection, placed, found, new, instant(now))
        done.extend(_decide(unit.connection, list(dict.fromkeys(placed.values())), new, step or 0, instant(now)))

    if not wanted:
        return Added((), tuple(rejected))
    taken = take_in(library, entries, now, busy_timeout, step=STEP, further=further)
    return Added(tuple(done), (*rejected, *taken.rejected), taken.step)


def placeholder(reference: str) -> FetchedPaper | None:
    """What is known of a paper by its REF alone: the id is its title. None for what is no id and no address."""
    names = identifiers_in(reference)
    if not names:
        return None
    scheme, value = names[0]
    arxiv = value if scheme == "arxiv" else None
    title = {"arxiv": f"arXiv:{value}", "doi": f"doi:{value}", "url": one_line(reference)}.get(scheme, value)
    return FetchedPaper(
        title=title,
        trust=Trust.PAGE,
        where=reference,
        url=arxiv_url(arxiv) if arxiv else f"https://doi.org/{value}" if scheme == "doi" else _address(reference),
        pdf_url=arxiv_pdf_url(arxiv) if arxiv else None,
        identifiers=names,
    )


def _address(reference: str) -> str | None:
    return reference if "://" in reference else None


def _annotate(
    connection: sqlite3.Connection,
    placed: Mapping[Named, int],
    found: Mapping[str, LookedUp],
    new: Container[int],
    at: str,
) -> None:
    """What is still to come of each paper, and its file; a file that it has already stays."""
    for one, number in placed.items():
        told = found.get(one.reference)
        if told and told.paper:
            pending_rows.remove(connection, [number])
        elif number in new:
            pending_rows.add(connection, number, one.reference, at, told.error if told else None)
        if one.pdf and pdf_rows.lookup(connection, number) is None:
            pdf_rows.attach(connection, number, os.path.abspath(one.pdf), at)


def _decide(
    connection: sqlite3.Connection, numbers: Sequence[int], new: Container[int], step: int, at: str
) -> list[AddedPaper]:
    """Queue those of the papers that are in the inbox, and say what became of each."""
    was = {paper.id: Status(paper.status) for paper in queries.papers(connection, numbers)}
    inbox = [number for number in numbers if was[number] is Status.INBOX]
    actions.set_status(connection, step, inbox, Status.QUEUED, at)
    papers = {paper.id: paper for paper in queries.papers(connection, numbers)}
    waiting = {one.paper_id: one.error or "" for one in pending_rows.list_pending(connection, numbers)}
    return [
        AddedPaper(
            number,
            papers[number].key,
            papers[number].title,
            Status(papers[number].status),
            None if number in new else was[number],
            waiting.get(number),
        )
        for number in numbers
    ]
