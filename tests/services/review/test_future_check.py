"""Answers of the future: named by `check`, taken out by its repair, and put back by undo."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
Raw = Callable[..., list[tuple[object, ...]]]

RIGHT, AHEAD = "2026-11-23T09:00:00+01:00", "2036-01-10T12:00:00+01:00"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda moment: monkeypatch.setenv("READQ_NOW", moment)


def card_of(run: Run) -> dict[str, Any]:
    return {name: run("show", 1, "--json").json[name] for name in ("due", "enrolled")}


def test_an_answer_of_the_future_is_taken_out_and_put_back(six_papers: str, run_cli: Run, at: Any) -> None:  # noqa: ANN401
    run_cli("rate", "good", 1)
    at(AHEAD)
    run_cli("rate", "good", 1, "--yes")
    at(RIGHT)
    hidden = card_of(run_cli)
    assert hidden["due"] > "2036"
    found = run_cli("check", "--json").json["problems"]
    assert [(problem["kind"], "2036-01-10" in problem["where"]) for problem in found] == [("clock", True)]
    assert run_cli("check", "--repair").status == 1
    assert run_cli("check").out == "no problems\n"
    assert card_of(run_cli)["due"] == "2026-12-01"
    assert run_cli("undo").out.startswith("undone: answers of the future taken out")
    assert card_of(run_cli) == hidden
    run_cli("redo")
    assert card_of(run_cli)["due"] == "2026-12-01"
    assert run_cli("check").out == "no problems\n"


def test_a_card_rated_only_in_the_future_is_due_as_before(six_papers: str, run_cli: Run, at: Any) -> None:  # noqa: ANN401
    run_cli("enrol", 1)
    at(AHEAD)
    run_cli("rate", "easy", 1, "--yes")
    at(RIGHT)
    run_cli("check", "--repair")
    assert run_cli("due").out.startswith("card:1\t2026-11-23\t")
    assert run_cli("check").out == "no problems\n"
    assert run_cli("rate", "good", 1).out == "card:1\t2026-12-01\tin 8 d\n"


def test_new_cards_of_the_future_are_asked_after_the_repair(six_papers: str, run_cli: Run, at: Any) -> None:  # noqa: ANN401
    at(AHEAD)
    run_cli("note", 1, "--append", "Which law is it? :: Conservation.")
    run_cli("enrol", 2)
    run_cli("rate", "good", 3, "--yes")
    at(RIGHT)
    assert run_cli("due", "--count").out == "0\n"
    hidden = [run_cli("cards", paper).out for paper in (1, 2, 3)]
    found = run_cli("check", "--json").json["problems"]
    assert [(one["kind"], "2036-01" in one["where"]) for one in found] == [("clock", True)] * 3
    run_cli("check", "--repair")
    assert run_cli("check").out == "no problems\n"
    assert run_cli("due", "--count").out == "3\n"
    run_cli("undo")
    assert [run_cli("cards", paper).out for paper in (1, 2, 3)] == hidden


def test_an_answer_given_after_the_clock_was_right_again_keeps_its_rating(
    six_papers: str,
    run_cli: Run,
    at: Any,  # noqa: ANN401
) -> None:
    run_cli("rate", "good", 1)
    at(AHEAD)
    run_cli("rate", "easy", 1, 2, "--yes")
    at("2026-12-01T09:00:00+01:00")
    run_cli("rate", "good", 1)
    problems = run_cli("check", "--json").json["problems"]
    assert len(problems) == 3
    run_cli("check", "--repair")
    assert run_cli("check").out == "no problems\n"
    at("2026-12-01T09:00:00+01:00")
    due = card_of(run_cli)["due"]
    run_cli("undo")  # the repair
    run_cli("undo")  # the rating on 1 December
    run_cli("undo")  # the ratings of the future
    assert run_cli("rate", "good", 1).out.split("\t")[1] == due


def test_a_clock_ahead_by_some_hours_is_no_problem(six_papers: str, run_cli: Run, at: Any) -> None:  # noqa: ANN401
    at("2026-11-24T08:00:00+01:00")
    run_cli("rate", "good", 1)
    at(RIGHT)
    assert run_cli("check").out == "no problems\n"
