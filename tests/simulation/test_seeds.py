"""Random histories of three machines with faults keep the promises; simulate.py runs more of them."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from histories import BrokenPromiseError, Event, History, Shape, replay, run_seed, shrink
from machines import Fault, run_with_fault
from random_actions import Action
from template import Template, make_template

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

SEEDS = 50
TOGETHER = 5


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("template"))


# Most of the time goes into git, which is the real one.
@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_seeds(template: Template, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        failed = run_seed(seed, template, Shape(rounds=1))
        assert failed is None, (
            f"seed {seed}: {failed[1]}; python tests/simulation/simulate.py --replay {seed} --rounds 1"
        )


def test_a_history_is_replayed_exactly_and_shrunk(template: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("histories.History._check_marks", _refuse_starred)
    events = [
        Event(0, Action("tag", ([2], ["x"], [])), 60),
        Event(1, Action("star", ([1], True)), 60, Fault("kill", 9999)),
    ]
    first = replay(events, template, 2)
    assert first is not None
    assert replay(events, template, 2) == first
    assert shrink(events, template, 2) == events[1:]


def _refuse_starred(history: object, _: object) -> None:
    machine = history.machines[1]  # type: ignore[attr-defined]  # a History
    if any(json.loads(line).get("starred") for line in machine.dumped()["papers.jsonl"].splitlines()):
        raise AssertionError("starred")


def test_a_star_that_nobody_decided_is_found(template: Template, tmp_path: Path) -> None:
    history = History(tmp_path, template, 2)
    with history.machines[0].opened() as library:
        library.connection.execute("UPDATE paper SET starred = 1 WHERE id = 1")
    history.happen(Event(0, None, 60))
    with pytest.raises(BrokenPromiseError, match="which nobody decided"):
        history.happen(Event(1, None, 60))


def test_a_fault_happens_at_its_write_and_only_there(template: Template, tmp_path: Path) -> None:
    (machine,) = History(tmp_path, template, 1).machines
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def star() -> None:
        machine.act(Action("star", ([1], True)), now)

    assert not run_with_fault(star, Fault("kill", 3))
    assert run_with_fault(star, Fault("kill", 9999))
