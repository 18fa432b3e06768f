"""The Source for a search of arXiv's API."""

from collections.abc import AsyncIterator
from datetime import timedelta

from readq.feeds.arxiv.api_client import SERVICE, pages
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, PullOptions
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Rejected
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher

_PAGE_SIZE = 200
_MAX_PAPERS = 10_000
# The API finds a paper only when it is announced, up to five days after submission (a weekend and a holiday).
_ANNOUNCEMENT_DELAY = timedelta(days=5)


class ArxivQuery:
    """The Source that pulls `arxiv:query?search_query=…`: the newest papers that a search finds."""

    service = SERVICE

    def __init__(self, spec: str, name: str, query: str, sort: str, endpoints: Endpoints) -> None:
        self.spec = spec
        self.name = name
        self._query = query
        self._sort = sort
        self._endpoints = endpoints

    def expected_requests(self, options: PullOptions) -> int:  # noqa: ARG002 - see Source
        """Return 1. A search with many new papers needs more requests, but their number is not known in advance."""
        return 1

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield one batch with the papers that the search finds and that were submitted recently.

        If `options.first` is true, these are the papers submitted on the day `options.since` or later. Otherwise, the
        five days before are included, because arXiv announces papers up to five days after submission. If the feed is
        sorted by date of update, the date of the update counts instead of the date of submission. Raises FetchError if
        a request fails. Raises ReadqError if a response cannot be used.
        """
        since = (options.since if options.first else options.since - _ANNOUNCEMENT_DELAY).isoformat()
        papers: list[FetchedPaper] = []
        rejected: list[Rejected] = []
        async for page in pages(fetcher, self._endpoints, self._query, count=_PAGE_SIZE, sort=self._sort):
            fresh = [paper for paper in page.parsed.papers if _day(paper) >= since]
            papers += fresh
            rejected += page.parsed.rejected
            if len(fresh) < len(page.parsed.papers):
                break
            if len(papers) >= _MAX_PAPERS:
                rejected.append(
                    Rejected("the result", f"more than {_MAX_PAPERS:,} papers: the older ones were left out")
                )
                break
        yield Batch(
            ParsedFeed(papers[::-1], rejected),
            through=min(options.today, options.utc_day),
            remark=None if papers else f"nothing since {since} fits the search",
            stale=False,
        )


def _day(paper: FetchedPaper) -> str:
    return (paper.appearance.day if paper.appearance else None) or ""
