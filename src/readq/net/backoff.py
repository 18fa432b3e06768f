"""Compute the time of the next request after a failure. The functions are pure.

If the server requested a wait, that wait is used. Otherwise the wait grows with each failure.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WAIT = 24 * 3600.0
"""The longest wait in seconds. It limits the wait that a server requests, and the wait after many failures."""

_FIRST_WAIT = 300.0
_MAX_DOUBLINGS = 20
_MIN_TIMESTAMP = 1e9
_DIGITS = r"\s*([0-9]{1,20})\s*"


def requested_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the wait in seconds that an error response requests. Return None if the response requests no wait.

    The wait is above 0 and at most MAX_WAIT. It is read from `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
    A wait of 0 and a date in the past count as no wait. If the header is missing or malformed, return the result of
    `quota_wait`. The names in `headers` must be in lower case.
    """
    seconds = _retry_after(headers.get("retry-after", ""), now)
    return quota_wait(headers, now) if seconds is None else _bounded(seconds)


def quota_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds until a used-up quota of requests is reset (above 0, at most MAX_WAIT).

    Return None if the quota is not used up, or if the headers state no quota. The headers are `RateLimit:
    "api";r=0;t=123` (IETF draft), or the older `RateLimit-Remaining` and `RateLimit-Reset`. Successful responses may
    have these headers too. The names in `headers` must be in lower case.
    """
    return _bounded(_quota_reset(headers, now))


def next_try(now: datetime, failures: int, wait: float | None = None) -> datetime:
    """Return the time of the next try of a request. `failures`, at least 1, is the number of failures in a row.

    The result is `wait` seconds after `now`. If `wait` is None, because the server requested no wait, it is 5 minutes
    after `now` for the first failure, and this time doubles with each further failure. The wait is at most MAX_WAIT
    seconds.
    """
    if wait is None or not wait > 0:
        wait = _FIRST_WAIT * 2 ** min(max(failures - 1, 0), _MAX_DOUBLINGS)
    return now + timedelta(seconds=min(wait, MAX_WAIT))


def _retry_after(value: str, now: datetime) -> float | None:
    if found := re.fullmatch(_DIGITS, value):
        return float(found[1])
    try:
        when = parsedate_to_datetime(value)
        return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _bounded(seconds: float | None) -> float | None:
    return min(seconds, MAX_WAIT) if seconds is not None and seconds > 0 else None


def _quota_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the longest wait among the exhausted quotas, in seconds."""
    waits = [_exhausted_item(item) for item in headers.get("ratelimit", "").split(",")]
    remaining, reset = (re.fullmatch(_DIGITS, headers.get(f"ratelimit-{part}", "")) for part in ("remaining", "reset"))
    if remaining and reset and int(remaining[1]) == 0:
        # Some servers send a Unix timestamp instead of a number of seconds from now.
        waits.append(float(reset[1]) - (now.timestamp() if float(reset[1]) > _MIN_TIMESTAMP else 0))
    return max((wait for wait in waits if wait is not None), default=None)


def _exhausted_item(item: str) -> float | None:
    parameters = dict(re.findall(r";\s*([a-z]+)=([0-9]{1,20})(?=\s*(?:;|$))", item))
    return float(parameters["t"]) if "t" in parameters and int(parameters.get("r", 1)) == 0 else None
