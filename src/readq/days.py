"""Compute local days, which begin at 4 am; format times as UTC text; parse dates that a user types.

Nothing here reads the clock. The argument `now` is a datetime in the user's time zone. `today` is the local day of
`now`. An instant is a time as text in UTC, such as `2026-11-23T08:00:00Z`.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from readq.errors import UsageError
from readq.text import quoted

ROLLOVER = 4
"""The hour of local time at which a day begins. For example, 1 am still belongs to the day before."""

DATE_EXAMPLES = "2026-11-30, today, tomorrow, yesterday, 3d, 2w, 3m, 1y, fri"
"""An example of each form of a date that a user can type. Messages show these examples."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DISTANCE = re.compile(r"([0-9]{1,6})([dwmy])")


def local_day(now: datetime) -> date:
    """Return the local day of `now`, in the time zone of `now`. A day begins at the hour ROLLOVER (4 am).

    A day in which daylight saving time begins has 23 hours. A day in which it ends has 25. Raises ValueError if `now`
    has no time zone.
    """
    return (_aware(now) - timedelta(hours=ROLLOVER)).date()


def day_start(day: date, now: datetime) -> str:
    """Return the time at which the local day `day` begins, as UTC text. The time zone is that of `now`.

    The UTC offset is the one that the time zone has on `day`. It can differ from the offset of `now`. Raises ValueError
    if `now` has no time zone. Raises OverflowError if the day begins before the year 1 in UTC.
    """
    return instant(datetime.combine(day, time(ROLLOVER), tzinfo=_aware(now).tzinfo))


def instant(now: datetime) -> str:
    """Return `now` as UTC text without fractions of a second, as times are stored: `2026-11-23T08:00:00Z`.

    Raises ValueError if `now` has no time zone.
    """
    return _aware(now).astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_instant(text: str) -> datetime:
    """Parse an ISO 8601 time that ends with a UTC offset or `Z`. The result keeps the offset.

    Raises ValueError for any other text, such as a time without an offset.
    """
    return _aware(datetime.fromisoformat(text))


def parse_day(text: str, today: date) -> date:
    """Parse a date that a user typed in one of the forms of DATE_EXAMPLES.

    A distance such as `3d` or `1m` counts from `today`. A distance in months or years keeps the day of the month. If
    the month is too short, the result is the last day of the month: `1m` after 31 January is 28 (or 29) February. A
    weekday means the next date with this weekday after `today`. Raises UsageError for any other text.
    """
    word = text.strip().lower()
    try:
        day = _named_day(word, today) or _distant_day(word, today) or _iso_day(word)
    except (ValueError, OverflowError):
        day = None
    if day is None:
        raise UsageError(f"not a date: {quoted(text)}", hint=f"understood: {DATE_EXAMPLES}")
    return day


def parse_past_day(text: str, today: date) -> date:
    """Parse a date as `parse_day` does, but count back: `3d` is three days before `today`.

    A weekday means the last date with this weekday, which can be `today`. Raises UsageError for any other text, and for
    a date after `today`.
    """
    word = text.strip().lower()
    if distance := _DISTANCE.fullmatch(word):
        try:
            return shift(today, -int(distance[1]), distance[2])
        except (ValueError, OverflowError):
            raise UsageError(f"not a date: {quoted(text)}", hint=f"understood: {DATE_EXAMPLES}") from None
    day = parse_day(text, today)
    if day > today and word not in _NAMED and not _ISO_DAY.fullmatch(word):
        day -= timedelta(days=7)
    if day > today:
        raise UsageError(
            f"a date in the future: {quoted(text)}", "such as yesterday, 3d (three days ago) or 2026-11-20"
        )
    return day


def shift_months(day: date, months: int) -> date:
    """Return the day that is `months` months after `day`, with the same day of the month.

    If the month is too short, return the last day of the month. A negative number of months counts back. Raises
    ValueError or OverflowError if the result is outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def shift(day: date, count: int, unit: str) -> date:
    """Return the day that is `count` units after `day`. `unit` is `d` (days), `w` (weeks), `m` (months) or `y` (years).

    A negative `count` counts back. Raises ValueError or OverflowError if the result is outside the years 1 to 9999.
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
