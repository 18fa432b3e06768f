from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from readq.config import LIST_COLUMNS
from readq.model.values import QueueRow
from readq.tui.text.list_columns import (
    COLUMNS,
    DEFAULT_COLUMNS,
    age,
    cell_text,
    cells,
    filled_columns,
    fit,
    short_authors,
    title_lines,
    votes,
)
from readq.tui.text.sanitize import display_text

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
    assert COLUMNS["age"].text(row(seen=seen), NOW) == text


@pytest.mark.parametrize(
    ("status", "until", "mark"),
    [
        ("inbox", "2026-11-24", "z"),
        ("queued", "2026-11-24", "z"),
        ("queued", "2026-11-23", "✓"),
        ("inbox", None, ""),
    ],
)
def test_a_snoozed_paper_is_marked_until_its_day(status: str, until: str | None, mark: str) -> None:
    assert COLUMNS["status"].text(row(status=status, snoozed_until=until), NOW) == mark


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (0, ""),
        (41, "▲41"),
        (999, "▲999"),
        (1234, "▲1.2k"),
        (9960, "▲10k"),
        (12345, "▲12k"),
        (123456, "▲123k"),
        (999499, "▲999k"),
        (999500, "▲1M"),
        (1234567, "▲1.2M"),
    ],
)
def test_votes(count: int | None, text: str) -> None:
    assert votes(count) == text


@pytest.mark.parametrize(
    ("authors", "text"),
    [
        ("", ""),
        ("Ashish Vaswani", "Vaswani"),
        ("Ada Lovelace\nEmmy Noether", "Lovelace & Noether"),
        ("Lovelace, Ada\nNoether, Emmy\nX", "Lovelace et al."),
        ("DreamX Team\nAda Lovelace\nEmmy Noether", "DreamX Team et al."),
        ("Mind Lab", "Mind Lab"),
        ("The X Collaboration\nAda Lovelace", "The X Collaboration & Lovelace"),
        ("Qingyao Ai\nLudwig van Beethoven", "Ai & Beethoven"),
    ],
)
def test_short_authors(authors: str, text: str) -> None:
    assert short_authors(authors) == text


def test_each_status_has_its_own_mark() -> None:
    statuses = ("inbox", "queued", "reading", "done", "dropped")
    assert len({COLUMNS["status"].text(row(status=status), NOW) for status in statuses}) == 5


def line(chosen: tuple[str, ...], one: QueueRow, width: int, filled: tuple[str, ...] | None = None) -> str:
    """Return a row of a list as it is drawn, with its title cut to one line."""
    shown = filled_columns(chosen or DEFAULT_COLUMNS, [one], NOW) if filled is None else filled
    return "".join(
        " " * cell.gap + title_lines(one.title, cell.width, 1)[0] if cell.name == "title" else cell_text(cell, one, NOW)
        for cell in cells(chosen, shown, width)
    )


def test_the_columns_are_those_of_the_config() -> None:
    assert tuple(COLUMNS) == LIST_COLUMNS


def test_every_column_shows_its_value() -> None:
    full = row(
        status="queued",
        starred=True,
        has_note=True,
        seen="2026-11-20",
        tags="rl world-models",
        venue=r"Caf\'e Proceedings",
        feed="hf-daily",
        due="2026-11-28",
        interest=75,
    )
    assert line(LIST_COLUMNS, full, 135).split() == [
        *(
            "✓★¶",
            "▆",
            "75",
            "▲41",
            "A",
            "Title",
            "Lovelace",
            "2026",
            "Café",
            "Proceedings",
            "hf-daily",
            "#rl",
            "#world-mode…",
        ),
        *("3d", "5d"),
    ]
    assert COLUMNS["due"].text(row(due="2026-11-23"), NOW) == COLUMNS["due"].text(row(due="2020-01-01"), NOW) == "due"


@pytest.mark.parametrize(
    ("number", "text"), [(None, ""), (0, "▁  0"), (12, "▁ 12"), (13, "▂ 13"), (50, "▄ 50"), (99, "█ 99"), (100, "█100")]
)
def test_interest_is_a_bar_and_a_number(number: int | None, text: str) -> None:
    assert COLUMNS["interest"].text(row(interest=number), NOW) == text


def test_the_columns_stand_in_the_order_of_the_reader() -> None:
    assert line(("age", "title", "upvotes"), row(), 40) == "  3d A Title                       ▲41  "


def test_an_empty_column_takes_no_room_and_the_status_always_does() -> None:
    plain = row(upvotes=None)
    assert line((), plain, 40) == "  A Title                             3d"
    assert line((), plain._replace(starred=True), 40) == " ★ A Title                            3d"
    assert line(("title", "venue", "tags"), plain, 40) == "A Title".ljust(40)


def test_wide_columns_give_way_to_the_title() -> None:
    for width, left_out in ((140, set()), (120, {"authors"}), (30, {"authors", "upvotes", "interest"})):
        shown = [cell.name for cell in cells((), LIST_COLUMNS, width)]
        assert shown == [name for name in DEFAULT_COLUMNS if name not in left_out], width
    chosen = ("title", "authors", "venue")
    assert [cell.name for cell in cells(chosen, chosen, 80)] == list(chosen)
    assert [cell.name for cell in cells(chosen, chosen, 50)] == ["title", "venue"]
    assert [cell.name for cell in cells(chosen, chosen, 40)] == ["title"]


@given(st.text(), st.lists(st.sampled_from(LIST_COLUMNS), unique=True), st.integers(1, 250))
def test_the_columns_have_exactly_the_given_width(text: str, chosen: list[str], width: int) -> None:
    one = row(title=text, authors=text, venue=text, feed=text, tags=text, starred=True, has_note=True)
    names = tuple(dict.fromkeys([*chosen, "title"]))
    assert cell_len(line(names, one, width, filled=names)) == width


@given(st.text(alphabet="ab日é\u0301 \U0001f600", max_size=90), st.integers(2, 20), st.integers(1, 5))
def test_title_lines_hold_the_whole_title_or_say_that_they_do_not(title: str, width: int, most: int) -> None:
    lines = title_lines(title, width, most)
    assert 1 <= len(lines) <= most
    assert all(cell_len(one) == width for one in lines)
    whole = "".join(display_text(title).split())
    shown = "".join("".join(lines).split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


def test_a_title_that_fits_is_one_line() -> None:
    assert title_lines("A Title", 7, 5) == ("A Title",)
    assert title_lines("A Title", 6, 5) == ("A     ", "Title ")
    assert title_lines("A Title", 6, 1) == ("A Tit…",)
    assert title_lines("word " * 10_000, 10, 3)[-1].endswith("…")


@given(st.text(alphabet="ab日é\U0001f600"), st.integers(1, 12))
def test_fit_returns_exactly_the_given_width(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
