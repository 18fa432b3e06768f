"""One interval and one lapse a day, against a plain count over the days of random histories."""

from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.review.fsrs_formulae import next_review
from readq.review.replay import RatingOnDay, Replayed, replay
from readq.review.same_day import bound_interval
from readq.review.schedule import Memory

FIRST = date(2026, 1, 10)
HISTORIES = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([0, 0, 0, 1, 8, 40])), min_size=1, max_size=25)


def replayed(history: list[tuple[int, int]]) -> list[tuple[RatingOnDay, Replayed]]:
    """Replay ratings, each with the number of days since the one before."""
    day, given_ratings = FIRST, []
    for rating, gap in history:
        day += timedelta(days=gap)
        given_ratings.append(RatingOnDay(rating, day.isoformat(), 0.80))
    return list(zip(given_ratings, replay(given_ratings, FIRST.isoformat()), strict=True))


@pytest.mark.parametrize(
    ("new", "previous", "rating_today", "bounded"),
    [
        (28, None, None, 28),  # first answer ever
        (90, 28, None, 90),  # first answer of another day
        (90, 28, 4, 28),  # not longer
        (3, 28, 4, 3),  # but shorter
        (13, 1, 1, 13),  # after again: anew
    ],
)
def test_bound_interval(new: int, previous: int | None, rating_today: int | None, bounded: int) -> None:
    assert bound_interval(new, previous, rating_today) == bounded


@given(HISTORIES)
def test_a_day_sets_one_interval(history: list[tuple[int, int]]) -> None:
    """A later answer of a day gives no longer interval than the one before it, except after `again`."""
    steps = replayed(history)
    for (before, earlier), (answer, later) in pairwise(steps):
        assert later.after.interval_days is not None
        assert earlier.after.interval_days is not None
        if answer.day == before.day and before.rating != 1:
            assert later.after.interval_days <= earlier.after.interval_days
        due = date.fromisoformat(answer.day) + timedelta(days=later.after.interval_days)
        assert later.after.due == due.isoformat()


@given(HISTORIES)
def test_the_memory_of_a_card_follows_fsrs(history: list[tuple[int, int]]) -> None:
    memory: Memory | None = None
    for answer, made in replayed(history):
        review = next_review(memory, made.elapsed_days, answer.retention, answer.rating)
        memory = Memory(review.stability, review.difficulty)
        assert (made.after.stability, made.after.difficulty) == memory


@given(HISTORIES)
def test_lapses_are_the_bad_days_of_known_cards(history: list[tuple[int, int]]) -> None:
    steps = replayed(history)
    days = [[answer.rating for answer, _ in group] for _, group in groupby(steps, key=lambda step: step[0].day)]
    bad = sum(1 in today and yesterday[-1] > 1 for yesterday, today in pairwise(days))
    assert steps[-1][1].after.lapses == bad
