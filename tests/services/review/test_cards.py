"""Due cards, previewed intervals, ratings, and enrolment."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from readq.config import Config
from readq.errors import ReadqError
from readq.model.values import Rating, Status
from readq.services.history import undo
from readq.services.papers import triage
from readq.services.review import card_changes, cards, ratings
from readq.store.library import open_for_writing

Run = Callable[..., Any]
CONFIG = Config()


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        yield connection


def due_papers(connection: sqlite3.Connection, now: datetime) -> list[int]:
    return [card.paper_id for card in cards.due(connection, now)]


def test_the_first_intervals_at_the_default_retention(papers: sqlite3.Connection, now: datetime) -> None:
    triage.enrol(papers, [1], True, now)
    (card,) = cards.due(papers, now)
    assert cards.intervals(papers, card.card, now, CONFIG) == {"again": 1, "hard": 4, "good": 8, "easy": 28}


@pytest.mark.parametrize(("rating", "days"), [("again", 1), ("hard", 4), ("good", 8), ("4", 28)])
def test_a_rating_gives_the_previewed_interval(six_papers: str, run_cli: Run, rating: str, days: int) -> None:
    result = run_cli("rate", rating, 2)
    due = (date(2026, 11, 23) + timedelta(days=days)).isoformat()
    assert result.out == f"card:1\t{due}\tin {days} d\n"
    paper = run_cli("show", 2, "--json").json
    assert (paper["due"], paper["enrolled"], paper["status"]) == (due, True, "inbox")


def test_previewed_intervals_hold_for_late_answers(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1], Rating.GOOD, now, CONFIG)
    late = now + timedelta(days=30)
    (card,) = cards.due(papers, late)
    shown = cards.intervals(papers, card.card, late, CONFIG)
    rated = ratings.rate(papers, card.card, Rating.GOOD, late, CONFIG)
    assert rated.interval_days == shown["good"] > 30
    assert rated.due == (date(2026, 12, 23) + timedelta(days=shown["good"])).isoformat()


def test_retention_is_a_setting(six_papers: str, run_cli: Run, tmp_path: Any) -> None:  # noqa: ANN401
    config = tmp_path / "config.toml"
    config.write_text("[review]\npaper_retention = 0.90\n")
    assert run_cli("rate", "good", 1, "--config", config, "--json").json[0]["interval_days"] < 8


def test_done_enrols_and_leaving_done_unenrols(six_papers: str, run_cli: Run) -> None:
    def due() -> list[tuple[int, str]]:
        return [(paper["id"], paper["due"]) for paper in run_cli("list", "is:enrolled", "--sort=-title", "--json").json]

    run_cli("mark", "done", 1, 2)
    assert sorted(due()) == [(1, "2026-12-01"), (2, "2026-12-01")]
    run_cli("mark", "reading", 1)
    assert due() == [(2, "2026-12-01")]
    run_cli("undo")
    assert len(due()) == 2


def test_done_does_not_enrol_when_configured(six_papers: str, run_cli: Run, tmp_path: Any) -> None:  # noqa: ANN401
    config = tmp_path / "config.toml"
    config.write_text("[review]\nenrol_on_done = false\n")
    run_cli("mark", "done", 1, "--config", config)
    assert run_cli("due").out == ""


def test_repeating_done_does_not_enrol_again(papers: sqlite3.Connection, now: datetime) -> None:
    triage.mark(papers, [1], Status.DONE, now)
    triage.enrol(papers, [1], False, now)
    assert triage.mark(papers, [1], Status.DONE, now).changed == 0
    assert due_papers(papers, now) == []


def test_a_schedule_is_kept_while_out_of_review(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1], Rating.EASY, now, CONFIG)
    triage.enrol(papers, [1], False, now)
    assert due_papers(papers, now + timedelta(days=28)) == []
    triage.enrol(papers, [1], True, now)
    assert due_papers(papers, now + timedelta(days=27)) == []
    assert due_papers(papers, now + timedelta(days=28)) == [1]


def test_row_60_the_day_begins_at_four_in_the_morning(papers: sqlite3.Connection) -> None:
    zone = timezone(timedelta(hours=1))
    evening = datetime(2026, 11, 23, 23, 0, tzinfo=zone)
    ratings.rate_papers(papers, [1], Rating.AGAIN, evening, CONFIG)
    assert due_papers(papers, evening + timedelta(hours=4)) == []
    assert due_papers(papers, evening + timedelta(hours=5)) == [1]


def test_row_59_a_clock_set_back_keeps_the_order_of_answers(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1], Rating.GOOD, now, CONFIG)
    back = now - timedelta(days=400)
    (again,) = ratings.rate_papers(papers, [1], Rating.AGAIN, back, CONFIG)
    assert again.due == "2026-11-24"
    answers = papers.execute("SELECT id, day, elapsed_days FROM review ORDER BY id").fetchall()
    assert [row[1:] for row in answers] == [("2026-11-23", 0), ("2026-11-23", 0)]
    assert papers.execute("SELECT rating FROM review ORDER BY id").fetchall() == [(3,), (1,)]
    undo.undo(papers, back)
    assert due_papers(papers, now + timedelta(days=8)) == [1]


def test_an_answer_logs_the_whole_schedule(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1], Rating.GOOD, now, CONFIG)
    ratings.rate_papers(papers, [1], Rating.AGAIN, now + timedelta(days=9), CONFIG)
    cursor = papers.execute("SELECT * FROM review ORDER BY id")
    names = [column[0] for column in cursor.description]
    first, second = (dict(zip(names, row, strict=True)) for row in cursor)
    assert first["id"] == int(now.timestamp() * 1000)
    assert (first["rating"], first["utc_offset"], first["elapsed_days"], first["reps_before"]) == (3, 3600, 0, 0)
    assert (second["elapsed_days"], second["reps_before"], second["due_before"]) == (9, 1, first["due"])
    assert (second["stability_before"], second["difficulty_before"]) == (first["stability"], first["difficulty"])
    assert papers.execute("SELECT reps, lapses, due, last_day FROM card").fetchone() == (
        2, 1, "2026-12-03", "2026-12-02",
    )  # fmt: skip


def test_again_on_a_new_card_is_no_lapse(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1], Rating.AGAIN, now, CONFIG)
    assert papers.execute("SELECT reps, lapses FROM card").fetchone() == (1, 0)


def test_row_64_two_answers_in_one_millisecond_are_two(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1, 2, 3], Rating.GOOD, now, CONFIG)
    assert papers.execute("SELECT count(DISTINCT id) FROM review").fetchone() == (3,)


def test_rating_a_card_by_its_number(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 4, 5)
    assert run_cli("due").out.splitlines()[1].startswith("card:2\t2026-11-23\tOn the ")
    result = run_cli("rate", "good", "card:2", "card:02", "card:9")
    assert (result.status, result.out) == (1, "card:2\t2026-12-01\tin 8 d\n")
    assert [line.split("\t")[0] for line in run_cli("due").out.splitlines()] == ["card:1"]


def test_rating_references_from_standard_input(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2, 3)
    lines = run_cli("due").out
    assert run_cli("rate", "easy", "-", stdin=lines).status == 0
    assert run_cli("due").out == ""


def test_a_buried_card_is_back_tomorrow(papers: sqlite3.Connection, now: datetime) -> None:
    triage.enrol(papers, [1, 2], True, now)
    card = cards.due(papers, now)[0].card
    assert card_changes.bury(papers, card, now).changed == 1
    assert due_papers(papers, now) == [2]
    assert due_papers(papers, now + timedelta(days=1)) == [1, 2]
    undo.undo(papers, now)
    assert due_papers(papers, now) == [1, 2]


def test_the_daily_limit_binds_review_but_not_due(papers: sqlite3.Connection, now: datetime) -> None:
    triage.enrol(papers, [1, 2, 3, 4, 5], True, now)
    limited = CONFIG._replace(a_day=2)
    first, second = cards.review_queue(papers, now, limited)
    assert len(cards.due(papers, now)) == 5
    ratings.rate(papers, first.card, Rating.GOOD, now, limited)
    assert [card.card for card in cards.review_queue(papers, now, limited)] == [second.card]
    ratings.rate(papers, second.card, Rating.AGAIN, now, limited)
    assert cards.review_queue(papers, now, limited) == []
    undo.undo(papers, now)
    assert len(cards.review_queue(papers, now, limited)) == 1
    assert len(cards.review_queue(papers, now + timedelta(days=1), limited)) == 2


def test_a_new_card_that_was_asked_until_right_has_had_its_turn(papers: sqlite3.Connection, now: datetime) -> None:
    ratings.rate_papers(papers, [1, 2], Rating.AGAIN, now - timedelta(days=9), CONFIG)
    triage.enrol(papers, [3, 4, 5], True, now)
    for rating in (Rating.AGAIN, Rating.GOOD):
        ratings.rate_papers(papers, [3], rating, now, CONFIG)
    # Known cards begin on this day. Paper 3 was new: one of them makes up for it, and the other has its turn.
    assert [card.state.reps > 0 for card in cards.review_queue(papers, now, CONFIG)] == [True, True, False, False]


def test_a_question_has_its_own_prompt_and_retention(papers: sqlite3.Connection, now: datetime) -> None:
    papers.execute(
        "INSERT INTO card (paper_id, kind, question, due, created)"
        " VALUES (1, 'question', 'What is lost?', '2026-11-20', '2026-11-20T00:00:00Z')"
    )
    (card,) = cards.due(papers, now)
    assert (card.kind, card.prompt) == ("question", "What is lost?")
    intervals = cards.intervals(papers, card.card, now, CONFIG)
    assert intervals["good"] < 8
    assert ratings.rate(papers, card.card, Rating.GOOD, now, CONFIG).interval_days == intervals["good"]


def test_an_unknown_card_is_an_error(papers: sqlite3.Connection, now: datetime) -> None:
    for act in (
        lambda: ratings.rate(papers, 9, Rating.GOOD, now, CONFIG),
        lambda: card_changes.bury(papers, 9, now),
        lambda: cards.intervals(papers, 9, now, CONFIG),
    ):
        with pytest.raises(ReadqError, match="no card 9"):
            act()
    assert papers.execute("SELECT count(*) FROM step").fetchone() == (1,)


def test_due_takes_a_query(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2, 3)
    run_cli("tag", 3, "-a", "rl")
    assert [entry["paper"]["id"] for entry in run_cli("due", "tag:rl", "--json").json] == [3]


def test_a_dropped_paper_is_not_due(six_papers: str, run_cli: Run) -> None:
    """Any status other than `done` unenrols a paper."""
    run_cli("mark", "done", 1)
    run_cli("mark", "dropped", 1)
    assert run_cli("due").out == ""
