"""Local days with a 4 am rollover, instants, and the dates a person types."""

import contextlib
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.days import day_start, instant, local_day, parse_day, parse_instant, parse_past_day
from readq.errors import UsageError

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("2026-11-23T04:00:00+00:00", "2026-11-23"),
        ("2026-11-23T03:59:59+00:00", "2026-11-22"),
        ("2026-11-23T23:30:00+00:00", "2026-11-23"),
        ("2027-01-01T01:00:00-08:00", "2026-12-31"),
    ],
)
def test_a_day_begins_at_four_on_the_readers_own_clock(clock: str, day: str) -> None:
    assert local_day(datetime.fromisoformat(clock)).isoformat() == day


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 23, 12)  # noqa: DTZ001 the case under test
    for refuse in (local_day, instant, lambda now: day_start(MONDAY, now)):
        with pytest.raises(ValueError, match="without a zone"):
            refuse(naive)
    with pytest.raises(ValueError, match="without a zone"):
        parse_instant("2026-11-23T12:00:00")


def test_an_instant_is_utc_in_whole_seconds() -> None:
    now = datetime(2026, 11, 23, 9, 30, 15, 999999, tzinfo=timezone(timedelta(hours=1, minutes=30)))
    assert instant(now) == "2026-11-23T08:00:15Z"
    assert parse_instant("2026-11-23T08:00:15Z") == now.replace(microsecond=0)


def test_a_parsed_instant_keeps_its_offset() -> None:
    assert parse_instant("2026-11-23T01:00:00+09:00").utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("day", "start", "hours"),
    [
        ("2026-03-28", "2026-03-28T03:00:00Z", 23),
        ("2026-03-29", "2026-03-29T02:00:00Z", 24),
        ("2026-10-24", "2026-10-24T02:00:00Z", 25),
        ("2026-10-25", "2026-10-25T03:00:00Z", 24),
    ],
)
def test_row_60_a_day_starts_right_on_both_sides_of_daylight_saving(day: str, start: str, hours: int) -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=BERLIN)
    following = date.fromisoformat(day) + timedelta(days=1)
    assert day_start(date.fromisoformat(day), now) == start
    assert parse_instant(day_start(following, now)) - parse_instant(start) == timedelta(hours=hours)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),  # noqa: DTZ001 the zone is added below
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC"]),
)
def test_row_60_every_instant_lies_in_its_own_day(moment: datetime, zone: str) -> None:
    now = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    today = local_day(now)
    assert day_start(today, now) <= instant(now) < day_start(today + timedelta(days=1), now)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-30", "2026-11-30"),
        ("today", "2026-11-23"),
        ("Tomorrow", "2026-11-24"),
        ("yesterday", "2026-11-22"),
        ("0d", "2026-11-23"),
        ("3d", "2026-11-26"),
        (" 2w ", "2026-12-07"),
        ("3m", "2027-02-23"),
        ("1y", "2027-11-23"),
        ("fri", "2026-11-27"),
        ("Sunday", "2026-11-29"),
        ("mon", "2026-11-30"),
    ],
)
def test_dates_as_a_person_types_them(text: str, day: str) -> None:
    assert parse_day(text, MONDAY).isoformat() == day


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        ("2027-01-31", "1m", "2027-02-28"),
        ("2028-02-29", "1y", "2029-02-28"),
        ("2026-12-31", "12m", "2027-12-31"),
        ("2026-10-31", "1m", "2026-11-30"),
    ],
)
def test_row_61_months_and_years_end_within_the_month(today: str, text: str, day: str) -> None:
    assert parse_day(text, date.fromisoformat(today)).isoformat() == day


@pytest.mark.parametrize("text", ["", "soon", "d", "-3d", "999999y", "999999w", "2026-02-30", "20261130", "٣d", "f"])
def test_a_wrong_date_is_answered_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="2026-11-30, today, tomorrow") as caught:
        parse_day(text, MONDAY)
    assert repr(text) in str(caught.value)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.text(max_size=12))
def test_any_text_is_a_date_or_a_usage_error(today: date, text: str) -> None:
    with contextlib.suppress(UsageError):
        assert date.min <= parse_day(text, today) <= date.max


def test_a_message_does_not_repeat_a_long_text() -> None:
    with pytest.raises(UsageError) as refused:
        parse_day("x" * 9_000, date(2026, 11, 23))
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "day"),
    [("today", "2026-11-23"), ("yesterday", "2026-11-22"), ("3d", "2026-11-20"), ("2w", "2026-11-09"),
     ("1m", "2026-10-23"), ("fri", "2026-11-20"), ("mon", "2026-11-23"), ("2026-11-01", "2026-11-01")],
)  # fmt: skip
def test_a_past_day_counts_back(text: str, day: str) -> None:
    assert parse_past_day(text, date(2026, 11, 23)).isoformat() == day


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-24", "soon", "99999y", "", "-3d"])
def test_a_past_day_is_not_in_the_future(text: str) -> None:
    with pytest.raises(UsageError):
        parse_past_day(text, date(2026, 11, 23))
