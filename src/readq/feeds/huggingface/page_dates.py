"""Parse the dates of paper pages: `Mar 12` on the date button, `Oct 7, 2024` at a paper."""

import datetime
import re

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DATE = rf"(?:published on )?(?:{_MONTH})\.? [0-9]{{1,2}}(?:,? [0-9]{{4}})?"
"""A regular expression for a date on a paper page. It must be compiled with IGNORECASE."""
_DATE = rf"(?i)(?:published on )?({_MONTH})\.? ([0-9]{{1,2}})(?:,? ([0-9]{{4}}))?"
# Leap days are at most eight years apart.
_YEARS_BACK = 8


def past_day(text: str, today: datetime.date) -> datetime.date | None:
    """Parse a date with or without a year. Return the latest matching day that is not after `today`.

    Return None if `text` is not a date, or if there is no such day.
    """
    found = re.fullmatch(_DATE, text)
    if found is None:
        return None
    years = [int(found[3])] if found[3] else range(today.year, today.year - _YEARS_BACK - 1, -1)
    days = (_day(year, found[1], found[2]) for year in years)
    return next((day for day in days if day and day <= today), None)


def full_day(text: str) -> datetime.date | None:
    """Parse a date with a year. Return None if `text` is not such a date."""
    found = re.fullmatch(_DATE, text)
    return _day(int(found[3]), found[1], found[2]) if found and found[3] else None


def _day(year: int, month: str, day: str) -> datetime.date | None:
    try:
        return datetime.date(year, _MONTHS.index(month[:3].lower()) + 1, int(day))
    except ValueError:
        return None
