"""Query arXiv's API: search page by page, and look up several papers in one request by their ids or titles."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from readq.errors import ReadqError
from readq.feeds.arxiv.atom_api import Page, RefusedError, parse, refusal_reason
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError, Request, Response

SERVICE = "arxiv"
"""The name of the web service whose rate limit applies to the API and to RSS.

arXiv's terms allow one request in three seconds to both together.
"""

SUBMITTED, UPDATED = "submittedDate", "lastUpdatedDate"
"""The values of `sortBy` in a search: by the date of submission, and by the date of the latest version."""

IDS_PER_REQUEST = 100
TITLES_PER_REQUEST = 10

_ACCEPT = "application/atom+xml"
# A page in the middle of a result is sometimes empty, and complete when requested again.
_ATTEMPTS = 3
_MAX_QUERY = 3000
_MAX_CANDIDATES = 200
_MIN_SPACES = 2  # fewer spaces make a short title
_MAX_PHRASE = 300
_BAD_ID = re.compile(r"incorrect id format for (\S+)")
_NOT_WORDS = re.compile(r"[\W_]+")


def search_url(endpoints: Endpoints, query: str, *, start: int, count: int, sort: str, ascending: bool = False) -> str:
    """Return the URL of one page of search results. The page has at most `count` papers.

    `start` is the index of the first paper of the page in all results, counted from 0. `sort` is SUBMITTED, UPDATED or
    `relevance`.
    """
    order = "ascending" if ascending else "descending"
    values = {"search_query": query, "start": start, "max_results": count, "sortBy": sort, "sortOrder": order}
    return f"{endpoints.arxiv_api}/api/query?{urlencode(values)}"


def between(first: datetime, last: datetime) -> str:
    """Return the search term for papers submitted at `first` or later and before `last`. Both times are in UTC.

    The seconds of both times are ignored.
    """
    return f"submittedDate:[{first:%Y%m%d%H%M} TO {last - timedelta(minutes=1):%Y%m%d%H%M}]"


async def pages(
    fetcher: Fetcher, endpoints: Endpoints, query: str, *, count: int, sort: str, ascending: bool = False
) -> AsyncIterator[Page]:
    """Search arXiv with `query`, and yield the pages of the result one by one. Each page has up to `count` papers.

    `sort` is SUBMITTED, UPDATED or `relevance`. Raises FetchError if a request fails. Raises RefusedError if arXiv
    reports an error in the query. Raises ReadqError if a page is truncated or missing.
    """
    start = 0
    while True:
        url = search_url(endpoints, query, start=start, count=count, sort=sort, ascending=ascending)
        page = await _page(fetcher, endpoints, url, start, "updated" if sort == UPDATED else "published")
        yield page
        start += len(page.parsed.papers) + len(page.parsed.rejected)
        if start >= page.total:
            return


async def _page(fetcher: Fetcher, endpoints: Endpoints, url: str, start: int, seen: str) -> Page:
    for _ in range(_ATTEMPTS):
        page = await _fetch_page(fetcher, endpoints, url, seen)
        if page.parsed.papers or page.parsed.rejected or page.total <= start:
            return page
    raise ReadqError(f"arXiv has {page.total:,} papers, but sent none from {start + 1:,} on", "try later")


async def _fetch_page(fetcher: Fetcher, endpoints: Endpoints, url: str, seen: str = "published") -> Page:
    try:
        response: Response = await fetcher.fetch(Request(url, SERVICE, _ACCEPT, user_url=endpoints.arxiv_api))
    except FetchError as error:
        if error.status == 400 and (reason := refusal_reason(error.body)):
            raise RefusedError(reason) from error
        raise
    page = await parse_in_thread(parse, response.body, seen=seen)
    if not page.complete:
        raise ReadqError("arXiv's response was truncated", "try again")
    return page


async def by_ids(fetcher: Fetcher, endpoints: Endpoints, ids: Iterable[str]) -> list[FetchedPaper]:
    """Look up papers by their arXiv ids.

    Return the newest version of each paper, in the order of the server's response. The ids may have any form that
    `arxiv_id` parses. Unknown ids are left out. Raises FetchError if a request fails. Raises ReadqError if a response
    cannot be used.
    """
    normal = list(dict.fromkeys(found for text in ids if (found := arxiv_id(text))))
    papers: list[FetchedPaper] = []
    for start in range(0, len(normal), IDS_PER_REQUEST):
        papers += await _by_ids(fetcher, endpoints, normal[start : start + IDS_PER_REQUEST])
    return papers


async def _by_ids(fetcher: Fetcher, endpoints: Endpoints, ids: Sequence[str]) -> list[FetchedPaper]:
    while ids:
        # Without max_results the server sends ten papers.
        values = urlencode({"id_list": ",".join(ids), "start": 0, "max_results": len(ids)}, safe=",/")
        try:
            return (await _fetch_page(fetcher, endpoints, f"{endpoints.arxiv_api}/api/query?{values}")).parsed.papers
        except RefusedError as refused:
            # One malformed id makes the server refuse the whole request.
            bad = _BAD_ID.search(refused.reason)
            remaining = [one for one in ids if bad and bad[1] != one]
            if len(remaining) == len(ids) or not bad:
                raise
            ids = remaining
    return []


async def by_titles(fetcher: Fetcher, endpoints: Endpoints, titles: Iterable[str]) -> list[FetchedPaper]:
    """Return the papers with a title that contains one of `titles` as a phrase.

    The result does not tell which title found a paper, so the caller has to compare titles. Raises FetchError if a
    request fails. Raises ReadqError if a response cannot be used.
    """
    papers: dict[tuple[tuple[str, str], ...], FetchedPaper] = {}
    for query in title_searches(titles):
        url = search_url(endpoints, query, start=0, count=_MAX_CANDIDATES, sort="relevance")
        page = await _fetch_page(fetcher, endpoints, url)
        papers.update({paper.identifiers: paper for paper in page.parsed.papers})
    return list(papers.values())


def title_searches(titles: Iterable[str]) -> Iterator[str]:
    """Yield search queries for arXiv's API.

    Each query searches for several of `titles`, and is short enough for a URL.
    """
    phrases = dict.fromkeys(words for title in titles if (words := _NOT_WORDS.sub(" ", title)[:_MAX_PHRASE].strip()))
    # `Deep learning` finds thousands of papers, so short titles are searched apart from long ones.
    short = [phrase for phrase in phrases if phrase.count(" ") < _MIN_SPACES]
    yield from _searches([phrase for phrase in phrases if phrase not in short])
    yield from _searches(short)


def _searches(phrases: Sequence[str]) -> Iterator[str]:
    terms: list[str] = []
    for phrase in phrases:
        term = f'ti:"{phrase}"'
        if terms and (
            len(terms) == TITLES_PER_REQUEST or len(urlencode({"q": " OR ".join([*terms, term])})) > _MAX_QUERY
        ):
            yield " OR ".join(terms)
            terms = []
        terms.append(term)
    if terms:
        yield " OR ".join(terms)
