"""When a server may be asked again: what it said, else a growing pause. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600.0
"""Seconds after which a server is asked again, whatever it said and however often it failed."""

_FIRST = 300.0
_ENOUGH_DOUBLINGS = 20
_SURELY_MOMENT = 1e9
_DIGITS = r"\s*([0-9]{1,20})\s*"


def told(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that an answer asks us to wait, more than 0 and at most LONGEST; None when it asks for nothing.

    `Retry-After` counts, as seconds or a date (RFC 9110, 10.2.3), else a quota that is used up (IETF draft on RateLimit
    headers: `RateLimit: "api";r=0;t=123`, formerly `RateLimit-Remaining` and `RateLimit-Reset`). Whatever cannot be
    read, is negative or lies in the past asks for nothing. The names in `headers` are in lower case.
    """
    seconds = _retry_after(headers.get("retry-after", ""), now)
    return quota_wait(headers, now) if seconds is None else _bounded(seconds)


def quota_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """As `told`, of the quota alone: what counts in a good answer, which has nothing to retry."""
    return _bounded(_used_up(headers, now))


def next_try(now: datetime, failures: int, wait: float | None = None) -> datetime:
    """When to ask again after so many failures in a row (from 1): `wait` seconds from now when the server said so.

    Otherwise 5 minutes after the first failure, twice as long after each further one. Never more than LONGEST.
    """
    if wait is None or not wait > 0:
        wait = _FIRST * 2 ** min(max(failures - 1, 0), _ENOUGH_DOUBLINGS)
    return now + timedelta(seconds=min(wait, LONGEST))


def _retry_after(value: str, now: datetime) -> float | None:
    if found := re.fullmatch(_DIGITS, value):
        return float(found[1])
    try:
        when = parsedate_to_datetime(value)
        return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _bounded(seconds: float | None) -> float | None:
    return min(seconds, LONGEST) if seconds is not None and seconds > 0 else None


def _used_up(headers: Mapping[str, str], now: datetime) -> float | None:
    """The longest wait among the quotas of which nothing remains."""
    waits = [_item(item) for item in headers.get("ratelimit", "").split(",")]
    left, reset = (re.fullmatch(_DIGITS, headers.get(f"ratelimit-{part}", "")) for part in ("remaining", "reset"))
    if left and reset and int(left[1]) == 0:
        # Some give the moment (seconds since 1970) in place of the distance.
        waits.append(float(reset[1]) - (now.timestamp() if float(reset[1]) > _SURELY_MOMENT else 0))
    return max((wait for wait in waits if wait is not None), default=None)


def _item(item: str) -> float | None:
    parameters = dict(re.findall(r";\s*([a-z]+)=([0-9]{1,20})(?=\s*(?:;|$))", item))
    return float(parameters["t"]) if "t" in parameters and int(parameters.get("r", 1)) == 0 else None
