from array import array

from readq.tui.state.list_state import ListState


def list_state(*ids: int) -> ListState:
    made = ListState()
    made.replace(array("q", ids))
    return made


def test_replace_keeps_the_cursor_on_its_paper() -> None:
    shown = list_state(1, 2, 3, 4)
    shown.move(2)
    shown.replace(array("q", [9, 8, 3, 1]))
    assert shown.current == 3
    shown.replace(array("q", [3]))
    assert shown.cursor == 0


def test_the_cursor_keeps_its_line_if_its_paper_is_removed() -> None:
    shown = list_state(1, 2, 3)
    shown.move(2)
    shown.replace(array("q", [1, 2]))
    assert shown.current == 2


def test_an_empty_list_has_no_current_paper() -> None:
    shown = list_state()
    shown.move(5)
    assert shown.current is None
    assert shown.targets() == ()
    assert list(shown.ids_to_cursor()) == []


def test_targets_are_the_selection_in_list_order_else_the_cursor() -> None:
    shown = list_state(5, 3, 9)
    assert shown.targets() == (5,)
    shown.select([9, 5])
    assert shown.targets() == (5, 9)
    shown.toggle(5)
    assert shown.targets() == (9,)


def test_papers_removed_from_the_list_are_deselected() -> None:
    shown = list_state(1, 2)
    shown.select([1, 2])
    shown.replace(array("q", [2, 3]))
    assert shown.targets() == (2,)
    shown.replace(array("q", [2, 3]), reset=True)
    assert not shown.selected


def test_ids_to_cursor_include_the_cursor() -> None:
    shown = list_state(4, 5, 6)
    shown.move(1)
    assert list(shown.ids_to_cursor()) == [4, 5]


def test_remove_keeps_cursor_and_selection() -> None:
    shown = list_state(1, 2, 3, 4)
    shown.select((2, 4))
    shown.move(2)
    shown.remove({2})
    assert (list(shown.ids), shown.current, shown.selected) == ([1, 3, 4], 3, {4})


def test_removed_papers_return_to_their_lines_until_the_list_is_replaced() -> None:
    state = ListState()
    state.replace(array("q", [10, 20, 30, 40, 50]))
    state.move(3)
    state.remove({20})
    state.remove({10, 50})
    assert (list(state.ids), state.current) == ([30, 40], 40)
    assert sorted(state.restore([10, 20, 99])) == [10, 20]
    assert (list(state.ids), state.current) == ([10, 20, 30, 40], 40)
    state.remove({30})
    state.replace(array("q", [40]))
    assert (state.restore([30, 50]), list(state.ids)) == ([], [40])
