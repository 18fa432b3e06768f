"""Parse values and ranges of numbers, days and times in a query: `2020..2024`, `50..`, `7d`, `>2026-03`, `today`.

The result is a range from a start (included) to an end (excluded). Both have the form of the values in the library:
integers, ISO days or times in UTC. A month or a year covers all its days. An age, such as `7d`, is a number of hours,
days, weeks, months or years before the present. Each kind of field has a Scale, the functions that parse its values.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from readq.days import day_start, instant, local_day, parse_day, shift, shift_months
from readq.text import quoted

Value: TypeAlias = int | str

_COMPARISON = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}")
_AGE = re.compile(r"([0-9]{1,6})([hdwmy])", re.IGNORECASE)
_CALENDAR = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_RELATIVE_DAYS = ("yesterday", "today", "tomorrow")
_DAY_FORMS = "2026-11-30, 2026-11, 2026, today, yesterday"


class Span(NamedTuple):
    """A range of values from `low` (included) to `high` (excluded). A bound is None if the range has no such bound."""

    low: Value | None
    high: Value | None


class Point(NamedTuple):
    """A single value in a query, such as `2026-03`.

    It covers a range of stored values: here, all days of a month.
    """

    start: Value
    """The start of the range (included)."""
    end: Value
    """The end of the range (excluded)."""
    age: bool = False
    """Whether the value was written as an age, such as `7d`.

    Comparisons with an age are reversed: `>7d` means earlier than seven days ago.
    """


class Scale(NamedTuple):
    """The functions that parse the values of one kind of field, such as numbers or days."""

    point: Callable[[str], Point]
    """Parses the text of one value. Raises ValueError if the text is invalid."""
    lone: Callable[[Point], Span]
    """Returns the range that a value selects if it stands alone in a query, without `..`, `<` or `>`."""


def parse_span(text: str, scale: Scale) -> Span:
    """Parse a value, a comparison such as `>7d`, or a range such as `2020..2024`.

    Return the range of values that it selects. The functions in `scale` parse the values. Raises ValueError or
    UsageError, with a message for the user, if `text` is invalid.
    """
    try:
        return _span(text.strip(), scale)
    except OverflowError as error:
        raise ValueError(f"{quoted(text)} is out of range") from error


def numbers() -> Scale:
    """Return the functions that parse whole numbers of up to nine digits, such as `2020`."""
    return Scale(_number, _interval)


def past_days(today: date, now: datetime) -> Scale:
    """Return the functions that parse days in the past, such as `2026-03`, `today` or the age `7d`.

    Without `..`, `<` or `>`, the age `7d` selects the days from seven days ago to `today`, both included.
    """
    tomorrow = (today + timedelta(days=1)).isoformat()

    def point(text: str) -> Point:
        if age := _AGE.fullmatch(text):
            return _whole(_day_ago(int(age[1]), age[2].lower(), today, now), age=True)
        return _whole(*_calendar(text, today))

    return Scale(point, lambda point: Span(point.start, tomorrow) if point.age else _interval(point))


def past_instants(today: date, now: datetime) -> Scale:
    """Return the functions that parse times in the past, such as `2026-03-01`, `today` or the age `7d`.

    A day covers all its times in the time zone of `now`. An age in hours is counted back exactly from `now`. An age in
    days or longer units is counted back to the same local time on an earlier day. Without `..`, `<` or `>`, the age
    `7d` selects every time since seven days ago.
    """

    def point(text: str) -> Point:
        if age := _AGE.fullmatch(text):
            moment = _moment_ago(int(age[1]), age[2].lower(), now)
            return Point(moment, moment, age=True)
        first, last = _calendar(text, today)
        return Point(day_start(first, now), day_start(last + timedelta(days=1), now))

    return Scale(point, lambda point: Span(point.start, None) if point.age else _interval(point))


def deadlines(today: date) -> Scale:
    """Return the functions that parse days on which something is due, such as `2026-12-01` or `3d`.

    Here `3d` means three days after `today`. Without `..`, `<` or `>`, a day selects this day and all earlier days.
    """

    def point(text: str) -> Point:
        if _CALENDAR.fullmatch(text):
            return _whole(*_calendar(text, today))
        return _whole(parse_day(text, today))

    return Scale(point, lambda point: Span(None, point.end))


def _span(text: str, scale: Scale) -> Span:
    if comparison := _COMPARISON.fullmatch(text):
        return _compared(comparison[1], scale.point(comparison[2].strip()))
    first, dots, last = text.partition("..")
    if not dots:
        return scale.lone(scale.point(text))
    if not first and not last:
        raise ValueError("a range needs a start or an end")
    low = scale.point(first).start if first else None
    high = scale.point(last).end if last else None
    if type(low) is type(high) and low > high:  # type: ignore[operator]  # both have one type, so neither is None
        raise ValueError(f"the range {quoted(text)} runs backwards")
    return Span(low, high)


def _compared(sign: str, point: Point) -> Span:
    # `>7d` is older than seven days, so before the day a week ago.
    is_lower_bound = (sign[0] == ">") is not point.age
    if is_lower_bound:
        return Span(point.start if "=" in sign else point.end, None)
    return Span(None, point.end if "=" in sign else point.start)


def _interval(point: Point) -> Span:
    return Span(point.start, point.end)


def _number(text: str) -> Point:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a number or a range of numbers such as 10..20")
    return Point(int(text), int(text) + 1)


def _whole(first: date, last: date | None = None, *, age: bool = False) -> Point:
    return Point(first.isoformat(), ((last or first) + timedelta(days=1)).isoformat(), age)


def _calendar(text: str, today: date) -> tuple[date, date]:
    if text.lower() in _RELATIVE_DAYS:
        day = parse_day(text, today)
        return day, day
    written = _CALENDAR.fullmatch(text)
    if written is None:
        raise ValueError(f"{quoted(text)} is not a day or an age (understood: {_DAY_FORMS}, 12h, 7d, 2w, 3m, 1y)")
    year, month, day_of_month = (int(part) if part else None for part in written.groups())
    try:
        first = date(year or 0, month or 1, day_of_month or 1)
        if day_of_month:
            return first, first
        return first, shift_months(first, 1 if month else 12) - timedelta(days=1)
    except ValueError as error:
        raise ValueError(f"there is no {text}") from error


def _day_ago(count: int, unit: str, today: date, now: datetime) -> date:
    return local_day(_hours_ago(count, now)) if unit == "h" else _back(today, count, unit)


def _moment_ago(count: int, unit: str, now: datetime) -> str:
    if unit == "h":
        return instant(_hours_ago(count, now))
    return instant(datetime.combine(_back(now.date(), count, unit), now.timetz()))


def _hours_ago(count: int, now: datetime) -> datetime:
    return (now.astimezone(UTC) - timedelta(hours=count)).astimezone(now.tzinfo)


def _back(day: date, count: int, unit: str) -> date:
    try:
        return shift(day, -count, unit)
    except ValueError as error:
        raise OverflowError(str(error)) from error
