"""`readq.feeds.arxiv.atom_api` and `api_client`: both response formats, and errors."""

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import ReadqError
from readq.feeds.arxiv.api_client import between, by_ids, by_titles, title_searches
from readq.feeds.arxiv.atom_api import RefusedError, parse, refusal_reason
from readq.feeds.source import PullOptions
from readq.feeds.spec import source
from readq.model.values import Author, Rejected, Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import FetchError

Network = Callable[..., Any]
HERE = Endpoints(arxiv_api="http://127.0.0.1:9")
TODAY = date(2026, 11, 23)

OLD = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query?search_query%3D" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query=&amp;id_list=1401.0001</title>
  <updated>2019-01-04T00:00:00-05:00</updated>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">3</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/math/9501234v2</id>
    <updated>2014-01-07T21:33:40Z</updated>
    <published>2013-12-30T21:33:40Z</published>
    <title>Herons that
  wait for $a &lt; b$ fish</title>
    <summary>  We watch herons
wait. They
  wait &lt;b&gt; on.
</summary>
    <author><name>Ada Heron</name>
      <arxiv:affiliation xmlns:arxiv="http://arxiv.org/schemas/atom">Lake</arxiv:affiliation></author>
    <author><name>Emmy Pond</name></author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/Lake.1 doi:10.1000/lake.2</arxiv:doi>
    <link title="doi" href="http://dx.doi.org/10.1000/lake.1" rel="related"/>
    <link href="http://arxiv.org/abs/math/9501234v2" rel="alternate" type="text/html"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="math.CO"
      scheme="http://arxiv.org/schemas/atom"/>
    <category term="math.CO" scheme="http://arxiv.org/schemas/atom"/>
    <category term="51A05, 51B15" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/1401.0001v9</id>
    <link href="http://arxiv.org/abs/1401.0001v9" rel="alternate" type="text/html"/>
    <category term="cs.GT" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/2104.12255v1</id><published>2021-04-25T00:00:00Z</published><title>0</title>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">This paper has been withdrawn by
 the author</arxiv:comment><summary>Zero.</summary>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="53C"/>
  </entry>
</feed>"""

ERROR = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title><entry>
<id>http://arxiv.org/api/errors#incorrect_id_format_for_BAD</id><title>Error</title>
<summary>incorrect id format for BAD</summary><author><name>arXiv api core</name></author></entry></feed>"""


def new_entry(number: int, day: str = "2026-11-20", version: int = 1) -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/2611.{number:05}v{version}</id><title>Paper {number}</title>"
        f"<updated>{day}T17:59:46Z</updated><summary>About {number}.</summary><published>{day}T17:59:46Z</published>"
        '<arxiv:primary_category term="cs.LG"/><author><name>Ada Lovelace</name></author></entry>'
    )


def new_form(*entries: str, total: int | None = None) -> bytes:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query: search_query=x</title>'
        f"<opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>"
    ).encode()


def test_an_answer_in_the_old_form() -> None:
    page = parse(OLD)
    herons, zero = page.parsed.papers
    assert page.total == 3
    assert herons.title == "Herons that wait for $a < b$ fish"
    assert herons.abstract == "We watch herons wait. They\n\nwait <b> on."
    assert herons.authors == (Author("Ada Heron"), Author("Emmy Pond"))
    assert herons.identifiers == (("arxiv", "math/9501234"), ("doi", "10.1000/lake.1"), ("doi", "10.1000/lake.2"))
    assert (herons.version, herons.published, herons.primary_class) == (2, "2013-12-30", "math.CO")
    assert (herons.url, herons.trust) == ("https://arxiv.org/abs/math/9501234", Trust.ARXIV)
    assert herons.appearance
    assert herons.appearance.day == "2013-12-30"
    assert (zero.title, zero.primary_class) == ("0", None)
    assert zero.abstract == "This paper has been withdrawn by the author\n\nZero."
    assert page.parsed.rejected == [Rejected("entry 2 (1401.0001v9)", "no such version on arXiv")]


