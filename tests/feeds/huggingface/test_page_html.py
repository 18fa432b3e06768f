"""`readq.feeds.huggingface.page_html`: saved HTML with and without JSON."""

import datetime
import html
import json
from pathlib import Path

import pytest

from readq.feeds.huggingface import page
from readq.feeds.huggingface.page_html import is_html
from readq.model.values import Appearance, Rejected, Trust

DATA = Path(__file__).parents[2] / "data" / "feeds"
RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds" / "1_hf" / "html_imitation"
TODAY = datetime.date(2026, 11, 23)


def embedding(properties: object) -> str:
    attribute = html.escape(json.dumps(properties), quote=True)
    return f'<!DOCTYPE html>\n<html><body><div data-target="DailyPapers" data-props="{attribute}"></div></body></html>'


def test_the_json_in_the_page_is_read() -> None:
    entries = json.loads((DATA / "daily.json").read_text(encoding="utf-8"))
    text = embedding({"dailyPapers": entries, "dateString": "2026-03-13", "isTrending": False})
    feed = page.parse(text, today=TODAY)
    assert page.recognise(text)
    assert feed.feed == "hf-page"
    assert [paper.title for paper in feed.papers] == ["Counting Lanterns in Fog", "Waiting as a Policy"]
    assert feed.papers[0].trust is Trust.HUGGINGFACE
    assert [paper.appearance and paper.appearance.day for paper in feed.papers] == ["2026-03-12", "2026-03-13"]


CARDS = """<html><head><title>Daily Papers</title><script>var x = "<a href='/papers/1'>";</script></head><body>
<h1>Daily Papers</h1><time>Mar 12</time>
<article><a href="/papers/2603.00001"><img src="x"></a><div>41</div>
<h3><a href="/papers/2603.00001">Counting <b>Lanterns</b>
   in Fog &amp; Rain</a></h3><p>We count.</p><a href="/papers/2603.00001#community">7</a></article>
<article><a href="https://huggingface.co/papers/2603.00002">Waiting</a><p>Herons wait.</p></article>
</body></html>"""


def test_a_page_without_json_is_read_as_text() -> None:
    feed = page.parse(CARDS, today=TODAY)
    lanterns, waiting = feed.papers
    assert page.recognise(CARDS)
    assert feed.rejected == []
    assert (lanterns.title, lanterns.abstract) == ("Counting Lanterns in Fog & Rain", "We count.")
    assert lanterns.identifiers == (("arxiv", "2603.00001"),)
    assert lanterns.appearance == Appearance("2026-03-12", rank=1, upvotes=41, comments=7)
    assert (waiting.title, waiting.abstract) == ("Waiting", "Herons wait.")


@pytest.mark.parametrize("properties", [{"dailyPapers": [3]}, {"dailyPapers": 1}, [], "x"])
def test_json_without_papers_is_no_papers(properties: object) -> None:
    assert page.parse(embedding(properties), today=TODAY).papers == []


def test_broken_json_falls_back_to_the_text() -> None:
    broken = CARDS.replace("<h1>", '<div data-target="DailyPapers" data-props="{&quot;"></div><h1>')
    assert page.parse(broken, today=TODAY) == page.parse(CARDS, today=TODAY)


def test_an_incomplete_card_is_rejected() -> None:
    text = embedding({"dailyPapers": [{"paper": {"id": "2603.00001"}}]})
    assert page.parse(text, today=TODAY).rejected == [Rejected("entry 1", "no title")]


@pytest.mark.parametrize("text", ["<?xml version='1.0'?><rss/>", "<rss>", "<feed xmlns='x'>", "plain <html>", ""])
def test_other_text_is_not_html(text: str) -> None:
    assert not is_html(text)


def test_other_html_is_not_recognised() -> None:
    assert not page.recognise("<html><body><p>Hello</p></body></html>")


@pytest.mark.recorded
@pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded pages at {RECORDED}")
@pytest.mark.parametrize("name", ["hf_daily", "hf_daily_hydrater", "hf_trending", "hf_trending_hydrater"])
def test_recorded_shapes(name: str) -> None:
    text = (RECORDED / f"{name}.html").read_text(encoding="utf-8")
    feed = page.parse(text, today=TODAY)
    assert page.recognise(text)
    assert (len(feed.papers), feed.rejected) == (2, [])
    assert all(paper.identifiers and paper.abstract for paper in feed.papers)
