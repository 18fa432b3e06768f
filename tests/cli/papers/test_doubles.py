"""`readq doubles`: look-alikes are listed with reasons, merged or settled, and both can be undone."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

FIRST = "@misc{a, author = {Doe, Jane}, title = {A Long and Particular Title About Things}, year = 2015}"
SECOND = (
    "@article{b, author = {Doe, Jane}, title = {A Long and Particular Title About Things}, year = 2019, journal = {J}}"
)


@pytest.fixture
def two(run_cli: Run) -> Any:  # noqa: ANN401 - JSON
    """Two papers that look alike, and the report of the import of the second one."""
    run_cli("import", "-", stdin=FIRST)
    return run_cli("import", "-", "--json", stdin=SECOND)


def test_look_alikes_are_counted_and_named(two: Any, run_cli: Run) -> None:  # noqa: ANN401 - JSON
    assert (two.json["new"], two.json["look_alikes"]) == (1, 1)
    assert "#1 and #2" in two.err
    (pair,) = run_cli("doubles", "--json").json
    assert pair == {"papers": [1, 2], "why": ["same title", "author doe", "4 years apart"]}
    assert run_cli("doubles").out.startswith("#1 #2\tsame title, author doe, 4 years apart\tA Long")
    assert run_cli("list", "is:double", "--count").out == "2\n"
    assert "looks like #1: same title" in run_cli("show", "2").out


def test_a_pair_that_is_settled_stays_settled(two: Any, run_cli: Run) -> None:  # noqa: ANN401 - JSON
    assert run_cli("doubles", "--apart", "b", "a").out == "#2 and #1 are different papers (step 3)\n"
    assert run_cli("doubles", "--json").json == []
    assert run_cli("list", "is:double", "--count").out == "0\n"
    assert run_cli("doubles", "--apart", 1, 2, "--json").json["changed"] == 0
    again = run_cli("import", "-", "--json", stdin=SECOND).json
    assert (again["unchanged"], again["look_alikes"]) == (1, 0)
    assert run_cli("doubles", "--json").json == []
    assert run_cli("undo").status == 0
    assert len(run_cli("doubles", "--json").json) == 1
    assert run_cli("redo").status == 0
    assert run_cli("doubles", "--json").json == []


def test_merging_ends_a_pair_and_undo_brings_it_back(two: Any, run_cli: Run) -> None:  # noqa: ANN401 - JSON
    run_cli("merge", 1, 2)
    assert run_cli("doubles", "--json").json == []
    run_cli("undo")
    assert len(run_cli("doubles", "--json").json) == 1
    run_cli("remove", 2, "--yes")
    assert run_cli("doubles", "--json").json == []
    run_cli("undo")
    assert len(run_cli("doubles", "--json").json) == 1


def test_what_is_not_there_and_what_is_one_is_refused(two: Any, run_cli: Run) -> None:  # noqa: ANN401 - JSON
    assert run_cli("doubles", "--apart", 1, 7).status == 1
    result = run_cli("doubles", "--apart", 1, "a")
    assert (result.status, result.err.count("\n")) == (1, 1)


def test_a_pair_that_never_looked_alike_is_settled_undone_and_settled_again(run_cli: Run) -> None:
    run_cli("import", "-", stdin=FIRST + "@misc{z, author = {Roe, Rick}, title = {Another One}, year = 1999}")
    run_cli("doubles", "--apart", "a", "z")
    assert run_cli("undo").status == 0
    assert run_cli("redo").out.startswith("redone")
    assert run_cli("doubles", "--apart", "a", "z", "--json").json["changed"] == 0
    assert run_cli("undo").status == 0
    assert run_cli("doubles", "--apart", "a", "z", "--json").json["changed"] > 0
