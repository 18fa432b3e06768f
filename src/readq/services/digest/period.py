"""The time that a digest covers."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.days import day_start, instant, local_day, parse_past_day

_FIRST = timedelta(days=1)
"""The length of the period of the first digest."""


class Period(NamedTuple):
    """The time that a digest covers. It ends when the digest is made."""

    since: str
    """The start of the time, as UTC text."""
    newest_id: int | None = None
    """The highest id that a paper had when the previous digest was made.

    None if the period does not begin with a previous digest.
    """


def first_period(now: datetime) -> Period:
    """Return the period of the first digest: the 24 hours before `now`."""
    return Period(instant(now - _FIRST))


def period_from(text: str, now: datetime) -> Period:
    """Return the period that starts at the beginning of the day `text`.

    `text` is a day as a person types it: `yesterday`, `2026-11-20`, or `3d` for three days before today. Raises
    UsageError if `text` is not a day or is in the future.
    """
    day = parse_past_day(text, local_day(now))
    # East of Greenwich the first day of the calendar has no start in UTC.
    return Period(day_start(max(day, date.min + timedelta(days=1)), now))
