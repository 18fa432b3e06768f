"""Read the clock, for commands, the UI and `readq.services`. All other code gets the time as an argument."""

import os
from datetime import UTC, datetime, timedelta, tzinfo

from readq.errors import UsageError
from readq.text import quoted

YEARS = range(1970, 2200)
"""The years that are valid in the environment variable READQ_NOW, which sets the time.

Any other year is probably a typing error. Close to the year 1 or 9999, computed dates could also overflow.
"""


def now() -> datetime:
    """Return the present time in the local time zone.

    The zone has the rules of its daylight saving time, so that a time of last summer gets the offset of that summer.

    If the environment variable `READQ_NOW` is set, return its time instead. Raises UsageError if `READQ_NOW` is not an
    ISO 8601 time with a UTC offset, or if its year is not in YEARS.
    """
    fixed = os.environ.get("READQ_NOW")
    if not fixed:
        return datetime.now(_LocalZone())
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in YEARS:
        raise UsageError(f"READQ_NOW is not an instant: {quoted(fixed)}", "write it as 2026-11-23T09:00:00+01:00")
    return instant


class _LocalZone(tzinfo):
    """The time zone of the computer, or of the environment variable TZ.

    Each call of `now` makes its own: Python subtracts times of one zone object without their offsets.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset from UTC that is in force at a local time."""
        return None if moment is None else _system_time(moment).utcoffset()

    def dst(self, _: datetime | None) -> None:
        """Return None: how much of the offset is daylight saving time is not known."""

    def tzname(self, moment: datetime | None) -> str | None:
        """Return the abbreviation that is in force at a local time, such as `CET`."""
        return None if moment is None else _system_time(moment).tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """Return the local time of a time in UTC."""
        utc = moment.replace(tzinfo=UTC)
        local = utc.astimezone().replace(tzinfo=self)
        # An hour that daylight saving time repeats has `fold` 1 the second time.
        return local if local.astimezone(UTC) == utc else local.replace(fold=1)


def _system_time(moment: datetime) -> datetime:
    """Return a local time with its offset, which the system knows. In the years 1 and 9999, it is that of 2000."""
    local = moment.replace(tzinfo=None)
    try:
        return local.astimezone()
    except (ValueError, OverflowError, OSError):
        return local.replace(year=2000).astimezone()
