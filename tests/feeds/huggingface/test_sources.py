"""`readq.feeds.huggingface.sources`: days, pages, and responses without a list."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from readq.errors import ReadqError
from readq.feeds.source import PullOptions
from readq.feeds.spec import source
from readq.net.endpoints import Endpoints
from readq.net.fetcher import FetchError

Network = Callable[..., Any]
Entry = Callable[..., dict[str, Any]]

HERE = Endpoints(huggingface="http://127.0.0.1:9")
MONDAY = date(2026, 11, 23)


def day_and_page(url: str) -> tuple[str, int]:
    values = parse_qs(urlsplit(url).query)
    assert values["limit"] == ["100"]
    return values["date"][0], int(values["p"][0])


async def test_each_day_is_requested_page_by_page_until_an_empty_page(network: Network, daily_entry: Entry) -> None:
    def answer(url: str) -> bytes:
        day, page = day_and_page(url)
        if day != "2026-11-20" or page > 1:
            return b"[]"
        first = 1 + 60 * page
        stamp = "2026-11-20T00:00:00.000Z"
        return json.dumps([daily_entry(first + n, submittedOnDailyAt=stamp) for n in range(60)]).encode()

    fetcher = network(answer)
    wanted = PullOptions(MONDAY - timedelta(days=8), MONDAY)
    batches = [batch async for batch in source("hf:daily", HERE).pull(fetcher, wanted)]
    days = [MONDAY - timedelta(days=back) for back in range(8, -1, -1)]
    # The last day is not over yet.
    assert [batch.through for batch in batches] == [*days[:-1], None]
    assert list(dict.fromkeys(day_and_page(url)[0] for url in fetcher.urls)) == [day.isoformat() for day in days]
    assert len(fetcher.urls) == len(set(fetcher.urls)) == 9 + 2
    assert len(fetcher.urls) <= source("hf:daily", HERE).expected_requests(wanted)
    friday = batches[5].parsed
    assert [paper.appearance and paper.appearance.rank for paper in friday.papers] == list(range(1, 121))
    assert {paper.appearance and paper.appearance.day for paper in friday.papers} == {"2026-11-20"}
    assert {request.user_url for request in fetcher.asked} == {HERE.huggingface}


async def test_the_last_week_is_always_requested_again(network: Network) -> None:
    fetcher = network(lambda url: b"[]")
    batches = [batch async for batch in source("hf:daily", HERE).pull(fetcher, PullOptions(MONDAY, MONDAY))]
    assert [batch.through for batch in batches] == [*(MONDAY - timedelta(days=back) for back in range(6, 0, -1)), None]
    assert [batch.remark for batch in batches] == [None] * 6 + ["no papers on 2026-11-23 so far"]


async def test_an_empty_weekend_is_fine(network: Network) -> None:
    saturday = date(2026, 11, 21)
    fetcher = network(lambda url: b"[]")
    *_, last = [batch async for batch in source("hf:daily", HERE).pull(fetcher, PullOptions(saturday, saturday))]
    assert (last.parsed.papers, last.through, last.remark) == ([], None, "no papers on a weekend")


@pytest.mark.parametrize(
    ("hours", "last"),
    [(14, date(2026, 11, 22)), (-12, date(2026, 11, 23)), (0, date(2026, 11, 23))],
)
async def test_the_last_day_is_the_server_s_not_the_reader_s(network: Network, hours: int, last: date) -> None:
    zone = timezone(timedelta(hours=hours))
    moment = datetime(2026, 11, 23, 6, tzinfo=zone) if hours == 14 else datetime(2026, 11, 22, 23, tzinfo=zone)
    if hours == 0:
        moment = datetime(2026, 11, 23, 6, tzinfo=zone)
    fetcher = network(lambda url: b"[]")
    wanted = PullOptions(moment.date(), moment.date(), at=moment)
    batches = [batch async for batch in source("hf:daily", HERE).pull(fetcher, wanted)]
    assert (batches[-2].through, batches[-1].through) == (last - timedelta(days=1), None)


async def test_a_day_in_the_future_of_the_server_is_not_a_failure(network: Network) -> None:
    def answer(url: str) -> bytes | Exception:
        return FetchError("400", status=400) if "2026-11-23" in url else b"[]"

    batches = [batch async for batch in source("hf:daily", HERE).pull(network(answer), PullOptions(MONDAY, MONDAY))]
    assert batches[-1].through is None
    assert batches[-1].remark == "Hugging Face has no 2026-11-23 yet"
    assert batches[-2].through == date(2026, 11, 22)


async def test_a_day_that_the_server_cannot_answer_does_not_hold_back_the_later_days(network: Network) -> None:
    def answer(url: str) -> bytes | Exception:
        return FetchError("500", status=500) if "2026-11-20" in url else b"[]"

    pull = source("hf:daily", HERE).pull(network(answer), PullOptions(MONDAY, MONDAY))
    got = [(await anext(pull)).through for _ in range(6)]
    with pytest.raises(FetchError):
        await anext(pull)
    # The day is requested again: no later day is complete.
    assert got == [date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 19), None, None, None]


@pytest.mark.parametrize(
    ("failure", "days"),
    [
        (FetchError("refused the connection"), 1),
        (FetchError("429", status=429, retry_after=60.0), 1),
        (FetchError("500", status=500), 2),
        (ReadqError("no list"), 2),
    ],
)
async def test_a_server_that_is_down_is_not_asked_for_each_day(
    network: Network, failure: ReadqError, days: int
) -> None:
    fetcher = network(lambda url: failure)
    with pytest.raises(ReadqError):
        await anext(source("hf:daily", HERE).pull(fetcher, PullOptions(MONDAY, MONDAY)))
    assert len(fetcher.urls) == days


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>log in</html>", b'{"error": "x"}', b'[{"error": "x"}]', b"[1, 2", b"[" * 100_000, b"\xff\xfe\x00"],
)
@pytest.mark.parametrize("spec", ["hf:daily", "hf:trending", "hf:search?q=x"])
async def test_a_response_without_a_list_is_an_error_and_not_an_empty_day(
    network: Network, body: bytes, spec: str
) -> None:
    pull = source(spec, HERE).pull(network(lambda url: body), PullOptions(MONDAY, MONDAY))
    with pytest.raises(ReadqError, match="Hugging Face answered"):
        await anext(pull)


async def test_a_server_without_pages_does_not_go_round_in_circles(network: Network, daily_entry: Entry) -> None:
    body = json.dumps([daily_entry(1), daily_entry(2)]).encode()
    fetcher = network(lambda url: body)
    batch = await anext(source("hf:daily", HERE).pull(fetcher, PullOptions(MONDAY, MONDAY)))
    assert len(batch.parsed.papers) == 2
    assert len(fetcher.urls) == 2


async def test_trending_papers_are_seen_today(network: Network, daily_entry: Entry) -> None:
    fetcher = network(lambda url: json.dumps([daily_entry(7), daily_entry(3)]).encode())
    (batch,) = [batch async for batch in source("hf:trending", HERE).pull(fetcher, PullOptions(MONDAY, MONDAY))]
    seen = [paper.appearance for paper in batch.parsed.papers]
    assert [(one.day, one.rank, one.upvotes) for one in seen if one] == [("2026-11-23", 1, 70), ("2026-11-23", 2, 30)]
    assert fetcher.urls == ["http://127.0.0.1:9/api/daily_papers?sort=trending&p=0&limit=100"]


async def test_a_search_shows_a_paper_on_the_day_it_was_published(network: Network, daily_entry: Entry) -> None:
    fetcher = network(lambda url: json.dumps([daily_entry(7)]).encode())
    (batch,) = [b async for b in source("hf:search?q=flow matching", HERE).pull(fetcher, PullOptions(MONDAY, MONDAY))]
    (paper,) = batch.parsed.papers
    assert paper.appearance
    assert (paper.appearance.day, paper.appearance.rank) == ("2026-11-18", None)
    assert fetcher.urls == ["http://127.0.0.1:9/api/papers/search?q=flow+matching&limit=100"]
