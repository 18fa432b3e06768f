"""Dates whose numbers are too long to convert, and what a message quotes of them."""

import pytest

from readq.formats.bibtex.date_fields import date_fault, entry_date, month_number

MANY = "9" * 5_000
"""More digits than Python converts to a number."""


def test_a_month_of_thousands_of_digits_is_none() -> None:
    assert month_number(MANY) is None
    assert entry_date({"year": "2020", "month": MANY, "day": MANY}, 2020) == "2020"


@pytest.mark.parametrize("name", ["date", "month", "day"])
def test_a_wrong_date_is_named_in_short(name: str) -> None:
    fault = date_fault({"year": "2020", "month": "5", name: MANY}, {name})
    assert fault == f"{name} {MANY[:40]}"
