"""Complete the metadata of papers: missing authors, ids and dates, and the published versions of preprints.

The venue, the DOI and the pages are taken from a published version. Requests are made in batches: 80 titles need eight
requests to arXiv, and the published versions of 500 preprints need one request to Semantic Scholar. If a title matches
two works, the paper is reported, so that a person can decide.
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
from readq.services.enrichment import batch_lookup
from readq.services.enrichment.batch_lookup import Ambiguous, Finding, Findings
from readq.services.enrichment.title_search import Candidate
from readq.services.enrichment.update import Duplicate, update
from readq.services.enrichment.versions import check_versions
from readq.services.importing.ingest import IngestOptions
from readq.store.connection.transactions import writing
from readq.store.enrichment import candidates, pending_papers
from readq.store.enrichment.candidates import EnrichablePaper
from readq.store.enrichment.incomplete import ambiguous
from readq.store.enrichment.pending_papers import TITLE_PREFIX
from readq.store.library import open_for_changing, open_for_reading
from readq.text import counted

_RETRY_AFTER = timedelta(days=7)
"""The time after which a sync searches again for a title that no web service had."""

_MAX_TITLES = 40
"""The maximum number of titles that one sync searches for. They take four requests to arXiv."""


class Enriched(NamedTuple):
    """The result of completing the metadata of papers."""

    found: int = 0
    """The number of incomplete papers."""
    updated: tuple[int, ...] = ()
    """The ids of changed papers."""
    ambiguous: tuple[Ambiguous, ...] = ()
    """The papers with a title that matches several works, or one work only roughly."""
    unknown: tuple[EnrichablePaper, ...] = ()
    """The papers with a title that matches no work."""
    duplicates: tuple[Duplicate, ...] = ()
    """The papers that turned out to be the same work as another paper of the library."""
    rejected: tuple[Rejected, ...] = ()
    """The papers that were not changed, with the reasons."""
    failures: tuple[str, ...] = ()
    """A line of text for each failed request, except the requests in `remarks`."""
    remarks: tuple[str, ...] = ()
    """A line of text for each failed request of less importance, such as a request for published versions."""
    messages: tuple[str, ...] = ()
    """Lines of text about merged papers, and about frozen citation keys that no longer match the metadata."""


def enrich(
    library: str,
    ids: Sequence[int],
    network: Network,
    now: datetime,
    options: IngestOptions,
    narrate: Callable[[str], None] = lambda _line: None,
) -> Enriched:
    """Look up the missing metadata of the papers `ids`, and write it to the library. Return the result.

    `narrate` is called with a line of text about each request. On KeyboardInterrupt, the metadata found so far is
    written, and KeyboardInterrupt is raised again. Of `options`, only the busy timeout and the form of citation keys
    are used. Raises LibraryError or a subclass if the library cannot be read or written.
    """
    findings = Findings(narrate)
    with contextlib.closing(open_for_reading(library, options.busy_timeout)) as connection:
        papers = candidates.select(connection, ids)
        findings.ambiguous = _ambiguous_in_library(connection, ids)
    if not papers:
        return Enriched()
    try:
        asyncio.run(_find(network, papers, findings))
    except KeyboardInterrupt:
        _write(library, papers, findings, now, options)
        raise
    return _write(library, papers, findings, now, options)


def _ambiguous_in_library(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Ambiguous]:
    """Return the papers that have no identifier, and have the title of several other papers of the library."""
    found: list[Ambiguous] = []
    for one in ambiguous(connection, ids):
        (paper,) = candidates.papers(connection, [one.id])
        fits = candidates.papers(connection, one.fits)
        found.append(Ambiguous(paper, tuple(_as_candidate(paper, fit) for fit in fits)))
    return found


def _as_candidate(paper: EnrichablePaper, fit: EnrichablePaper) -> Candidate:
    name = fit.identifier("arxiv", "doi", "acl", "openreview", "s2", "url")
    names = tuple(author.name for author in fit.authors)
    return Candidate(
        name[1] if name else f"#{fit.id}", fit.title, names, fit.year, fit.venue, similarity(paper.title, fit.title)
    )


async def _find(network: Network, papers: Sequence[EnrichablePaper], findings: Findings) -> None:
    async with network.fetcher() as fetcher:
        settled = {one.paper.id for one in findings.ambiguous}
        await batch_lookup.find(fetcher, network.endpoints, [one for one in papers if one.id not in settled], findings)


def enrich_as(
    library: str, number: int, reference: str, network: Network, now: datetime, options: IngestOptions
) -> Enriched:
    """Look up `reference`, an identifier or a URL, and add its metadata to the paper with the id `number`.

    Return the result. Raises ReadqError in three cases: the look-up fails, another paper of the library has an
    identifier that was found, or the identifiers of the paper show that `reference` names a different work.
    """
    looked_up = asyncio.run(_look_up(network, reference))
    if looked_up.paper is None:
        raise ReadqError(f"{reference}: {looked_up.error}", "nothing was changed")
    done = update(library, [Finding(number, looked_up.paper, by_title=True)], now, options)
    for duplicate in done.duplicates:
        raise ReadqError(f"{reference} is #{duplicate.other} already", f"readq merge {duplicate.other} {number}")
    for part in done.rejected:
        raise ReadqError(f"#{number} is not {reference}: {part.why}", "correct it with readq edit")
    return Enriched(1, done.updated, messages=done.messages)


async def _look_up(network: Network, reference: str) -> LookedUp:
    async with network.fetcher() as fetcher:
        return (await look_up(fetcher, network.endpoints, [reference]))[reference]


async def complete_queued(
    library: str, fetcher: Fetcher, endpoints: Endpoints, now: datetime, options: IngestOptions
) -> Enriched:
    """Look up the missing metadata of pending papers, and of papers in the queue that lack authors or identifiers.

    Return the result. A paper is pending if it was added before its metadata could be looked up. A failed
    look-up is repeated at the next sync. If a search by title finds nothing, it is repeated after a week. The library
    is written to in a separate thread. Raises LibraryError or a subclass if the library cannot be read or written.
    """
    papers = await asyncio.to_thread(_pending_and_queued, library, instant(now - _RETRY_AFTER), options.busy_timeout)
    if not papers:
        return Enriched()
    findings = Findings()
    titled = [paper for paper in papers if batch_lookup.has_title_only(paper)]
    await batch_lookup.find_by_identifier(fetcher, endpoints, papers, findings)
    await batch_lookup.find_by_title(fetcher, endpoints, titled, findings)
    done = await asyncio.to_thread(_write, library, papers, findings, now, options)
    not_found = {one.paper.id for one in done.ambiguous} | {one.id for one in done.unknown}
    unknown = [paper for paper in titled if paper.id in not_found]
    await asyncio.to_thread(_record_failures, library, unknown, findings, now, options.busy_timeout)
    return done


def queued_completion(
    library: str, endpoints: Endpoints, options: IngestOptions
) -> Callable[[Fetcher, datetime], Awaitable[tuple[str, ...]]]:
    """Return a function that completes queued papers and checks their versions, for use as `SyncOptions.follow_up`.

    The function takes a fetcher and the present time. It calls `complete_queued` and `check_versions`, and returns
    their results as lines of text. A sync calls it after all feeds have been pulled.
    """

    async def follow_up(fetcher: Fetcher, now: datetime) -> tuple[str, ...]:
        done = await complete_queued(library, fetcher, endpoints, now, options)
        count = len(done.updated)
        completed = (f"{counted(count, 'queued paper')} completed",) if count else ()
        changed = await check_versions(library, fetcher, endpoints, now, options)
        return (*completed, *done.messages, *(f"queued papers: {failure}" for failure in done.failures), *changed)

    return follow_up


def _pending_and_queued(library: str, before: str, busy_timeout: float) -> list[EnrichablePaper]:
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        pending = [
            one.paper_id
            for one in pending_papers.list_pending(connection)
            if not one.reference.startswith(TITLE_PREFIX)
        ]
        return candidates.papers(connection, pending) + candidates.queued_by_title(connection, before, _MAX_TITLES)


def _record_failures(
    library: str, titled: Sequence[EnrichablePaper], findings: Findings, now: datetime, busy_timeout: float
) -> None:
    """Record which papers were not found, when and why."""
    with contextlib.closing(open_for_changing(library, busy_timeout)) as connection, writing(connection):
        for number, error in findings.unreached.items():
            pending_papers.record_failure(connection, number, instant(now), error)
        for paper in candidates.papers(connection, [paper.id for paper in titled]):
            pending_papers.add(connection, paper.id, f"{TITLE_PREFIX} {paper.title}", instant(now), "no certain match")


def _write(
    library: str, papers: Sequence[EnrichablePaper], findings: Findings, now: datetime, options: IngestOptions
) -> Enriched:
    done = update(library, findings.found, now, options)
    return Enriched(
        len(papers),
        done.updated,
        tuple(findings.ambiguous),
        tuple(findings.unknown),
        done.duplicates,
        done.rejected,
        tuple(findings.failures),
        tuple(findings.remarks),
        done.messages,
    )
