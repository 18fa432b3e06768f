"""Finishing a paper counts as a first, good encounter: due in a week, no answer in the figures."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.days import local_day
from readq.model.values import Rating, Status
from readq.review.fsrs import preview
from readq.review.schedule import Memory
from readq.services.history import undo
from readq.services.papers import triage
from readq.services.review import card_check, cards, ratings
from readq.store.library import open_for_writing

Run = Callable[..., Any]
CONFIG = Config()
DONE = triage.on_done(CONFIG)


@pytest.fixture
def papers(six_papers: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        yield connection


def finish(connection: sqlite3.Connection, ids: list[int], now: datetime) -> None:
    triage.mark(connection, ids, Status.DONE, now, done=DONE)


def state(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [
        tuple(connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall())
        for table in ("card", "review", "paper")
    ]


def test_a_finished_paper_is_due_after_a_week_and_counts_as_no_answer(
    papers: sqlite3.Connection, now: datetime
) -> None:
    finish(papers, [1, 2, 3], now)
    assert papers.execute("SELECT kind, rating, interval_days FROM review").fetchall() == [("read", 3, 8)] * 3
    assert str(cards.day_count(papers, local_day(now), CONFIG)) == "today 0 of 0"
    assert cards.due(papers, now + timedelta(days=7)) == []
    assert len(cards.due(papers, now + timedelta(days=8))) == 3
    assert {card.state.reps for card in cards.due(papers, now + timedelta(days=8))} == {0}
    assert card_check.find_problems(papers) == []


def test_reading_is_a_first_good_encounter_for_the_memory(papers: sqlite3.Connection, now: datetime) -> None:
    finish(papers, [1], now)
    first = preview(None, 0, 0.8)[Rating.GOOD]
    later = now + timedelta(days=9)
    (card,) = cards.due(papers, later)
    expected = preview(Memory(first.stability, first.difficulty), 9, 0.8)[Rating.HARD]
    assert cards.intervals(papers, card.card, later, CONFIG)["hard"] == expected.interval_days
    rated = ratings.rate(papers, card.card, Rating.HARD, later, CONFIG)
    assert (rated.stability, rated.difficulty, rated.interval_days) == expected
    assert (rated.reps, rated.lapses) == (1, 0)
    assert card_check.find_problems(papers) == []


def test_a_paper_that_was_only_read_and_is_not_recalled_is_no_lapse(papers: sqlite3.Connection, now: datetime) -> None:
    finish(papers, [1], now)
    rated = ratings.rate_papers(papers, [1], Rating.AGAIN, now + timedelta(days=8), CONFIG)[0]
    assert (rated.reps, rated.lapses, rated.interval_days) == (1, 0, 1)
    assert card_check.find_problems(papers) == []


def test_a_rating_on_the_day_of_reading_replaces_the_encounter(papers: sqlite3.Connection, now: datetime) -> None:
    finish(papers, [1], now)
    rated = ratings.rate_papers(papers, [1], Rating.EASY, now + timedelta(hours=1), CONFIG)[0]
    assert (rated.stability, rated.difficulty, rated.interval_days) == preview(None, 0, 0.8)[Rating.EASY]
    assert card_check.find_problems(papers) == []


@pytest.mark.parametrize("days", [0, 3, 40])
def test_enrolling_by_hand_is_due_at_once(papers: sqlite3.Connection, now: datetime, days: int) -> None:
    finish(papers, [1], now)
    later = now + timedelta(days=days)
    triage.enrol(papers, [1], False, later)
    triage.enrol(papers, [1], True, later)
    assert [card.due for card in cards.due(papers, later)] == [local_day(later).isoformat()]
    assert card_check.find_problems(papers) == []
    ratings.rate_papers(papers, [1], Rating.GOOD, later, CONFIG)
    assert card_check.find_problems(papers) == []
    undo.undo(papers, later)
    assert [card.due for card in cards.due(papers, later)] == [local_day(later).isoformat()]
    assert card_check.find_problems(papers) == []


def test_undo_and_redo_of_finishing_are_exact(papers: sqlite3.Connection, now: datetime) -> None:
    finish(papers, [1, 2], now)
    after = state(papers)
    undo.undo(papers, now)
    assert papers.execute("SELECT count(*) FROM review WHERE undone = 0").fetchone() == (0,)
    assert cards.due(papers, now + timedelta(days=30)) == []
    undo.redo(papers, now)
    assert state(papers) == after
    assert card_check.find_problems(papers) == []


def test_finishing_again_adds_no_encounter(papers: sqlite3.Connection, now: datetime) -> None:
    finish(papers, [1], now)
    triage.mark(papers, [1], Status.READING, now)
    finish(papers, [1], now + timedelta(days=2))
    assert papers.execute("SELECT count(*), min(due) FROM review").fetchone() == (1, "2026-12-01")
    assert [card.due for card in cards.due(papers, now + timedelta(days=8))] == ["2026-12-01"]


def test_the_setting_asks_at_once(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    run_cli("mark", "done", 1)
    assert run_cli("due", "--count").out == "0\n"
    config = tmp_path / "config.toml"
    config.write_text('[review]\nfirst = "now"\n')
    run_cli("mark", "done", 2, "--config", config)
    assert run_cli("due", "--count").out == "1\n"
