"""A feed out of one or several categories of arXiv: each day's announcement, and the announcements that were missed.

The feed of the day holds the latest announcement only, and now and then an older one. A day that it does not hold is
asked for at the API, by the window of submissions that it announced: one request a day, as a rule. What moderators had
held back then was submitted before that window. It is found by its number: numbers are given when papers are announced.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv.announcement_days import (
    announcement_days,
    closing,
    eastern_day,
    is_announcement_day,
    latest_announcement_day,
    opening,
)
from readq.feeds.arxiv.api_client import SERVICE, SUBMITTED, between, pages
from readq.feeds.arxiv.rss import Announcement, parse
from readq.feeds.arxiv.taxonomy import search_term
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, Wanted
from readq.model.values import Appearance, FetchedPaper
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request, Validators

_ACCEPT = "application/rss+xml, application/xml;q=0.9"
_AT_ONCE = 1000
_ONE_DAY = timedelta(days=1)
# The feed of the day ends there, in large archives before the announcement does.
_MOST_SERVED = 2000
# Moderators hold back few papers for longer.
_HELD = timedelta(days=7)
# The longest time without an announcement, the end of the year.
_LONGEST_PAUSE = 5


class _Served(NamedTuple):
    """The feed of the day. `day` is None when it is empty; `today` is the day in New York."""

    announcement: Announcement
    day: date | None
    today: date

    @property
    def expected(self) -> date:
        """The latest day on which there should have been an announcement."""
        return latest_announcement_day(self.today)

    @property
    def is_full(self) -> bool:
        """Whether the announcement may have been longer than the feed."""
        return len(self.announcement.parsed.papers) + len(self.announcement.parsed.revisions) >= _MOST_SERVED


class ArxivCategory:
    """`arxiv:cs.LG`, `arxiv:cs.LG+cs.CL`."""

    service = SERVICE

    def __init__(self, categories: Sequence[str], endpoints: Endpoints) -> None:
        self.spec = f"arxiv:{'+'.join(categories)}"
        self.name = f"arxiv-{'+'.join(categories)}"
        self._categories = tuple(categories)
        self._endpoints = endpoints

    def requests(self, wanted: Wanted) -> int:
        """The feed of the day, a request for each day that was missed, and one for what was held back then."""
        missed = announcement_days(wanted.since, _eastern_today(wanted) - _ONE_DAY)
        return 1 if wanted.first or not missed else 2 + len(missed)

    async def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """The days that the feed of the day does not hold, then what it holds; a first pull brings the latest day only.

        When a missed day cannot be had, the feed of the day is handed on all the same, and then the failure.
        """
        home = self._endpoints.arxiv_rss
        url = f"{home}/rss/{'+'.join(self._categories)}"
        answer = await fetcher.fetch(Request(url, SERVICE, _ACCEPT, wanted.validators, user_url=home))
        if answer.status == 304:
            yield Batch(ParsedFeed([], []), validators=answer.validators, unchanged=True)
            return
        served = _served(await parse_in_thread(parse, answer.body), wanted)
        failure: ReadqError | None = None
        arrived = False
        try:
            async for batch in self._from_api(fetcher, served, wanted):
                arrived = arrived or bool(batch.parsed.papers)
                yield batch
        except ReadqError as error:
            failure = error
        batch = _of_the_day(served, arrived=arrived)
        if failure:
            yield batch._replace(through=None)
            raise failure
        fresh = batch.complete and served.day == served.expected
        yield batch._replace(validators=answer.validators if fresh else Validators())

    async def _from_api(self, fetcher: Fetcher, served: _Served, wanted: Wanted) -> AsyncIterator[Batch]:
        """The days of announcement that are wanted and not served, the oldest first, then what was held back before."""
        shown = _ids(served.announcement.parsed.papers)
        earliest: date | None = None
        lowest = ""
        days = _days_to_ask(served, wanted)
        for day in days:
            papers = await self._submitted(fetcher, between(opening(day), closing(day)))
            if papers and earliest is None:
                earliest, lowest = day, min(_ids(papers), default="")
            through = day if papers or day < served.expected else None
            remark = None if papers else f"no announcement on {day}"
            yield Batch(ParsedFeed(_seen(papers, day, but=shown), []), through=through, remark=remark)
            if wanted.first and papers:
                return
        if earliest and not wanted.first and days != [served.day]:
            before = opening(days[0])
            papers = await self._submitted(fetcher, between(before - _HELD, before))
            held = [paper for paper in papers if any(lowest and one > lowest for one in _ids([paper]))]
            yield Batch(ParsedFeed(_seen(held, earliest, but=shown), []))

    async def _submitted(self, fetcher: Fetcher, window: str) -> list[FetchedPaper]:
        query = f"({' OR '.join(map(search_term, self._categories))}) AND {window}"
        found = pages(fetcher, self._endpoints, query, count=_AT_ONCE, sort=SUBMITTED, ascending=True)
        return [paper async for page in found for paper in page.parsed.papers]


def _eastern_today(wanted: Wanted) -> date:
    return eastern_day(wanted.at) if wanted.at else wanted.today


def _served(announcement: Announcement, wanted: Wanted) -> _Served:
    today = _eastern_today(wanted)
    parsed = announcement.parsed
    if not parsed.papers and not parsed.revisions:
        return _Served(announcement, None, today)
    day = announcement.day or latest_announcement_day(today)
    ids = _ids(parsed.papers)
    if wanted.before and ids and day > wanted.before.day and ids <= wanted.before.arxiv_ids:
        # An earlier day's list, served under a new date.
        day = wanted.before.day
    papers = [_on(paper, day) for paper in parsed.papers]
    parsed = parsed._replace(papers=papers, revisions=tuple(_on(paper, day) for paper in parsed.revisions))
    return _Served(announcement._replace(parsed=parsed), day, today)


def _days_to_ask(served: _Served, wanted: Wanted) -> list[date]:
    if not wanted.first:
        days = announcement_days(wanted.since, served.expected)
        return [day for day in days if day != served.day or served.is_full]
    if served.day:
        return [served.expected] if served.day < served.expected or served.is_full else []
    days = announcement_days(served.expected - timedelta(days=_LONGEST_PAUSE), served.expected)
    return days[::-1]


def _of_the_day(served: _Served, *, arrived: bool) -> Batch:
    announcement, day, today = served
    parsed = announcement.parsed._replace(feed=None)
    if day is None:
        weekend = not is_announcement_day(today)
        told = "no announcement today: a holiday of arXiv's, or not yet"
        if weekend:
            told = f"no announcement on a {today:%A}"
        elif arrived:
            told = "arXiv's feed of the day is empty: its papers came from the API"
        return Batch(parsed, through=today if weekend else None, complete=announcement.complete, remark=told)
    remark: str | None = None
    if day < served.expected:
        rest = ": what came since is from the API" if arrived else ""
        remark = f"arXiv's feed still shows the announcement of {day}{rest}"
    elif served.is_full:
        remark = f"arXiv's feed of the day ends at {_MOST_SERVED:,} papers: the others came from the API"
    through = day if announcement.complete else None
    stale = day < served.expected and not arrived
    return Batch(parsed, through=through, complete=announcement.complete, remark=remark, stale=stale)


def _ids(papers: Sequence[FetchedPaper]) -> frozenset[str]:
    return frozenset(value for paper in papers for scheme, value in paper.identifiers if scheme == "arxiv")


def _on(paper: FetchedPaper, day: date) -> FetchedPaper:
    return paper._replace(appearance=(paper.appearance or Appearance())._replace(day=day.isoformat()))


def _seen(papers: Sequence[FetchedPaper], day: date, *, but: frozenset[str]) -> list[FetchedPaper]:
    """Papers as seen on a day of announcement, without those that the feed of the day shows."""
    return [_on(paper, day) for paper in papers if but.isdisjoint(_ids([paper]))]