def test_an_answer_in_the_new_form() -> None:
    page = parse(new_form(new_entry(7, version=3), total=214_881))
    (paper,) = page.parsed.papers
    assert (paper.identifiers, paper.version, page.total) == ((("arxiv", "2611.00007"),), 3, 214_881)
    updated = parse(new_form(new_entry(7).replace("<updated>2026-11-20", "<updated>2026-11-22")), seen="updated")
    appearance = updated.parsed.papers[0].appearance
    assert appearance
    assert appearance.day == "2026-11-22"


def test_an_error_in_a_feed_is_raised() -> None:
    with pytest.raises(RefusedError, match="incorrect id format for BAD"):
        parse(ERROR)
    assert refusal_reason(ERROR) == "incorrect id format for BAD"
    assert refusal_reason(OLD) is None
    assert refusal_reason(b"Rate exceeded.") is None


def test_an_answer_that_was_cut_is_not_whole() -> None:
    page = parse(new_form(new_entry(1), new_entry(2))[:-60])
    assert not page.complete
    assert [paper.title for paper in page.parsed.papers] == ["Paper 1"]


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda junk: OLD[:900] + junk + OLD[900:]))
def test_any_bytes_are_papers_or_an_error(body: bytes) -> None:
    with contextlib.suppress(ReadqError):
        assert isinstance(parse(body).parsed.papers, list)


async def test_papers_by_their_ids_in_batches(network: Network) -> None:
    def answer(url: str) -> bytes:
        values = parse_qs(urlsplit(url).query)
        ids = values["id_list"][0].split(",")
        assert values["max_results"] == [str(len(ids))]
        return new_form(*(new_entry(int(one[5:])) for one in ids))

    fetcher = network(answer)
    spellings = [f"https://arxiv.org/abs/2611.{n:05}v2" for n in range(1, 151)]
    found = await by_ids(fetcher, HERE, [*spellings, "2611.00001", "no id"])
    assert len(found) == 150
    assert len(fetcher.urls) == 2
    assert {request.service for request in fetcher.asked} == {"arxiv"}


async def test_one_id_that_the_server_refuses_does_not_spoil_the_others(network: Network) -> None:
    complaint = ERROR.replace(b"for BAD", b"for 2611.00002")

    def answer(url: str) -> bytes | Exception:
        refused = FetchError("400", status=400, body=complaint)
        return refused if "2611.00002" in url else new_form(new_entry(1))

    fetcher = network(answer)
    found = await by_ids(fetcher, HERE, ["2611.00001", "2611.00002"])
    assert [paper.identifiers for paper in found] == [(("arxiv", "2611.00001"),)]
    assert len(fetcher.urls) == 2


@pytest.mark.parametrize("body", [new_form(total=0), new_form(total=1)], ids=["new form", "old form"])
async def test_unknown_ids_are_no_papers(network: Network, body: bytes) -> None:
    assert await by_ids(network(lambda url: body), HERE, ["2611.00001"]) == []
    assert await by_ids(network(lambda url: body), HERE, []) == []


async def test_titles_are_searched_for_several_at_once(network: Network) -> None:
    titles = [f'Load-balancing of {chr(65 + n // 26)}{chr(65 + n % 26)} networks: a "study"' for n in range(80)]
    fetcher = network(lambda url: new_form(new_entry(1), new_entry(2)))
    found = await by_titles(fetcher, HERE, titles)
    assert len(fetcher.urls) == 8
    assert len(found) == 2
    queries = [parse_qs(urlsplit(url).query)["search_query"][0] for url in fetcher.urls]
    assert sum(query.count("ti:") for query in queries) == 80
    assert queries[0].startswith('ti:"Load balancing of AA networks a study" OR ti:"Load balancing of AB')
    assert all(len(url) < 4000 for url in fetcher.urls)


