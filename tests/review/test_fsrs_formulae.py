"""The fast formulae equal the package to the bit, for any history."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.model.values import Rating
from readq.review.fsrs import preview
from readq.review.fsrs_formulae import next_review
from readq.review.schedule import Memory

memories = st.builds(Memory, st.floats(0.001, 20_000), st.floats(1, 10))


@settings(max_examples=500)
@given(st.none() | memories, st.integers(0, 5_000), st.floats(0.70, 0.99), st.sampled_from(Rating))
def test_one_answer_equals_the_package(memory: Memory | None, elapsed: int, retention: float, rating: Rating) -> None:
    assert next_review(memory, elapsed, retention, rating) == preview(memory, elapsed, retention)[rating]


@given(st.lists(st.tuples(st.sampled_from(Rating), st.integers(0, 1200)), min_size=1, max_size=60))
def test_a_history_equals_the_package(history: list[tuple[Rating, int]]) -> None:
    memory = theirs = None
    for rating, elapsed in history:
        outcome = next_review(memory, elapsed, 0.8, int(rating))
        expected = preview(theirs, elapsed, 0.8)[rating]
        assert outcome == expected
        memory, theirs = Memory(*outcome[:2]), Memory(*expected[:2])


@pytest.mark.parametrize("rating", [0, 5])
def test_there_are_four_ratings(rating: int) -> None:
    with pytest.raises(ValueError, match="rating"):
        next_review(None, 0, 0.8, rating)


@pytest.mark.parametrize("retention", [0.0, 0.69, 0.991, math.nan])
def test_retention_out_of_bounds_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="retention"):
        next_review(None, 0, retention, 3)


def test_negative_elapsed_days_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 days"):
        next_review(Memory(3.0, 5.0), -1, 0.9, 3)
