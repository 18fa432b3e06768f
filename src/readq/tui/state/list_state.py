"""The state of the paper list: the ids of the listed papers, their days, the cursor, and three marks for each paper.

Two kinds of indexes are used. A line is the index of a paper among all papers of the list. A row is the index of a
heading or paper among the headings and papers that are drawn. A list ordered by day has a heading for each day, and
each day can be folded, so that only its heading is shown. So a paper of a folded day has a line, but no row.

The marks of a line tell whether its paper is selected, which status the paper has, and whether the user has decided on
the paper since the list was loaded. The marks are byte strings with one byte for each line (see `line_marks`). A paper
is undecided while its status is `inbox`.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import compress, repeat
from typing import NamedTuple

from readq.model.values import Status
from readq.tui.state import line_marks
from readq.tui.state.day_rows import DayCount, DayRows
from readq.tui.state.line_marks import Targets, status_code
from readq.tui.text.day_headings import DaySummary

EMPTY: "array[int]" = array("q")

_BY_HAND, _AS_UNDECIDED = 1, 2
"""The marks of selected lines: selected one by one, or selected together with all undecided papers."""

_MAX_KNOWN_LINES = 4096
_FEW = 64
"""The largest number of papers whose lines are searched one by one. For more papers, the list is read once."""


class Marks(NamedTuple):
    """A copy of the statuses and decisions of all lines, which `ListState.restore_marks` can restore."""

    ids: "array[int]"
    """The ids of the listed papers."""
    statuses: bytes
    """The code of each paper's status (see `line_marks.status_code`)."""
    decided: bytes
    """The code of the status that the user gave to each paper since the list was loaded, or 0 if the user gave none."""


