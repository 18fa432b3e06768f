"""Find papers with new versions, for the days on which the RSS feed of their category was not pulled."""

from datetime import date

from readq.feeds.arxiv.api_client import UPDATED, pages
from readq.model.fetched_paper import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher

_PAGE_SIZE = 1000
# Two weeks of a large category. Later versions of older papers are found when those papers are asked for by id.
_MAX_PAPERS = 10_000


async def replaced_since(fetcher: Fetcher, endpoints: Endpoints, query: str, since: date) -> list[FetchedPaper]:
    """Return the papers with a second or later version that was submitted on the day `since` (UTC) or later.

    arXiv's API is searched with `query`, and returns the papers with the latest update (lastUpdatedDate) first. Pages
    are requested until a page has a paper that was updated before `since`, or until 10,000 papers were received. Raises
    FetchError if a request fails. Raises ReadqError if a response cannot be used.
    """
    found: list[FetchedPaper] = []
    received = 0
    async for page in pages(fetcher, endpoints, query, count=_PAGE_SIZE, sort=UPDATED):
        papers = page.parsed.papers
        fresh = [paper for paper in papers if _day(paper) >= since.isoformat()]
        found += [paper for paper in fresh if (paper.version or 1) > 1]
        received += len(papers)
        if len(fresh) < len(papers) or not papers or received >= _MAX_PAPERS:
            break
    return found


def _day(paper: FetchedPaper) -> str:
    return (paper.appearance.day if paper.appearance else None) or ""
