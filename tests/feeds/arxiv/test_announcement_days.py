"""`readq.feeds.arxiv.announcement_days`: the submission windows of announcements."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.feeds.arxiv.announcement_days import (
    announcement_days,
    eastern_day,
    latest_announcement_day,
    window_end,
    window_start,
)


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        # Winter: 14:00 in New York is 19:00 in UTC. 2026-11-23 is a Monday.
        ("2026-11-23", "2026-11-19T19:00", "2026-11-20T19:00"),
        ("2026-11-24", "2026-11-20T19:00", "2026-11-23T19:00"),
        ("2026-11-25", "2026-11-23T19:00", "2026-11-24T19:00"),
        ("2026-11-27", "2026-11-25T19:00", "2026-11-26T19:00"),
        # Summer, and the weekends on which the clocks change.
        ("2026-07-01", "2026-06-29T18:00", "2026-06-30T18:00"),
        ("2026-03-10", "2026-03-06T19:00", "2026-03-09T18:00"),
        ("2026-11-03", "2026-10-30T18:00", "2026-11-02T19:00"),
    ],
)
def test_the_window_of_a_day(day: str, opens: str, closes: str) -> None:
    of = date.fromisoformat(day)
    assert f"{window_start(of):%Y-%m-%dT%H:%M}" == opens
    assert f"{window_end(of):%Y-%m-%dT%H:%M}" == closes


@given(st.dates(date(2010, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
def test_windows_follow_one_another_without_holes_or_overlap(first: date, length: int) -> None:
    days = announcement_days(first, first + timedelta(days=length))
    assert all(window_end(before) == window_start(after) for before, after in itertools.pairwise(days))
    assert all(window_start(day) < window_end(day) for day in days)
    assert all(day.weekday() < 5 for day in days)


def test_no_days_between_a_day_and_an_earlier_one() -> None:
    assert announcement_days(date(2026, 11, 24), date(2026, 11, 23)) == []
    assert announcement_days(date(2026, 11, 21), date(2026, 11, 22)) == []
    assert latest_announcement_day(date(2026, 11, 22)) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("at", "day"),
    [("2026-11-23T04:59", 22), ("2026-11-23T05:00", 23), ("2026-07-23T03:59", 22), ("2026-07-23T04:00", 23)],
)
def test_the_day_in_new_york(at: str, day: int) -> None:
    assert eastern_day(datetime.fromisoformat(at).replace(tzinfo=UTC)).day == day
