"""`readq.feeds.huggingface.page`: saved pages in every format."""

import datetime
import json
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.feeds.huggingface import json_api, page
from readq.model.identifiers import title_key
from readq.model.values import Appearance, Rejected, Trust
from readq.text import is_printable

DATA = Path(__file__).parents[2] / "data" / "feeds"
RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds"
TODAY = datetime.date(2026, 11, 23)
PLAIN = (DATA / "page-plain.txt").read_text(encoding="utf-8")
LINKED = (DATA / "page-linked.md").read_text(encoding="utf-8")
TITLES = [
    "2 Lanterns 2 Many: Counting Lights^2 in Fog[1]",
    "Is a Kettle a Clock? Boiling Times as a Weak Signal",
    "GreyHeron:Waiting as a Policy",
]
LONG = "This sentence stands in an abstract and is long enough. " * 8

needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded feeds at {RECORDED}")


def without_head(text: str) -> str:
    return text[text.index("2 Lanterns") :]


def folded(text: str, width: int) -> str:
    lines = [textwrap.wrap(line, width, break_on_hyphens=False) or [""] for line in text.split("\n")]
    return "\n".join(line for wrapped in lines for line in wrapped)


def with_noise(text: str) -> str:
    noise = "\n\nSubmitted by\n\nakettle\n\n128\n\n"
    return text.replace("\n\nIs a", f"\n\n· 3 authors\n\nPublished on Jan 5, 2025{noise}Is a").replace(
        "GreyH", "▲ 7\n\nGreyH"
    )


COPIES = {
    "as saved": PLAIN,
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "trailing spaces, BOM": "\ufeff" + PLAIN.replace("\n", " \t \n"),
    "no blank lines": "\n".join(line for line in PLAIN.split("\n") if line),
    "more blank lines": PLAIN.replace("\n\n", "\n\n\n\n"),
    "title on top of its abstract": PLAIN.replace("\n\n", "\n")
    .replace("\n2 Lan", "\n\n2 Lan")
    .replace("\nIs a", "\n\nIs a"),
    "folded": folded(PLAIN, 72),
    "folded titles too": folded(PLAIN, 40),
    "no head": without_head(PLAIN),
    "Daily Papers": "Daily Papers\n\nMar 12\n\n" + without_head(PLAIN),
    "Trending Papers": "Trending Papers\n\nby AK and the research community\n\nMar 12\n\n" + without_head(PLAIN),
    "search words in the head": PLAIN.replace("Mar 12", "herons and clocks\n\nDaily\n\nWeekly\n\nMonthly\n\nMar 12"),
    "votes, authors, submitters": with_noise(PLAIN),
    "Markdown headings": PLAIN.replace("2 Lan", "## 2 Lan").replace("GreyH", "### **GreyH"),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_every_copy_of_a_page_holds_the_same_papers(copy: str) -> None:
    feed = page.parse(copy, today=TODAY)
    assert page.recognise(copy)
    assert feed.rejected == []
    assert [paper.title for paper in feed.papers] == TITLES
    assert [paper.abstract for paper in feed.papers] == [
        paper.abstract for paper in page.parse(PLAIN, today=TODAY).papers
    ]


def test_a_paper_of_a_plain_page() -> None:
    feed = page.parse(PLAIN, today=TODAY)
    kettle = feed.papers[1]
    assert feed.feed == "hf-page"
    assert kettle.abstract == (
        "Kettles boil at about the same time every day. We ask whether a house could keep time by them."
    )
    assert kettle.appearance == Appearance(day="2026-03-12", rank=2)
    assert kettle.trust is Trust.PAGE
    assert (kettle.published, kettle.year, kettle.identifiers) == (None, None, ())


def test_incomplete_entries_are_rejected_by_number() -> None:
    items = ["Daily Papers", "A first title", LONG, LONG, "A lone title", "A third title", LONG, "Cut off"]
    feed = page.parse("\n\n".join(items), today=TODAY)
    assert [paper.title for paper in feed.papers] == ["A first title", "A third title"]
    assert [paper.appearance and paper.appearance.rank for paper in feed.papers] == [1, 4]
    assert feed.rejected == [
        Rejected("entry 2", "no title"),
        Rejected("entry 3", "no abstract"),
        Rejected("entry 5", "no abstract"),
    ]


def test_a_head_without_a_date_gives_no_day() -> None:
    (first, *_) = page.parse(without_head(PLAIN), today=TODAY).papers
    assert first.appearance == Appearance(day=None, rank=1)


def test_a_page_with_addresses() -> None:
    feed = page.parse(LINKED, today=TODAY)
    kettle, heron, tides = feed.papers
    assert page.recognise(LINKED)
    assert kettle.title == "Is a Kettle a Clock? Boiling Times as a Weak Signal"
    assert kettle.abstract is not None
    assert kettle.abstract.endswith("by them. See https://example.org/kettle")
    assert kettle.identifiers == (("arxiv", "2410.00001"),)
    assert kettle.url == "https://arxiv.org/abs/2410.00001"
    assert kettle.published == "2024-10-07"
    assert kettle.appearance == Appearance(day="2026-03-25", rank=1, upvotes=12)
    assert heron.published == "2018-02-25"
    assert heron.appearance == Appearance(day="2026-03-25", rank=2, upvotes=0, comments=3)
    assert (tides.title, tides.abstract) == ("Tides on a Slope", "Water that runs uphill twice a day.")
    assert tides.identifiers == (("arxiv", "2203.00004"),)
    assert feed.rejected == [Rejected("entry 3", "no title")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hello",
        "Daily Papers\n\nMar 12",
        f"# Readme\n\n{LONG}\n\n{LONG}",
        '[{"title": "x"}]',
        f"@misc{{a,\n\n{LONG}",
        f"<html>\n\n{LONG}",
    ],
)
def test_other_text_is_not_recognised(text: str) -> None:
    assert not page.recognise(text)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                *TITLES,
                LONG,
                "Mar 12",
                "Daily Papers",
                "12",
                "A sentence is here, short.",
                "",
                "\x1b[0mx",
                *LINKED.split("\n")[20:40],
            ]
        ),
        max_size=14,
    )
)
def test_no_text_makes_it_raise(lines: list[str]) -> None:
    text = "\n".join(lines)
    page.recognise(text)
    feed = page.parse(text, today=TODAY)
    ranks = [paper.appearance.rank for paper in feed.papers if paper.appearance]
    rejected = [int(entry.where.removeprefix("entry ")) for entry in feed.rejected]
    assert sorted([*(rank for rank in ranks if rank), *rejected]) == list(range(1, len(ranks) + len(rejected) + 1))
    assert all(paper.title and is_printable(paper.title) for paper in feed.papers)


