"""Several decisions in one step of the undo history each apply to their own papers only."""

import contextlib
from collections.abc import Callable

import pytest

from readq.store.connection.transactions import writing
from readq.store.journal import steps
from readq.store.library import open_for_writing
from readq.store.papers import decisions
from readq.store.records import read

AT, DAY = "2026-11-23T08:00:00Z", "2026-11-23"


@pytest.mark.parametrize(
    ("decide", "value"),
    [
        pytest.param(
            lambda connection, step, papers, value: decisions.set_column(connection, step, papers, "starred", value),
            lambda paper: paper.starred,
            id="star",
        ),
        pytest.param(
            lambda connection, step, papers, value: decisions.set_tag(connection, step, papers, "x", tagged=value),
            lambda paper: "x" in paper.tags,
            id="tag",
        ),
        pytest.param(
            lambda connection, step, papers, value: (
                decisions.enrol(connection, step, papers, DAY, AT)
                if value
                else decisions.unenrol(connection, step, papers)
            ),
            lambda paper: any(card.enrolled for card in paper.cards),
            id="review",
        ),
    ],
)
@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_two_decisions_in_one_step(
    six_papers: str, decide: Callable[..., None], value: Callable[..., bool], order: tuple[bool, bool]
) -> None:
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        with writing(connection):
            step = steps.begin(connection, AT, "marked")
            decide(connection, step, decisions.listed([1, 2, 3]), True)
            steps.finish(connection, step)
        before = {number: value(paper) for number, paper in read.papers(connection).items()}
        assert before == {1: True, 2: True, 3: True, 4: False, 5: False, 6: False}
        with writing(connection):
            step = steps.begin(connection, AT, "marked")
            for one in order:
                decide(connection, step, decisions.listed([4, 5] if one else [1, 2]), one)
            steps.finish(connection, step)
        after = {number: value(paper) for number, paper in read.papers(connection).items()}
        assert after == {1: False, 2: False, 3: True, 4: True, 5: True, 6: False}
