"""Long random histories: undo and redo step by step, undo of earlier steps, exchange between two laptops.

A history is generated from a seed. The falsifying example of hypothesis names the seed, and `@example(seed=...)`
repeats that history; each run tries other seeds. Cases that failed once are in test_past_histories.py.
"""

import random

from example_settings import repeatable
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_actions import KINDS_WITHOUT_STEP
from random_histories import (
    KINDS,
    check_exchange,
    check_stays_intact,
    check_undo_and_redo,
    dump_files,
    generated,
    open_copy,
    user_fields,
)
from undo_from_the_middle import check_undo_of_earlier_steps

ACTIONS = 200

long = settings(
    repeatable,
    max_examples=3,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
seeds = st.integers(0, 2**32)


@long
@given(seed=seeds)
def test_two_hundred_actions_are_undone_and_redone(six_papers: str, seed: int) -> None:
    with open_copy(six_papers, share=True) as library:
        actions = generated(random.Random(seed), (*KINDS, "merge dump"), ACTIONS)
        assert check_undo_and_redo(library, actions, dump_files) > ACTIONS / 4


@long
@given(seed=seeds)
def test_data_from_sources_causes_no_conflicts(six_papers: str, seed: int) -> None:
    with open_copy(six_papers) as library:
        actions = generated(
            random.Random(seed), (*KINDS, *sorted(KINDS_WITHOUT_STEP), "sync", "sync", "sync"), ACTIONS // 2
        )
        check_undo_and_redo(library, actions, user_fields)


@long
@given(seed=seeds)
def test_undoing_an_earlier_step_changes_only_its_fields(six_papers: str, seed: int) -> None:
    rng = random.Random(seed)
    with open_copy(six_papers) as library:
        check_undo_of_earlier_steps(library, generated(rng, KINDS, 80), rng)


@long
@given(seed=seeds)
def test_undo_in_any_order_leaves_an_intact_library(six_papers: str, seed: int) -> None:
    kinds = (*KINDS, *sorted(KINDS_WITHOUT_STEP), "merge dump", *["undo a step"] * 4, "redo", "redo")
    with open_copy(six_papers, share=True) as library:
        check_stays_intact(library, generated(random.Random(seed), kinds, 80))


@long
@given(seed=seeds, order=st.sampled_from(["together", "a to b", "b to a"]))
def test_two_laptops_converge_in_any_order_of_exchange(six_papers: str, seed: int, order: str) -> None:
    kinds = (*KINDS, *sorted(KINDS_WITHOUT_STEP))
    actions = {name: generated(random.Random(f"{seed}{name}"), kinds, 50) for name in ("a", "b")}
    check_exchange(six_papers, order, actions, actions)
