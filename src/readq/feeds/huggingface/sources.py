"""Feeds out of Hugging Face's paper endpoints: Daily Papers by day, trending papers, searches.

A day there is a day in UTC, and a day's list is not final: votes and comments go on, so that the last week is asked for
at every pull.
"""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from readq.errors import ReadqError
from readq.feeds.huggingface import json_api as replies
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, Wanted
from readq.model.values import Appearance
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError, Request

SERVICE = "huggingface"

REFRESHED_DAYS = 7
"""How many days, today among them, are asked for again at every pull."""

_AT_ONCE = 100
_ONE_DAY = timedelta(days=1)
# 1,000 papers a day are ten times what was ever seen.
_MOST_PAGES = 10
_SATURDAY = 5


class HuggingFaceDaily:
    """`hf:daily`: Daily Papers, day by day."""

    spec = "hf:daily"
    name = "hf-daily"
    service = SERVICE

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def requests(self, wanted: Wanted) -> int:
        """Two for each day: its papers, and the empty page behind them."""
        return 2 * len(_days(wanted))

    async def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """A batch for each day from the first one wanted, at least of the last week, to today in UTC."""
        days = _days(wanted)
        for day in days:
            try:
                entries = await self._entries(fetcher, day)
            except FetchError as error:
                # For a day that has not begun by the server's clock there is an error in place of an empty list.
                if error.status == 400 and day == days[-1]:
                    yield Batch(ParsedFeed([], []), remark=f"Hugging Face has no {day} yet")
                    return
                raise
            parsed = replies.parse_daily(entries, day=day.isoformat())
            remark = None if entries or day < days[-1] else _remark(day)
            # The last day goes on: what is put there later today must not be missed by who is away for a week.
            yield Batch(parsed._replace(feed=None), through=day if day < days[-1] else None, remark=remark)

    async def _entries(self, fetcher: Fetcher, day: date) -> list[Any]:
        entries: list[Any] = []
        known: set[str] = set()
        for page in range(_MOST_PAGES):
            values = {"date": day.isoformat(), "p": page, "limit": _AT_ONCE}
            found = await _list(fetcher, self._endpoints, "/api/daily_papers", values)
            fresh = [entry for entry in found if _name(entry) not in known]
            # A full page may hold fewer than asked for: only an empty one is the end, or one that came before.
            if not fresh:
                break
            known.update(map(_name, fresh))
            entries += fresh
        return entries


class HuggingFaceTrending:
    """`hf:trending`: the hundred papers that trend today."""

    spec = "hf:trending"
    name = "hf-trending"
    service = SERVICE

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def requests(self, wanted: Wanted) -> int:  # noqa: ARG002 - as all sources
        """One."""
        return 1

    async def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """The list as it is now, seen today: what trended on days that were missed is not to be had."""
        values = {"sort": "trending", "p": 0, "limit": _AT_ONCE}
        found = await _list(fetcher, self._endpoints, "/api/daily_papers", values)
        parsed = _shown_on(replies.parse_daily(found, day=None), wanted.today.isoformat())
        yield Batch(parsed, through=wanted.today, remark=None if found else "no papers trend")


class HuggingFaceSearch:
    """`hf:search?q=WORDS`: the hundred papers that fit best."""

    service = SERVICE

    def __init__(self, spec: str, name: str, words: str, endpoints: Endpoints) -> None:
        self.spec = spec
        self.name = name
        self._words = words
        self._endpoints = endpoints

    def requests(self, wanted: Wanted) -> int:  # noqa: ARG002 - as all sources
        """One."""
        return 1

    async def pull(self, fetcher: Fetcher, wanted: Wanted) -> AsyncIterator[Batch]:
        """What fits, each paper seen on the day it was published: a search shows the same ones day after day."""
        values = {"q": self._words, "limit": _AT_ONCE}
        found = await _list(fetcher, self._endpoints, "/api/papers/search", values)
        parsed = replies.parse_daily(found, day=None)
        today = wanted.today.isoformat()
        papers = [
            paper._replace(
                appearance=(paper.appearance or Appearance())._replace(
                    day=min(paper.published or today, today), rank=None
                )
            )
            for paper in parsed.papers
        ]
        remark = None if found else f"nothing fits {self._words!r}"
        yield Batch(ParsedFeed(papers, parsed.rejected), through=wanted.today, remark=remark, stale=False)


def _days(wanted: Wanted) -> list[date]:
    last = wanted.utc_day
    first = min(wanted.since, last - (REFRESHED_DAYS - 1) * _ONE_DAY)
    return [first + number * _ONE_DAY for number in range((last - first).days + 1)]


def _remark(day: date) -> str:
    return "no papers on a weekend" if day.weekday() >= _SATURDAY else f"no papers on {day} so far"


async def _list(fetcher: Fetcher, endpoints: Endpoints, path: str, values: dict[str, Any]) -> list[Any]:
    home = endpoints.huggingface
    answer = await fetcher.fetch(
        Request(f"{home}{path}?{urlencode(values)}", SERVICE, "application/json", user_url=home)
    )
    return await parse_in_thread(_decoded, answer.body)


def _decoded(body: bytes) -> list[Any]:
    """The list of entries in an answer. Raises ReadqError for anything else: an error must not look like a bare day."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        what = "a web page" if body.lstrip()[:1] == b"<" else "broken JSON" if body.strip() else "nothing"
        raise ReadqError(f"Hugging Face answered with {what} in place of a list of papers", "try later") from error
    if not isinstance(found, list) or (found and not replies.recognise(found)):
        raise ReadqError("Hugging Face answered with something else than a list of papers", "try later")
    return found


def _name(entry: object) -> str:
    """What tells an entry from the others of a list: its paper's id, else all that it says."""
    paper = entry.get("paper", entry) if isinstance(entry, dict) else entry
    identifier = paper.get("id") if isinstance(paper, dict) else None
    return identifier if isinstance(identifier, str) else repr(entry)


def _shown_on(parsed: ParsedFeed, day: str) -> ParsedFeed:
    papers = [
        paper._replace(appearance=(paper.appearance or Appearance())._replace(day=day)) for paper in parsed.papers
    ]
    return ParsedFeed(papers, parsed.rejected)
