"""Local days that begin at 4 am, instants in UTC, and dates as a person types them.

Nothing here reads the clock: `now` is an aware datetime in the reader's zone, `today` the local day of it.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from readq.errors import UsageError

ROLLOVER = 4
"""The hour of the wall clock at which a day begins: 1 am still belongs to the day before."""

DATE_EXAMPLES = "2026-11-30, today, tomorrow, yesterday, 3d, 2w, 3m, 1y, fri"
"""An example of each form of DATE, for messages."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DISTANCE = re.compile(r"([0-9]{1,6})([dwmy])")


def local_day(now: datetime) -> date:
    """Return the day that `now` belongs to on the wall clock of its own zone, days beginning at ROLLOVER o'clock.

    Wall-clock arithmetic: a day of 23 or 25 hours at a change of daylight saving is one day.
    Raises ValueError for a datetime without a zone.
    """
    return (_aware(now) - timedelta(hours=ROLLOVER)).date()


def day_start(day: date, now: datetime) -> str:
    """Return the instant at which the local `day` begins in the zone of `now`, whatever its offset is on that day.

    Raises ValueError when `now` has no zone, OverflowError within a day of the calendar's ends (years 1 and 9999).
    """
    return instant(datetime.combine(day, time(ROLLOVER), tzinfo=_aware(now).tzinfo))


def instant(now: datetime) -> str:
    """Return `now` as stored text: `2026-11-23T08:00:00Z`, in UTC, whole seconds. Raises ValueError without a zone."""
    return _aware(now).astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_instant(text: str) -> datetime:
    """Parse an ISO 8601 instant. The datetime keeps the offset of the text; `Z` is UTC.

    Raises ValueError for anything else, also for a time without an offset.
    """
    return _aware(datetime.fromisoformat(text))


def parse_day(text: str, today: date) -> date:
    """Parse a DATE. Distances such as `3d` count from `today`; a weekday is the next one after `today`.

    Months and years keep the day of the month, or take the month's last: a month after 31 January is 28 February.
    Raises UsageError, which names the forms of DATE.
    """
    word = text.strip().lower()
    try:
        day = _named_day(word, today) or _distant_day(word, today) or _iso_day(word)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise UsageError(f"not a date: {text!r}", hint=f"understood: {DATE_EXAMPLES}")
    return day


def shift_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later (or earlier), clamped to that month's length.

    Raises ValueError or OverflowError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def shift(day: date, count: int, unit: str) -> date:
    """Return `day` moved by `count` units of `d`, `w`, `m` or `y`.

    Raises ValueError or OverflowError outside the years 1 to 9999.
    """
    if unit in "dw":
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    return shift_months(day, count * (12 if unit == "y" else 1))


def _named_day(word: str, today: date) -> date | None:
    if word in _NAMED:
        return today + timedelta(days=_NAMED[word])
    for weekday, name in enumerate(_WEEKDAYS):
        if word in (name, name[:3]):
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return None


def _distant_day(word: str, today: date) -> date | None:
    distance = _DISTANCE.fullmatch(word)
    return shift(today, int(distance[1]), distance[2]) if distance else None


def _iso_day(word: str) -> date | None:
    return date.fromisoformat(word) if _ISO_DAY.fullmatch(word) else None


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"a time without a zone: {moment}")
    return moment
