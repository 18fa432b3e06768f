"""Parse the dates of BibTeX entries: `month = jun`, `year = {2017}`, and biblatex's `date = {2017-06-12}`."""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"(?:\b|_)({'|'.join(MONTHS)})[a-z]*\b", re.IGNORECASE)
_DAY = re.compile(r"\b(0?[1-9]|[12][0-9]|3[01])\b")
_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2}|21[0-9]{2})(?![0-9])")
# The part of EDTF that biblatex accepts, down to days: 2017, 2017-06, 2017-06-12, ranges of these.
_ONE_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_DATE = re.compile(rf"{_ONE_DATE}(?:/(?:{_ONE_DATE})?)?")


def month_number(value: str) -> int | None:
    """Return the month, from 1 to 12, in a field such as `jan`, `January`, `1` or `10 # "~" # jan`.

    Return None if the field contains no month.
    """
    if named := _MONTH.search(value):
        return MONTHS.index(named[1].lower()) + 1
    digits = value.strip(" {}\"'")
    return int(digits) if digits.isascii() and digits.isdigit() and 1 <= int(digits) <= 12 else None


def year_number(value: str) -> int | None:
    """Return the first year from 1000 to 2199 in `value`. Return None if there is none."""
    found = _YEAR.search(value)
    return int(found[1]) if found else None


def is_date(value: str) -> bool:
    """Return whether biblatex accepts `value` as the value of its field `date`."""
    return _DATE.fullmatch(value.strip()) is not None


def full_date(year: str, month: str, day: str, date_field: str) -> str | None:
    """Return the ISO date in `date_field`. Without one, return the ISO date made of `year`, `month` and `day`.

    Return None if neither is a full date.
    """
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date_field.strip()):
            return date.fromisoformat(date_field.strip()).isoformat()
        number, year_value = month_number(month), year_number(year)
        # Some files have the day in the month field: `10 # "~" # jan`, `June 12`.
        found = _DAY.search(day or _MONTH.sub("", month) if _MONTH.search(month) or day else "")
        if number and year_value and found:
            return date(year_value, number, int(found[1])).isoformat()
    except ValueError:
        pass
    return None
