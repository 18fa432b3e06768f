"""`readq.feeds.arxiv.category`: each announcement once, with missed, stale and empty days and papers held back."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.errors import ReadqError
from readq.feeds.arxiv.announcement_days import window_end, window_start
from readq.feeds.source import Batch, LatestDay, PullOptions
from readq.feeds.spec import source
from readq.model.fetched_paper import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import FetchError, Request, Response, Validators

Network = Callable[..., Any]
HERE = Endpoints(arxiv_api="http://127.0.0.1:9", arxiv_rss="http://127.0.0.1:8")

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)
THURSDAY = date(2026, 11, 19)
WEDNESDAY = date(2026, 11, 18)
DAY = timedelta(days=1)


class Paper(NamedTuple):
    number: int
    submitted: datetime
    announced: date
    version: int = 1
    updated: datetime | None = None


class Arxiv:
    """A fake of both servers: the RSS feed, and an API with the papers announced up to `today`."""

    def __init__(self, papers: Iterable[Paper], served: date | None, today: date, bears: date | None = None) -> None:
        self.papers = [paper for paper in papers if paper.announced <= today]
        self.served = [paper for paper in self.papers if paper.announced == served]
        self.bears = bears or served or today
        self.asked: list[str] = []
        self.windows: list[str] = []

    async def fetch(self, request: Request) -> Response:
        self.asked.append(request.url)
        if "/rss/" in request.url:
            return Response(request.url, 200, self._feed(), validators=Validators(etag='"of today"'))
        values = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        start, count = int(values["start"]), int(values["max_results"])
        if values["sortBy"] == "lastUpdatedDate":
            assert values["sortOrder"] == "descending"
            newest = sorted(self.papers, key=lambda paper: paper.updated or paper.submitted, reverse=True)
            return Response(request.url, 200, self._page(newest[start : start + count], len(newest)))
        window = values["search_query"].partition("submittedDate:[")[2].rstrip("]")
        first, last = (datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC) for text in window.split(" TO "))
        self.windows.append(window)
        found = [paper for paper in self.papers if first <= paper.submitted < last + timedelta(minutes=1)]
        found.sort(key=lambda paper: paper.submitted)
        return Response(request.url, 200, self._page(found[start : start + count], len(found)))

    def _feed(self) -> bytes:
        stamp = f"{self.bears:%a, %d %b %Y} 00:00:00 -0500"
        items = "".join(
            f"<item><title>Paper {paper.number}</title><link>https://arxiv.org/abs/2611.{paper.number:05}</link>"
            f'<guid isPermaLink="false">oai:arXiv.org:2611.{paper.number:05}v1</guid><pubDate>{stamp}</pubDate></item>'
            for paper in self.served
        )
        head = f"<title>cs.LG updates on arXiv.org</title><pubDate>{stamp}</pubDate>"
        return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    def _page(self, papers: list[Paper], total: int) -> bytes:
        entries = "".join(
            f"<entry><id>http://arxiv.org/abs/2611.{paper.number:05}v{paper.version}</id>"
            f"<title>Paper {paper.number}</title>"
            f"<updated>{paper.updated or paper.submitted:%Y-%m-%dT%H:%M:%SZ}</updated>"
            f"<published>{paper.submitted:%Y-%m-%dT%H:%M:%SZ}</published></entry>"
            for paper in papers
        )
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
            f"<title>arXiv Query</title><opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"
        ).encode()


def announced(day: date, numbers: Iterable[int]) -> list[Paper]:
    return [Paper(number, window_start(day) + timedelta(minutes=number % 900), day) for number in numbers]


WEEK = [
    *announced(date(2026, 11, 17), range(100, 110)),
    *announced(WEDNESDAY, range(110, 120)),
    *announced(THURSDAY, range(120, 130)),
    *announced(FRIDAY, range(130, 140)),
    *announced(MONDAY, range(140, 150)),
]


def at(day: date, hour: int = 14) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


async def pulled(server: Any, wanted: PullOptions, spec: str = "arxiv:cs.LG") -> list[Batch]:  # noqa: ANN401 - a Fetcher
    return [batch async for batch in source(spec, HERE).pull(server, wanted)]


def number_of(paper: FetchedPaper) -> int:
    return int(dict(paper.identifiers)["arxiv"][5:])


def numbers(batches: Iterable[Batch]) -> list[int]:
    return [number_of(paper) for batch in batches for paper in batch.parsed.papers]


def days(batches: Iterable[Batch]) -> set[tuple[int, str | None]]:
    return {(number_of(p), p.appearance.day if p.appearance else None) for b in batches for p in b.parsed.papers}


async def test_an_ordinary_day_is_one_request() -> None:
    server = Arxiv(WEEK, MONDAY, MONDAY)
    (batch,) = await pulled(server, PullOptions(MONDAY, MONDAY, at=at(MONDAY)))
    assert numbers([batch]) == list(range(140, 150))
    assert server.asked == ["http://127.0.0.1:8/rss/cs.LG"]
    assert (batch.through, batch.remark, batch.validators.etag) == (MONDAY, None, '"of today"')


async def test_a_first_pull_brings_the_latest_announcement_only() -> None:
    server = Arxiv(WEEK, MONDAY, MONDAY)
    (batch,) = await pulled(server, PullOptions(MONDAY - 6 * DAY, MONDAY, first=True, at=at(MONDAY)))
    assert numbers([batch]) == list(range(140, 150))


async def test_a_first_pull_on_a_sunday_brings_friday() -> None:
    sunday = date(2026, 11, 22)
    server = Arxiv(WEEK, None, sunday)
    friday, last = await pulled(server, PullOptions(sunday - 6 * DAY, sunday, first=True, at=at(sunday)))
    assert days([friday]) == {(n, "2026-11-20") for n in range(130, 140)}
    assert (last.parsed.papers, last.through, last.remark) == ([], sunday, "no announcement on a Sunday")
    assert len(server.asked) == 2


async def test_a_weekend_after_a_pull_on_friday_asks_for_nothing_more() -> None:
    saturday = date(2026, 11, 21)
    server = Arxiv(WEEK, None, saturday)
    (batch,) = await pulled(server, PullOptions(saturday, saturday, at=at(saturday)))
    assert (batch.through, batch.remark) == (saturday, "no announcement on a Saturday")
    assert len(server.asked) == 1


async def test_missed_days_are_fetched_from_the_api_oldest_first() -> None:
    server = Arxiv(WEEK, MONDAY, MONDAY)
    wanted = PullOptions(WEDNESDAY, MONDAY, at=at(MONDAY))
    batches = await pulled(server, wanted)
    assert [batch.through for batch in batches] == [WEDNESDAY, THURSDAY, FRIDAY, None, None, MONDAY]
    assert numbers(batches) == list(range(110, 150))
    assert days(batches) == {(p.number, p.announced.isoformat()) for p in WEEK if p.announced >= WEDNESDAY}
    assert server.windows[:3] == [
        "202611161900 TO 202611171859",
        "202611171900 TO 202611181859",
        "202611181900 TO 202611191859",
    ]
    assert len(server.asked) == 6 == source("arxiv:cs.LG", HERE).expected_requests(wanted)


async def test_a_stale_feed_hides_nothing_that_the_api_has() -> None:
    server = Arxiv(WEEK, FRIDAY, MONDAY)
    batches = await pulled(server, PullOptions(MONDAY, MONDAY, at=at(MONDAY)))
    assert days(batches) == {(p.number, p.announced.isoformat()) for p in WEEK if p.announced >= FRIDAY}
    assert max(batch.through for batch in batches if batch.through) == MONDAY
    assert batches[-1].remark == (
        "arXiv's feed still shows the announcement of 2026-11-20: later papers came from the API"
    )
    assert batches[-1].validators == Validators()


async def test_a_stale_feed_without_newer_papers_is_requested_again() -> None:
    server = Arxiv([paper for paper in WEEK if paper.announced < MONDAY], FRIDAY, MONDAY)
    batches = await pulled(server, PullOptions(MONDAY, MONDAY, at=at(MONDAY)))
    assert max(batch.through for batch in batches if batch.through) == FRIDAY
    assert batches[-1].remark == "arXiv's feed still shows the announcement of 2026-11-20"


async def test_an_old_list_under_a_new_date_is_recognised() -> None:
    server = Arxiv(WEEK, FRIDAY, MONDAY, bears=MONDAY)
    ids = frozenset(f"2611.{number:05}" for number in range(130, 140))
    batches = await pulled(server, PullOptions(MONDAY, MONDAY, at=at(MONDAY), before=LatestDay(FRIDAY, ids)))
    assert days(batches) == {(p.number, p.announced.isoformat()) for p in WEEK if p.announced >= FRIDAY}


async def test_a_lost_list_is_not_an_empty_day() -> None:
    server = Arxiv(WEEK, None, MONDAY)
    batches = await pulled(server, PullOptions(MONDAY, MONDAY, at=at(MONDAY)))
    assert numbers(batches) == list(range(140, 150))
    assert batches[-1].remark == "arXiv's feed of the day is empty: its papers came from the API"
    assert max(batch.through for batch in batches if batch.through) == MONDAY


async def test_a_holiday_is_requested_again_the_next_day() -> None:
    thanksgiving = date(2026, 11, 26)
    server = Arxiv(WEEK, None, thanksgiving)
    batches = await pulled(server, PullOptions(thanksgiving, thanksgiving, at=at(thanksgiving)))
    assert numbers(batches) == []
    assert [batch.through for batch in batches] == [None, None, None]
    assert batches[-1].remark == "no announcement today: a holiday of arXiv's, or not yet"
    # What the holiday held back is announced the day after: it comes once, with the day that it was announced on.
    friday = date(2026, 11, 27)
    held = [
        Paper(500, window_start(thanksgiving) + DAY / 2, friday),
        Paper(501, window_start(friday) + DAY / 2, friday),
    ]
    server = Arxiv([*WEEK, *held], friday, friday)
    batches = await pulled(server, PullOptions(thanksgiving, friday, at=at(friday)))
    assert sorted(days(batches)) == [(500, "2026-11-27"), (501, "2026-11-27")]


async def test_papers_held_back_are_found_without_papers_announced_before() -> None:
    held = Paper(125, window_start(THURSDAY) - 5 * DAY, THURSDAY)
    server = Arxiv([*WEEK, held._replace(number=129)], MONDAY, MONDAY)
    server.papers = [p for p in server.papers if p.number != 129 or p.submitted == held.submitted]
    batches = await pulled(server, PullOptions(THURSDAY, MONDAY, at=at(MONDAY)))
    assert sorted(numbers(batches)) == list(range(120, 150))


async def test_the_feed_of_the_day_is_kept_when_the_api_fails() -> None:
    server = Arxiv(WEEK, MONDAY, MONDAY)

    class Limited:
        async def fetch(self, request: Request) -> Response:
            if "/api/" in request.url and len(server.windows) == 1:
                raise FetchError("429: Rate exceeded.", status=429)
            return await server.fetch(request)

    pull = source("arxiv:cs.LG", HERE).pull(Limited(), PullOptions(WEDNESDAY, MONDAY, at=at(MONDAY)))
    wednesday, last = await anext(pull), await anext(pull)
    assert (numbers([wednesday]), wednesday.through) == (list(range(110, 120)), WEDNESDAY)
    assert (numbers([last]), last.through, last.validators) == (list(range(140, 150)), None, Validators())
    with pytest.raises(FetchError):
        await anext(pull)


async def test_an_announcement_that_is_longer_than_its_feed_is_completed_by_the_api() -> None:
    server = Arxiv(announced(MONDAY, range(1000, 3300)), MONDAY, MONDAY)
    server.served = server.served[:2000]
    batches = await pulled(server, PullOptions(MONDAY, MONDAY, at=at(MONDAY)), "arxiv:cs")
    assert sorted(numbers(batches)) == list(range(1000, 3300))
    assert batches[-1].remark == "arXiv's feed of the day ends at 2,000 papers: the others came from the API"
    assert len(server.asked) == 7
    server.asked.clear()
    first = await pulled(server, PullOptions(MONDAY, MONDAY, first=True, at=at(MONDAY)), "arxiv:cs")
    assert sorted(numbers(first)) == list(range(1000, 3300))


async def test_papers_replaced_on_missed_days_are_found() -> None:
    thursday = at(date(2026, 11, 19))
    old = window_start(date(2026, 10, 5)), date(2026, 10, 6)
    replaced = [Paper(7, *old, 3, thursday), Paper(8, *old, 2, thursday - 10 * DAY), Paper(9, *old, 1, thursday)]
    server = Arxiv([*WEEK, *replaced], MONDAY, MONDAY)
    batches = await pulled(server, PullOptions(THURSDAY, MONDAY, at=at(MONDAY)))
    revisions = [paper for batch in batches for paper in batch.parsed.revisions]
    assert [(number_of(paper), paper.version) for paper in revisions] == [(7, 3)]
    assert revisions[0].appearance
    assert revisions[0].appearance.day == "2026-11-19"
    assert sorted(numbers(batches)) == list(range(120, 150))


async def test_many_replaced_papers_are_read_page_by_page() -> None:
    old = window_start(date(2026, 10, 5)), date(2026, 10, 6)
    replaced = [Paper(n, *old, 2, at(FRIDAY) - timedelta(seconds=n)) for n in range(1, 2501)]
    server = Arxiv([*announced(MONDAY, range(9000, 9010)), *replaced], MONDAY, MONDAY)
    batches = await pulled(server, PullOptions(FRIDAY, MONDAY, at=at(MONDAY)))
    assert sum(len(batch.parsed.revisions) for batch in batches) == 2500


async def test_new_papers_come_when_replaced_ones_cannot_be_looked_up() -> None:
    server = Arxiv(WEEK, MONDAY, MONDAY)

    class Limited:
        async def fetch(self, request: Request) -> Response:
            if "lastUpdatedDate" in request.url:
                raise FetchError("429: Rate exceeded.", status=429)
            return await server.fetch(request)

    batches = await pulled(Limited(), PullOptions(THURSDAY, MONDAY, at=at(MONDAY)))
    assert sorted(numbers(batches)) == list(range(120, 150))
    assert batches[-1].through == MONDAY
    assert batches[-2].remark == "replaced papers were not looked up: 429: Rate exceeded."


async def test_an_unchanged_feed_is_one_request(network: Network) -> None:
    validators = Validators(etag='"x"')
    fetcher = network(lambda url: Response(url, 304, b"", validators=validators))
    (batch,) = await pulled(fetcher, PullOptions(MONDAY, MONDAY, validators=validators, at=at(MONDAY)))
    assert batch.unchanged
    assert [request.validators for request in fetcher.asked] == [validators]


async def test_an_unknown_category_is_an_error(network: Network) -> None:
    body = b'<rss version="2.0"><channel><title>Feed error for query: cs.XX</title></channel></rss>'
    with pytest.raises(ReadqError, match="Feed error"):
        await pulled(network(lambda url: body), PullOptions(MONDAY, MONDAY, at=at(MONDAY)))


async def test_an_archive_and_a_category_are_searched_for_together() -> None:
    server = Arxiv(WEEK, MONDAY, MONDAY)
    await pulled(server, PullOptions(FRIDAY, MONDAY, at=at(MONDAY)), "arxiv:cs+hep-th")
    query = parse_qs(urlsplit(server.asked[1]).query)["search_query"][0]
    assert query.startswith("(cat:cs.* OR cat:hep-th) AND submittedDate:[")
    assert server.asked[0] == "http://127.0.0.1:8/rss/cs+hep-th"


async def test_readers_ahead_of_new_york_ask_for_no_day_that_has_not_begun_there() -> None:
    # 08:00 on Tuesday in Tokyo is Monday evening in New York.
    tuesday = MONDAY + DAY
    server = Arxiv(WEEK, MONDAY, MONDAY)
    batches = await pulled(server, PullOptions(tuesday, tuesday, at=at(MONDAY, 23)))
    assert [batch.through for batch in batches] == [MONDAY]
    assert len(server.asked) == 1


@given(st.lists(st.integers(0, 20), min_size=2, max_size=6, unique=True).map(sorted), st.integers(0, 23))
@settings(max_examples=40)
async def test_any_absence_brings_every_paper_once(pulls: list[int], hour: int) -> None:
    begin = date(2026, 11, 2)
    every = [begin + n * DAY for n in range(22) if (begin + n * DAY).weekday() < 5]
    papers = [Paper(100 + 3 * n + k, window_start(day) + k * (window_end(day) - window_start(day)) / 3, day)
              for n, day in enumerate(every) for k in range(3)]  # fmt: skip
    got: list[int] = []
    since = begin + pulls[0] * DAY
    for number, offset in enumerate(pulls):
        today = begin + offset * DAY
        server = Arxiv(papers, today if today in every else None, today)
        wanted = PullOptions(min(since, today), today, first=number == 0, at=at(today, max(hour, 6)))
        batches = await pulled(server, wanted)
        got += numbers(batches)
        since = max(b.through for b in batches if b.through) + DAY
    first_day = max((day for day in every if day <= begin + pulls[0] * DAY), default=begin)
    due = [p.number for p in papers if first_day <= p.announced <= begin + pulls[-1] * DAY]
    assert sorted(got) == due
