"""The adapter equals an independent implementation of FSRS-6 from its published formulae."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.model.values import ALGORITHM, Rating
from readq.review.fsrs import preview
from readq.review.schedule import MAXIMUM_INTERVAL, Memory, NextReview

AGAIN, HARD, GOOD, EASY = Rating

W = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
DECAY = -W[20]
FACTOR = math.pow(0.9, 1 / DECAY) - 1

histories = st.lists(st.tuples(st.sampled_from(list(Rating)), st.integers(0, 1200)), min_size=1, max_size=12)


def recall(stability: float, days: int) -> float:
    return math.pow(1 + FACTOR * days / stability, DECAY)


def first_difficulty(rating: int) -> float:
    return W[4] - math.exp(W[5] * (rating - 1)) + 1


def clamped(difficulty: float) -> float:
    return min(max(difficulty, 1.0), 10.0)


def next_difficulty(difficulty: float, rating: int) -> float:
    damped = difficulty + (10 - difficulty) / 9 * -W[6] * (rating - 3)
    return clamped(W[7] * first_difficulty(EASY) + (1 - W[7]) * damped)


def next_stability(memory: Memory, rating: int, days: int) -> float:
    s, d = memory
    if days < 1:
        change = math.exp(W[17] * (rating - 3 + W[18])) * math.pow(s, -W[19])
        return s * (max(change, 1.0) if rating >= HARD else change)
    r = recall(s, days)
    if rating == AGAIN:
        lapsed = W[11] * math.pow(d, -W[12]) * (math.pow(s + 1, W[13]) - 1) * math.exp(W[14] * (1 - r))
        return min(lapsed, s / math.exp(W[17] * W[18]))
    bonus = {HARD: W[15], GOOD: 1.0, EASY: W[16]}[Rating(rating)]
    return s * (1 + math.exp(W[8]) * (11 - d) * math.pow(s, -W[9]) * (math.exp(W[10] * (1 - r)) - 1) * bonus)


def expected(memory: Memory | None, rating: int, days: int) -> Memory:
    if memory is None:
        return Memory(W[rating - 1], clamped(first_difficulty(rating)))
    return Memory(max(next_stability(memory, rating, days), 0.001), next_difficulty(memory.difficulty, rating))


def replayed(history: Iterable[tuple[Rating, int]], retention: float = 0.9) -> Memory:
    memory = None
    for rating, days in history:
        outcome = preview(memory, days, retention)[rating]
        memory = Memory(outcome.stability, outcome.difficulty)
    assert memory is not None
    return memory


def test_the_published_test_vector() -> None:
    memory = replayed(zip([AGAIN, GOOD, GOOD, GOOD, GOOD, GOOD], [0, 0, 1, 3, 8, 21], strict=True))
    assert memory == pytest.approx((53.626903, 6.357487), abs=1e-6)


def test_first_intervals_of_a_paper() -> None:
    outcomes = preview(None, 0, 0.80)
    assert [outcomes[rating].interval_days for rating in Rating] == [1, 4, 8, 28]


@given(histories)
def test_the_formulae(history: list[tuple[Rating, int]]) -> None:
    memory = None
    for rating, days in history:
        outcome = preview(memory, days, 0.9)[rating]
        memory = expected(memory, rating, days)
        assert outcome[:2] == pytest.approx(memory, rel=1e-9)


@given(histories, st.integers(0, 3000), st.floats(0.70, 0.99))
def test_intervals_increase_with_the_rating(history: list[tuple[Rating, int]], days: int, retention: float) -> None:
    again, hard, good, easy = (o.interval_days for o in preview(replayed(history), days, retention).values())
    assert again == 1 <= hard < good < easy <= MAXIMUM_INTERVAL


@given(histories, st.integers(0, 3000), st.floats(0.70, 0.99))
def test_intervals_reach_the_desired_retention(history: list[tuple[Rating, int]], days: int, retention: float) -> None:
    outcomes = preview(replayed(history), days, retention)
    exact = {r: o.stability / FACTOR * (retention ** (1 / DECAY) - 1) for r, o in outcomes.items()}
    rounded = {r: min(max(round(exact[r]), 1), MAXIMUM_INTERVAL) for r in Rating}
    if rounded[HARD] < rounded[GOOD] < rounded[EASY]:
        assert {r: outcomes[r].interval_days for r in (HARD, GOOD, EASY)} == {r: rounded[r] for r in (HARD, GOOD, EASY)}


def test_capped_intervals_stay_distinct() -> None:
    outcomes = preview(Memory(50_000.0, 1.0), 5_000, 0.70)
    assert [o.interval_days for o in outcomes.values()] == [1, MAXIMUM_INTERVAL - 2, MAXIMUM_INTERVAL - 1, 1826]


def test_hard_on_the_same_day_costs_no_stability() -> None:
    memory = Memory(10.0, 5.0)
    assert preview(memory, 0, 0.9)[HARD].stability == 10.0
    assert preview(memory, 0, 0.9)[AGAIN].stability < 10.0


def test_previews_do_not_depend_on_each_other() -> None:
    memory = Memory(12.5, 4.5)
    first: dict[Rating, NextReview] = preview(memory, 9, 0.8)
    assert preview(memory, 9, 0.9) != first
    assert preview(memory, 9, 0.8) == first


@pytest.mark.parametrize("retention", [0.0, 0.69, 0.991, 1.5, math.nan])
def test_retention_out_of_bounds_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="retention"):
        preview(None, 0, retention)


def test_negative_elapsed_days_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 days"):
        preview(Memory(3.0, 5.0), -1, 0.9)


@settings(max_examples=30)
@given(st.floats(0.70, 0.99), st.floats(0.70, 0.99))
def test_a_higher_retention_never_waits_longer(one: float, other: float) -> None:
    low, high = sorted((one, other))
    patient, eager = preview(Memory(40.0, 5.0), 40, low), preview(Memory(40.0, 5.0), 40, high)
    assert all(eager[rating].interval_days <= patient[rating].interval_days for rating in Rating)


def test_the_log_names_the_algorithm() -> None:
    assert ALGORITHM == "fsrs-6"