@needs_recordings
@pytest.mark.recorded
def test_the_recorded_page_and_days_hold_2245_works() -> None:
    feed = page.parse((RECORDED / "trending-page.txt").read_text(encoding="utf-8"), today=TODAY)
    known = json.loads((RECORDED / "trending-page.ids.json").read_text(encoding="utf-8"))
    assert len(feed.papers) == 80
    assert feed.rejected == []
    assert {paper.title for paper in feed.papers} == set(known)
    assert {paper.appearance and paper.appearance.day for paper in feed.papers} == {"2026-03-12"}

    days = sorted((RECORDED / "1_hf" / "daily_papers").glob("*.json"))
    days_shown = [json_api.parse_daily(json.loads(day.read_text(encoding="utf-8")), day=day.stem) for day in days]
    daily = {title_key(paper.title) for shown in days_shown for paper in shown.papers}
    on_page = {title_key(paper.title) for paper in feed.papers}
    assert len(on_page & daily) == 2
    assert len(on_page | daily) == 2245


@needs_recordings
@pytest.mark.recorded
def test_the_recorded_page_with_addresses() -> None:
    (file,) = (RECORDED / "1_hf" / "pages_text").glob("*.md")
    feed = page.parse(file.read_text(encoding="utf-8"), today=datetime.date(2026, 7, 28))
    assert feed.rejected == []
    assert [paper.identifiers[0][1] for paper in feed.papers] == [
        "2410.05434",
        "1802.08979",
        "2104.13100",
        "2510.21057",
    ]
    assert [paper.published for paper in feed.papers] == ["2024-10-07", "2018-02-24", "2021-04-26", "2025-10-23"]
