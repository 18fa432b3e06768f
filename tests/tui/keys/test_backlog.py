from hypothesis import given
from hypothesis import strategies as st

from readq.tui.keys.backlog import MAX_AGE, Backlog


def obeyed(pressed: list[float], cost: float) -> list[int]:
    """Return the indexes of the keys that are obeyed, if each takes `cost` seconds."""
    backlog, now, found = Backlog(), 0.0, []
    for index, at in enumerate(pressed):
        now = max(now, at)
        if not backlog.drops(at, now):
            found.append(index)
            now += cost
    return found


def test_a_flood_is_obeyed_for_a_while_and_dropped_to_its_end() -> None:
    flood = obeyed([0.0] * 10_000 + [30.0, 30.1], cost=0.01)
    assert flood[:-2] == list(range(len(flood) - 2))
    assert 900 < len(flood) < 1_100
    assert flood[-2:] == [10_000, 10_001]


def test_a_sequence_whose_beginning_was_dropped_is_dropped_whole() -> None:
    backlog = Backlog()
    assert backlog.drops(0.0, MAX_AGE + 0.1)
    assert backlog.drops(MAX_AGE - 0.5, MAX_AGE + 0.1)
    assert not backlog.drops(MAX_AGE, MAX_AGE + 0.1)


@given(st.lists(st.floats(0, 60), max_size=60).map(sorted), st.floats(0, 0.5))
def test_no_key_is_obeyed_late_and_the_order_is_kept(pressed: list[float], cost: float) -> None:
    backlog, now = Backlog(), 0.0
    for at in pressed:
        now = max(now, at)
        if not backlog.drops(at, now):
            assert now - at <= MAX_AGE
            now += cost
