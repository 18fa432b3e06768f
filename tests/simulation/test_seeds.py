"""Random histories of three machines with faults keep the promises; simulate.py runs more of them."""

import shutil
from pathlib import Path

import pytest
from histories import Event, Shape, replay, run_seed, shrink
from machines import Fault
from random_actions import Action
from template import make_template

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

SEEDS = 50
TOGETHER = 5


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_template(tmp_path_factory.mktemp("template"))


# Most of the time goes into git, which is the real one.
@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_seeds(template: Path, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        failed = run_seed(seed, template, Shape(rounds=1))
        assert failed is None, (
            f"seed {seed}: {failed[1]}; python tests/simulation/simulate.py --replay {seed} --rounds 1"
        )


def test_a_history_is_replayed_exactly_and_shrunk(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("histories.History._check_marks", _refuse_starred)
    events = [
        Event(0, Action("tag", ([2], ["x"], [])), 60),
        Event(1, Action("star", ([1], True)), 60, Fault("kill", 999)),
    ]
    first = replay(events, template, 2)
    assert first is not None
    assert replay(events, template, 2) == first
    assert shrink(events, template, 2) == events[1:]


def _refuse_starred(history: object, _: object) -> None:
    machine = history.machines[1]  # type: ignore[attr-defined]  # a History
    if b'"starred": true' in machine.dumped()["papers.jsonl"]:
        raise AssertionError("starred")
