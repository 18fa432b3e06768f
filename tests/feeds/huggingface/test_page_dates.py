"""`readq.feeds.huggingface.page_dates`: a date without a year is the latest past one."""

import datetime

import pytest

from readq.feeds.huggingface.page_dates import full_day, past_day


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("Mar 12", "2026-11-23", "2026-03-12"),
        ("Mar 12", "2026-03-12", "2026-03-12"),
        ("Mar 12", "2026-03-11", "2025-03-12"),
        ("Dec 31", "2026-01-01", "2025-12-31"),
        ("Feb 29", "2026-11-23", "2024-02-29"),
        ("Feb 29", "2104-02-28", "2096-02-29"),
        ("mar 12, 2024", "2026-11-23", "2024-03-12"),
        ("March 12 2024", "2026-11-23", "2024-03-12"),
        ("Mar 12, 2027", "2026-11-23", None),
        ("Feb 30", "2026-11-23", None),
        ("Mar 0", "2026-11-23", None),
        ("Marble 12", "2026-11-23", None),
        ("12", "2026-11-23", None),
    ],
)
def test_the_latest_past_day_of_a_date(text: str, today: str, day: str | None) -> None:
    found = past_day(text, datetime.date.fromisoformat(today))
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Oct 7, 2024", "2024-10-07"),
        ("Published on Jan 5, 2025", "2025-01-05"),
        ("Oct 7", None),
        ("Feb 30, 2024", None),
    ],
)
def test_the_day_of_a_full_date(text: str, day: str | None) -> None:
    found = full_day(text)
    assert (found.isoformat() if found else None) == day
