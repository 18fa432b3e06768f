"""Parameters of the scheduler in the log: answers are checked and repaired by those under which they were given."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.config import Config
from readq.model.values import Rating
from readq.review.fsrs_formulae import next_review
from readq.review.parameters import DEFAULT_WEIGHTS, Weights, parse_weights, weights_text
from readq.review.schedule import Memory
from readq.services.dump.merge_folder import DumpOptions, import_dump
from readq.services.dump.write_folder import dump
from readq.services.review import card_check, ratings
from readq.store.connection.transactions import writing
from readq.store.library import open_for_writing
from readq.store.review import params

OTHER: Weights = (0.5, 1.9, 3.1, 9.7, *DEFAULT_WEIGHTS[4:])


@pytest.fixture
def rated(six_papers: str, now: datetime) -> Iterator[sqlite3.Connection]:
    """Return a library with a card that has four answers."""
    with contextlib.closing(open_for_writing(six_papers)) as connection:
        for days, rating in ((0, Rating.GOOD), (8, Rating.HARD), (20, Rating.AGAIN), (21, Rating.GOOD)):
            ratings.rate_papers(connection, [1], rating, now + timedelta(days=days), Config())
        yield connection


def put_under(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("UPDATE review SET params_id = ?", (number,))


def states(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT id, stability, difficulty, interval_days, due FROM review ORDER BY id").fetchall()


def test_the_first_parameters_of_a_library_are_the_defaults_of_the_package(rated: sqlite3.Connection) -> None:
    assert tuple(fsrs.Scheduler().parameters) == DEFAULT_WEIGHTS
    ((weights,),) = rated.execute("SELECT weights FROM params WHERE id = ?", (params.DEFAULT,)).fetchall()
    assert parse_weights(weights) == DEFAULT_WEIGHTS


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
@pytest.mark.parametrize("days", [0, 1, 30])
def test_other_weights_give_what_the_package_gives(rating: int, days: int) -> None:
    scheduler = fsrs.Scheduler(
        parameters=OTHER, learning_steps=(), relearning_steps=(), enable_fuzzing=False, desired_retention=0.8
    )
    card = fsrs.Card(card_id=0)
    first, _ = scheduler.review_card(card, fsrs.Rating.Good)
    assert first.last_review is not None
    second, _ = scheduler.review_card(first, fsrs.Rating(rating), first.last_review + timedelta(days=days))
    begun = next_review(None, 0, 0.8, 3, OTHER)
    made = next_review(Memory(begun.stability, begun.difficulty), days, 0.8, rating, OTHER)
    assert (made.stability, made.difficulty) == (second.stability, second.difficulty)


def test_a_log_under_other_parameters_is_checked_by_these(rated: sqlite3.Connection) -> None:
    number = params.add(rated, "fsrs-6", weights_text(OTHER))
    put_under(rated, number)
    assert card_check.find_problems(rated)
    with writing(rated):
        card_check.repair_problems(rated)
    assert card_check.find_problems(rated) == []
    assert states(rated)[0][1] == OTHER[2]


@pytest.mark.parametrize("weights", [None, "[]", '"x"', weights_text((1000.0, *DEFAULT_WEIGHTS[1:]))])
def test_a_log_under_unknown_or_invalid_parameters_is_named_and_left(
    rated: sqlite3.Connection, weights: str | None
) -> None:
    number = 7 if weights is None else params.add(rated, "fsrs-6", weights)
    put_under(rated, number)
    before = states(rated)
    (problem,) = card_check.find_problems(rated)
    assert "no valid parameters of the answers" in problem.where
    with writing(rated):
        card_check.repair_problems(rated)
    assert states(rated) == before
    assert card_check.find_problems(rated) == [problem]


def test_a_dump_carries_parameters_and_facts_and_one_of_an_older_version_is_read(
    rated: sqlite3.Connection, tmp_path: Path, now: datetime
) -> None:
    put_under(rated, params.add(rated, "fsrs-6", weights_text(OTHER)))
    with writing(rated):
        card_check.repair_problems(rated)
    rated.execute("UPDATE review SET prompt = 'claim', recalled = 'a, \"b\"', taken_ms = 12, sitting = 34")
    facts = "SELECT at, stability, kind, prompt, recalled, taken_ms, sitting FROM review ORDER BY id"
    expected = rated.execute(facts).fetchall()
    folder = tmp_path / "dump"
    dump(rated, str(folder))
    report = import_dump(str(tmp_path / "other.db"), str(folder), DumpOptions(), now)
    with contextlib.closing(open_for_writing(str(tmp_path / "other.db"))) as other:
        assert report.rejected == ()
        assert other.execute(facts).fetchall() == expected
        assert card_check.find_problems(other) == []


def test_the_dump_of_an_older_version_is_read_and_makes_no_answer_twice(
    rated: sqlite3.Connection, tmp_path: Path, now: datetime
) -> None:
    rated.execute("UPDATE review SET prompt = 'claim', recalled = 'a line', taken_ms = 12, sitting = 34")
    expected = rated.execute("SELECT at, kind, prompt, recalled, taken_ms, sitting FROM review ORDER BY id").fetchall()
    folder = tmp_path / "dump"
    dump(rated, str(folder))
    import_dump(str(tmp_path / "other.db"), str(folder), DumpOptions(), now)
    lines = (folder / "ratings.csv").read_text().splitlines()
    (folder / "ratings.csv").write_text("".join(",".join(line.split(",")[:8]) + "\n" for line in lines))
    for name, there in (("other.db", expected), ("new.db", [(row[0], "answer", *[None] * 4) for row in expected])):
        import_dump(str(tmp_path / name), str(folder), DumpOptions(), now)
        with contextlib.closing(open_for_writing(str(tmp_path / name))) as other:
            facts = "SELECT at, kind, prompt, recalled, taken_ms, sitting FROM review ORDER BY id"
            assert other.execute(facts).fetchall() == there
            assert card_check.find_problems(other) == []


def test_a_dump_with_unknown_parameters_is_named(rated: sqlite3.Connection, tmp_path: Path, now: datetime) -> None:
    put_under(rated, 7)
    dump(rated, str(tmp_path / "dump"))
    report = import_dump(str(tmp_path / "other.db"), str(tmp_path / "dump"), DumpOptions(), now)
    with contextlib.closing(open_for_writing(str(tmp_path / "other.db"))) as other:
        assert len(report.rejected) == 4
        assert all("parameters that are not known" in one.why for one in report.rejected)
        assert other.execute("SELECT count(*) FROM review").fetchone() == (0,)


@pytest.mark.parametrize("weight", ["1" + "0" * 400, "1e400", "-1e400", "NaN", "true", '"1"', "null", "101"])
def test_a_weight_out_of_bounds_is_refused(weight: str) -> None:
    with pytest.raises(ValueError, match="weight 0 is not"):
        parse_weights(f"[{weight},{','.join(map(str, DEFAULT_WEIGHTS[1:]))}]")


@given(st.text(max_size=200) | st.from_type(list[float]).map(str))
def test_weights_are_read_or_refused(text: str) -> None:
    try:
        weights = parse_weights(text)
    except ValueError:
        return
    assert weights == DEFAULT_WEIGHTS or len(weights) == 21
