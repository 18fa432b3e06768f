"""Completing papers: authors, ids and dates for those that came without, venue, DOI and pages for preprints.

Papers are asked for in batches: 80 titles are eight questions to arXiv, and the published versions of 500 preprints
one question to Semantic Scholar. A title that fits two works is left alone and listed: a person settles it.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.model.values import Rejected
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Network
from readq.registries.reference_lookup import LookedUp, look_up
from readq.registries.title_match import similarity
from readq.services.enrichment import lookup as finding
from readq.services.enrichment.apply import Twin, complete
from readq.services.enrichment.lookup import Ambiguous, Findings, Told
from readq.services.enrichment.title_search import Candidate
from readq.store.connection.transactions import writing
from readq.store.enrichment import candidates as enrichable
from readq.store.enrichment import pending_papers as pending_rows
from readq.store.enrichment.candidates import Enrichable
from readq.store.enrichment.incomplete import ambiguous
from readq.store.enrichment.pending_papers import TITLE_PREFIX
from readq.store.library import open_for_changing, open_for_reading
from readq.text import counted

_AGAIN = timedelta(days=7)
"""How long a queued paper that nobody knew by its title is left alone by syncs."""

_BY_THE_WAY = 40
"""Titles that one sync looks for at most: four questions."""


class Enriched(NamedTuple):
    """What enriching came to. `found` is how many papers lacked something, `updated` the numbers of those completed.

    `failures` are questions that were not answered, `remarks` those without which most was done.
    """

    found: int = 0
    updated: tuple[int, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    unknown: tuple[Enrichable, ...] = ()
    twins: tuple[Twin, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    failures: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def enrich(
    library: str,
    ids: Sequence[int],
    network: Network,
    now: datetime,
    busy_timeout: float,
    narrate: Callable[[str], None] = lambda _line: None,
) -> Enriched:
    """Complete those of the papers `ids` of which something is missing. What nobody can say stays missing.

    When the reader interrupts, what was found until then is written, and KeyboardInterrupt goes on. Raises the kinds of
    LibraryError.
    """
    findings = Findings(narrate)
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        papers = enrichable.select(connection, ids)
        findings.ambiguous = _fitting_two(connection, ids)
    if not papers:
        return Enriched()
    try:
        asyncio.run(_find(network, papers, findings))
    except KeyboardInterrupt:
        _written(library, papers, findings, now, busy_timeout)
        raise
    return _written(library, papers, findings, now, busy_timeout)


def _fitting_two(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Ambiguous]:
    """Papers known by a title alone that several papers of the library bear."""
    found: list[Ambiguous] = []
    for one in ambiguous(connection, ids):
        (paper,) = enrichable.papers(connection, [one.id])
        fits = enrichable.papers(connection, one.fits)
        found.append(Ambiguous(paper, tuple(_as_candidate(paper, fit) for fit in fits)))
    return found


def _as_candidate(paper: Enrichable, fit: Enrichable) -> Candidate:
    name = fit.identifier("arxiv", "doi", "acl", "openreview", "s2", "url")
    names = tuple(author.name for author in fit.authors)
    return Candidate(
        name[1] if name else f"#{fit.id}", fit.title, names, fit.year, fit.venue, similarity(paper.title, fit.title)
    )


async def _find(network: Network, papers: Sequence[Enrichable], findings: Findings) -> None:
    async with network.fetcher() as fetcher:
        settled = {one.paper.id for one in findings.ambiguous}
        await finding.find(fetcher, network.endpoints, [one for one in papers if one.id not in settled], findings)


def enrich_as(
    library: str, number: int, reference: str, network: Network, now: datetime, busy_timeout: float
) -> Enriched:
    """Settle that the paper `number` is the one that `reference` names, an id or an address.

    Raises ReadqError when nobody knows that one, and when the library has it under another number.
    """
    told = asyncio.run(_look_up(network, reference))
    if told.paper is None:
        raise ReadqError(f"{reference}: {told.error}", "nothing was changed")
    done = complete(library, [Told(number, told.paper, by_title=True)], now, busy_timeout)
    for twin in done.twins:
        raise ReadqError(f"{reference} is #{twin.other} already", f"readq merge {twin.other} {number}")
    for part in done.rejected:
        raise ReadqError(f"#{number} is not {reference}: {part.why}", "correct it with readq edit")
    return Enriched(1, done.updated)


async def _look_up(network: Network, reference: str) -> LookedUp:
    async with network.fetcher() as fetcher:
        return (await look_up(fetcher, network.endpoints, [reference]))[reference]


async def complete_queued(
    library: str, fetcher: Fetcher, endpoints: Endpoints, now: datetime, busy_timeout: float
) -> Enriched:
    """What a sync does by the way: papers added by an id alone, and queued ones without authors or id.

    What cannot be had now is tried again at the next sync; a title that nobody knew, after a week. Writes in a thread
    of its own. Raises the kinds of LibraryError.
    """
    papers = await asyncio.to_thread(_waiting, library, instant(now - _AGAIN), busy_timeout)
    if not papers:
        return Enriched()
    findings = Findings()
    titled = [paper for paper in papers if finding.is_nameless(paper)]
    await finding.by_name(fetcher, endpoints, papers, findings)
    await finding.by_title(fetcher, endpoints, titled, findings)
    done = await asyncio.to_thread(_written, library, papers, findings, now, busy_timeout)
    missed = {one.paper.id for one in done.ambiguous} | {one.id for one in done.unknown}
    await asyncio.to_thread(
        _remember, library, [paper for paper in titled if paper.id in missed], findings, now, busy_timeout
    )
    return done


def queued_completion(
    library: str, endpoints: Endpoints, busy_timeout: float
) -> Callable[[Fetcher, datetime], Awaitable[tuple[str, ...]]]:
    """Return a call of `complete_queued` for a sync to make; it returns its result as messages, one line each."""

    async def complete(fetcher: Fetcher, now: datetime) -> tuple[str, ...]:
        done = await complete_queued(library, fetcher, endpoints, now, busy_timeout)
        count = len(done.updated)
        completed = (f"{counted(count, 'queued paper')} completed",) if count else ()
        return (*completed, *(f"queued papers: {failure}" for failure in done.failures))

    return complete


def _waiting(library: str, before: str, busy_timeout: float) -> list[Enrichable]:
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        pending = [
            one.paper_id for one in pending_rows.list_pending(connection) if not one.reference.startswith(TITLE_PREFIX)
        ]
        return enrichable.papers(connection, pending) + enrichable.queued_by_title(connection, before, _BY_THE_WAY)


def _remember(
    library: str, titled: Sequence[Enrichable], findings: Findings, now: datetime, busy_timeout: float
) -> None:
    """When what was looked for in vain, and why."""
    with contextlib.closing(open_for_changing(library, busy_timeout)) as connection, writing(connection):
        for number, error in findings.unreached.items():
            pending_rows.record_failure(connection, number, instant(now), error)
        for paper in enrichable.papers(connection, [paper.id for paper in titled]):
            pending_rows.add(connection, paper.id, f"{TITLE_PREFIX} {paper.title}", instant(now), "no certain match")


def _written(
    library: str, papers: Sequence[Enrichable], findings: Findings, now: datetime, busy_timeout: float
) -> Enriched:
    done = complete(library, findings.told, now, busy_timeout)
    return Enriched(
        len(papers),
        done.updated,
        tuple(findings.ambiguous),
        tuple(findings.unknown),
        done.twins,
        done.rejected,
        tuple(findings.failures),
        tuple(findings.remarks),
    )
