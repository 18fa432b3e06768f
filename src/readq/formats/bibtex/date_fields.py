"""Parse the dates of BibTeX entries: `month = jun`, `year = {2017}`, and biblatex's `date = {2017-06-12}`.

biblatex's dates follow EDTF (ISO 8601-2, levels 0 and 1): also years before Christ, `2017~`, `2017-06/2017-08`, seasons
and times.
"""

import re
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"(?:\b|_)({'|'.join(MONTHS)})[a-z]*\b", re.IGNORECASE)
_DAY = re.compile(r"\b(0?[1-9]|[12][0-9]|3[01])\b")
_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2}|21[0-9]{2})(?![0-9])")
# The part of EDTF that biblatex accepts (its manual, section 2.3.8). An X stands for a digit that is not known.
_TIME = r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_ONE_DATE = rf"-?[0-9]{{2}}[0-9X]{{2}}(?:-[0-9X]{{2}}(?:-[0-9X]{{2}}(?:{_TIME})?)?)?(?:[~%]|\?~?)?"
_DATE = re.compile(rf"{_ONE_DATE}(?:/(?:{_ONE_DATE}|\.\.)?)?|(?:\.\.)?/{_ONE_DATE}")
_PARTS = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
# The month of an entry as BibTeX evaluates it: macros, numbers and quoted text, joined by `#`.
_EXPRESSION = re.compile(r"(?:\w+|\"[^\"{}\\#]*\")(?:\s*#\s*(?:\w+|\"[^\"{}\\#]*\"))+")


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


def bibtex_date(date_field: str) -> tuple[str, str]:
    """Return the values of BibTeX's fields `year` and `month`, with delimiters, for the biblatex date `date_field`.

    The month is "" if there is none. Ranges get an en dash: `{2017--2018}`, and `jun # "--" # aug`. Return two empty
    texts if it is not a date.
    """
    if not is_date(date_field):
        return "", ""
    ends = [_PARTS.match(end) for end in date_field.strip().split("/")]
    known = [end for end in ends if end]
    years = list(dict.fromkeys(_year_text(int(end[1])) for end in known))
    months = list(dict.fromkeys(MONTHS[int(end[2]) - 1] for end in known if end[2] and 1 <= int(end[2]) <= 12))
    return f"{{{'--'.join(years)}}}" if years else "", ' # "--" # '.join(months) if len(years) == 1 else ""


def _year_text(year: int) -> str:
    # The year 0 of EDTF is the year 1 before Christ.
    return str(year) if year > 0 else f"{1 - year} BC"


def is_expression(month: str) -> bool:
    """Return whether `month` is an expression of macros and text for BibTeX, such as `10 # "~" # jan`."""
    return _EXPRESSION.fullmatch(month.strip()) is not None


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
