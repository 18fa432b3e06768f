from array import array

from hypothesis import given
from hypothesis import strategies as st

from readq.model.values import Status
from readq.tui.state.line_marks import Targets, status_of
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
    assert not shown.targets()
    assert not shown.undecided_to_cursor(certain=True)


def test_targets_are_the_selection_in_list_order_else_the_cursor() -> None:
    shown = list_state(5, 3, 9)
    assert list(shown.targets()) == [5]
    shown.toggle(2)
    shown.toggle(0)
    assert list(shown.targets().paper_ids()) == [5, 9]
    shown.toggle(0)
    assert (list(shown.targets()), shown.targets().first()) == ([9], 9)


def test_papers_removed_from_the_list_are_deselected() -> None:
    shown = list_state(1, 2)
    assert shown.select_undecided() == 2
    shown.replace(array("q", [3, 2]))
    assert [shown.is_selected(line) for line in range(2)] == [False, True]
    shown.replace(array("q", [3, 2]), reset=True)
    assert not shown.selected_count


def test_undecided_papers_to_the_cursor_include_that_under_it() -> None:
    shown = list_state(4, 5, 6)
    shown.move(1)
    shown.decide(Targets.of(4), Status.QUEUED)
    assert list(shown.undecided_to_cursor(certain=True)) == [5]
    assert list(shown.undecided_to_cursor(certain=False)) == [4, 5]


def test_remove_keeps_cursor_selection_and_decisions() -> None:
    shown = list_state(1, 2, 3, 4)
    shown.toggle(1)
    shown.toggle(3)
    shown.decide(Targets.of(4), Status.QUEUED)
    shown.move(2)
    shown.remove({2})
    assert (list(shown.ids), shown.current, list(shown.targets())) == ([1, 3, 4], 3, [4])
    assert (shown.status_at(2), shown.queued_count) == ("queued", 1)


@given(
    st.lists(st.sampled_from(range(5)), min_size=1, max_size=40),
    st.lists(st.tuples(st.sampled_from("sdaxu"), st.integers(0, 39))),
)
def test_marks_are_those_of_sets_of_ids(codes: list[int], actions: list[tuple[str, int]]) -> None:
    """The marks by line do the same as a set of selected ids and a status by id."""
    shown, ids = ListState(), array("q", range(7, 7 + len(codes)))
    shown.replace(ids, bytes(codes))
    selected: set[int] = set()
    status = dict(zip(ids, map(status_of, codes), strict=True))
    decided: dict[int, str] = {}
    for action, number in actions:
        line = number % len(ids)
        shown.move(line)
        if action == "s":
            shown.toggle(line)
            selected ^= {ids[line]}
        elif action == "a":
            assert shown.select_undecided() == sum(each == "inbox" for each in status.values())
            selected |= {paper_id for paper_id in ids if status[paper_id] == "inbox"}
        elif action == "x":
            targets = shown.undecided_to_cursor(certain=True)
            changed = [paper_id for paper_id in ids[: line + 1] if status[paper_id] == "inbox"]
            assert list(targets) == changed
            shown.decide(targets, Status.DROPPED)
            status |= dict.fromkeys(changed, Status.DROPPED)
            decided |= dict.fromkeys(changed, "dropped")
        else:
            new = Status.QUEUED if action == "d" else Status.INBOX
            changed = sorted(selected or {ids[line]})
            targets = shown.targets()
            assert list(targets.paper_ids()) == changed
            shown.decide(Targets.of(*targets), new)
            shown.clear_selection()
            selected.clear()
            status |= dict.fromkeys(changed, new)
            decided |= dict.fromkeys(changed, str(new))
        assert [shown.status_at(each) for each in range(len(ids))] == list(status.values())
        assert shown.selected_count == len(selected)
        counted = [each for each in decided.values() if each != "inbox"]
        assert (shown.decided_count, shown.queued_count) == (len(counted), counted.count("queued"))


def test_a_decision_on_undecided_papers_leaves_the_others_alone() -> None:
    shown = list_state(1, 2, 3)
    shown.select_undecided()
    targets = shown.targets()
    shown.decide(Targets.of(2), Status.READING)
    shown.decide(targets, Status.DROPPED)
    assert [shown.status_at(line) for line in range(3)] == ["dropped", "reading", "dropped"]


def test_statuses_read_again_end_decisions_that_were_undone() -> None:
    shown = list_state(1, 2, 3)
    shown.decide(Targets.of(1, 2), Status.DROPPED)
    shown.put_statuses(bytes([0, 1, 1]))
    assert [shown.status_at(line) for line in range(3)] == ["inbox", "queued", "queued"]
    assert (shown.decided_count, shown.queued_count) == (1, 1)


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
