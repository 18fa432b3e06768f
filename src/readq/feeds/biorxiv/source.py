"""The Source for feeds of bioRxiv and medRxiv. It pulls preprints from their API, https://api.biorxiv.org.

`/details/SERVER/FROM/TO/CURSOR/json` returns a list of at most a hundred versions of preprints, posted on the days FROM
to TO. CURSOR is the number of versions to skip.
"""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from readq.errors import ReadqError
from readq.feeds.biorxiv.categories import slug
from readq.feeds.parsed_feed import ParsedFeed, day_of
from readq.feeds.source import Batch, PullOptions
from readq.formats.record_values import people
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in
from readq.model.values import Appearance, LeftOut, Rejected, Trust
from readq.net.daemon_thread import parse_in_thread
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Request
from readq.text import join_lines, one_line

_DAYS_AT_ONCE = 7
_MAX_PAGES = 100
"""The maximum number of pages that are requested for one week. All categories together had some 12 a week in 2026."""
_ONE_DAY = timedelta(days=1)
_TITLES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}


class _Page(NamedTuple):
    parsed: ParsedFeed
    entries: int
    total: int


class PreprintSource:
    """The Source that pulls the preprints of one category of a server, or of all its categories."""

    def __init__(self, server: str, category: str | None, endpoints: Endpoints) -> None:
        self.spec = f"{server}:{category or 'all'}"
        self.name = f"{server}-{category or 'all'}"
        self.service = "biorxiv"
        self._server = server
        self._category = category
        self._endpoints = endpoints

    def expected_requests(self, options: PullOptions) -> int:
        """Return the expected number of requests, which is one for each week to pull. A large category needs more."""
        return len(_weeks(options))

    async def pull(self, fetcher: Fetcher, options: PullOptions) -> AsyncIterator[Batch]:
        """Yield one batch for each page of results. Results are requested week by week, the oldest first.

        The field `through` of a batch is the last day for which all preprints were received. It is never later than
        the day before yesterday in UTC, because in America, where preprints are posted, yesterday may not be over.
        Raises FetchError if a request fails. Raises ReadqError if a response cannot be used.
        """
        for first, last in _weeks(options):
            cursor = 0
            for _ in range(_MAX_PAGES):
                page = await self._page(fetcher, first, last, cursor)
                cursor += page.entries
                is_last = page.entries == 0 or cursor >= page.total
                through = min(last, options.utc_day - 2 * _ONE_DAY) if is_last else None
                empty = is_last and cursor == 0
                yield Batch(page.parsed, through=through, remark=f"nothing posted {first} to {last}" if empty else None)
                if is_last:
                    break

    async def _page(self, fetcher: Fetcher, first: date, last: date, cursor: int) -> _Page:
        query = f"?{urlencode({'category': self._category.replace('-', '_')})}" if self._category else ""
        url = f"{self._endpoints.biorxiv}/details/{self._server}/{first}/{last}/{cursor}/json{query}"
        answer = await fetcher.fetch(Request(url, self.service, "application/json"))
        return await parse_in_thread(self._read, answer.body)

    def _read(self, body: bytes) -> _Page:
        """Return the preprints of an answer. Raises ReadqError for anything but an answer of the API."""
        title = _TITLES[self._server]
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ReadqError(f"{title} answered with something other than JSON", "try later") from error
        collection = value.get("collection", []) if isinstance(value, dict) else None
        messages = value.get("messages") if isinstance(value, dict) else None
        if not isinstance(collection, list) or not isinstance(messages, list):
            raise ReadqError(f"{title} answered with something other than a list of preprints", "try later")
        papers: list[FetchedPaper] = []
        revisions: list[FetchedPaper] = []
        rejected: list[Rejected] = []
        left_out: list[LeftOut] = []
        for number, item in enumerate(collection, 1):
            where = f"entry {number}"
            if not isinstance(item, dict):
                rejected.append(Rejected(where, "not an object with the fields of a paper"))
                continue
            paper = _preprint(item, self._server, where)
            if paper is None:
                rejected.append(Rejected(where, "no title or no DOI"))
            elif self._category in (None, slug(str(item.get("category", "")))):
                (revisions if _number(item.get("version")) > 1 else papers).append(paper)
            else:
                left_out.append(LeftOut(where, "a preprint of another category"))
        total = messages[0].get("total") if messages and isinstance(messages[0], dict) else None
        parsed = ParsedFeed(papers, rejected, revisions=tuple(revisions), left_out=tuple(left_out))
        return _Page(parsed, len(collection), _number(total))


def _weeks(options: PullOptions) -> list[tuple[date, date]]:
    """Divide the days into stretches of at most seven days. Return the first and last day of each, the oldest first."""
    last = options.utc_day
    weeks: list[tuple[date, date]] = []
    first = min(options.since, last)
    while first <= last:
        weeks.append((first, min(first + (_DAYS_AT_ONCE - 1) * _ONE_DAY, last)))
        first += _DAYS_AT_ONCE * _ONE_DAY
    return weeks


def _preprint(item: dict[str, Any], server: str, where: str) -> FetchedPaper | None:
    title, doi = one_line(_text(item, "title")), _text(item, "doi")
    names = identifiers_in(doi)
    if not title or not names:
        return None
    version = _number(item.get("version")) or 1
    day = day_of(_text(item, "date"))
    published = _text(item, "published")
    address = f"https://www.{server}.org/content/{doi}v{version}"
    return FetchedPaper(
        title=title,
        trust=Trust.WEBSITE,
        where=f"{where} ({doi})",
        abstract=join_lines(_text(item, "abstract")) or None,
        authors=people(_text(item, "authors").split(";")),
        published=day if version == 1 else None,
        # The day of a later version says nothing of the year in which the preprint was posted.
        year=int(day[:4]) if day and version == 1 else None,
        url=address,
        pdf_url=f"{address}.full.pdf",
        identifiers=tuple(dict.fromkeys((*names, *(identifiers_in(published) if published != "NA" else ())))),
        appearance=Appearance(day=day),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(value: object) -> int:
    """Return a count that the API writes as a number or as text. Return 0 for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if type(value) is int and value >= 0 else 0
