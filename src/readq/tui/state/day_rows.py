"""The rows of a list that has a heading for each day. Each row shows a heading or a paper.

Two kinds of indexes are used. A line is the index of a paper among all papers of the list. A row is the index of a
heading or paper among the headings and papers that are drawn. A folded day shows only its heading, so its papers have
no row. No function visits all papers of the list, so all functions are fast in a long list.
"""

from array import array
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import NamedTuple

DayCount = tuple[str, int]
"""A pair: a day as an ISO date, and the number of listed papers of that day."""


class Row(NamedTuple):
    """The content of a row: a heading or a paper."""

    day: int | None
    """The index of the day of the heading or paper. None in a list without headings."""
    line: int | None
    """The line of the paper. None if the row is a heading."""


class DayRows:
    """The rows of a list with the lines 0 to `line_count - 1`. The object is immutable.

    `days` are the days of the papers in the order of the list, each with its number of papers. If `days` is empty, the
    list has no headings, and the row of a paper equals its line. `folded` are the folded days as ISO dates. Only the
    heading of a folded day is shown.
    """

    def __init__(
        self, line_count: int, days: Sequence[DayCount] = (), folded: Collection[str] = (), *, falling: bool = True
    ) -> None:
        """Create the rows. `falling` tells whether the newest day comes first.

        If there are two or more `days`, their order is used instead, and `falling` is ignored.
        """
        self.line_count = line_count
        self.days = tuple(days)
        self._falling = self.days[0][0] > self.days[-1][0] if len(self.days) > 1 else falling
        self.folded = frozenset(folded)
        self._starts = array("q", accumulate((papers for _, papers in self.days), initial=0))
        heights = (1 + (0 if day in self.folded else papers) for day, papers in self.days)
        self._tops = array("q", accumulate(heights, initial=0))

    @property
    def has_headings(self) -> bool:
        """Whether the list has headings."""
        return bool(self.days)

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return self._tops[-1] if self.days else self.line_count

    def at(self, row: int) -> Row:
        """Return the content of the row `row`, which must be a row of the list."""
        if not self.days:
            return Row(None, row)
        day = bisect_right(self._tops, row) - 1
        below = row - self._tops[day] - 1
        return Row(day, None if below < 0 else self._starts[day] + below)

    def heading_row(self, day: int) -> int:
        """Return the row of the heading of the day with the index `day`."""
        return self._tops[day]

    def row_of(self, line: int) -> int:
        """Return the row of the paper in the line `line`. If its day is folded, return the row of the heading."""
        day = self.day_of(line)
        if day is None:
            return line
        below = 0 if self.is_folded(day) else 1 + line - self._starts[day]
        return self._tops[day] + below

    def day_of(self, line: int) -> int | None:
        """Return the index of the day of the paper in the line `line`. Return None in a list without headings."""
        return bisect_right(self._starts, line) - 1 if self.days else None

    def index_of(self, day: str) -> int | None:
        """Return the index of the day `day`, an ISO date. Return None if no listed paper has that day."""
        return next((index for index, (each, _) in enumerate(self.days) if each == day), None)

    def lines_of(self, day: int) -> range:
        """Return the lines of the papers of the day with the index `day`."""
        return range(self._starts[day], self._starts[day + 1])

    def is_folded(self, day: int) -> bool:
        """Return whether the day with the index `day` is folded, so that only its heading is shown."""
        return self.days[day][0] in self.folded

    def folded_lines(self) -> list[range]:
        """Return the lines of each folded day."""
        return [self.lines_of(day) for day in range(len(self.days)) if self.is_folded(day)] if self.folded else []

    def shown_line(self, line: int, step: int) -> int | None:
        """Return the first line, from `line` on, whose paper is not in a folded day.

        The search goes down if `step` is 1, up if it is -1. Return None if there is no such line.
        """
        while 0 <= line < self.line_count:
            day = self.day_of(line)
            if day is None or not self.is_folded(day):
                return line
            lines = self.lines_of(day)
            line = lines.stop if step > 0 else lines.start - 1
        return None

    def stepped(self, row: int, steps: int) -> int:
        """Return the row that is `steps` rows below `row`, or above it if `steps` is negative.

        Headings of unfolded days are skipped. If there are too few rows, return the last row in this direction that is
        not skipped.
        """
        if not self.days:
            return max(0, min(row + steps, self.row_count - 1))
        direction, left, reached = (1 if steps > 0 else -1), abs(steps), row
        while left and 0 <= row + direction < self.row_count:
            row += direction
            at = self.at(row)
            if at.line is not None or at.day is None or self.is_folded(at.day):
                reached, left = row, left - 1
        return reached

    def fold(self, day: int, folded: bool) -> "DayRows":
        """Return a copy in which the day with the index `day` is folded, or unfolded if `folded` is False."""
        name = {self.days[day][0]}
        return self._copy(self.line_count, self.days, self.folded | name if folded else self.folded - name)

    def _copy(self, line_count: int, days: Sequence[DayCount], folded: Collection[str]) -> "DayRows":
        return DayRows(line_count, days, folded, falling=self._falling)

    def without(self, lines: Collection[int]) -> "DayRows":
        """Return a copy without the papers in the lines `lines`. A day without papers loses its heading."""
        counts = [papers for _, papers in self.days]
        for line in lines:
            day = self.day_of(line)
            if day is not None:
                counts[day] -= 1
        days = [(day, left) for (day, _), left in zip(self.days, counts, strict=True) if left]
        return self._copy(self.line_count - len(lines), days, self.folded)

    def day_name(self, line: int) -> str | None:
        """Return the day of the paper in the line `line` as an ISO date. Return None in a list without headings."""
        day = self.day_of(line)
        return None if day is None else self.days[day][0]

    def with_paper(self, line: int, day: str | None) -> "tuple[DayRows, int]":
        """Return a pair: a copy with one more paper, whose day is `day`, and the line of this paper in the copy.

        The paper gets the line `line`, or the nearest line among the papers of its day.
        """
        if day is None:
            return DayRows(self.line_count + 1), line
        days = list(self.days)
        index = self.index_of(day)
        if index is None:
            index = sum((each > day) == self._falling for each, _ in self.days)
            days.insert(index, (day, 1))
            line = self._starts[index]
        else:
            lines = self.lines_of(index)
            line = max(lines.start, min(line, lines.stop))
            days[index] = (day, lines.stop - lines.start + 1)
        return self._copy(self.line_count + 1, days, self.folded), line
