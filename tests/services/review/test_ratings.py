"""Ratings: the state that the person saw, several answers on one day, dropped papers, scripts."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.config import Config
from readq.days import local_day
from readq.model.values import Rating, Status
from readq.services.history import undo
from readq.services.papers import corrections, triage
from readq.services.review import card_changes, card_check, cards, ratings
from readq.services.review.cards import DueCard
from readq.services.review.ratings import NewRating
from readq.store.library import open_for_writing

Run = Callable[..., Any]
CONFIG = Config()


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        triage.mark(connection, [1, 2, 3], Status.DONE, datetime.fromisoformat("2026-11-23T08:00:00+01:00"))
        yield connection


def seen(connection: sqlite3.Connection, now: datetime) -> DueCard:
    return cards.due(connection, now)[0]


def answer(connection: sqlite3.Connection, card: DueCard, rating: Rating, now: datetime) -> Any:  # noqa: ANN401
    return ratings.answer(connection, NewRating(card.card, rating, now, local_day(now), card.state), CONFIG)


def log(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT card_id, rating, interval_days FROM review WHERE undone = 0").fetchall()


ELSEWHERE: dict[str, Callable[[sqlite3.Connection, int, datetime], object]] = {
    "answered": lambda conn, card, now: ratings.rate(conn, card, Rating.EASY, now, CONFIG),
    "answered again": lambda conn, card, now: ratings.rate(conn, card, Rating.AGAIN, now, CONFIG),
    "suspended": lambda conn, card, now: card_changes.suspend(conn, card, now),
    "buried": lambda conn, card, now: card_changes.bury(conn, card, now),
    "unenrolled": lambda conn, card, now: triage.enrol(conn, [1], False, now),
    "dropped": lambda conn, card, now: triage.mark(conn, [1], Status.DROPPED, now),
    "removed": lambda conn, card, now: corrections.remove(conn, [1], now),
}


@pytest.mark.parametrize("change", ELSEWHERE)
def test_an_answer_to_a_card_that_moved_is_not_written(papers: sqlite3.Connection, now: datetime, change: str) -> None:
    card = seen(papers, now)
    ELSEWHERE[change](papers, card.card, now)
    before = (
        log(papers),
        papers.execute("SELECT * FROM card").fetchall(),
        papers.execute("SELECT * FROM step").fetchall(),
    )
    assert answer(papers, card, Rating.GOOD, now) is None
    after = (
        log(papers),
        papers.execute("SELECT * FROM card").fetchall(),
        papers.execute("SELECT * FROM step").fetchall(),
    )
    assert after == before
    assert cards.unmoved_cards(papers, {card.card: card.state}, local_day(now)) == {}


def test_a_change_that_was_undone_does_not_count(papers: sqlite3.Connection, now: datetime) -> None:
    card = seen(papers, now)
    for change in (ELSEWHERE["answered"], ELSEWHERE["suspended"], ELSEWHERE["dropped"]):
        change(papers, card.card, now)
        undo.undo(papers, now)
        assert cards.unmoved_cards(papers, {card.card: card.state}, local_day(now)) == {card.card: card.state}
    assert answer(papers, card, Rating.GOOD, now).interval_days == 8


def test_a_priority_does_not_move_a_card(papers: sqlite3.Connection, now: datetime) -> None:
    card = seen(papers, now)
    card_changes.prioritise(papers, card.card, now)
    assert answer(papers, card, Rating.GOOD, now).state.reps == 1


def test_two_sittings_at_once_write_one_answer_a_card(
    six_papers: str, papers: sqlite3.Connection, now: datetime
) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as other:
        shown = cards.review_queue(papers, now, CONFIG), cards.review_queue(other, now, CONFIG)
        written = [
            answer(connection, card, Rating.EASY, now) is not None
            for pair in zip(*shown, strict=True)
            for connection, card in zip((papers, other), pair, strict=True)
        ]
    assert written == [True, False] * 3
    assert log(papers) == [(number, 4, 28) for number in (1, 2, 3)]


def test_eight_easy_answers_on_a_day_set_one_interval(papers: sqlite3.Connection, now: datetime) -> None:
    days = {ratings.rate(papers, 1, Rating.EASY, now, CONFIG).interval_days for _ in range(8)}
    assert days == {28}


def test_a_later_answer_of_a_day_may_shorten_the_interval(papers: sqlite3.Connection, now: datetime) -> None:
    given_ratings = (Rating.EASY, Rating.HARD, Rating.AGAIN, Rating.GOOD, Rating.EASY)
    days = [ratings.rate(papers, 1, rating, now, CONFIG).interval_days for rating in given_ratings]
    assert days[0] == 28
    assert days[1] <= 28
    assert days[2] == 1
    assert 1 <= days[3] < 28
    assert days[4] == days[3]
    assert card_check.find_problems(papers) == []


def test_the_preview_shows_what_an_answer_of_the_same_day_gives(papers: sqlite3.Connection, now: datetime) -> None:
    for first in Rating:
        ratings.rate(papers, 1, first, now, CONFIG)
        shown = cards.intervals(papers, 1, now, CONFIG)
        for rating in Rating:
            assert ratings.rate(papers, 1, rating, now, CONFIG).interval_days == shown[rating.name.lower()]
            undo.undo(papers, now)


def test_lapses_count_bad_days_of_cards_that_were_known(papers: sqlite3.Connection, now: datetime) -> None:
    def lapses(day: int, *given_ratings: Rating) -> int:
        return [ratings.rate(papers, 1, rating, now + timedelta(days=day), CONFIG).lapses for rating in given_ratings][
            -1
        ]

    assert lapses(0, Rating.AGAIN, Rating.AGAIN) == 0  # never known
    assert lapses(1, Rating.AGAIN, Rating.GOOD) == 0
    assert lapses(20, Rating.AGAIN, Rating.AGAIN, Rating.GOOD, Rating.AGAIN) == 1  # one bad day
    assert lapses(21, Rating.AGAIN) == 1  # not known again yet
    assert lapses(22, Rating.GOOD) == 1
    assert lapses(40, Rating.AGAIN) == 2
    undo.undo(papers, now)
    assert papers.execute("SELECT lapses FROM card WHERE id = 1").fetchone() == (1,)
    undo.redo(papers, now)
    assert papers.execute("SELECT lapses FROM card WHERE id = 1").fetchone() == (2,)
    assert card_check.find_problems(papers) == []


@settings(max_examples=25)
@given(history=st.lists(st.tuples(st.sampled_from(Rating), st.sampled_from([0, 0, 1, 9])), min_size=1, max_size=12))
def test_the_log_replays_to_the_card(papers_of_a_run: sqlite3.Connection, history: list[tuple[Rating, int]]) -> None:
    now = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
    papers_of_a_run.execute("BEGIN")
    papers_of_a_run.execute("DELETE FROM review")
    papers_of_a_run.execute(
        "UPDATE card SET stability=NULL, difficulty=NULL, interval_days=NULL, last_day=NULL, reps=0, lapses=0"
    )
    papers_of_a_run.execute("COMMIT")
    for rating, gap in history:
        now += timedelta(days=gap)
        ratings.rate_papers(papers_of_a_run, [1], rating, now, CONFIG)
    assert card_check.find_problems(papers_of_a_run) == []


@pytest.fixture(scope="module")
def papers_of_a_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(str(tmp_path_factory.mktemp("run") / "library.db"))) as connection:
        connection.execute(
            "INSERT INTO paper (id, key, title, title_key, authors, status, added, trust)"
            " VALUES (1, 'a1', 'A', 'a', '', 'done', '2026-11-01T00:00:00Z', 1)"
        )
        yield connection


def test_if_reps_rates_only_cards_with_that_many_answers(six_papers: str, run_cli: Run) -> None:
    run_cli("rate", "good", 1)
    result = run_cli("rate", "easy", 1, 2, "card:1", "--if-reps", 0)
    assert (result.status, result.out) == (1, "card:2\t2026-12-21\tin 28 d\n")
    assert result.err == "error: card:1 has 1 answer, not 0: not rated (see readq due --json)\n"
    assert run_cli("rate", "hard", 1, "--if-reps", 1, "--json").json[0]["reps"] == 2


def test_if_reps_names_a_paper_that_has_no_card(six_papers: str, run_cli: Run) -> None:
    told = "error: #3 has 0 answers, not 1: not rated (see readq due --json)\n"
    assert run_cli("rate", "hard", 3, "--if-reps", 1) == (1, "", told)
    assert run_cli("rate", "hard", 3, "--if-reps", 1, "--json") == (1, "[]\n", told)
    assert run_cli("show", 3, "--json").json["enrolled"] is False
    assert run_cli("rate", "hard", 3, "--if-reps", 0).status == 0


def test_a_dropped_paper_is_not_rated(six_papers: str, run_cli: Run) -> None:
    run_cli("rate", "good", 1)
    run_cli("mark", "dropped", 1, 2)
    result = run_cli("rate", "good", 1, 2, "card:1")
    assert (result.status, result.out) == (1, "")
    assert [line.split(":")[1] for line in result.err.splitlines()] == [" #1 is dropped", " #2 is dropped"]


@pytest.mark.parametrize("words", [("rate", "good", 1), ("rate", "again", "card:1")])
def test_a_clock_that_runs_ahead_needs_a_yes(
    six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[object, ...]
) -> None:
    run_cli("enrol", 1)
    monkeypatch.setenv("READQ_NOW", "2027-01-22T09:00:00+01:00")
    assert run_cli(*words).status == 0  # 60 days
    run_cli("undo")
    monkeypatch.setenv("READQ_NOW", "2036-11-23T09:00:00+01:00")
    refused = run_cli(*words)
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("error: the clock says 2036-11-23, 3,653 days after the newest entry of the library")
    assert run_cli(*words, "--yes").status == 0
    assert run_cli(*words).status == 0


def test_suspend_and_unsuspend(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2)
    run_cli("rate", "easy", 2)
    assert run_cli("suspend", 1, 2, 3).out == "2 papers changed, 1 unchanged (step 4)\n"
    assert run_cli("due").out == ""
    assert run_cli("unsuspend", 1, 2, 3, "--json").json["changed"] == 2
    assert [entry["paper"]["id"] for entry in run_cli("due", "--json").json] == [1]
    assert run_cli("show", 2, "--json").json["due"] == "2026-12-21"
    run_cli("undo")
    run_cli("undo")
    assert len(run_cli("due", "--json").json) == 1
    assert run_cli("suspend", 99).status == 1


DROP: dict[str, Callable[[sqlite3.Connection, datetime], object]] = {
    "done, then dropped": lambda conn, now: (
        triage.mark(conn, [1], Status.DONE, now), triage.mark(conn, [1], Status.DROPPED, now)),
    "queued and enrolled, then dropped": lambda conn, now: (
        triage.mark(conn, [1], Status.QUEUED, now),
        triage.enrol(conn, [1], True, now),
        triage.mark(conn, [1], Status.DROPPED, now)),
    "dropped, then enrolled": lambda conn, now: (
        triage.mark(conn, [1], Status.DROPPED, now), triage.enrol(conn, [1], True, now)),
    "dropped, then unsuspended": lambda conn, now: (
        triage.enrol(conn, [1], True, now),
        triage.mark(conn, [1], Status.DROPPED, now),
        card_changes.suspend_papers(conn, [1], False, now)),
    "dropped, queued, enrolled, and the second step undone": lambda conn, now: (
        triage.mark(conn, [1], Status.DROPPED, now),
        undo.undo(conn, now, _queue(conn, now))),
    "dropped by a row of another program": lambda conn, now: (
        triage.enrol(conn, [1], True, now), conn.execute("UPDATE paper SET status = 'dropped' WHERE id = 1")),
}  # fmt: skip


def _queue(connection: sqlite3.Connection, now: datetime) -> int:
    step = triage.mark(connection, [1], Status.QUEUED, now).step
    triage.enrol(connection, [1], True, now)
    assert step is not None
    return step


@pytest.mark.parametrize("path", DROP)
def test_a_dropped_paper_is_never_asked(six_papers: str, run_cli: Run, now: datetime, path: str) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        DROP[path](connection, now)
        assert connection.execute("SELECT status FROM paper WHERE id = 1").fetchone() == ("dropped",)
        assert cards.due(connection, now) == cards.review_queue(connection, now, CONFIG) == []
        assert cards.day_count(connection, date(2026, 11, 23), CONFIG).due == 0
    assert run_cli("list", "status:dropped", "is:enrolled").out == ""
    assert run_cli("list", "status:dropped", "due:today").out == ""
    assert run_cli("show", 1, "--json").json["enrolled"] is False


def test_a_paper_taken_back_from_dropped_is_not_in_review(papers: sqlite3.Connection, now: datetime) -> None:
    papers.execute("UPDATE paper SET status = 'dropped' WHERE id = 1")
    triage.mark(papers, [1], Status.QUEUED, now)
    assert [card.paper_id for card in cards.due(papers, now)] == [2, 3]


def test_commands_say_what_puts_a_paper_into_review(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "done", 1, 2)
    run_cli("unenrol", 2)
    again = run_cli("mark", "done", 1, 2)
    assert again.err == "1 paper already done, but not in review (use readq enrol)\n"
    run_cli("mark", "dropped", 1)
    assert run_cli("enrol", 1, 2).err == "1 paper not enrolled: dropped papers are not reviewed (see readq mark)\n"
    assert [entry["paper"]["id"] for entry in run_cli("due", "--json").json] == [2]


def test_due_is_counted_and_limited(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1, 2, 3)
    assert run_cli("due", "--count").out == "3\n"
    assert run_cli("due", "--count", "--json").json == 3
    assert len(run_cli("due", "--limit", 2).out.splitlines()) == 2
    (first,) = run_cli("due", "--limit", 1, "--json").json
    assert (first["intervals"], first["reps"]) == ({"again": 1, "hard": 4, "good": 8, "easy": 28}, 0)
    assert run_cli("due", "--limit", -1).status == 2


@pytest.mark.parametrize("words", [("--more", -1), ("--ahead", -1), ("--ahead", 36_501), ("--more", "x")])
def test_review_refuses_wrong_numbers(six_papers: str, run_cli: Run, words: tuple[object, ...]) -> None:
    assert run_cli("review", *words).status == 2


def test_more_and_ahead_extend_a_review(papers: sqlite3.Connection, now: datetime) -> None:
    limited = CONFIG._replace(a_day=1)
    triage.enrol(papers, [4], True, now)
    ratings.rate_papers(papers, [4], Rating.GOOD, now - timedelta(days=6), CONFIG)

    def asked(more: int = 0, ahead: int = 0) -> int:
        return len(cards.review_queue(papers, now, limited, cards.ReviewChoice("", more, ahead)))

    assert [asked(), asked(more=1), asked(more=9)] == [1, 2, 3]
    assert [asked(more=9, ahead=1), asked(more=9, ahead=2), asked(ahead=2)] == [3, 4, 1]
    assert len(cards.review_queue(papers, now, limited, cards.ReviewChoice("is:starred"))) == 0
