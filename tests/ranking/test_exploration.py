"""One paper in ten of the first fifty comes from the rest."""

from hypothesis import given
from hypothesis import strategies as st

from readq.ranking.exploration import picks


@given(st.integers(0, 3000), st.text(max_size=12))
def test_five_papers_of_the_rest_stand_at_each_tenth_place(number: int, seed: str) -> None:
    found = picks(number, seed)
    assert [pick.shown for pick in found] == ([9, 19, 29, 39, 49] if number > 50 else [])
    assert len({pick.source for pick in found}) == len(found)
    assert all(45 <= pick.source < number for pick in found)
    assert picks(number, seed) == found


def test_the_choice_changes_with_the_seed_and_reaches_the_whole_rest() -> None:
    chosen = [pick.source for day in range(1_000) for pick in picks(100, str(day))]
    assert set(chosen) == set(range(45, 100))
    counts = [chosen.count(index) for index in range(45, 100)]
    assert max(counts) < 2 * min(counts)
