"""The Sources for Hugging Face: one for Daily Papers, one for trending papers, and one for searches.

Days are in UTC. The list of a day changes later, because papers get votes and comments. So every pull requests the
lists of the last seven days again.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from readq.errors import ReadqError
from readq.feeds.huggingface import json_api
from readq.feeds.parsed_feed import ParsedFeed
from readq.feeds.source import Batch, PullOptions
from readq.model.values import Appearance
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError, Request
from readq.text import quoted

SERVICE = "huggingface"

REFRESHED_DAYS = 7
"""The number of days, including today, whose lists every pull requests again."""

_PAGE_SIZE = 100
_ONE_DAY = timedelta(days=1)
# That makes 1,000 papers a day, ten times the observed maximum.
_MAX_PAGES = 10
_SATURDAY = 5


class HuggingFaceDaily:
    """The Source that pulls `hf:daily`: Daily Papers, with one list for each day."""

    spec = "hf:daily"
    name = "hf-daily"
    service = SERVICE

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def expected_requests(self, options: PullOptions) -> int:
        """Return the expected number of requests, which is two for each day.

        One request is for the papers of the day, and one for the empty page after them.
        """
        return 2 * len(_days(options))

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield one batch for each day up to today, in UTC.

        The first day is six days ago, or `options.since` if this is earlier. The field `through` of today's batch is
        None, because papers may still be added to the list. It is also None for all days after a day that failed.

        Raises FetchError if a request fails. Raises ReadqError if a response is not a list of papers. If the
        server answers for one past day with an error or a wrong answer, and does not ask to wait, the later days are
        yielded before the error is raised. Any other error is raised at once.
        """
        days = _days(options)
        failure: ReadqError | None = None
        for day in days:
            try:
                entries = await self._entries(fetcher, day)
            except ReadqError as error:
                # The server refuses a day that has not begun by its clock.
                if isinstance(error, FetchError) and error.status == 400 and day == days[-1]:
                    yield Batch(ParsedFeed([], []), remark=f"Hugging Face has no {day} yet")
                    break
                if failure or day == days[-1] or not _concerns_one_day(error):
                    raise
                failure = error
                continue
            parsed = json_api.parse_daily(entries, day=day.isoformat())
            remark = None if entries or day < days[-1] else _remark(day)
            # Papers may still be added to the last day, so it is not complete. Nor are days after one that is missing.
            through = day if day < days[-1] and not failure else None
            yield Batch(parsed._replace(feed=None), through=through, remark=remark)
        if failure:
            raise failure

    async def _entries(self, fetcher: Fetcher, day: date) -> list[Any]:
        entries: list[Any] = []
        seen: set[str] = set()
        for page in range(_MAX_PAGES):
            values = {"date": day.isoformat(), "p": page, "limit": _PAGE_SIZE}
            found = await _list(fetcher, self._endpoints, "/api/daily_papers", values)
            fresh = [entry for entry in found if _entry_id(entry) not in seen]
            # A page in the middle may have fewer entries than requested; the end is an empty or a repeated page.
            if not fresh:
                break
            seen.update(map(_entry_id, fresh))
            entries += fresh
        return entries


class HuggingFaceTrending:
    """The Source that pulls `hf:trending`: the hundred trending papers."""

    spec = "hf:trending"
    name = "hf-trending"
    service = SERVICE

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    def expected_requests(self, options: PullOptions) -> int:  # noqa: ARG002 - see Source
        """Return 1, because one page has all papers."""
        return 1

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield one batch with the present list of trending papers. Their day of appearance is today.

        Lists of past days are not available. Raises FetchError if the request fails. Raises ReadqError if the response
        is not a list of papers.
        """
        values = {"sort": "trending", "p": 0, "limit": _PAGE_SIZE}
        found = await _list(fetcher, self._endpoints, "/api/daily_papers", values)
        parsed = _with_day(json_api.parse_daily(found, day=None), options.today.isoformat())
        yield Batch(parsed, through=options.today, remark=None if found else "no papers trend")


class HuggingFaceSearch:
    """The Source that pulls `hf:search?q=WORDS`: the hundred best matches of a search."""

    service = SERVICE

    def __init__(self, spec: str, name: str, words: str, endpoints: Endpoints) -> None:
        self.spec = spec
        self.name = name
        self._words = words
        self._endpoints = endpoints

    def expected_requests(self, options: PullOptions) -> int:  # noqa: ARG002 - see Source
        """Return 1, because one page has all papers."""
        return 1

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield one batch with the papers that the search finds.

        A search finds the same papers every day. So the day of appearance of a paper is its day of publication, and not
        the day of the pull. A day in the future counts as unknown. Raises FetchError if the request fails. Raises
        ReadqError if the response is not a list of papers.
        """
        values = {"q": self._words, "limit": _PAGE_SIZE}
        found = await _list(fetcher, self._endpoints, "/api/papers/search", values)
        parsed = json_api.parse_daily(found, day=None)
        today = options.today.isoformat()
        papers = [
            replace(
                paper,
                appearance=(paper.appearance or Appearance())._replace(
                    day=paper.published if paper.published and paper.published <= today else None, rank=None
                ),
            )
            for paper in parsed.papers
        ]
        remark = None if found else f"nothing fits {quoted(self._words)}"
        yield Batch(ParsedFeed(papers, parsed.rejected), through=options.today, remark=remark, stale=False)


def _concerns_one_day(error: ReadqError) -> bool:
    """Return whether the server sent a wrong answer, and did not ask to wait. Then it may answer for another day."""
    return not isinstance(error, FetchError) or (error.status is not None and error.retry_after is None)


def _days(options: PullOptions) -> list[date]:
    last = options.utc_day
    first = min(options.since, last - (REFRESHED_DAYS - 1) * _ONE_DAY)
    return [first + number * _ONE_DAY for number in range((last - first).days + 1)]


def _remark(day: date) -> str:
    return "no papers on a weekend" if day.weekday() >= _SATURDAY else f"no papers on {day} so far"


async def _list(fetcher: Fetcher, endpoints: Endpoints, path: str, values: dict[str, Any]) -> list[Any]:
    home = endpoints.huggingface
    response = await fetcher.fetch(
        Request(f"{home}{path}?{urlencode(values)}", SERVICE, "application/json", user_url=home)
    )
    return await parse_in_thread(_decoded_list, response.body)


def _decoded_list(body: bytes) -> list[Any]:
    """Decode a list of entries.

    Raises ReadqError for anything else, because an error must not look like an empty day.
    """
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        what = "a web page" if body.lstrip()[:1] == b"<" else "broken JSON" if body.strip() else "nothing"
        raise ReadqError(f"Hugging Face answered with {what} instead of a list of papers", "try later") from error
    if not isinstance(found, list) or (found and not json_api.recognise(found)):
        raise ReadqError("Hugging Face answered with something other than a list of papers", "try later")
    return found


def _entry_id(entry: object) -> str:
    """Return the id of an entry's paper. Without an id, return a representation of the whole entry."""
    paper = entry.get("paper", entry) if isinstance(entry, dict) else entry
    identifier = paper.get("id") if isinstance(paper, dict) else None
    return identifier if isinstance(identifier, str) else repr(entry)


def _with_day(parsed: ParsedFeed, day: str) -> ParsedFeed:
    papers = [
        replace(paper, appearance=(paper.appearance or Appearance())._replace(day=day)) for paper in parsed.papers
    ]
    return ParsedFeed(papers, parsed.rejected)