def test_short_titles_do_not_crowd_out_the_longer_ones() -> None:
    assert list(title_searches(["Deep learning", "Herons that wait", "Ponds", "Herons, that wait"])) == [
        'ti:"Herons that wait"',
        'ti:"Deep learning" OR ti:"Ponds"',
    ]


@given(st.lists(st.text(max_size=3000), max_size=15))
def test_searches_hold_every_title_and_no_syntax_of_theirs(titles: list[str]) -> None:
    for search in title_searches(titles):
        assert search.count('"') == 2 * search.count('ti:"')
        assert all(part.startswith('ti:"') and part.endswith('"') for part in search.split(" OR ti:")[:1])


async def test_an_empty_page_in_mid_result_is_requested_again(network: Network) -> None:
    empty_once = iter([new_form(total=250)])

    def answer(url: str) -> bytes:
        start = int(parse_qs(urlsplit(url).query)["start"][0])
        if start == 200 and (empty := next(empty_once, None)):
            return empty
        return new_form(*(new_entry(n) for n in range(start + 1, min(start + 200, 250) + 1)), total=250)

    fetcher = network(answer)
    (batch,) = [b async for b in source("arxiv:query?search_query=x", HERE).pull(fetcher, PullOptions(TODAY, TODAY))]
    assert len(batch.parsed.papers) == 250
    assert len(fetcher.urls) == 3


async def test_a_hole_in_the_result_is_an_error(network: Network) -> None:
    fetcher = network(lambda url: new_form(total=250))
    with pytest.raises(ReadqError, match="sent none from 1 on"):
        await anext(source("arxiv:query?search_query=x", HERE).pull(fetcher, PullOptions(TODAY, TODAY)))
    assert len(fetcher.urls) == 3


async def test_a_query_stops_at_the_first_day_wanted(network: Network) -> None:
    days = ["2026-11-23", "2026-11-20", "2026-11-18", "2026-11-17", "2026-11-10"]
    body = new_form(*(new_entry(n, day) for n, day in enumerate(days, start=1)), total=5000)
    fetcher = network(lambda url: body)
    feed = source("arxiv:query?search_query=cat:cs.LG AND ti:x", HERE)
    (batch,) = [b async for b in feed.pull(fetcher, PullOptions(TODAY, TODAY))]
    assert [paper.title for paper in batch.parsed.papers] == ["Paper 3", "Paper 2", "Paper 1"]
    assert batch.through == TODAY
    (url,) = fetcher.urls
    values = parse_qs(urlsplit(url).query)
    assert values["search_query"] == ["cat:cs.LG AND ti:x"]
    assert (values["sortBy"], values["sortOrder"]) == (["submittedDate"], ["descending"])
    first = PullOptions(date(2026, 11, 17), TODAY, first=True)
    (batch,) = [b async for b in feed.pull(fetcher, first)]
    assert len(batch.parsed.papers) == 4
    (batch,) = [b async for b in feed.pull(network(lambda url: new_form(total=0)), first)]
    assert batch.remark == "nothing since 2026-11-17 fits the search"


async def test_a_refused_query_has_the_reason_from_arxiv(network: Network) -> None:
    fetcher = network(lambda url: FetchError("status 400", status=400, body=ERROR))
    with pytest.raises(ReadqError, match="arXiv refuses the request: incorrect id format"):
        await anext(source("arxiv:query?search_query=x", HERE).pull(fetcher, PullOptions(TODAY, TODAY)))


async def test_no_answer_of_the_api_is_an_error(network: Network) -> None:
    fetcher = network(lambda url: b"<html><body>Log in</body></html>")
    with pytest.raises(ReadqError, match="a web page"):
        await anext(source("arxiv:query?search_query=x", HERE).pull(fetcher, PullOptions(TODAY, TODAY)))


def test_a_window_ends_before_its_last_minute() -> None:
    window = between(datetime(2026, 11, 19, 19, tzinfo=UTC), datetime(2026, 11, 20, 19, tzinfo=UTC))
    assert window == "submittedDate:[202611191900 TO 202611201859]"
