"""Parse the dates in feeds. The result has the month and the day only if the text has them.

A date is in the time zone of the text, and is not converted to UTC.
"""

import re
from datetime import date
from email.utils import parsedate
from typing import NamedTuple

_ZONE = r"[+-]\d\d:\d\d$"  # a date may have one, too (XML Schema, 3.3.9)
_ISO = re.compile(
    rf"(?P<year>[12]\d{{3}})(?:[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?)?(?=$|[TZ\s]|{_ZONE})"
)
_BETWEEN = r"(?:\s+|[-/])"
_WEEKDAY = r"(?:[a-z]+\.?(?:,\s*|\s+))?"
_ORDINAL = r"(?:st|nd|rd|th|\.)?"
_COMPACT = re.compile(r"(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = "|".join(f"{name}[a-z]*" for name in _MONTHS)
_MONTH = rf"(?P<month>{_MONTH_NAMES})\.?"
_MONTH_NAME = rf"(?:{_MONTH_NAMES})\.?"
_FORMS = (
    _COMPACT,
    re.compile(rf"(?i)(?P<year>[12]\d{{3}}){_BETWEEN}{_MONTH}(?:{_BETWEEN}(?P<day>\d{{1,2}})\b)?"),
    _ISO,
    re.compile(rf"(?i){_WEEKDAY}(?P<day>\d{{1,2}}){_ORDINAL}{_BETWEEN}{_MONTH},?{_BETWEEN}(?P<year>[12]\d{{3}})\b"),
    re.compile(rf"(?i){_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}}){_ORDINAL},?\s+(?P<year>[12]\d{{3}})\b"),
    # Only days are written with full stops in this order.
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>[12]\d{3})\b"),
    re.compile(rf"(?i){_MONTH}[\s,]+(?P<year>[12]\d{{3}})\b"),
    # Issues of two months or of a season.
    re.compile(rf"(?i){_MONTH_NAME}\s?[-–—/]\s?{_MONTH_NAME},?\s+(?P<year>[12]\d{{3}})\b"),
    re.compile(r"(?i)(?:spring|summer|autumn|fall|winter),?\s+(?P<year>[12]\d{3})\b"),
    re.compile(r"(?P<month>\d{1,2})/(?P<year>[12]\d{3})\b"),
    # Only the year is certain: 3/4/2026 is in March or in April.
    re.compile(r"\d{1,2}/\d{1,2}/(?P<year>[12]\d{3})\b"),
)


class WrittenDate(NamedTuple):
    """A year, and the month and day if the text has them. A missing month or day is None."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def full(self) -> date | None:
        """The date. None if the month or the day is not known."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    @property
    def bibtex_month(self) -> str:
        """The month as a BibTeX macro, such as `nov`, or "" if the month is not known."""
        return _MONTHS[self.month - 1] if self.month else ""


def written_date(text: str) -> WrittenDate | None:
    """Parse the date at the beginning of `text`. Return None if there is no date.

    Accepts `2016/6/29 15:07:41`, `2026-11`, `2026`, `20261120`, RFC 822 dates, `20 November 2026`, `20-Nov-2026`,
    `20.11.2026`, `2026 Nov 20` and `March 2027`. From `November–December 2026`, `Spring 2026` and `20/11/2026`, only
    the year is taken.
    """
    text = text.strip()[:100]
    found = next((one for form in _FORMS if (one := form.match(text))), None)
    if found:
        parts = found.groupdict()
        return _checked(int(parts["year"]), _month(parts.get("month")), _number(parts.get("day")))
    rfc822 = parsedate(text)
    return _checked(*rfc822[:3]) if rfc822 else None


def _month(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _checked(year: int, month: int | None, day: int | None) -> WrittenDate | None:
    """Return the date without the parts that no calendar has."""
    if month is None or not 1 <= month <= 12:
        return WrittenDate(year) if 1000 <= year <= 2999 else None
    try:
        date(year, month, day or 1)
    except (ValueError, OverflowError):
        return WrittenDate(year, month)
    return WrittenDate(year, month, day or None)
