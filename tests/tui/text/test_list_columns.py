from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readq.model.values import QueueRow
from readq.tui.text.list_columns import age, fit, format_columns, short_authors, votes

NOW = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


def row(**changes: object) -> QueueRow:
    plain = QueueRow(
        id=1,
        key="key",
        title="A Title",
        authors="Ada Lovelace",
        status="inbox",
        starred=False,
        year=2026,
        upvotes=41,
        added="2026-11-20T08:00:00Z",
        seen=None,
        decided=None,
        enrolled=False,
        has_note=False,
        tags="",
    )
    return plain._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("added", "text"),
    [
        ("2026-11-23T11:30:00Z", "now"),
        ("2026-11-23T09:00:00Z", "3h"),
        ("2026-11-20T09:00:00Z", "3d"),
        ("2026-10-30T09:00:00Z", "3w"),
        ("2026-05-30T09:00:00Z", "5mo"),
        ("2023-05-30T09:00:00Z", "3y"),
        ("2026-11-23T13:00:00+02:00", "1h"),
        ("2027-01-01T00:00:00Z", "now"),
    ],
)
def test_age(added: str, text: str) -> None:
    assert age(added, NOW) == text


@pytest.mark.parametrize(
    ("seen", "text"),
    [(None, "3d"), ("2026-11-23", "0d"), ("2026-11-24", "0d"), ("2026-11-22", "1d"), ("2024-07-26", "2y")],
)
def test_the_age_column_counts_from_the_last_sighting(seen: str | None, text: str) -> None:
    assert format_columns(row(seen=seen), 60, NOW).age.strip() == text


@pytest.mark.parametrize(
    ("status", "until", "mark"),
    [
        ("inbox", "2026-11-24", "z"),
        ("queued", "2026-11-24", "z"),
        ("queued", "2026-11-23", "✓"),
        ("inbox", None, " "),
    ],
)
def test_a_snoozed_paper_is_marked_until_its_day(status: str, until: str | None, mark: str) -> None:
    assert format_columns(row(status=status, snoozed_until=until), 60, NOW).marks == f"{mark}   "


@pytest.mark.parametrize(("count", "text"), [(None, ""), (0, ""), (41, "▲41"), (1234, "▲1.23k"), (12345, "▲12.3k")])
def test_votes(count: int | None, text: str) -> None:
    assert votes(count) == text


@pytest.mark.parametrize(
    ("authors", "text"),
    [
        ("", ""),
        ("Ashish Vaswani", "Vaswani"),
        ("Ada Lovelace\nEmmy Noether", "Lovelace & Noether"),
        ("Lovelace, Ada\nNoether, Emmy\nX", "Lovelace et al."),
    ],
)
def test_short_authors(authors: str, text: str) -> None:
    assert short_authors(authors) == text


def test_each_status_has_its_own_mark() -> None:
    marks = {
        format_columns(row(status=status), 60, NOW).marks
        for status in ("inbox", "queued", "reading", "done", "dropped")
    }
    assert len(marks) == 5
    assert "★" in format_columns(row(starred=True), 60, NOW).marks
    assert "¶" in format_columns(row(has_note=True), 60, NOW).marks


@given(st.text(), st.integers(20, 200))
def test_the_columns_have_exactly_the_given_width(title: str, width: int) -> None:
    assert sum(cell_len(column) for column in format_columns(row(title=title), width, NOW)) == width


@given(st.text(alphabet="ab日é\U0001f600"), st.integers(1, 12))
def test_fit_returns_exactly_the_given_width(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
