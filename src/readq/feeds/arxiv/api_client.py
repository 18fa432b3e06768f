"""Questions to arXiv's API, as few as can be: results page by page, papers by their ids and by their titles."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from readq.errors import ReadqError
from readq.feeds.arxiv.atom_api import Page, RefusedError, complaint_of, parse
from readq.model.identifiers import arxiv_id
from readq.model.values import FetchedPaper
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError, Request, Response

SERVICE = "arxiv"
"""API and RSS are one service: their terms allow one request every three seconds over both."""

SUBMITTED, UPDATED = "submittedDate", "lastUpdatedDate"
"""What a result can be sorted by."""

IDS_AT_ONCE = 100
TITLES_AT_ONCE = 10

_ACCEPT = "application/atom+xml"
# Pages in mid-result come back empty now and then; asked again, they are full.
_TRIES = 3
_LONGEST_SEARCH = 3000
_CANDIDATES = 200
_SHORT = 2  # spaces
_LONGEST_PHRASE = 300
_BAD_ID = re.compile(r"incorrect id format for (\S+)")
_NOT_WORDS = re.compile(r"[\W_]+")


def search_url(endpoints: Endpoints, query: str, *, start: int, count: int, sort: str, ascending: bool = False) -> str:
    """The address of a page of what `query` finds; `sort` is SUBMITTED, UPDATED or `relevance`."""
    order = "ascending" if ascending else "descending"
    values = {"search_query": query, "start": start, "max_results": count, "sortBy": sort, "sortOrder": order}
    return f"{endpoints.arxiv_api}/api/query?{urlencode(values)}"


def between(first: datetime, last: datetime) -> str:
    """The search for what was submitted from `first` until just before `last`, both in UTC, by the minute."""
    return f"submittedDate:[{first:%Y%m%d%H%M} TO {last - timedelta(minutes=1):%Y%m%d%H%M}]"


async def pages(
    fetcher: Fetcher, endpoints: Endpoints, query: str, *, count: int, sort: str, ascending: bool = False
) -> AsyncIterator[Page]:
    """The pages of a result until its end. Raises FetchError, RefusedError, and ReadqError for a hole in the result."""
    start = 0
    while True:
        url = search_url(endpoints, query, start=start, count=count, sort=sort, ascending=ascending)
        page = await _page(fetcher, endpoints, url, start, "updated" if sort == UPDATED else "published")
        yield page
        start += len(page.parsed.papers) + len(page.parsed.rejected)
        if start >= page.total:
            return


async def _page(fetcher: Fetcher, endpoints: Endpoints, url: str, start: int, seen: str) -> Page:
    for _ in range(_TRIES):
        page = await _asked(fetcher, endpoints, url, seen)
        if page.parsed.papers or page.parsed.rejected or page.total <= start:
            return page
    raise ReadqError(f"arXiv has {page.total:,} papers, but sent none from {start + 1:,} on", "try later")


async def _asked(fetcher: Fetcher, endpoints: Endpoints, url: str, seen: str = "published") -> Page:
    try:
        answer: Response = await fetcher.fetch(Request(url, SERVICE, _ACCEPT, user_url=endpoints.arxiv_api))
    except FetchError as error:
        if error.status == 400 and (complaint := complaint_of(error.body)):
            raise RefusedError(complaint) from error
        raise
    page = await parse_in_thread(parse, answer.body, seen=seen)
    if not page.complete:
        raise ReadqError("arXiv's answer was cut off", "try again")
    return page


async def by_ids(fetcher: Fetcher, endpoints: Endpoints, ids: Iterable[str]) -> list[FetchedPaper]:
    """The papers of arXiv ids in any spelling, newest versions, in the server's order; unknown ids are left out.

    Raises FetchError and ReadqError; what was found before the failure is lost, so ask for what is needed at once.
    """
    wanted = list(dict.fromkeys(found for text in ids if (found := arxiv_id(text))))
    papers: list[FetchedPaper] = []
    for start in range(0, len(wanted), IDS_AT_ONCE):
        papers += await _by_ids(fetcher, endpoints, wanted[start : start + IDS_AT_ONCE])
    return papers


async def _by_ids(fetcher: Fetcher, endpoints: Endpoints, ids: Sequence[str]) -> list[FetchedPaper]:
    while ids:
        # Without a number of results the server sends ten, whatever was asked for.
        values = urlencode({"id_list": ",".join(ids), "start": 0, "max_results": len(ids)}, safe=",/")
        try:
            return (await _asked(fetcher, endpoints, f"{endpoints.arxiv_api}/api/query?{values}")).parsed.papers
        except RefusedError as refused:
            # One id that the server does not like spoils the answer for all.
            bad = _BAD_ID.search(refused.complaint)
            kept = [one for one in ids if bad and bad[1] != one]
            if len(kept) == len(ids) or not bad:
                raise
            ids = kept
    return []


async def by_titles(fetcher: Fetcher, endpoints: Endpoints, titles: Iterable[str]) -> list[FetchedPaper]:
    """Papers whose titles hold the words of one of `titles` in a row: candidates, to be compared by the caller."""
    papers: dict[tuple[tuple[str, str], ...], FetchedPaper] = {}
    for query in title_searches(titles):
        url = search_url(endpoints, query, start=0, count=_CANDIDATES, sort="relevance")
        page = await _asked(fetcher, endpoints, url)
        papers.update({paper.identifiers: paper for paper in page.parsed.papers})
    return list(papers.values())


def title_searches(titles: Iterable[str]) -> Iterator[str]:
    """Searches for titles, several in each, none longer than a server's line of request takes."""
    phrases = dict.fromkeys(
        words for title in titles if (words := _NOT_WORDS.sub(" ", title)[:_LONGEST_PHRASE].strip())
    )
    # `Deep learning` finds thousands: it must not crowd out what the longer titles find.
    short = [phrase for phrase in phrases if phrase.count(" ") < _SHORT]
    yield from _searches([phrase for phrase in phrases if phrase not in short])
    yield from _searches(short)


def _searches(phrases: Sequence[str]) -> Iterator[str]:
    together: list[str] = []
    for phrase in phrases:
        part = f'ti:"{phrase}"'
        if together and (
            len(together) == TITLES_AT_ONCE or len(urlencode({"q": " OR ".join([*together, part])})) > _LONGEST_SEARCH
        ):
            yield " OR ".join(together)
            together = []
        together.append(part)
    if together:
        yield " OR ".join(together)
