"""A list with headings for days: the cursor, the selection, and papers of folded days."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from readq.model.values import Status
from readq.tui.state.line_marks import status_code
from readq.tui.state.list_state import ListState

DAYS = [("2026-11-22", 3), ("2026-11-21", 2), ("2026-11-20", 4)]
IDS = array("q", range(11, 20))


def listed(folded: tuple[int, ...] = (), statuses: bytes | None = None) -> ListState:
    state = ListState()
    state.replace(IDS, statuses, DAYS, view="inbox")
    for day in folded:
        state.fold(day, True)
    state.move_to_row(state.rows.row_count - 1)
    return state


def test_the_cursor_begins_on_the_first_paper_and_visits_headings() -> None:
    state = ListState()
    state.replace(IDS, None, DAYS, view="inbox")
    assert (state.row, state.current, state.heading) == (1, 11, None)
    state.move_to_row(0)
    assert (state.row, state.current, state.heading, state.cursor) == (0, None, 0, 0)
    assert list(state.targets()) == []
    state.move_to_row(4)
    assert (state.current, state.heading, state.cursor) == (None, 1, 3)
    state.move_to_row(99)
    assert (state.row, state.current) == (11, 19)


def test_folding_puts_the_cursor_on_the_heading_and_an_explicit_move_unfolds() -> None:
    state = listed()
    state.move(4)
    state.fold(1, True)
    assert (state.heading, state.row, state.rows.row_count) == (1, 4, 10)
    state.move(4)
    assert (state.current, state.rows.row_count) == (15, 12)


@given(st.sets(st.integers(0, 2)), st.integers(0, 11), st.lists(st.integers(0, 4), min_size=9, max_size=9))
def test_all_undecided_above_are_those_with_a_row_above(folded: set[int], row: int, codes: list[int]) -> None:
    state = listed(tuple(folded), bytes(codes))
    state.move_to_row(row)
    above = [state.rows.at(each).line for each in range(state.row + 1)]
    undecided = [IDS[line] for line in above if line is not None and codes[line] == 0]
    assert list(state.undecided_to_cursor(certain=True)) == undecided
    assert list(state.undecided_to_cursor(certain=False)) == [IDS[line] for line in above if line is not None]


def test_all_undecided_rows_are_selected_and_those_of_folded_days_are_not() -> None:
    state = listed(folded=(1,))
    assert state.select_undecided() == 7
    assert list(state.targets()) == [11, 12, 13, 16, 17, 18, 19]
    assert state.day_summary(0).selected == 3
    assert state.day_summary(1).selected == 0


def test_a_heading_counts_its_papers_by_status_and_follows_decisions() -> None:
    queued = status_code(Status.QUEUED)
    state = listed(statuses=bytes([queued, 0, 0, 0, 0, 0, 0, 0, queued]))
    assert state.day_summary(0)[1:] == (3, 2, 1, 0, False)
    state.move(1)
    state.decide(state.targets(), Status.QUEUED)
    assert state.day_summary(0)[1:] == (3, 1, 2, 0, False)
    assert state.day_summary(2)[1:] == (4, 3, 1, 0, False)


def test_the_cursor_stays_on_its_heading_and_its_paper_over_a_reload() -> None:
    state = listed(folded=(2,))
    assert state.heading == 2
    state.replace(array("q", [1, *IDS]), None, [("2026-11-23", 1), *DAYS], view="inbox")
    assert (state.heading, state.rows.is_folded(3)) == (3, True)
    state.move_to_row(3)
    assert state.current == 11
    state.replace(IDS, None, DAYS, view="inbox")
    assert state.current == 11
    # In an order without days the paper is at another line.
    state.replace(array("q", reversed(IDS)), view="inbox")
    assert (state.current, state.row, state.rows.has_headings) == (11, 8, False)
    state.replace(IDS, None, DAYS, view="inbox")
    assert (state.current, state.row) == (11, 1)


def test_a_heading_that_is_gone_leaves_the_cursor_near() -> None:
    state = listed()
    state.move_to_row(state.rows.heading_row(1))
    state.replace(array("q", [11, 12, 13, 16]), None, [("2026-11-22", 3), ("2026-11-20", 1)], view="inbox")
    assert state.current == 16


def test_each_view_has_its_own_folded_days() -> None:
    state = listed(folded=(0,))
    state.replace(IDS, None, DAYS, view="all", reset=True)
    assert (state.rows.folded, state.current) == (frozenset(), 11)
    state.replace(IDS, None, DAYS, view="inbox", reset=True)
    assert state.rows.folded == {"2026-11-22"}
    # The top row is the heading of the folded day, and no reset unfolds it.
    assert state.heading == 0


@given(st.sets(st.sampled_from(list(IDS)), min_size=1), st.integers(0, 11))
def test_papers_that_are_removed_and_restored_stand_under_their_days_again(gone: set[int], row: int) -> None:
    state = listed()
    state.move_to_row(row)
    before = state.current
    state.remove(gone)
    days = dict(DAYS)
    assert sum(papers for _, papers in state.rows.days) == len(state.ids) == 9 - len(gone)
    assert all(papers <= days[day] for day, papers in state.rows.days)
    assert before is None or before in gone or state.current == before
    assert sorted(state.restore(gone)) == sorted(gone)
    assert list(state.ids) == list(IDS)
    assert list(state.rows.days) == DAYS
