"""`readq.feeds.huggingface.json_api`: valid and malformed responses; none raises."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.feeds.huggingface.json_api import parse_daily, recognise
from readq.feeds.parsed_feed import ParsedFeed
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.text import is_printable

DATA = Path(__file__).parents[2] / "data" / "feeds"
RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "feeds" / "1_hf"

needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded feeds at {RECORDED}")


def daily() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((DATA / "daily.json").read_text(encoding="utf-8"))
    return entries


def entry(**outer: object) -> dict[str, object]:
    """Return a small daily entry, without the fields given as None."""
    fields = {"paper": {"id": "2401.00001", "upvotes": 1}, "title": "T", **outer}
    return {name: value for name, value in fields.items() if value is not None}


def test_an_entry_in_full() -> None:
    feed = parse_daily(daily(), day="2026-11-20")
    first = feed.papers[0]
    assert feed.feed == "hf-daily"
    assert feed.rejected == []
    assert first.title == "Counting Lanterns in Fog"
    assert first.abstract == "We count lanterns in fog.\n\nA second paragraph follows."
    assert first.authors == (Author("Ada Quill"), Author("Bo Lantern"))
    assert first.published == "2026-03-10"
    assert first.identifiers == (("arxiv", "2603.00001"),)
    assert first.url == "https://arxiv.org/abs/2603.00001"
    assert first.pdf_url == "https://arxiv.org/pdf/2603.00001"
    assert first.trust is Trust.HUGGINGFACE
    assert first.where == "entry 1"
    assert first.appearance == Appearance("2026-03-12", rank=1, upvotes=41, comments=2, submitted_by="akettle")


def test_missing_fields_are_none() -> None:
    second = parse_daily(daily(), day=None).papers[1]
    assert second.title == "Waiting as a Policy"
    assert second.appearance == Appearance(None, rank=2, upvotes=0, comments=0, submitted_by=None)


@pytest.mark.parametrize(
    ("outer", "asked", "day"),
    [
        ({"publishedAt": "2024-06-13T01:02:03.000Z"}, None, "2024-06-13"),
        ({"publishedAt": "2024-06-13T01:02:03.000Z"}, "2024-06-14", "2024-06-14"),
        ({"publishedAt": "2025-03-04T01:02:03.000Z"}, None, None),
        ({"submittedOnDailyAt": "2026-01-02T00:00:00.000Z"}, "2024-06-14", "2026-01-02"),
        ({"submittedOnDailyAt": "soon"}, "2024-06-14", "2024-06-14"),
        # A search: the outer moment is the paper's own, some hours early.
        (
            {
                "publishedAt": "2024-04-05T23:40:36.000Z",
                "paper": {"id": "2404.00001", "publishedAt": "2024-04-06T03:40:36.000Z"},
            },
            None,
            None,
        ),
        ({}, None, None),
    ],
)
def test_the_day_of_an_appearance(outer: dict[str, object], asked: str | None, day: str | None) -> None:
    appearance = parse_daily([entry(**outer)], day=asked).papers[0].appearance
    assert appearance is not None
    assert appearance.day == day


def test_a_search_reply_has_its_own_feed_name() -> None:
    assert parse_daily([entry(highlightedTitle=[])], day=None).feed == "hf-search"


def test_a_bare_paper_has_no_rank() -> None:
    bare = {**daily()[0]["paper"], "title": "Bare"}
    feed = parse_daily(bare, day=None)
    assert recognise(bare)
    assert feed.papers[0].appearance == Appearance("2026-03-12", upvotes=41, submitted_by="daily-quill")


@pytest.mark.parametrize(
    "wrapped", [{"data": daily()}, {"dailyPapers": daily(), "dateString": "x"}, {"papers": daily()}]
)
def test_wrapped_lists_are_unwrapped(wrapped: object) -> None:
    assert recognise(wrapped)
    assert parse_daily(wrapped, day=None) == parse_daily(daily(), day=None)


def test_entries_saved_as_python_text_are_read() -> None:
    saved = [str(saved_entry) for saved_entry in daily()]
    assert recognise(saved)
    assert parse_daily(saved, day=None) == parse_daily(daily(), day=None)


@pytest.mark.parametrize(
    "text", ["{'a': __import__('os')}", "{" * 5000, "{'a': " + "-" * 50_000 + "1}", "{}{", "[1]", ""]
)
def test_python_text_is_never_run_and_never_raises(text: str) -> None:
    assert parse_daily([text], day=None) == ParsedFeed([], [Rejected("entry 1", "not a paper")], "hf-daily")


def test_malformed_entries_are_rejected_and_the_others_kept() -> None:
    entries = [entry(), 17, entry(title=None), entry(title=" \u200b"), entry(paper="x"), None, entry(title="Last")]
    feed = parse_daily(entries, day=None)
    assert [paper.title for paper in feed.papers] == ["T", "Last"]
    assert feed.rejected == [
        Rejected("entry 2", "not a paper"),
        Rejected("entry 3", "no title"),
        Rejected("entry 4", "no title"),
        Rejected("entry 5", "not a paper"),
        Rejected("entry 6", "not a paper"),
    ]


@pytest.mark.parametrize("data", [1, "x", None, {}, {"error": "no"}, True])
def test_other_json_is_rejected(data: object) -> None:
    assert not recognise(data)
    assert parse_daily(data, day=None) == ParsedFeed([], [Rejected("the reply", "holds no list of papers")], "hf-daily")


def test_an_empty_day_is_fine() -> None:
    assert parse_daily([], day="2026-03-14") == ParsedFeed([], [], "hf-daily")


def test_wrong_types_count_as_absent() -> None:
    paper = {
        "id": 7,
        "authors": [1, {"name": None}, {"name": ""}, {"name": "Bo"}],
        "upvotes": True,
        "summary": [],
        "publishedAt": "2024-02-30",
        "submittedOnDailyBy": "x",
    }
    (read,) = parse_daily([entry(paper=paper, numComments=10**30, submittedBy={"user": 1})], day=None).papers
    assert read.identifiers == ()
    assert read.url is None
    assert read.authors == (Author("Bo"),)
    assert read.abstract is None
    assert read.published is None
    assert read.appearance == Appearance(rank=1)


def test_other_json_is_not_recognised() -> None:
    assert not recognise([{"id": "x", "title": "A CSL item", "type": "article"}])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None, exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["paper", "title", "id", "authors", "name", "summary", "publishedAt", "upvotes", "data", "user"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(JSON)
def test_no_json_makes_it_raise(data: object) -> None:
    recognise(data)
    for paper in parse_daily(data, day=None).papers:
        assert paper.title
        assert is_printable(paper.title)


@needs_recordings
@pytest.mark.recorded
def test_all_recorded_days_are_read_whole() -> None:
    files = sorted((RECORDED / "daily_papers").glob("*.json"))
    feeds = [parse_daily(json.loads(file.read_text(encoding="utf-8")), day=file.stem) for file in files]
    papers = [paper for feed in feeds for paper in feed.papers]
    assert (len(files), len(papers)) == (126, 2167)
    assert [rejected for feed in feeds for rejected in feed.rejected] == []
    assert all(
        paper.appearance and paper.appearance.day == file.stem
        for file, feed in zip(files, feeds, strict=True)
        for paper in feed.papers
    )
    assert all(paper.identifiers and paper.authors and paper.abstract and paper.published for paper in papers)


@needs_recordings
@pytest.mark.recorded
@pytest.mark.parametrize(("name", "count"), [("2024-12-12", 18), ("2025-01-10", 9), ("2025-02-02", 0)])
def test_recorded_files_that_were_saved_badly(name: str, count: int) -> None:
    data = json.loads((RECORDED / "malformed" / f"{name}.json").read_text(encoding="utf-8"))
    feed = parse_daily(data, day=name)
    assert len(feed.papers) == count
    assert recognise(data) is bool(count)
    assert bool(feed.rejected) is not bool(count)


@needs_recordings
@pytest.mark.recorded
def test_a_recorded_search() -> None:
    feed = parse_daily(
        json.loads((RECORDED / "search" / "paper_result_kazakh.json").read_text(encoding="utf-8")), day=None
    )
    assert (feed.feed, len(feed.papers), feed.rejected) == ("hf-search", 9, [])
