"""The Source for one or several categories of arXiv: the daily announcements, including missed announcements.

The RSS feed contains one announcement: usually the latest, sometimes an older one. Missed announcement days are
requested from the API, usually with one request for each day. The API finds new papers by the time of submission, and
replaced papers by the date of the update.

A paper that moderators held back was submitted earlier than the other papers of its announcement. So its time of
submission does not show when it was announced. But its id does, because arXiv assigns ids in ascending order when it
announces papers.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv.announcement_days import (
    announcement_days,
    eastern_day,
    is_announcement_day,
    latest_announcement_day,
    window_end,
    window_start,
)
from readq.feeds.arxiv.api_client import SERVICE, SUBMITTED, between, pages
from readq.feeds.arxiv.replacements import replaced_since
from readq.feeds.arxiv.rss import Announcement, parse
from readq.feeds.arxiv.taxonomy import search_term
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, PullOptions
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request, Validators

_ACCEPT = "application/rss+xml, application/xml;q=0.9"
_PAGE_SIZE = 1000
_ONE_DAY = timedelta(days=1)
# The RSS feed has at most so many entries; announcements of large archives are longer.
_RSS_LIMIT = 2000
# Moderators hold back few papers for longer than this.
_MAX_HOLD = timedelta(days=7)
# The longest gap between announcements, at the end of the year, in days.
_MAX_GAP = 5


class _RssFeed(NamedTuple):
    """The RSS feed. `day` is its announcement day, or None if it is empty. `today` is the present day in New York."""

    announcement: Announcement
    day: date | None
    today: date

    @property
    def expected(self) -> date:
        """The latest announcement day up to today, which the feed should have. Holidays are ignored."""
        return latest_announcement_day(self.today)

    @property
    def is_full(self) -> bool:
        """Whether the announcement may be longer than the feed."""
        return len(self.announcement.parsed.papers) + len(self.announcement.parsed.revisions) >= _RSS_LIMIT


class ArxivCategory:
    """The Source that pulls the announcements of one or several categories: `arxiv:cs.LG` or `arxiv:cs.LG+cs.CL`."""

    service = SERVICE

    def __init__(self, categories: Sequence[str], endpoints: Endpoints) -> None:
        self.spec = f"arxiv:{'+'.join(categories)}"
        self.name = f"arxiv-{'+'.join(categories)}"
        self._categories = tuple(categories)
        self._query = f"({' OR '.join(map(search_term, categories))})"
        self._endpoints = endpoints

    def expected_requests(self, options: PullOptions) -> int:
        """Return the expected number of requests: 1 for the RSS feed, and more if days were missed.

        Each missed day adds 1 request. If any day was missed, 2 further requests are expected: one for papers that
        moderators had held back, and one for replaced papers.
        """
        missed = announcement_days(options.since, _eastern_today(options) - _ONE_DAY)
        return 1 if options.first or not missed else 3 + len(missed)

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield a batch for each missed day, then batches of held-back and of replaced papers, then the RSS feed.

        If `options.first` is true, only the papers of the latest announcement are yielded. If the RSS feed has not
        changed since the last pull, the only batch has no papers. If a missed day cannot be fetched, the batch of the
        RSS feed is yielded before the error is raised. Raises FetchError if a request fails. Raises ReadqError if a
        response is not a feed.
        """
        origin = self._endpoints.arxiv_rss
        url = f"{origin}/rss/{'+'.join(self._categories)}"
        response = await fetcher.fetch(Request(url, SERVICE, _ACCEPT, options.validators, user_url=origin))
        if response.status == 304:
            yield Batch(ParsedFeed([], []), validators=response.validators, unchanged=True)
            return
        feed = _rss_feed(await parse_in_thread(parse, response.body), options)
        failure: ReadqError | None = None
        has_new = False
        try:
            async for batch in self._from_api(fetcher, feed, options):
                has_new = has_new or bool(batch.parsed.papers)
                yield batch
        except ReadqError as error:
            failure = error
        batch = _rss_batch(feed, has_new=has_new)
        if failure:
            yield batch._replace(through=None)
            raise failure
        is_current = batch.complete and feed.day == feed.expected
        yield batch._replace(validators=response.validators if is_current else Validators())

    async def _from_api(self, fetcher: Fetcher, feed: _RssFeed, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield the papers of announcement days that the RSS feed lacks, oldest day first.

        Then yield older papers that were held back.
        """
        in_rss = _ids(feed.announcement.parsed.papers)
        earliest: date | None = None
        lowest = ""
        days = _days_to_request(feed, options)
        for day in days:
            papers = await self._submitted(fetcher, between(window_start(day), window_end(day)))
            if papers and earliest is None:
                earliest, lowest = day, min(_ids(papers), default="")
            through = day if papers or day < feed.expected else None
            remark = None if papers else f"no announcement on {day}"
            yield Batch(ParsedFeed(_on_day(papers, day, except_ids=in_rss), []), through=through, remark=remark)
            if options.first and papers:
                return
        if earliest and not options.first and days != [feed.day]:
            before = window_start(days[0])
            papers = await self._submitted(fetcher, between(before - _MAX_HOLD, before))
            held = [paper for paper in papers if any(lowest and one > lowest for one in _ids([paper]))]
            yield Batch(ParsedFeed(_on_day(held, earliest, except_ids=in_rss), []))
        if days and not options.first:
            yield await self._replaced(fetcher, window_start(days[0]).date())

    async def _replaced(self, fetcher: Fetcher, since: date) -> Batch:
        """Return the papers replaced since a day, as revisions.

        A failure becomes a remark, because new papers matter more.
        """
        try:
            found = await replaced_since(fetcher, self._endpoints, self._query, since)
        except ReadqError as error:
            return Batch(ParsedFeed([], []), remark=f"replaced papers were not looked up: {error}")
        return Batch(ParsedFeed([], [], revisions=tuple(found)))

    async def _submitted(self, fetcher: Fetcher, window: str) -> list[FetchedPaper]:
        query = f"{self._query} AND {window}"
        found = pages(fetcher, self._endpoints, query, count=_PAGE_SIZE, sort=SUBMITTED, ascending=True)
        return [paper async for page in found for paper in page.parsed.papers]


def _eastern_today(options: PullOptions) -> date:
    return eastern_day(options.at) if options.at else options.today


def _rss_feed(announcement: Announcement, options: PullOptions) -> _RssFeed:
    today = _eastern_today(options)
    parsed = announcement.parsed
    if not parsed.papers and not parsed.revisions:
        return _RssFeed(announcement, None, today)
    day = announcement.day or latest_announcement_day(today)
    ids = _ids(parsed.papers)
    if options.before and ids and day > options.before.day and ids <= options.before.arxiv_ids:
        # arXiv sometimes serves an earlier announcement under a new date.
        day = options.before.day
    papers = [_with_day(paper, day) for paper in parsed.papers]
    parsed = parsed._replace(papers=papers, revisions=tuple(_with_day(paper, day) for paper in parsed.revisions))
    return _RssFeed(announcement._replace(parsed=parsed), day, today)


def _days_to_request(feed: _RssFeed, options: PullOptions) -> list[date]:
    if not options.first:
        days = announcement_days(options.since, feed.expected)
        return [day for day in days if day != feed.day or feed.is_full]
    if feed.day:
        return [feed.expected] if feed.day < feed.expected or feed.is_full else []
    days = announcement_days(feed.expected - timedelta(days=_MAX_GAP), feed.expected)
    return days[::-1]


def _rss_batch(feed: _RssFeed, *, has_new: bool) -> Batch:
    announcement, day, _ = feed
    if day is None:
        return _empty_rss_batch(feed, has_new=has_new)
    parsed = announcement.parsed._replace(feed=None)
    remark = None
    if day < feed.expected:
        rest = ": later papers came from the API" if has_new else ""
        remark = f"arXiv's feed still shows the announcement of {day}{rest}"
    elif feed.is_full:
        remark = f"arXiv's feed of the day ends at {_RSS_LIMIT:,} papers: the others came from the API"
    through = day if announcement.complete else None
    stale = day < feed.expected and not has_new
    return Batch(parsed, through=through, complete=announcement.complete, remark=remark, stale=stale)


def _empty_rss_batch(feed: _RssFeed, *, has_new: bool) -> Batch:
    announcement, _, today = feed
    is_weekend = not is_announcement_day(today)
    if is_weekend:
        remark = f"no announcement on a {today:%A}"
    elif has_new:
        remark = "arXiv's feed of the day is empty: its papers came from the API"
    else:
        remark = "no announcement today: a holiday of arXiv's, or not yet"
    parsed = announcement.parsed._replace(feed=None)
    return Batch(parsed, through=today if is_weekend else None, complete=announcement.complete, remark=remark)


def _ids(papers: Sequence[FetchedPaper]) -> frozenset[str]:
    return frozenset(value for paper in papers for scheme, value in paper.identifiers if scheme == "arxiv")


def _with_day(paper: FetchedPaper, day: date) -> FetchedPaper:
    return replace(paper, appearance=(paper.appearance or Appearance())._replace(day=day.isoformat()))


def _on_day(papers: Sequence[FetchedPaper], day: date, *, except_ids: frozenset[str]) -> list[FetchedPaper]:
    """Return the papers with `day` as their day of appearance. Leave out papers with an id in `except_ids`."""
    return [_with_day(paper, day) for paper in papers if except_ids.isdisjoint(_ids([paper]))]
