"""Sources with the real client: requests arrive unchanged, and errors are raised to the source."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from loopback import Loopback, Reply, Seen

from readq.errors import ReadqError
from readq.feeds.arxiv.api_client import by_ids
from readq.feeds.source import Batch, PullOptions
from readq.feeds.spec import source
from readq.net.client import Client
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Validators

Make = Callable[..., Client]
MONDAY = date(2026, 11, 23)
WANTED = PullOptions(MONDAY, MONDAY, at=datetime(2026, 11, 23, 12, tzinfo=UTC))

ENTRY = "<entry><id>http://arxiv.org/abs/2611.00001v1</id><title>T</title><published>2026-11-20T01:00:00Z</published></entry>"
ANSWER = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title>{ENTRY}</feed>'
DAY = (
    '<rss version="2.0"><channel><title>cs.LG updates on arXiv.org</title><pubDate>Mon, 23 Nov 2026 00:00:00 -0500'
    "</pubDate><item><title>T</title><guid>oai:arXiv.org:2611.00002v1</guid></item></channel></rss>"
)


def origins(server: Loopback) -> Endpoints:
    return Endpoints(huggingface=server.url, arxiv_api=server.url, arxiv_rss=server.url)


async def pulled(make: Make, server: Loopback, spec: str, wanted: PullOptions = WANTED) -> list[Batch]:
    endpoints = origins(server)
    async with make(endpoints=endpoints) as client:
        return [batch async for batch in source(spec, endpoints).pull(client, wanted)]


async def test_daily_papers(client: Make, loopback: Loopback, daily_entry: Callable[..., dict[str, Any]]) -> None:
    def answer(seen: Seen) -> str:
        return json.dumps([daily_entry(5)] if (seen.query["date"], seen.query["p"]) == ("2026-11-20", "0") else [])

    loopback.routes["/api/daily_papers"] = answer
    batches = await pulled(client, loopback, "hf:daily")
    assert [len(batch.parsed.papers) for batch in batches] == [0, 0, 0, 1, 0, 0, 0]


async def test_a_category_and_the_plus_sign(client: Make, loopback: Loopback) -> None:
    loopback.routes["/rss/cs.LG+hep-th"] = Reply(DAY.encode(), headers={"ETag": '"1"'})
    (batch,) = await pulled(client, loopback, "arxiv:cs.LG+hep-th")
    assert (batch.through, batch.validators.etag, len(batch.parsed.papers)) == (MONDAY, '"1"', 1)
    loopback.routes["/rss/cs.LG+hep-th"] = Reply(status=304)
    (batch,) = await pulled(client, loopback, "arxiv:cs.LG+hep-th", WANTED._replace(validators=Validators('"1"')))
    assert batch.unchanged
    assert loopback.log[-1].headers["if-none-match"] == '"1"'


async def test_a_query_with_quotes_and_a_refusal_with_its_reason(client: Make, loopback: Loopback) -> None:
    loopback.routes["/api/query"] = ANSWER
    (batch,) = await pulled(client, loopback, 'arxiv:query?search_query=ti:"a b" AND cat:cs.LG')
    assert len(batch.parsed.papers) == 1
    assert loopback.log[-1].query["search_query"] == 'ti:"a b" AND cat:cs.LG'
    error = ENTRY.replace("abs/2611.00001v1", "api/errors#x").replace(
        "</entry>", "<summary>malformed</summary></entry>"
    )
    loopback.routes["/api/query"] = Reply(ANSWER.replace(ENTRY, error).encode(), status=400)
    with pytest.raises(ReadqError, match="arXiv refuses the request: malformed"):
        await pulled(client, loopback, "arxiv:query?search_query=x")


async def test_papers_by_id(client: Make, loopback: Loopback) -> None:
    loopback.routes["/api/query"] = ANSWER
    async with client(endpoints=origins(loopback)) as asking:
        found = await by_ids(asking, origins(loopback), ["2611.00001", "math/9501234"])
    assert [paper.title for paper in found] == ["T"]
    assert loopback.log[-1].query == {"id_list": "2611.00001,math/9501234", "start": "0", "max_results": "2"}


async def test_any_feed_on_the_reader_s_own_machine(client: Make, loopback: Loopback) -> None:
    loopback.routes["/old"] = Reply(status=301, headers={"Location": "/feed.xml"})
    loopback.routes["/feed.xml"] = DAY.replace("<guid>", "<link>/papers/1</link><guid>")
    (batch,) = await pulled(client, loopback, f"{loopback.url}/old")
    assert batch.moved_to == f"{loopback.url}/feed.xml"
    assert batch.parsed.papers[0].url == f"{loopback.url}/papers/1"
