"""Years before Christ, dates whose numbers are too long to convert, and what a message quotes of them."""

import pytest

from readq.formats.bibtex.date_fields import (
    date_before_christ,
    date_fault,
    date_in_year,
    entry_date,
    is_date,
    month_number,
    year_number,
)

MANY = "9" * 5_000
"""More digits than Python converts to a number."""


def test_a_month_of_thousands_of_digits_is_none() -> None:
    assert month_number(MANY) is None
    assert entry_date({"year": "2020", "month": MANY, "day": MANY}, 2020) == "2020"


@pytest.mark.parametrize("name", ["date", "month", "day"])
def test_a_wrong_date_is_named_in_short(name: str) -> None:
    fault = date_fault({"year": "2020", "month": "5", name: MANY}, {name})
    assert fault == f"{name} {MANY[:40]}"


@pytest.mark.parametrize(
    ("value", "year", "date"),
    [
        ("2001 BC", None, "-2000"),
        ("51 B.C.", None, "-0050"),
        ("51 BC--44 BC", None, "-0050/-0043"),
        ("1 BCE", None, "0000"),
        ("-2000~", None, ""),
        ("1999/-2000", 1999, ""),
        ("2001", 2001, ""),
        ("0 BC", None, ""),
    ],
)
def test_years_before_christ_are_no_years_after(value: str, year: int | None, date: str) -> None:
    assert (year_number(value), date_before_christ(value)) == (year, date)
    assert not date or is_date(date)


@pytest.mark.parametrize(
    ("value", "year", "date"),
    [
        ("2017--2018", 2017, "2017/2018"),
        ("2017/18", 2017, "2017/2018"),
        ("1998-99", 1998, "1998/1999"),
        ("1899 – 1901", 1899, "1899/1901"),
        (r"{\noopsort{1973a}}{\switchargs{--90}{1968}}", 1968, "1968/1990"),
        ("2013-02-21", 2013, "2013-02-21"),
        ("2013-02-30", 2013, "2013-02"),
        ("2014-09", 2014, "2014-09"),
        # Two years, or a month.
        ("2003-04", 2003, ""),
        ("2018--2017", 2018, ""),
        ("2001", 2001, ""),
        ("c. 1850", 1850, ""),
    ],
)
def test_a_year_can_be_a_date_or_several_years(value: str, year: int, date: str) -> None:
    assert (year_number(value), date_in_year(value)) == (year, date)
    assert not date or is_date(date)
