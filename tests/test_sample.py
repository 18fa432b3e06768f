"""The sample of `readq demo`: consistent, true to the real papers, and not copied from them."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fsrs import Card, Scheduler
from fsrs import Rating as FsrsRating

from readq.model.values import Rating, Status
from readq.sample.load import TourStop, feed_bytes, tour

RECORDED = Path(__file__).resolve().parents[1] / ".." / "shared" / "feeds"
DEMO_DAY = date(2026, 11, 23)
WEEKDAYS = ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]
PAPERS: list[dict[str, Any]] = [entry["paper"] for entry in json.loads(feed_bytes())]
RUN_OF_WORDS = 8


def recorded(name: str) -> str:
    path = RECORDED / name
    if not path.is_file():
        pytest.skip(f"no recorded feed at {path}")
    return path.read_text(encoding="utf-8")


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of eight consecutive words, without case and punctuation."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[start : start + RUN_OF_WORDS]) for start in range(len(words) - RUN_OF_WORDS + 1)}


def due_day(stop: TourStop, retention: float) -> date:
    """Return the day on which a card is due after its ratings, by the scheduler without fuzz."""
    scheduler = Scheduler(desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card = Card()
    for day, rating in stop.ratings:
        midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        card, _ = scheduler.review_card(card, FsrsRating(rating), midnight)
    return card.due.date()


def test_the_feed_holds_enough_papers_each_once() -> None:
    ids = [paper["id"] for paper in PAPERS]
    assert len(ids) >= 24
    assert len(set(ids)) == len(ids)
    assert [arxiv for arxiv in ids if not re.fullmatch(r"\d{2}(0[1-9]|1[0-2])\.\d{5}", arxiv)] == []


def test_papers_are_dated_by_the_month_of_their_id() -> None:
    for paper in PAPERS:
        assert paper["publishedAt"] == f"20{paper['id'][:2]}-{paper['id'][2:4]}-01T00:00:00.000Z"


def test_the_feed_covers_five_weekdays_in_order_of_votes() -> None:
    by_day = [(paper["submittedOnDailyAt"][:10], -paper["upvotes"]) for paper in PAPERS]
    assert sorted({day for day, _ in by_day}) == WEEKDAYS
    assert by_day == sorted(by_day)


def test_every_entry_is_complete() -> None:
    for entry in json.loads(feed_bytes()):
        assert entry["title"] == entry["paper"]["title"]
        assert entry["submittedBy"]["name"].startswith("sample-")
        assert entry["numComments"] >= 0
        assert all(author["name"].strip() for author in entry["paper"]["authors"])
        assert 2 <= len(re.findall(r"[.?](?:\s|$)", entry["paper"]["summary"])) <= 3


def test_every_stop_of_the_tour_decides_on_a_paper_of_the_feed() -> None:
    stops = tour()
    assert {stop.arxiv for stop in stops} <= {paper["id"] for paper in PAPERS}
    assert len({stop.arxiv for stop in stops}) == len(stops)
    assert Status.INBOX not in {stop.status for stop in stops}


def test_every_view_has_something_to_show() -> None:
    stops = tour()
    count = Counter(stop.status for stop in stops)
    assert count == {Status.QUEUED: 4, Status.READING: 2, Status.DONE: 4, Status.DROPPED: 2}
    assert len(PAPERS) - len(stops) >= 14
    assert sum(stop.star for stop in stops) == 3
    assert any(stop.note for stop in stops)
    assert any(stop.note is None for stop in stops)


def test_tags_are_in_normal_form() -> None:
    assert [tag for stop in tour() for tag in stop.tags if not re.fullmatch(r"[a-z][a-z-]*", tag)] == []


def test_done_papers_were_rated_and_no_others() -> None:
    assert all(bool(stop.ratings) == (stop.status is Status.DONE) for stop in tour())


def test_ratings_are_in_order_and_not_in_the_demo_s_future() -> None:
    for stop in tour():
        days = [date.fromisoformat(day) for day, _ in stop.ratings]
        assert all(earlier < later for earlier, later in pairwise(days))
        assert all(day < DEMO_DAY for day in days)


def test_all_four_ratings_occur() -> None:
    assert {rating for stop in tour() for _, rating in stop.ratings} == set(Rating)


@pytest.mark.parametrize("retention", [0.8, 0.9])
def test_three_papers_are_due_on_the_day_of_the_demo(retention: float) -> None:
    due = [stop.arxiv for stop in tour() if stop.ratings and due_day(stop, retention) <= DEMO_DAY]
    assert len(due) == 3


@pytest.mark.recorded
def test_titles_and_authors_are_those_of_the_real_papers() -> None:
    known = {
        facts["arxiv_id"]: (title, facts) for title, facts in json.loads(recorded("trending-page.ids.json")).items()
    }
    for paper in PAPERS:
        title, facts = known[paper["id"]]
        assert paper["title"] == title
        assert [author["name"] for author in paper["authors"]] == facts["authors"]
        assert facts["authors_complete"]
        assert paper["publishedAt"].startswith(str(facts["year"]))


@pytest.mark.recorded
def test_summaries_and_notes_are_not_copied() -> None:
    theirs = runs(recorded("trending-page.txt"))
    ours = [paper["summary"] for paper in PAPERS] + [stop.note for stop in tour() if stop.note]
    assert theirs
    assert [text for text in ours if runs(text) & theirs] == []