class ListState:
    """The ids of the listed papers in order, the rows, the line of the cursor, and the marks of the lines.

    `ids` are the ids of the papers. `cursor` is the line of the cursor, counted from 0. While the cursor is on a
    heading, `heading` is the index of its day, and `cursor` is the line of the first paper of this day. Otherwise
    `heading` is None.
    """

    def __init__(self) -> None:
        self.ids = EMPTY
        self.rows = DayRows(0)
        self.cursor = 0
        self.heading: int | None = None
        self.others: frozenset[int] = frozenset()
        """The ids of papers of low interest that a list by interest has among its first papers."""
        self.version = 0
        """A number that rises with each change of the listed papers and of their statuses."""
        self._selected = bytearray()
        self._statuses = bytearray()
        """The code of the last known status of each line's paper (see `line_marks.status_code`)."""
        self._decided = bytearray()
        """The code of the status that the user gave to each line's paper since the list was loaded, or 0."""
        self._known: dict[int, int] = {}
        """Maps the ids of some papers to their lines."""
        self._removed: dict[int, tuple[int, str | None]] = {}
        """Maps the ids of papers that `remove` took off the list to their former lines and days."""
        self._folded: dict[str, frozenset[str]] = {}
        """The folded days of each view."""
        self._view = ""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def current(self) -> int | None:
        """The id of the paper under the cursor. It is None on a heading, and if the list is empty."""
        return self.ids[self.cursor] if self.ids and self.heading is None else None

    @property
    def row(self) -> int:
        """The row under the cursor."""
        return self.rows.row_of(self.cursor) if self.heading is None else self.rows.heading_row(self.heading)

    def move(self, index: int) -> None:
        """Move the cursor to the line `index`, or to the nearest line that exists.

        If the day of the line is folded, unfold it.
        """
        self.cursor, self.heading = max(0, min(index, len(self.ids) - 1)), None
        day = self.rows.day_of(self.cursor)
        if day is not None and self.rows.is_folded(day):
            self._put_rows(self.rows.fold(day, False))

    def move_to_row(self, row: int) -> None:
        """Move the cursor to the row `row`, or to the nearest row that exists."""
        at = self.rows.at(max(0, min(row, self.rows.row_count - 1)))
        if at.line is not None or at.day is None:
            self.move(at.line or 0)
        else:
            self.cursor, self.heading = self.rows.lines_of(at.day).start, at.day

    def fold(self, day: int, folded: bool) -> None:
        """Fold the day with the index `day`, or unfold it if `folded` is False. Move the cursor to its heading."""
        self._put_rows(self.rows.fold(day, folded))
        self.move_to_row(self.rows.heading_row(day))

    def _put_rows(self, rows: DayRows) -> None:
        self.rows = rows
        self._folded[self._view] = rows.folded

    def replace(
        self,
        ids: "array[int]",
        statuses: bytes | None = None,
        days: Sequence[DayCount] = (),
        others: frozenset[int] = frozenset(),
        *,
        view: str = "",
        reset: bool = False,
    ) -> None:
        """Replace the listed papers by the papers `ids`. Set `decided_count` to 0.

        - `statuses`: one byte for each paper, the code of its status, or None if all papers have the status `inbox`
        - `days`: the days with headings, or empty for a list without headings
        - `others`: the ids of papers of low interest that a list ordered by interest has near its start
        - `view`: the name of the view; days that were folded in this view are folded again

        If `reset` is true, the cursor moves to the first row, and no paper stays selected. Otherwise the cursor stays
        on its paper or heading, and selected papers that are still listed stay selected. If the cursor's paper is not
        listed any more, the cursor keeps its line number.
        """
        selection = {} if reset else self.selection()
        self._removed = {}
        self._view = view
        self.others = others
        self._set(ids, DayRows(len(ids), days, self._folded.get(view, ())), reset=reset)
        self.select(selection)
        self._statuses = bytearray(len(ids)) if statuses is None else bytearray(statuses)
        self._decided = bytearray(len(ids))

    def _set(self, ids: "array[int]", rows: DayRows, *, reset: bool = False) -> None:
        """Set the listed papers, and keep the cursor on its paper or heading unless `reset` is set."""
        anchor, day = self.current, self.rows.days[self.heading][0] if self.heading is not None else None
        self.ids, self.rows, self._known = ids, rows, {}
        self.version += 1
        heading = None if day is None or reset else rows.index_of(day)
        index = None if anchor is None or reset else self._search(anchor)
        if heading is not None:
            self.move_to_row(rows.heading_row(heading))
        elif index is not None:
            self.move(index)
        else:
            # To the row, so that no day is unfolded for it.
            line = 0 if reset else max(0, min(self.cursor, len(ids) - 1))
            self.move_to_row(rows.row_of(line) if ids else 0)

    def remove(self, paper_ids: Collection[int]) -> None:
        """Remove papers from the list. The cursor stays on its paper.

        If the paper under the cursor is removed, the cursor keeps its line number.
        """
        lines = self._lines_of(paper_ids)
        self._removed |= {self.ids[line]: (line, self.rows.day_name(line)) for line in lines}
        kept = bytearray(b"\1" * len(self.ids))
        for line in lines:
            kept[line] = 0
        self._selected, self._statuses, self._decided = (
            bytearray(compress(marks, kept)) for marks in (self._selected, self._statuses, self._decided)
        )
        self._set(array("q", compress(self.ids, kept)), self.rows.without(lines))

    def restore(self, paper_ids: Iterable[int]) -> list[int]:
        """Put removed papers back into the lines from which `remove` took them. Return the ids of the papers put back.

        An id in `paper_ids` is ignored if `remove` did not remove its paper from this list. The cursor stays on its
        paper.
        """
        if not self._removed:
            return []
        places = {paper_id: self._removed.pop(paper_id) for paper_id in paper_ids if paper_id in self._removed}
        if places:
            ids, rows = self.ids[:], self.rows
            for paper_id, (former, day) in sorted(places.items(), key=lambda one: one[1][0]):
                rows, line = rows.with_paper(former, day)
                ids.insert(line, paper_id)
                for marks in (self._selected, self._statuses, self._decided):
                    marks.insert(line, 0)
            self._set(ids, rows)
        return list(places)

    def index(self, paper_id: int) -> int | None:
        """Return the line of a paper, counted from 0. Return None if the paper is not listed."""
        line = self.known_line(paper_id)
        return self._search(paper_id) if line is None else line

    def _search(self, paper_id: int) -> int | None:
        try:
            return self.ids.index(paper_id)
        except ValueError:
            return None

    def known_line(self, paper_id: int) -> int | None:
        """Return the line of a paper, counted from 0, if it is known without a search. Otherwise return None.

        Known lines are the line of the cursor, and the lines that `know_lines` recorded.
        """
        line = self.cursor if paper_id == self.current else self._known.get(paper_id)
        return line if line is not None and line < len(self.ids) and self.ids[line] == paper_id else None

    def know_lines(self, start: int, paper_ids: "array[int]") -> None:
        """Record the lines of papers, so that `known_line` can return them.

        The first paper in `paper_ids` is in the line `start`, the second paper in the next line, and so on.
        """
        if len(self._known) > _MAX_KNOWN_LINES:
            self._known.clear()
        self._known.update(zip(paper_ids, range(start, start + len(paper_ids)), strict=False))

    def _lines_of(self, paper_ids: Collection[int]) -> list[int]:
        if len(paper_ids) <= _FEW:
            return sorted(line for line in map(self.index, paper_ids) if line is not None)
        wanted = set(paper_ids)
        return list(compress(range(len(self.ids)), map(wanted.__contains__, self.ids)))

    @property
    def selected_count(self) -> int:
        """The number of selected papers."""
        return line_marks.count(self._selected)

    def is_selected(self, line: int) -> bool:
        """Return whether the paper in a line is selected."""
        return self._selected[line] != 0

    def toggle(self, line: int) -> None:
        """Select the paper in a line, or deselect it if it is selected."""
        self._selected[line] = 0 if self._selected[line] else _BY_HAND

    def selection(self) -> dict[int, int]:
        """Return the selected papers, for `select`. The dict maps their ids to their marks."""
        marks = self._selected if self.selected_count else b""
        return dict(zip(compress(self.ids, marks), filter(None, marks), strict=True))

    def select(self, selection: Mapping[int, int]) -> None:
        """Select the listed papers of `selection`, which `selection()` has returned. Deselect all other papers."""
        self._selected = bytearray(map(selection.get, self.ids, repeat(0))) if selection else bytearray(len(self.ids))

    def select_undecided(self) -> int:
        """Add all undecided papers to the selection. Return the number of undecided papers.

        A paper is undecided while its status is `inbox`. Papers of folded days are neither selected nor counted.
        """
        undecided = self._without_folded(line_marks.mask_of_zeros(self._statuses))
        new = line_marks.both(undecided, line_marks.mask_of_zeros(self._selected))
        self._selected = line_marks.where(new, bytes([_AS_UNDECIDED]) * len(new), self._selected)
        return line_marks.count(undecided)

    def clear_selection(self) -> None:
        """Deselect all papers."""
        self.select({})

    def targets(self) -> Targets:
        """Return the papers that an action applies to: the selected papers, or else the paper under the cursor.

        The result is empty if no paper is selected and the list is empty or the cursor is on a heading.
        """
        if not self.selected_count:
            return Targets.of(*([] if self.current is None else [self.current]))
        undecided = _BY_HAND not in self._selected
        return Targets(self.ids, line_marks.mask_of(self._selected), undecided=undecided)

    def undecided_to_cursor(self, *, certain: bool) -> Targets:
        """Return the undecided papers in the lines from the top of the list to the cursor, inclusive.

        A paper is undecided while its status is `inbox`. If the cursor is on a heading, return the papers above the
        heading. Papers of folded days are left out.

        Set `certain` to False if the statuses in this list may be out of date. The result then has all papers in the
        lines, and the function that writes the action must leave out the papers that are decided in the library.
        """
        top = self._without_folded(b"\1" * self._lines_above + bytes(len(self.ids) - self._lines_above))
        mask = line_marks.both(top, line_marks.mask_of_zeros(self._statuses)) if certain else top
        return Targets(self.ids, mask, undecided=True)

    @property
    def _lines_above(self) -> int:
        """The number of lines from the top to the cursor, inclusive.

        On a heading, the number of lines above the heading.
        """
        return 0 if not self.ids else self.cursor + 1 if self.heading is None else self.cursor

    def folded_above(self) -> int:
        """Return the number of undecided papers of folded days that `undecided_to_cursor` leaves out."""
        above = [lines for lines in self.rows.folded_lines() if lines.stop <= self._lines_above]
        return sum(self._statuses.count(0, lines.start, lines.stop) for lines in above)

    def _without_folded(self, mask: bytes) -> bytes:
        shown = bytearray(mask)
        for lines in self.rows.folded_lines():
            shown[lines.start : lines.stop] = bytes(len(lines))
        return bytes(shown)

    def decide(self, targets: Targets, status: str) -> None:
        """Set the status of the papers `targets` in this list to `status`. Nothing is written to the library.

        After this, `decided_count` counts these papers, unless `status` is `inbox`. If `targets.undecided` is True,
        only papers with the status `inbox` are changed.
        """
        self.version += 1
        code = status_code(status)
        mask = self._mask_of(targets)
        if targets.undecided:
            # A paper that is decided on already is left alone.
            mask = line_marks.both(mask, line_marks.mask_of_zeros(self._statuses))
        codes = bytes([code]) * len(mask)
        self._statuses = line_marks.where(mask, codes, self._statuses)
        self._decided = line_marks.where(mask, codes, self._decided)

    def _mask_of(self, targets: Targets) -> bytes:
        """Return the mask of the lines of this list that have the papers `targets`.

        `targets` may be from an earlier list.
        """
        if targets.ids is self.ids:
            return targets.mask
        mask = bytearray(len(self.ids))
        for line in self._lines_of(targets.paper_ids()):
            mask[line] = 1
        return bytes(mask)

    def put_status(self, paper_id: int, status: str) -> None:
        """Set the status of the paper `paper_id` in this list to `status`, which was read from the library.

        In a list of more than 64 papers, do nothing if `known_line` does not know the line of the paper.
        """
        line = self.known_line(paper_id)
        if line is None and len(self.ids) <= _FEW:
            line = self.index(paper_id)
        if line is not None:
            self._statuses[line] = status_code(status)
            if self._decided[line]:
                self._decided[line] = self._statuses[line]

    def put_statuses(self, statuses: bytes) -> None:
        """Replace the statuses of all lines. `statuses` has one status code for each line.

        Papers that have the status `inbox` now are no longer counted by `decided_count`.
        """
        self._statuses = bytearray(statuses)
        self._decided = line_marks.where(self._decided, statuses, bytes(len(statuses)))

    def status_at(self, line: int) -> Status:
        """Return the status of the paper in the line `line`, as it was last set in this list.

        Return `inbox` if no status was set. The status in the library may have changed since.
        """
        return line_marks.status_of(self._statuses[line])

    @property
    def decided_count(self) -> int:
        """The number of listed papers that the user has decided on since the list was loaded."""
        return line_marks.count(self._decided)

    @property
    def queued_count(self) -> int:
        """The number of listed papers that the user has queued since the list was loaded."""
        return self._decided.count(status_code(Status.QUEUED))

    def day_summary(self, day: int) -> DaySummary:
        """Return the numbers of papers of the day with the index `day`, by their statuses in this list."""
        lines = self.rows.lines_of(day)
        undecided, queued = (
            self._statuses.count(status_code(status), lines.start, lines.stop)
            for status in (Status.INBOX, Status.QUEUED)
        )
        selected = len(lines) - self._selected.count(0, lines.start, lines.stop)
        return DaySummary(
            self.rows.days[day][0], len(lines), undecided, queued, selected, folded=self.rows.is_folded(day)
        )

    def marks(self) -> Marks:
        """Return a copy of the statuses and decisions of all lines, for `restore_marks`."""
        return Marks(self.ids, bytes(self._statuses), bytes(self._decided))

    def restore_marks(self, marks: Marks, targets: Targets | None = None) -> bool:
        """Set the statuses and decisions of papers back to those in `marks`, and return True.

        `targets` are the papers to set back, or None for all listed papers. If the list was replaced after `marks` was
        made, or papers were removed or put back, change nothing and return False.
        """
        if marks.ids is not self.ids:
            return False
        self.version += 1
        mask = b"\1" * len(self.ids) if targets is None else self._mask_of(targets)
        self._statuses = line_marks.where(mask, marks.statuses, self._statuses)
        self._decided = line_marks.where(mask, marks.decided, self._decided)
        return True
