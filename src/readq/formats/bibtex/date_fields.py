"""Parse the dates of BibTeX entries: `month = jun`, `year = {2017}`, and biblatex's `date = {2017-06-12}`.

biblatex's dates follow EDTF (ISO 8601-2, levels 0 and 1). So they can also be years before Christ, uncertain years
(`2017~`), ranges (`2017-06/2017-08`) or seasons, and can have a time of day.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from readq.latex.decode import bibtex_text
from readq.text import pattern

SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
"""Maps the names of seasons to their numbers in EDTF. A date has such a number in place of a month."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = pattern(rf"(?:\b|_)({'|'.join(MONTHS)})[a-z]*\b", re.IGNORECASE)
_DAY = pattern(r"\b(0?[1-9]|[12][0-9]|3[01])\b")
# Neither the year of `-2000` in EDTF nor that of `2001 BC`.
_YEAR = pattern(r"(?<![0-9])(?<!^-)(?<!/-)(1[0-9]{3}|20[0-9]{2}|21[0-9]{2})(?![0-9])(?!\s*B\.?\s?C)")
_YEARS = pattern(r"([0-9]{4})\s*(--?|[–/])\s*([0-9]{4}|[0-9]{2})")
_BEFORE_CHRIST = pattern(r"([0-9]{1,4})\s*B\.?\s?C\.?(?:\s?E\.?)?")
# The part of EDTF that biblatex accepts (its manual, section 2.3.8). An X stands for a digit that is not known.
_TIME = r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_ONE_DATE = rf"-?[0-9]{{2}}[0-9X]{{2}}(?:-[0-9X]{{2}}(?:-[0-9X]{{2}}(?:{_TIME})?)?)?(?:[~%]|\?~?)?"
_DATE = pattern(rf"{_ONE_DATE}(?:/(?:{_ONE_DATE}|\.\.)?)?|(?:\.\.)?/{_ONE_DATE}")
_DECADES = pattern(r"([0-9]{2}[0-9X]X)(?!.*/)")
_PARTS = pattern(r"(-?[0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
# The month of an entry as BibTeX evaluates it: macros, numbers and quoted text, joined by `#`.
_EXPRESSION = pattern(r"(?:\w+|\"[^\"{}\\#]*\")(?:\s*#\s*(?:\w+|\"[^\"{}\\#]*\"))+")


def month_number(value: str) -> int | None:
    """Return the month, from 1 to 12, in a field such as `jan`, `January`, `1` or `10 # "~" # jan`.

    Return None if the field contains no month.
    """
    if named := _MONTH.search(value):
        return MONTHS.index(named[1].lower()) + 1
    digits = value.strip(" {}\"'")
    return int(digits) if digits.isascii() and _is_short_number(digits) and 1 <= int(digits) <= 12 else None


def year_number(value: str) -> int | None:
    r"""Return the first year from 1000 to 2199 in `value`. Return None if `value` contains no such year.

    Years before Christ, such as `-1999` and `2000 BC`, are not returned. A year that LaTeX does not print, such as the
    first one in `{\noopsort{1973}}1981`, is ignored.
    """
    found = _YEAR.search((bibtex_text(value) if "\\" in value else value).strip())
    return int(found[1]) if found else None


def month_in_words(date_field: str) -> str:
    """Return a date in words without its year: `11 May` for `11 May, 2004`. Return "" if it names no month."""
    if is_date(date_field) or not _MONTH.search(date_field):
        return ""
    return _YEAR.sub("", date_field).strip(" ,.")


def calendar_date(edtf: str) -> str:
    """Return a date in EDTF, without a day or month that is not in the calendar: `2004-02` for `2004-02-30`."""
    ends = edtf.split("/")
    while wrong := [place for place, end in enumerate(ends) if not _is_in_calendar(end)]:
        ends[wrong[0]] = ends[wrong[0]].rpartition("-")[0]
    return "/".join(ends)


def date_in_year(year: str) -> str:
    """Return the EDTF date in a field `year` that contains more than a year. Return "" if it contains no such date.

    - `2017--2018`, `2017/18` and `1998-99` become ranges, such as `2017/2018`.
    - `2013-02-21` and `2014-09` are dates. A day that is not in the calendar is left out.
    - `2003-04` can be two years or a month, so the result is "".
    """
    year = (bibtex_text(year) if "\\" in year else year).strip()
    found = _YEARS.fullmatch(year)
    if found is None:
        return calendar_date(year) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", year) else ""
    first, sign, second = found.groups()
    last = second if len(second) == 4 else first[:2] + second
    is_month = sign == "-" and last != second and 1 <= int(second) <= len(MONTHS)
    if first < last:
        return "" if is_month else f"{first}/{last}"
    return year if is_month else ""


def date_before_christ(year: str) -> str:
    """Return the EDTF date for a year before Christ, or for a range of such years. In EDTF, 1 BC is the year 0.

    - `2001 BC` becomes `-2000`.
    - `51 BC--44 BC` becomes `-0050/-0043`.

    Return "" if `year` has another form.
    """
    ends = [_BEFORE_CHRIST.fullmatch(end.strip()) for end in re.split("-+|–|/", year)]
    numbers = [int(end[1]) for end in ends if end]
    if len(ends) > 2 or len(numbers) < len(ends) or not all(numbers):
        return ""
    # The year 1 before Christ is the year 0 of EDTF.
    return "/".join(f"-{number - 1:04d}" if number > 1 else "0000" for number in numbers)


def is_date(value: str) -> bool:
    """Return whether biblatex accepts `value` as the value of its field `date`."""
    return _DATE.fullmatch(value.strip()) is not None


def bibtex_date(date_field: str) -> tuple[str, str]:
    """Return the values of BibTeX's fields `year` and `month`, with delimiters, for the biblatex date `date_field`.

    The month is "" if the date has no month. Ranges get an en dash: `{2017--2018}`, and `jun # "--" # aug`. A year
    with unknown digits, such as `199X`, becomes a range: `{1990--1999}`. A season is a word in braces. Both results are
    "" if `date_field` is not a date.
    """
    if not is_date(date_field):
        return "", ""
    if decades := _DECADES.match(date_field.strip()):
        return f"{{{decades[1].replace('X', '0')}--{decades[1].replace('X', '9')}}}", ""
    ends = [_PARTS.match(end) for end in date_field.strip().split("/")]
    known = [end for end in ends if end]
    years = list(dict.fromkeys(_year_text(int(end[1])) for end in known))
    months = list(dict.fromkeys(name for end in known if end[2] and (name := _month_name(int(end[2])))))
    return f"{{{'--'.join(years)}}}" if years else "", _month_value(months) if len(years) == 1 else ""


def _month_name(number: int) -> str:
    """Return BibTeX's macro for a month, or the name of a season, or "" for another number."""
    return MONTHS[number - 1] if 1 <= number <= len(MONTHS) else season_name(str(number))


def _month_value(names: list[str]) -> str:
    """Join macros for months and names of seasons to the value of a field, with delimiters."""
    if not any(name in MONTHS for name in names):
        return f"{{{'--'.join(names)}}}" if names else ""
    return ' # "--" # '.join(name if name in MONTHS else f'"{name}"' for name in names)


def season_name(number: str) -> str:
    """Return the name of the season with the number `number` in EDTF, from `21` to `24`.

    Return "" for any other number.
    """
    return next((name.capitalize() for name, of_season in SEASONS.items() if str(of_season) == number), "")


def _year_text(year: int) -> str:
    # The year 0 of EDTF is the year 1 before Christ.
    return str(year) if year > 0 else f"{1 - year} BC"


def is_expression(month: str) -> bool:
    """Return whether `month` is a BibTeX expression of macros and text, such as `10 # "~" # jan`."""
    return _EXPRESSION.fullmatch(month.strip()) is not None


def full_date(year: str, month: str, day: str, date_field: str) -> str | None:
    """Return the ISO date in `date_field`. If it has none, return the ISO date made of `year`, `month` and `day`.

    Return None if both lack a year, a month or a day.
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


class _End(NamedTuple):
    """One end of a range: a month, or the number of a season, and the day if there is one."""

    month: int
    day: int | None = None

    def as_date(self, year: int) -> str:
        """Return the end in EDTF. Raises ValueError for a day that is not in the calendar."""
        if self.day is None:
            return f"{year:04d}-{self.month:02d}"
        return date(year, self.month, self.day).isoformat()


def entry_date(fields: Mapping[str, str], year: int) -> str:
    """Return the date of an entry in EDTF, from its fields `month` and `day` and from `year`.

    A range of months, such as `jul # "/" # aug`, or of days, such as `June 12--15`, becomes a range. A season becomes
    its number in EDTF. If the fields have another form, the date has the first month named in `month`, and a day if the
    fields have one. If `month` names no month, the date is only the year. Without a field `month`, the month and
    the day are those in the field `date`, if its date is in words, such as `11 May, 2004`.
    """
    month, day = fields.get("month") or month_in_words(fields.get("date", "")), fields.get("day", "")
    ends = _ends(month, day, year)
    try:
        dates = [end.as_date(year) for end in ends]
    except ValueError:
        dates = []
    if dates and dates == sorted(set(dates)):
        return "/".join(dates)
    number = month_number(month)
    full = full_date(str(year), month, day, "") if number else None
    return full or (f"{year:04d}-{number:02d}" if number else f"{year:04d}")


_PART = pattern(r"[a-z]+|[0-9]+")
_BETWEEN = frozenset(("and", "to", "th", "st", "nd", "rd", "slash"))
_FULL_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def _ends(month: str, day: str, year: int) -> list[_End]:
    """Return one end for a date, and two for a range. Return [] if the fields have another form."""
    days = (
        [_number(part) for part in _PART.findall(day) if part.isdigit()] if re.fullmatch(r"[0-9\s{}~–-]*", day) else []
    )
    shape, numbers = _shape(month, year)
    if shape in ("n", "nn"):
        shape = shape.replace("n", "m")
        if not all(1 <= number <= len(MONTHS) for number in numbers):
            return []
    if shape == "m" and len(days) <= 2:
        return [_End(numbers[0], one) for one in days] or [_End(numbers[0])]
    if shape in ("mm", "s", "ss"):
        return [_End(number) for number in numbers]
    places = {"mn": [(0, 1)], "nm": [(1, 0)], "mnn": [(0, 1), (0, 2)], "nnm": [(2, 0), (2, 1)]}
    places |= {"mnmn": [(0, 1), (2, 3)], "nmnm": [(1, 0), (3, 2)]}
    return [_End(numbers[month], numbers[day]) for month, day in places.get(shape, ())]


def _shape(month: str, year: int) -> tuple[str, list[int]]:
    """Return a letter for each part of a field (m: month, s: season, n: number, ?: another word) and the numbers."""
    shape, numbers = "", []
    for part in _PART.findall(month.lower()):
        if part in _BETWEEN or (part.isdigit() and _number(part) == year):
            continue
        name = next((n for n, full in enumerate(_FULL_NAMES, 1) if len(part) >= 3 and full.startswith(part)), 0)
        name = 9 if part == "sept" else name
        shape += "n" if part.isdigit() else "m" if name else "s" if part in SEASONS else "?"
        numbers.append(_number(part) if part.isdigit() else name or SEASONS.get(part, 0))
    return shape, numbers


def _number(digits: str) -> int:
    # No day, month or year has more digits, and Python refuses to convert thousands of them.
    return int(digits[:5])


_YEARS_TO_COME = pattern(
    r"(?:forthcoming|in\s?press|to appear|submitted|accepted|in preparation|n\.?\s?d\.?)", re.IGNORECASE
)


def date_fault(fields: Mapping[str, str], changed: Collection[str]) -> str | None:
    """Return the invalid part of the date of an entry, such as `month 13`. Return None if the date is valid.

    `fields` are all fields of the entry, and `changed` are the names of those that were edited. Each edited `date`,
    `year`, `month` or `day` must be valid. If one of these four was edited, `year`, `month` and `day` together must
    also be a day of the calendar (not 31 February).
    """
    values = {name: fields.get(name, "").strip() for name in ("date", "year", "month", "day") if name in changed}
    for name, value in values.items():
        if value and not _is_valid(name, value):
            return f"{name} {value[:40]}"
    year, month = year_number(fields.get("year", "")), month_number(fields.get("month", ""))
    day = fields.get("day", "").strip()
    if values and year and month and _is_short_number(day):
        given = f"{year:04d}-{month:02d}-{int(day):02d}"
        return None if _is_in_calendar(given) else f"date {given}"
    return None


def _is_valid(name: str, value: str) -> bool:
    if name == "date":
        return is_date(value) and all(map(_is_in_calendar, value.split("/")))
    if name == "year":
        return bool(re.search(r"[0-9]", value) or _YEARS_TO_COME.fullmatch(value))
    if not value.isdecimal():
        return True
    return month_number(value) is not None if name == "month" else _is_short_number(value) and 1 <= int(value) <= 31


def _is_short_number(text: str) -> bool:
    # Python refuses to convert thousands of digits.
    return text.isdecimal() and len(text) <= 4


def _is_in_calendar(edtf: str) -> bool:
    """Return whether one date of EDTF is in the calendar. A month may be a season."""
    found = _PARTS.match(edtf)
    if found is None or not found[2]:
        return True
    month = int(found[2])
    try:
        # Python has no years before Christ. The year 2000 has all days that any year has.
        _ = date(max(int(found[1]), 0) or 2000, month, int(found[3] or 1)) if month <= 12 else None
    except ValueError:
        return False
    return month <= 12 or month in SEASONS.values()
