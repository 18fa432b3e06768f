"""`readq.feeds.syndication.written_dates`: as precise as written, in the zone of the writer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.feeds.syndication.written_dates import written_date


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2016/6/29 15:07:41", (2016, 6, 29)),
        ("2026-11-20T23:30:00-05:00", (2026, 11, 20)),
        ("Fri, 20 Nov 2026 23:30:00 EST", (2026, 11, 20)),
        ("20 November 2026", (2026, 11, 20)),
        ("20-Nov-2026 12:00:00", (2026, 11, 20)),
        ("2026 Nov 20", (2026, 11, 20)),
        ("2026-Nov", (2026, 11, None)),
        ("Mon Oct 02, 2023", (2023, 10, 2)),
        ("20261120", (2026, 11, 20)),
        ("2026-11", (2026, 11, None)),
        ("March 2027", (2027, 3, None)),
        ("20.11.2026", (2026, 11, 20)),
        ("20. November 2026", (2026, 11, 20)),
        ("Fri,20 Nov 2026", (2026, 11, 20)),
        ("20/Nov/2026:09:00", (2026, 11, 20)),
        ("2026-11-20Z", (2026, 11, 20)),
        ("2026-11-20+01:00", (2026, 11, 20)),
        ("202611", (2026, 11, None)),
        ("2026", (2026, None, None)),
        ("November–December 2026", (2026, None, None)),
        ("Nov./Dec. 2026", (2026, None, None)),
        ("Spring 2026", (2026, None, None)),
        ("11/2026", (2026, 11, None)),
        ("20/11/2026 09:00", (2026, None, None)),
        ("2026-13-01", (2026, None, None)),
        ("2026-02-30", (2026, 2, None)),
        ("Wed, 99999999999999999999 Nov 2026 12:00:00 +0000", (2026, 11, None)),
        ("Wed, -62135596800000 Nov 2026 12:00:00 +0000", (2026, 11, None)),
    ],
)
def test_dates(text: str, parts: tuple[int, int | None, int | None]) -> None:
    assert written_date(text) == parts


@pytest.mark.parametrize("text", ["", "yesterday", "12", "in 2026", "99999999"])
def test_other_text_has_no_date(text: str) -> None:
    assert written_date(text) is None


@given(st.text(max_size=60))
def test_any_text_gives_a_date_of_the_calendar_or_none(text: str) -> None:
    found = written_date(text)
    assert found is None or found.full is None or found.full.year == found.year
