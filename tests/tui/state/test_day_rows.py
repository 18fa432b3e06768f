"""Rows with headings, compared with a list that is written out row by row."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from readq.tui.state.day_rows import DayRows, Row

DAY = date(2026, 11, 23)


@st.composite
def day_rows(draw: st.DrawFn) -> DayRows:
    counts = draw(st.lists(st.integers(1, 4), max_size=6))
    sign = draw(st.sampled_from([-1, 1]))
    days = [((DAY + sign * timedelta(days=place)).isoformat(), papers) for place, papers in enumerate(counts)]
    folded = draw(st.sets(st.sampled_from([day for day, _ in days]))) if days else set()
    return DayRows(sum(counts), days, folded, falling=sign < 0)


def written_out(rows: DayRows) -> list[Row]:
    """Return every row of the list."""
    if not rows.days:
        return [Row(None, line) for line in range(rows.line_count)]
    found, line = [], 0
    for index, (day, papers) in enumerate(rows.days):
        found.append(Row(index, None))
        if day not in rows.folded:
            found += [Row(index, each) for each in range(line, line + papers)]
        line += papers
    return found


@given(day_rows())
def test_rows_and_lines_are_those_of_the_list_written_out(rows: DayRows) -> None:
    expected = written_out(rows)
    assert rows.row_count == len(expected)
    assert [rows.at(row) for row in range(rows.row_count)] == expected
    for row, at in enumerate(expected):
        if at.line is None:
            assert at.day is not None
            assert rows.heading_row(at.day) == row
        else:
            assert rows.row_of(at.line) == row
    shown = [at.line for at in expected if at.line is not None]
    for line in range(rows.line_count):
        day = rows.day_of(line)
        assert day is None or line in rows.lines_of(day)
        if line not in shown:
            assert day is not None
            assert rows.row_of(line) == rows.heading_row(day)
        assert rows.shown_line(line, 1) == next((each for each in shown if each >= line), None)
        assert rows.shown_line(line, -1) == next((each for each in reversed(shown) if each <= line), None)


@given(day_rows(), st.integers(0, 30), st.integers(-30, 30))
def test_steps_pass_over_the_headings_of_open_days_only(rows: DayRows, start: int, steps: int) -> None:
    all_rows = written_out(rows)
    row = min(start, max(0, len(all_rows) - 1))
    stops = [
        index
        for index, at in enumerate(all_rows)
        if at.line is not None or (at.day is not None and rows.is_folded(at.day))
    ]
    ahead = [index for index in stops if index > row] if steps > 0 else [index for index in stops[::-1] if index < row]
    expected = ahead[: abs(steps)][-1] if ahead and steps else row
    assert rows.stepped(row, steps) == expected


def test_a_list_without_days_has_a_row_for_each_line() -> None:
    rows = DayRows(3)
    assert [rows.at(row) for row in range(3)] == [Row(None, 0), Row(None, 1), Row(None, 2)]
    assert (rows.row_of(2), rows.day_of(2), rows.row_count, rows.has_headings) == (2, None, 3, False)


@given(day_rows(), st.data())
def test_papers_that_are_taken_off_and_put_back_are_under_their_own_days(rows: DayRows, data: st.DataObject) -> None:
    papers = [(number, rows.day_name(number)) for number in range(rows.line_count)]
    gone = data.draw(st.sets(st.sampled_from(papers))) if papers else set()
    lines = sorted(number for number, _ in gone)
    rest = rows.without(lines)
    left = [paper for paper in papers if paper not in gone]
    assert [rest.day_name(line) for line in range(rest.line_count)] == [day for _, day in left]
    for number, day in data.draw(st.permutations(sorted(gone))) if gone else []:
        rest, line = rest.with_paper(number, day)
        left.insert(line, (number, day))
        assert [rest.day_name(each) for each in range(rest.line_count)] == [name for _, name in left]
    assert rest.days == rows.days
    assert rest.folded == rows.folded
