"""When arXiv announces what was submitted when, https://info.arxiv.org/help/availability.html.

A day of announcement is the Eastern day whose midnight ends the evening of the announcement: the date that the feed of
the day bears, Monday to Friday. Holidays are not known here: what they held back comes with the next announcement.
"""

from datetime import UTC, date, datetime, time, timedelta

_DEADLINE = time(14)
_SATURDAY = 5
# How many days before an announcement its window of submissions opens and closes, by weekday from Monday. Over the
# weekend nothing is announced: Thursday's and Friday's afternoons wait for Monday, the weekend for Tuesday.
_OPENS = (4, 4, 2, 2, 2)
_CLOSES = (3, 1, 1, 1, 1)
_ONE_DAY = timedelta(days=1)


def eastern_day(at: datetime) -> date:
    """The day that it is in New York at an instant."""
    return (at.astimezone(UTC) - timedelta(hours=_hours_behind(at.astimezone(UTC)))).date()


def is_announcement_day(day: date) -> bool:
    """Whether arXiv announces on a day, unless it is a holiday."""
    return day.weekday() < _SATURDAY


def announcement_days(first: date, last: date) -> list[date]:
    """The days of announcement from `first` to `last`, both included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_announcement_day(day)]


def latest_announcement_day(day: date) -> date:
    """The last day of announcement up to `day`."""
    while not is_announcement_day(day):
        day -= _ONE_DAY
    return day


def opening(day: date) -> datetime:
    """The instant (UTC) from which on submissions are announced on a day of announcement."""
    return _deadline(day - timedelta(days=_OPENS[day.weekday()]))


def closing(day: date) -> datetime:
    """The instant (UTC) before which papers must be submitted to be announced on a day of announcement."""
    return _deadline(day - timedelta(days=_CLOSES[day.weekday()]))


def _deadline(day: date) -> datetime:
    local = datetime.combine(day, _DEADLINE, tzinfo=UTC)
    return local + timedelta(hours=_hours_behind(local + timedelta(hours=5)))


def _hours_behind(at: datetime) -> int:
    """How many hours New York is behind UTC: daylight saving lasts from the second Sunday in March to November's first.

    By rule rather than by zoneinfo, whose tables are missing on some machines.
    """
    begins = datetime.combine(_sunday(at.year, 3, 2), time(7), tzinfo=UTC)
    ends = datetime.combine(_sunday(at.year, 11, 1), time(6), tzinfo=UTC)
    return 4 if begins <= at < ends else 5


def _sunday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))
