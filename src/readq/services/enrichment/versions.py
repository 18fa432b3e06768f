"""Ask arXiv once a week for new versions and withdrawals of the queued papers and the papers being read."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from readq.days import instant, local_day
from readq.errors import ReadqError
from readq.feeds.arxiv.api_client import by_ids
from readq.feeds.arxiv.atom_api import mentions_withdrawal
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import ServiceState
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher
from readq.services.importing.changes import Entry
from readq.services.importing.identification import digest_of
from readq.services.importing.ingest import IngestOptions, ingest
from readq.store.enrichment import candidates
from readq.store.feeds.servers import load_services, save_service
from readq.store.library import open_for_changing, open_for_reading
from readq.store.papers import provenance
from readq.text import counted

_EVERY = timedelta(days=7)
_MAX_PAPERS = 1000
_STATE = "arxiv versions"
"""The name under which the library stores the time of the last request for versions."""

_ORIGIN = "service:arxiv"
"""The name of arXiv as a source of metadata.

Under this name, the library stores the metadata that arXiv gave for a paper.
"""


class _Asked(NamedTuple):
    """A paper to ask arXiv for. `number` is its id.

    `is_withdrawn` is true if its abstract says that it was withdrawn.
    """

    number: int
    title: str
    arxiv_id: str
    is_withdrawn: bool


async def check_versions(
    library: str, fetcher: Fetcher, endpoints: Endpoints, now: datetime, options: IngestOptions
) -> tuple[str, ...]:
    """Ask arXiv for new versions of the papers with the status `queued` or `reading`, and update these papers.

    Return messages about changed and withdrawn papers. Papers that got their status within the last week are not
    checked. No request is made if the last check was less than a week ago. At most 1,000 papers are checked, 100 in
    each request. If a request fails, () is returned, and the next sync checks again. Raises LibraryError or a subclass
    if the library cannot be read or written.
    """
    papers = await asyncio.to_thread(_due, library, now, options.busy_timeout)
    if not papers:
        return ()
    try:
        found = await by_ids(fetcher, endpoints, [one.arxiv_id for one in papers])
    except ReadqError:
        return ()
    return await asyncio.to_thread(_write, library, papers, found, now, options)


def _due(library: str, now: datetime, busy_timeout: float) -> list[_Asked]:
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        state = next((one for one in load_services(connection) if one.name == _STATE), None)
        if state is not None and state.last_request is not None:
            asked = datetime.fromtimestamp(state.last_request / 1000, UTC)
            # A time in the future means that the clock was set back.
            if timedelta() <= now - asked < _EVERY:
                return []
        rows = candidates.to_be_read(connection, instant(now - _EVERY), _MAX_PAPERS)
    return [_Asked(number, title, name, mentions_withdrawal(abstract)) for number, title, abstract, name in rows]


def _write(
    library: str, papers: Sequence[_Asked], found: Sequence[FetchedPaper], now: datetime, options: IngestOptions
) -> tuple[str, ...]:
    by_id = {one.arxiv_id: one for one in papers}
    day = local_day(now).isoformat()
    entries: list[Entry] = []
    withdrawn: list[_Asked] = []
    with contextlib.closing(open_for_reading(library, options.busy_timeout)) as connection:
        stored = provenance.by_name(connection, [(_ORIGIN, one.arxiv_id) for one in papers])
    for paper in found:
        asked = by_id.get(next((value for scheme, value in paper.identifiers if scheme == "arxiv"), ""))
        if asked is None:
            continue
        entries.append(Entry(replace(paper, name=asked.arxiv_id), None, day, number=asked.number, origin=_ORIGIN))
        past = stored.get((_ORIGIN, asked.arxiv_id))
        is_news = past is None or past.digest != digest_of(paper)
        if is_news and not asked.is_withdrawn and mentions_withdrawal(paper.abstract):
            withdrawn.append(asked)
    report = ingest(library, entries, now, options)
    with contextlib.closing(open_for_changing(library, options.busy_timeout)) as connection:
        save_service(connection, ServiceState(_STATE, int(now.timestamp() * 1000)))
    changed = f"{counted(report.updated, 'paper')} to be read changed on arXiv"
    return (
        *report.messages,
        *([changed] if report.updated else ()),
        *(f"withdrawn: #{one.number} {one.title}" for one in withdrawn),
    )
