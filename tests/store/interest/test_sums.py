"""Sums of interest follow decisions exactly, on every path by which a status, star or text changes."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readq.model.values import Status
from readq.services import interest
from readq.services.history.undo import redo, undo
from readq.services.papers import corrections, triage
from readq.store.check import find_problems, repair_problems
from readq.store.connection.transactions import writing
from readq.store.interest import audit, scores, sums
from readq.store.library import open_for_writing
from readq.store.papers import queries

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LIKED = "gripper torque grasp tactile joint actuator"
DISLIKED = "phoneme vocoder prosody accent pitch speaker"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_writing(str(tmp_path / "library.db"))) as opened:
        yield opened


def fill(connection: sqlite3.Connection, number: int, first: int = 1) -> list[int]:
    """Papers of two topics in turns, in the inbox."""
    ids = list(range(first, first + number))
    with writing(connection):
        connection.executemany(
            "INSERT INTO paper (id, key, title, title_key, abstract, trust, added)"
            " VALUES (?, ?, ?, ?, ?, 30, '2026-11-19T08:00:00Z')",
            [
                (one, f"key{one}a", f"Paper {one}", f"paper{one}", f"{LIKED if one % 2 else DISLIKED} word{one}")
                for one in ids
            ],
        )
    return ids


def state(connection: sqlite3.Connection) -> dict[str, Any]:
    """All sums by word, without ids."""
    return {
        "words": connection.execute("SELECT word, papers, liked, dropped FROM interest_word ORDER BY word").fetchall(),
        "totals": sums.totals(connection)[0],
        "verdicts": connection.execute("SELECT paper_id, verdict FROM interest_paper ORDER BY 1").fetchall(),
    }


def taught(connection: sqlite3.Connection) -> list[int]:
    """A library in which ten papers of one topic are queued and ten of the other dropped, and ten are undecided."""
    ids = fill(connection, 30)
    triage.mark(connection, [one for one in ids[:20] if one % 2], Status.QUEUED, NOW)
    for one in ids[:20]:
        if one % 2 == 0:
            triage.mark(connection, [one], Status.DROPPED, NOW)
    interest.refresh(connection)
    return ids


def numbers(connection: sqlite3.Connection, ids: list[int]) -> list[int | None]:
    return [paper.interest for paper in queries.papers(connection, ids)]


def test_what_is_like_the_liked_has_a_high_number(connection: sqlite3.Connection) -> None:
    ids = taught(connection)
    found = numbers(connection, ids[20:])
    assert min(number or 0 for number in found[::2]) > 60
    assert max(100 if number is None else number for number in found[1::2]) < 40


def test_there_is_no_number_before_ten_decisions_of_both_kinds(connection: sqlite3.Connection) -> None:
    ids = taught(connection)
    triage.mark(connection, [ids[1]], Status.INBOX, NOW)
    interest.refresh(connection)
    assert numbers(connection, ids) == [None] * 30
    assert scores.explanation(connection, ids[-1]) is None
    undo(connection, NOW)
    interest.refresh(connection)
    assert None not in numbers(connection, ids[20:])


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda c, ids: triage.mark(c, ids, Status.DONE, NOW), id="done"),
        pytest.param(lambda c, ids: triage.mark(c, ids, Status.DROPPED, NOW), id="dropped in bulk"),
        pytest.param(lambda c, ids: triage.star(c, ids, True, NOW), id="starred"),
        pytest.param(lambda c, ids: corrections.remove(c, ids, NOW), id="removed"),
    ],
)
def test_undo_subtracts_exactly_and_redo_adds_the_same(
    connection: sqlite3.Connection, act: Callable[[sqlite3.Connection, list[int]], object]
) -> None:
    ids = taught(connection)
    before = state(connection)
    act(connection, ids[18:23])
    interest.refresh(connection)
    after = state(connection)
    assert after != before
    undo(connection, NOW)
    interest.refresh(connection)
    assert state(connection) == before
    redo(connection, NOW)
    interest.refresh(connection)
    assert state(connection) == after
    assert audit.find_faults(connection) == []


def test_papers_dropped_together_count_half(connection: sqlite3.Connection) -> None:
    ids = fill(connection, 3)
    triage.mark(connection, ids[:1], Status.DROPPED, NOW)
    triage.mark(connection, ids[1:], Status.DROPPED, NOW + timedelta(seconds=1))
    interest.refresh(connection)
    verdicts = dict(state(connection)["verdicts"])
    assert verdicts[1] < 0
    assert verdicts[2] == verdicts[3] == pytest.approx(verdicts[1] / 2, abs=1)


def test_a_corrected_title_is_counted_anew(connection: sqlite3.Connection) -> None:
    taught(connection)
    with writing(connection):
        connection.execute("UPDATE paper SET title = 'Zebras' WHERE id = 1")
    interest.refresh(connection)
    words = {row[0]: row[1] for row in state(connection)["words"]}
    assert words["zebra"] == 1
    assert audit.find_faults(connection) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*Status, "star", "undo", "redo", "remove", "refresh"]),
            st.sets(st.integers(1, 9), min_size=1),
        ),
        max_size=12,
    )
)
def test_after_any_actions_the_sums_are_those_of_a_library_counted_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[Status | str, set[int]]]
) -> None:
    path = str(tmp_path_factory.mktemp("library") / "library.db")
    with contextlib.closing(open_for_writing(path)) as connection:
        fill(connection, 9)
        for place, (what, chosen) in enumerate(actions):
            now = NOW + timedelta(minutes=place)
            perform(connection, what, sorted(chosen), now)
        interest.refresh(connection)
        assert audit.find_faults(connection) == []
        kept = state(connection)
        with writing(connection):
            sums.recount(connection)
        interest.refresh(connection)
        assert state(connection) == kept


def perform(connection: sqlite3.Connection, what: Status | str, ids: list[int], now: datetime) -> None:
    if isinstance(what, Status):
        triage.mark(connection, ids, what, now)
    elif what == "star":
        triage.star(connection, ids, None, now)
    elif what == "undo":
        undo(connection, now)
    elif what == "redo":
        redo(connection, now)
    elif what == "remove":
        corrections.remove(connection, ids, now)
    else:
        interest.refresh(connection)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE interest_word SET liked = liked + 1 WHERE id = 1",
        "DELETE FROM interest_word WHERE id = 1",
        "UPDATE interest SET dropped = dropped + 1",
        "UPDATE interest_paper SET verdict = -verdict WHERE paper_id = 1",
        "UPDATE interest_paper SET words = x'00' WHERE paper_id = 1",
        "DELETE FROM interest_paper WHERE paper_id = 1",
    ],
)
def test_check_finds_wrong_sums_and_builds_them_again(connection: sqlite3.Connection, damage: str) -> None:
    ids = taught(connection)
    before, shown = state(connection), numbers(connection, ids[20:])
    connection.execute(damage)
    assert {problem.kind for problem in find_problems(connection)} == {"interest"}
    with writing(connection):
        repair_problems(connection)
    assert find_problems(connection) == []
    interest.refresh(connection)
    assert state(connection) == before
    assert numbers(connection, ids[20:]) == shown


def test_the_explanation_of_a_stored_number_adds_up_to_it(connection: sqlite3.Connection) -> None:
    ids = taught(connection)
    for one, number in zip(ids[20:], numbers(connection, ids[20:]), strict=True):
        found = scores.explanation(connection, one)
        assert found is not None
        assert found.number == number
        assert found.start + sum(share.points for share in found.shares) + found.rest == number


def test_of_very_many_decisions_the_newest_are_counted(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "MOST_PENDING", 4)
    ids = fill(connection, 10)
    triage.mark(connection, ids[:4], Status.QUEUED, NOW + timedelta(days=1))
    triage.mark(connection, ids[4:], Status.DROPPED, NOW)
    interest.refresh(connection)
    assert [one for one, verdict in state(connection)["verdicts"] if verdict] == ids[:4]
    assert find_problems(connection) == []


def test_an_older_version_of_the_rules_is_counted_again(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught(connection)
    before = state(connection)
    connection.execute("UPDATE interest SET version = 0")
    connection.execute("UPDATE interest_word SET liked = 5")
    assert not sums.is_current(connection)
    interest.refresh(connection)
    assert sums.is_current(connection)
    assert state(connection) == before
