"""The figures of review, against logs that are counted by hand."""

import contextlib
import csv
import io
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from readq.config import Config
from readq.model.values import Rating, Status
from readq.services.history import undo
from readq.services.papers import triage
from readq.services.review import card_changes, ratings
from readq.services.review.cards import DueCard, due
from readq.services.review.ratings import NewRating
from readq.services.review.statistics import Statistics, share, statistics
from readq.store.library import open_for_writing
from readq.store.review.cards import AnswerFacts
from readq.store.review.figures import Kept

Run = Callable[..., Any]
CONFIG = Config()


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        yield connection


def rate(connection: sqlite3.Connection, paper: int, rating: Rating, at: datetime) -> None:
    ratings.rate_papers(connection, [paper], rating, at, CONFIG)


def figures(connection: sqlite3.Connection, at: datetime) -> Statistics:
    return statistics(connection, at, CONFIG)


def test_an_empty_library_has_figures(papers: sqlite3.Connection, now: datetime) -> None:
    found = figures(papers, now)
    assert (found.today.due, sum(found.forecast.values()), found.kept, found.answers) == (0, 0, Kept(0, 0), [])
    assert share(found.kept) is None
    assert len(found.forecast) == 30


def test_reading_is_no_answer_and_no_recall(papers: sqlite3.Connection, now: datetime) -> None:
    triage.mark(papers, [1, 2], Status.DONE, now, done=triage.on_done(CONFIG))
    found = figures(papers, now)
    assert (found.answers, found.kept) == ([], Kept(0, 0))
    assert {day: cards for day, cards in found.forecast.items() if cards} == {"2026-12-01": 2}
    rate(papers, 1, Rating.AGAIN, now + timedelta(days=8))
    assert figures(papers, now + timedelta(days=8)).young == Kept(1, 0)


def test_true_retention_counts_the_first_answer_of_a_day(papers: sqlite3.Connection, now: datetime) -> None:
    for paper in (1, 2, 3):
        rate(papers, paper, Rating.GOOD, now)
    rate(papers, 1, Rating.AGAIN, now + timedelta(days=8))
    rate(papers, 1, Rating.GOOD, now + timedelta(days=8, minutes=5))
    rate(papers, 2, Rating.HARD, now + timedelta(days=8))
    assert figures(papers, now + timedelta(days=9)).young == Kept(2, 1)
    undo.undo(papers, now + timedelta(days=9))
    assert figures(papers, now + timedelta(days=9)).young == Kept(1, 0)
    rate(papers, 4, Rating.EASY, now + timedelta(days=9))
    rate(papers, 4, Rating.GOOD, now + timedelta(days=38))
    found = figures(papers, now + timedelta(days=38))
    assert (found.young, found.mature) == (Kept(0, 0), Kept(1, 1))


def test_answers_have_minutes(papers: sqlite3.Connection, now: datetime) -> None:
    triage.enrol(papers, [1, 2], True, now)

    def answer(card: DueCard, taken: int) -> None:
        facts = AnswerFacts(taken_ms=taken, sitting=1)
        given = NewRating(card.card, Rating.GOOD, now, now.date(), card.state, facts)
        assert ratings.answer(papers, given, CONFIG) is not None

    for card in due(papers, now):
        answer(card, 90_000)
    assert [tuple(one) for one in figures(papers, now).answers] == [("2026-11-23", 2, 180_000)]
    assert figures(papers, now).as_json()["answers"] == [{"day": "2026-11-23", "answers": 2, "minutes": 3.0}]


def test_forgotten_twice_running_means_on_two_days(papers: sqlite3.Connection, now: datetime) -> None:
    rate(papers, 1, Rating.AGAIN, now)
    rate(papers, 1, Rating.AGAIN, now)
    assert figures(papers, now).forgotten == 0
    rate(papers, 1, Rating.AGAIN, now + timedelta(days=1))
    rate(papers, 1, Rating.GOOD, now + timedelta(days=1))
    found = figures(papers, now + timedelta(days=1))
    assert (found.forgotten, [one.paper_id for one in found.forgotten_cards]) == (1, [1])
    rate(papers, 1, Rating.GOOD, now + timedelta(days=2))
    assert figures(papers, now + timedelta(days=2)).forgotten == 0


def test_what_is_not_asked_does_not_wait(papers: sqlite3.Connection, now: datetime) -> None:
    triage.enrol(papers, [1, 2, 3, 4, 5, 6], True, now)
    (first, second, *_) = due(papers, now)
    card_changes.suspend(papers, first.card, now)
    card_changes.bury(papers, second.card, now)
    card_changes.retire(papers, [3], True, now)
    triage.mark(papers, [4], Status.DROPPED, now)
    found = figures(papers, now)
    assert [cards for _, cards in list(found.forecast.items())[:3]] == [2, 1, 0]
    assert (found.today.due, found.retired) == (2, 1)


def test_papers_in_and_out_by_week_and_by_feed(papers: sqlite3.Connection, now: datetime) -> None:
    triage.mark(papers, [1, 2, 3], Status.QUEUED, now)
    triage.mark(papers, [4], Status.DROPPED, now)
    triage.mark(papers, [1], Status.READING, now + timedelta(days=7))
    triage.mark(papers, [2], Status.DROPPED, now + timedelta(days=7))
    undo.undo(papers, now + timedelta(days=7))
    found = figures(papers, now + timedelta(days=7))
    before, last = found.weeks[-2:]
    assert tuple(before)[2:] == (4, 3, 0)
    assert tuple(last) == ("2026-11-30", 0, 0, 0, 1)


def test_the_command_prints_figures_json_and_the_log(six_papers: str, run_cli: Run) -> None:
    run_cli("rate", "good", 1, "--recalled", "a, b")
    run_cli("mark", "done", 2)
    assert "today 0 of 0" in run_cli("stats").out
    assert all(len(line) <= 80 for line in run_cli("stats").out.splitlines())
    found = run_cli("stats", "--json").json
    assert (found["due"], len(found["forecast"]), len(found["weeks"])) == (0, 30, 8)
    rows = list(csv.DictReader(io.StringIO(run_cli("stats", "--log").out)))
    assert [(row["kind"], row["review_rating"], row["review_state"]) for row in rows] == [
        ("paper", "3", "0"),
        ("read", "3", "0"),
    ]
