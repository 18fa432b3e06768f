"""`readq.net.backoff`: for any response, the next try is between now and a day from now."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.net.backoff import MAX_WAIT, next_try, quota_wait, requested_wait

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 2 "}, 2),
        ({"retry-after": date(90)}, 90),
        ({"retry-after": "Mon, 23 Nov 2026 10:01:00 +0100"}, 60),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:30"}, 30),
        ({"retry-after": "1000000000000"}, MAX_WAIT),
        ({"retry-after": date(10 * MAX_WAIT)}, MAX_WAIT),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": date(-30)}, None),
        ({"retry-after": "Mon, 99 Nov 9999999 25:61:00 GMT"}, None),
        ({"ratelimit": '"api";r=0;t=123'}, 123),
        ({"ratelimit": '"api"; r=0; t=123'}, 123),
        ({"ratelimit": '"api";t=123;r=0'}, 123),
        ({"ratelimit": '"api";r=1;t=123'}, None),
        ({"ratelimit": '"api";r=0'}, None),
        ({"ratelimit": '"api";r=-1;t=5'}, None),
        ({"ratelimit": '"pages";r=7;t=200, "api";r=0;t=50, "day";r=0;t=9'}, 50),
        ({"ratelimit": "limit=10, remaining=0"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7),
        ({"ratelimit-remaining": "3", "ratelimit-reset": "7"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 40)}, 40),
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) - 40)}, None),
        ({"ratelimit-remaining": "0"}, None),
        ({"retry-after": "5", "ratelimit": '"api";r=0;t=123'}, 5),
        ({"retry-after": "junk", "ratelimit": '"api";r=0;t=123'}, 123),
        ({}, None),
    ],
)
def test_the_wait_that_a_response_requests(headers: dict[str, str], seconds: float | None) -> None:
    assert requested_wait(headers, NOW) == seconds


def test_a_good_answer_has_nothing_to_retry() -> None:
    assert quota_wait({"retry-after": "5"}, NOW) is None
    assert quota_wait({"retry-after": "5", "ratelimit": '"api";r=0;t=123'}, NOW) == 123


VALUES = st.one_of(
    st.text('0123456789-,;="rt:GMT ', max_size=20),
    st.integers(-(10**21), 10**21).map(str),
    st.datetimes().map(lambda moment: format_datetime(moment)),
    st.builds('"x";r={};t={}'.format, st.integers(-2, 3), st.integers(-5, 10**20)),
)


@given(st.dictionaries(st.sampled_from(["retry-after", "ratelimit", "ratelimit-remaining", "ratelimit-reset"]), VALUES))
def test_no_header_raises_or_asks_for_more_than_a_day(headers: dict[str, str]) -> None:
    wait = requested_wait(headers, NOW)
    assert wait is None or 0 < wait <= MAX_WAIT


@given(st.integers(-3, 10**9), st.none() | st.floats())
def test_the_next_try_lies_between_now_and_tomorrow(failures: int, wait: float | None) -> None:
    assert NOW <= next_try(NOW, failures, wait) <= NOW + timedelta(seconds=MAX_WAIT)


@given(st.integers(1, 60))
def test_each_failure_waits_at_least_as_long_as_the_one_before(failures: int) -> None:
    assert next_try(NOW, failures) <= next_try(NOW, failures + 1)


def test_pauses_double_from_five_minutes_to_a_day() -> None:
    minutes = [(next_try(NOW, failures) - NOW).total_seconds() / 60 for failures in range(1, 12)]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]


def test_a_requested_wait_is_used() -> None:
    assert next_try(NOW, 7, 90.0) == NOW + timedelta(seconds=90)
