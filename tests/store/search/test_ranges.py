"""Ranges of numbers, days and instants as half-open intervals."""

import contextlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.errors import UsageError
from readq.store.search.ranges import Span, deadlines, numbers, parse_span, past_days, past_instants

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 12, tzinfo=BERLIN)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5", 5, 6),
        ("5..7", 5, 8),
        ("5..", 5, None),
        ("..5", None, 6),
        (">5", 6, None),
        (">= 5", 5, None),
        ("<5", None, 5),
        ("<=5", None, 6),
    ],
)
def test_numbers(text: str, low: int | None, high: int | None) -> None:
    assert parse_span(text, numbers()) == Span(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-03..", "2024-03-01", None),
        ("..2024-03", None, "2024-04-01"),
        (">2024", "2025-01-01", None),
        ("<2024-03-05", None, "2024-03-05"),
        ("Today", "2026-11-23", "2026-11-24"),
        ("7d", "2026-11-16", "2026-11-24"),
        ("1M", "2026-10-23", "2026-11-24"),
        ("30h", "2026-11-22", "2026-11-24"),
        (">7d", None, "2026-11-16"),
        (">=7d", None, "2026-11-17"),
        ("<7d", "2026-11-17", None),
        ("3w..1w", "2026-11-02", "2026-11-17"),
        ("2026-11-01..7d", "2026-11-01", "2026-11-17"),
    ],
)
def test_past_days(text: str, low: str | None, high: str | None) -> None:
    assert parse_span(text, past_days(TODAY, NOW)) == Span(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("today", "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"),
        ("2026-10-24", "2026-10-24T02:00:00Z", "2026-10-25T03:00:00Z"),
        ("2026-03..2026-05", "2026-03-01T03:00:00Z", "2026-06-01T02:00:00Z"),
        ("2h", "2026-11-23T09:00:00Z", None),
        ("1d", "2026-11-22T11:00:00Z", None),
        ("2m", "2026-09-23T10:00:00Z", None),
        (">1d", None, "2026-11-22T11:00:00Z"),
        ("2d..1d", "2026-11-21T11:00:00Z", "2026-11-22T11:00:00Z"),
    ],
)
def test_past_instants(text: str, low: str | None, high: str | None) -> None:
    assert parse_span(text, past_instants(TODAY, NOW)) == Span(low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("today", None, "2026-11-24"),
        ("3d", None, "2026-11-27"),
        ("fri", None, "2026-11-28"),
        ("2026-12", None, "2027-01-01"),
        (">today", "2026-11-24", None),
        ("tomorrow..1w", "2026-11-24", "2026-12-01"),
    ],
)
def test_deadlines_include_earlier_days(text: str, low: str | None, high: str | None) -> None:
    assert parse_span(text, deadlines(TODAY)) == Span(low, high)


@pytest.mark.parametrize("text", ["", "..", "x", "5..x", "7..5", ">", "1..2..3", "٣", "-1", "1.5", "1" * 10])
def test_invalid_ranges_of_numbers_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|range"):
        parse_span(text, numbers())


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_a_range_includes_both_ends(one: date, other: date) -> None:
    first, last = sorted((one, other))
    low, high = parse_span(f"{first}..{last}", past_days(TODAY, NOW))
    assert low == first.isoformat()
    assert high == (last + timedelta(days=1)).isoformat()


@given(st.text("0123456789.-<>=hdwmy today", max_size=14))
def test_any_text_is_a_span_or_a_value_error(text: str) -> None:
    for scale in (numbers(), past_days(TODAY, NOW), past_instants(TODAY, NOW), deadlines(TODAY)):
        with contextlib.suppress(ValueError, UsageError):
            low, high = parse_span(text, scale)
            assert low is None or high is None or str(low).zfill(10) <= str(high).zfill(10)
