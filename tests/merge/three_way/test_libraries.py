"""Feeds and views of two libraries are merged against their common past."""

from readq.merge.three_way.libraries import merge_view_lists
from readq.model.records import ViewRecord

VIEW = ViewRecord("thesis", "tag:rl", "added", 1)


def test_fields_of_a_view_that_each_side_changed_are_both_kept() -> None:
    ours, theirs = VIEW._replace(query="tag:rl is:starred"), VIEW._replace(sort="-year", watch="raise", position=2)
    expected = ViewRecord("thesis", "tag:rl is:starred", "-year", 2, "raise")
    assert merge_view_lists([VIEW], [ours], [theirs]) == merge_view_lists([VIEW], [theirs], [ours]) == (expected,)


def test_a_view_whose_query_both_sides_changed_has_the_longer_one() -> None:
    ours, theirs = VIEW._replace(query="tag:rl is:starred", position=3), VIEW._replace(query="tag:nlp", watch="drop")
    expected = ViewRecord("thesis", "tag:rl is:starred", "added", 3, "drop")
    assert merge_view_lists([VIEW], [ours], [theirs]) == merge_view_lists([VIEW], [theirs], [ours]) == (expected,)


def test_a_removed_view_stays_removed_if_the_other_side_only_moved_it() -> None:
    moved, changed = VIEW._replace(position=2), VIEW._replace(watch="raise")
    assert merge_view_lists([VIEW], [], [moved]) == ()
    assert merge_view_lists([VIEW], [], [changed]) == (changed,)
    assert merge_view_lists([], [], [VIEW]) == (VIEW,)
