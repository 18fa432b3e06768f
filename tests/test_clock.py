"""The clock: the local time zone with its daylight saving time. The tests run in the zone Europe/Berlin."""

import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.clock import now
from readq.days import day_start, local_day, parse_instant

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("day", "start"), [("2026-07-15", "02"), ("2026-12-15", "03"), ("2026-03-29", "02")])
def test_a_day_begins_at_four_in_the_time_of_its_season(day: str, start: str) -> None:
    assert day_start(date.fromisoformat(day), now()) == f"{day}T{start}:00:00Z"


@pytest.mark.parametrize(("instant", "day"), [("2026-07-15T02:30:00Z", 15), ("2026-12-15T02:30:00Z", 14)])
def test_an_instant_is_on_the_day_of_its_season(instant: str, day: int) -> None:
    assert local_day(parse_instant(instant).astimezone(now().tzinfo)).day == day


@pytest.mark.parametrize(("utc", "offset"), [("00:30", 2 * HOUR), ("01:30", HOUR)])
def test_the_hour_that_comes_twice_is_told_apart(utc: str, offset: timedelta) -> None:
    moment = parse_instant(f"2026-10-25T{utc}:00Z")
    local = moment.astimezone(now().tzinfo)
    assert (local.hour, local.minute, local.utcoffset()) == (2, 30, offset)
    assert local.astimezone(UTC) == moment


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 the zone follows
def test_every_instant_comes_back(moment: datetime) -> None:
    assert moment.astimezone(now().tzinfo).astimezone(UTC) == moment


def test_the_time_is_the_present_one_and_can_be_sent_to_another_process() -> None:
    moment = now()
    assert abs(datetime.now(UTC) - moment) < HOUR
    assert moment.tzname() in ("CET", "CEST")
    assert pickle.loads(pickle.dumps(moment)).utcoffset() == moment.utcoffset()


def test_times_of_two_calls_are_subtracted_with_their_offsets() -> None:
    before = datetime(2026, 10, 25, 2, 30, tzinfo=now().tzinfo)
    after = datetime(2026, 10, 25, 3, 30, tzinfo=now().tzinfo)
    assert after - before == 2 * HOUR


@pytest.mark.parametrize("year", [1, 2, 1900, 9998, 9999])
def test_every_year_has_an_offset(year: int) -> None:
    assert datetime(year, 1, 1, tzinfo=now().tzinfo).utcoffset() is not None
