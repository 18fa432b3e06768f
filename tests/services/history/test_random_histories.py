"""Long random histories: undo and redo step by step, undo of earlier steps, exchange between two laptops.

A history is generated from a seed. The falsifying example of hypothesis names the seed, and `@example(seed=...)`
repeats that history; each run tries other seeds. Cases that failed once are in test_past_histories.py.
"""

import random

from example_settings import repeatable
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_actions import NO_STEPS
from random_histories import (
    KINDS,
    decided,
    dumped,
    exchanged,
    made_up,
    opened,
    sound_in_any_order,
    taken_back_and_done_again,
)
from undo_from_the_middle import taken_out_of_the_middle

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
    with opened(six_papers, share=True) as desk:
        deeds = made_up(random.Random(seed), (*KINDS, "merge dump"), ACTIONS)
        assert taken_back_and_done_again(desk, deeds, dumped) > ACTIONS / 4


@long
@given(seed=seeds)
def test_data_from_sources_causes_no_conflicts(six_papers: str, seed: int) -> None:
    with opened(six_papers) as desk:
        deeds = made_up(random.Random(seed), (*KINDS, *sorted(NO_STEPS), "sync", "sync", "sync"), ACTIONS // 2)
        taken_back_and_done_again(desk, deeds, decided)


@long
@given(seed=seeds)
def test_undoing_an_earlier_step_changes_only_its_fields(six_papers: str, seed: int) -> None:
    chance = random.Random(seed)
    with opened(six_papers) as desk:
        taken_out_of_the_middle(desk, made_up(chance, KINDS, 80), chance)


@long
@given(seed=seeds)
def test_undo_in_any_order_leaves_an_intact_library(six_papers: str, seed: int) -> None:
    kinds = (*KINDS, *sorted(NO_STEPS), "merge dump", *["undo a step"] * 4, "redo", "redo")
    with opened(six_papers, share=True) as desk:
        sound_in_any_order(desk, made_up(random.Random(seed), kinds, 80))


@long
@given(seed=seeds, order=st.sampled_from(["together", "a to b", "b to a"]))
def test_two_laptops_converge_in_any_order_of_exchange(six_papers: str, seed: int, order: str) -> None:
    kinds = (*KINDS, *sorted(NO_STEPS))
    deeds = {name: made_up(random.Random(f"{seed}{name}"), kinds, 50) for name in ("a", "b")}
    exchanged(six_papers, order, deeds, deeds)
