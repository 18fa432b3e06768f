"""Compute arXiv's announcement schedule (https://info.arxiv.org/help/availability.html).

arXiv announces papers in the evening (US Eastern time), from Sunday to Thursday. The announcement day is the date of
the following day, so it is a day from Monday to Friday. arXiv's RSS feed has this date. arXiv announces the papers of a
holiday on the day after the holiday, but this module ignores holidays.
"""

from datetime import UTC, date, datetime, time, timedelta

_DEADLINE = time(14)
_SATURDAY = 5
# Days from the start and the end of the submission window to the announcement day, by weekday from Monday. Nothing is
# announced on weekends: papers from Thursday's deadline to Friday's appear on Monday, those of the weekend on Tuesday.
_OPENS = (4, 4, 2, 2, 2)
_CLOSES = (3, 1, 1, 1, 1)
_ONE_DAY = timedelta(days=1)


def eastern_day(at: datetime) -> date:
    """Return the date in New York (US Eastern time) at the time `at`, which must have a time zone."""
    return (at.astimezone(UTC) - timedelta(hours=_hours_behind(at.astimezone(UTC)))).date()


def is_announcement_day(day: date) -> bool:
    """Return whether arXiv announces papers on `day`: True from Monday to Friday. Holidays are ignored."""
    return day.weekday() < _SATURDAY


def announcement_days(first: date, last: date) -> list[date]:
    """Return the announcement days from `first` to `last`, both included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_announcement_day(day)]


def latest_announcement_day(day: date) -> date:
    """Return the latest announcement day that is not after `day`."""
    while not is_announcement_day(day):
        day -= _ONE_DAY
    return day


def window_start(day: date) -> datetime:
    """Return the time (UTC) at which the submission window of the announcement day `day` begins.

    The papers announced on `day` are those that were submitted in this window. The start is part of the window.
    """
    return _deadline(day - timedelta(days=_OPENS[day.weekday()]))


def window_end(day: date) -> datetime:
    """Return the time (UTC) at which the submission window of the announcement day `day` ends.

    The papers announced on `day` are those that were submitted in this window. The end is not part of the window.
    """
    return _deadline(day - timedelta(days=_CLOSES[day.weekday()]))


def _deadline(day: date) -> datetime:
    local = datetime.combine(day, _DEADLINE, tzinfo=UTC)
    return local + timedelta(hours=_hours_behind(local + timedelta(hours=5)))


def _hours_behind(at: datetime) -> int:
    """Return the hours that New York is behind UTC.

    Daylight saving time lasts from the second Sunday in March to the first in November. zoneinfo is not used: its
    tables are missing on some machines.
    """
    begins = datetime.combine(_sunday(at.year, 3, 2), time(7), tzinfo=UTC)
    ends = datetime.combine(_sunday(at.year, 11, 1), time(6), tzinfo=UTC)
    return 4 if begins <= at < ends else 5


def _sunday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
