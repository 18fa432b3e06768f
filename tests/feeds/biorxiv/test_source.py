"""`readq.feeds.biorxiv`: categories, weeks and pages, versions, answers that are none."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from readq.errors import ReadqError, UsageError
from readq.feeds.source import PullOptions
from readq.feeds.spec import normalised, public_address, source
from readq.net.endpoints import Endpoints

Network = Callable[..., Any]

HERE = Endpoints(biorxiv="http://127.0.0.1:9")
MONDAY = date(2026, 11, 23)


def item(number: int, **changes: object) -> dict[str, object]:
    return {
        "doi": f"10.1101/2026.11.20.{number:06}", "title": f"Title {number}", "authors": "Doe, J.; Roe, R. Q.",
        "date": "2026-11-20", "version": "1", "category": "cell biology", "abstract": "We show.", "published": "NA",
        **changes,
    }  # fmt: skip


def answer(items: list[dict[str, object]], total: int) -> bytes:
    return json.dumps({"messages": [{"status": "ok", "total": str(total)}], "collection": items}).encode()


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("biorxiv:Cell Biology", "biorxiv:cell-biology"),
        ("BIORXIV:cell_biology", "biorxiv:cell-biology"),
        ("medrxiv:all", "medrxiv:all"),
        ("https://connect.biorxiv.org/biorxiv_xml.php?subject=cell_biology", "biorxiv:cell-biology"),
        ("https://www.medrxiv.org/collection/oncology", "medrxiv:oncology"),
    ],
)
def test_spellings(typed: str, normal: str) -> None:
    assert normalised(typed) == normal
    assert normalised(public_address(normal)) == normal


@pytest.mark.parametrize(
    ("typed", "hint"), [("biorxiv:neurosciense", "biorxiv:neuroscience"), ("medrxiv:", "medrxiv:epidemiology")]
)
def test_unknown_categories_get_a_hint(typed: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        normalised(typed)
    assert hint in str(caught.value)


async def test_a_week_is_read_page_by_page_and_its_last_days_stay_open(network: Network) -> None:
    fetcher = network(lambda url: answer([item(1), item(2)], 3) if "/0/json" in url else answer([item(3)], 3))
    wanted = PullOptions(date(2026, 11, 17), MONDAY)
    batches = [batch async for batch in source("biorxiv:cell-biology", HERE).pull(fetcher, wanted)]
    assert fetcher.urls == [
        f"http://127.0.0.1:9/details/biorxiv/2026-11-17/2026-11-23/{cursor}/json?category=cell_biology"
        for cursor in (0, 2)
    ]
    # In America the 22nd may not be over.
    assert [batch.through for batch in batches] == [None, date(2026, 11, 21)]
    paper = batches[0].parsed.papers[0]
    assert [author.name for author in paper.authors] == ["J. Doe", "R. Q. Roe"]
    assert paper.identifiers == (("doi", "10.1101/2026.11.20.000001"),)
    assert (paper.published, paper.url) == (
        "2026-11-20", "https://www.biorxiv.org/content/10.1101/2026.11.20.000001v1",
    )  # fmt: skip
    assert paper.appearance is not None
    assert paper.appearance.day == "2026-11-20"


async def test_an_absence_of_weeks_is_filled_in(network: Network) -> None:
    fetcher = network(lambda url: answer([], 0))
    wanted = PullOptions(date(2026, 11, 1), MONDAY)
    batches = [batch async for batch in source("medrxiv:all", HERE).pull(fetcher, wanted)]
    assert len(fetcher.urls) == source("medrxiv:all", HERE).expected_requests(wanted) == 4
    assert [batch.through for batch in batches] == [
        date(2026, 11, 7), date(2026, 11, 14), date(2026, 11, 21), date(2026, 11, 21),
    ]  # fmt: skip


async def test_later_versions_are_revisions_and_published_ones_name_the_article(network: Network) -> None:
    items = [item(1, version="2"), item(2, published="10.1000/j.5"), item(3, category="zoology"), item(4, title="")]
    fetcher = network(lambda url: answer(items, 4))
    wanted = PullOptions(MONDAY, MONDAY)
    (batch,) = [batch async for batch in source("biorxiv:cell-biology", HERE).pull(fetcher, wanted)]
    assert [paper.title for paper in batch.parsed.revisions] == ["Title 1"]
    assert [paper.title for paper in batch.parsed.papers] == ["Title 2"]
    assert ("doi", "10.1000/j.5") in batch.parsed.papers[0].identifiers
    assert batch.parsed.rejected == [("entry 4", "no title or no DOI")]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"collection": 5}', b"{}"])
async def test_other_answers_are_errors_and_no_empty_days(network: Network, body: bytes) -> None:
    with pytest.raises(ReadqError, match="bioRxiv answered"):
        async for _ in source("biorxiv:all", HERE).pull(network(lambda url: body), PullOptions(MONDAY, MONDAY)):
            pass
