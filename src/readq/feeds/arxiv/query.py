"""A feed out of any search of arXiv's API: what was submitted, or updated, lately and fits."""

from collections.abc import AsyncIterator
from datetime import timedelta

from readq.feeds.arxiv.api_client import SERVICE, pages
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, Wanted
from readq.model.values import FetchedPaper, Rejected
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher

_AT_ONCE = 200
_MOST = 10_000
# The API shows a paper once it is announced: days after it was submitted, over a weekend and a holiday.
_LAG = timedelta(days=5)


class ArxivQuery:
    """`arxiv:query?search_query=…`: the newest papers that a search finds."""

    service = SERVICE

    def __init__(self, spec: str, name: str, query: str, sort: str, endpoints: Endpoints) -> None:
        self.spec = spec
        self.name = name
        self._query = query
        self._sort = sort
        self._endpoints = endpoints

    def requests(self, wanted: Wanted) -> int:  # noqa: ARG002 - as all sources
        """One, unless the search is a broad one."""
        return 1

    async def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """Everything since the first day wanted, and what was submitted before but may have been announced since."""
        since = (wanted.since if wanted.first else wanted.since - _LAG).isoformat()
        papers: list[FetchedPaper] = []
        rejected: list[Rejected] = []
        async for page in pages(fetcher, self._endpoints, self._query, count=_AT_ONCE, sort=self._sort):
            fresh = [paper for paper in page.parsed.papers if _day(paper) >= since]
            papers += fresh
            rejected += page.parsed.rejected
            if len(fresh) < len(page.parsed.papers):
                break
            if len(papers) >= _MOST:
                rejected.append(Rejected("the result", f"more than {_MOST:,} papers: the older ones were left out"))
                break
        yield Batch(
            ParsedFeed(papers[::-1], rejected),
            through=min(wanted.today, wanted.utc_day),
            remark=None if papers else f"nothing since {since} fits the search",
            stale=False,
        )


def _day(paper: FetchedPaper) -> str:
    return (paper.appearance.day if paper.appearance else None) or ""
