"""Notes are merged line by line: nothing that one side took away returns, nothing that one side added is lost."""

from collections import Counter

import pytest
from example_settings import repeatable
from hypothesis import given
from hypothesis import strategies as st

from readq.merge.three_way.note_text import merge_lines, merge_notes

LINES = st.lists(st.sampled_from("abcd"), max_size=6)


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        ("one\ntwo\nthree", "one\n2\nthree", "one\ntwo\nthree\nfour", "one\n2\nthree\nfour"),
        ("claim: a", "claim: b", "claim: c", "claim: b\nclaim: c"),
        ("claim: a\nhow: x", "how: x", "claim: a\nhow: x\nuse: y", "how: x\nuse: y"),
        ("old", "new", "old\nadded", "new\nadded"),
        ("one", "one\nsame", "one\nsame", "one\nsame"),
        ("one", None, "one\nmore", "more"),
        ("one\ntwo", None, "one\n2", "2"),
        ("one\ntwo", None, "one", None),
        ("one\ntwo", None, "two\n\n\none", None),
        ("one", None, "one", None),
        ("one", None, None, None),
        (None, "one", None, "one"),
        (None, "one", "one\nmore", "one\nmore"),
        ("a\nb", "a", "b", None),
    ],
)
def test_notes(base: str | None, ours: str | None, theirs: str | None, merged: str | None) -> None:
    assert merge_notes(base, ours, theirs) == merged
    assert merge_notes(base, theirs, ours) == merged


@repeatable
@given(LINES, LINES, LINES)
def test_what_one_side_did_is_done(base: list[str], ours: list[str], theirs: list[str]) -> None:
    assert merge_lines(base, ours, base) == ours
    assert merge_lines(base, base, theirs) == theirs
    assert merge_lines(base, ours, ours) == ours
    merged = merge_lines(base, ours, theirs)
    assert merged == merge_lines(base, theirs, ours)
    for side in (ours, theirs):
        assert not Counter(side) - Counter(base) - Counter(merged)


def test_lines_of_a_long_note_are_compared_in_bounded_time() -> None:
    base = [f"line {number}" for number in range(5000)]
    assert merge_lines(base, [*base, "x"], ["y", *base]) == ["y", *base, "x"]


def test_a_line_that_one_side_moved_and_the_other_removed_does_not_return() -> None:
    assert merge_lines(["a", "b", "c"], ["c", "a", "b"], ["a", "b", "d"]) == ["a", "b", "d"]
    assert merge_lines(["a", "b", "c"], ["a", "b", "d"], ["c", "a", "b"]) == ["a", "b", "d"]


def test_a_line_that_one_side_moved_and_wrote_once_more_stays_once_if_the_other_removed_it() -> None:
    assert merge_lines(["a", "b"], [], ["b", "b", "a"]) == merge_lines(["a", "b"], ["b", "b", "a"], []) == ["b"]


def test_an_empty_line_of_a_new_text_stays() -> None:
    assert merge_lines(["", "a", "b"], ["a", "b", "", "c"], ["a", "b"]) == ["a", "b", "", "c"]
