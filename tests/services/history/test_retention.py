"""Old steps are deleted, oldest first; undo and redo of the others still work."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readq.config import Config
from readq.model.values import Status
from readq.services.history import retention, undo
from readq.services.papers import notes, triage
from readq.store.connection import lock_wait

YEARLY = Config(journal_days=365)


def kept(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT id FROM step ORDER BY id")]


@pytest.fixture
def filled(six_papers: str, connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a library with six papers, imported by step 1."""
    return connection


def test_steps_older_than_the_setting_are_deleted(filled: sqlite3.Connection, now: datetime) -> None:
    for days in (1, 200, 400):
        triage.star(filled, [days % 6 + 1], True, now + timedelta(days=days))
    assert retention.prune(filled, YEARLY, now + timedelta(days=500)) == 2
    assert kept(filled) == [3, 4]
    assert filled.execute("SELECT DISTINCT step_id FROM change ORDER BY 1").fetchall() == [(3,), (4,)]


def test_the_newest_step_in_force_stays_at_any_age(filled: sqlite3.Connection, now: datetime) -> None:
    triage.star(filled, [1], True, now)
    assert retention.prune(filled, YEARLY, now + timedelta(days=5000)) == 1
    undone = undo.undo(filled, now)
    assert undone is not None
    assert (undone.step, list(undone.papers)) == (2, [1])


def test_the_oldest_are_deleted_down_to_the_size_but_the_newest_stays(
    filled: sqlite3.Connection, now: datetime
) -> None:
    config = Config(journal_megabytes=1)
    for number in (1, 2, 3):
        notes.save(filled, number, f"{number}" * 400_000, now)
    assert retention.prune(filled, config, now) == 2
    assert kept(filled) == [3, 4]
    notes.save(filled, 4, "4" * 1_500_000, now)
    retention.prune(filled, config, now)
    assert kept(filled) == [5]
    assert undo.undo(filled, now) is not None


def test_the_journal_of_a_small_library_is_not_read(filled: sqlite3.Connection, now: datetime) -> None:
    seen: list[str] = []
    filled.set_trace_callback(seen.append)
    assert retention.prune(filled, Config(), now) == 0
    filled.set_trace_callback(None)
    assert not any("GROUP BY" in statement or "BEGIN" in statement for statement in seen)


def test_redoable_steps_stay_and_are_redone_in_order(filled: sqlite3.Connection, now: datetime) -> None:
    for status in (Status.QUEUED, Status.READING, Status.DONE):
        triage.mark(filled, [1], status, now)
    for _ in range(3):
        undo.undo(filled, now)
    retention.prune(filled, YEARLY, now + timedelta(days=5000))
    assert kept(filled) == [1, 2, 3, 4]
    for status in (Status.QUEUED, Status.READING, Status.DONE):
        redone = undo.redo(filled, now)
        assert redone is not None
        assert redone.conflicts == ()
        assert filled.execute("SELECT status FROM paper WHERE id = 1").fetchall() == [(status,)]


def test_undone_steps_that_cannot_be_redone_are_deleted_at_any_age(filled: sqlite3.Connection, now: datetime) -> None:
    triage.star(filled, [1], True, now)
    undo.undo(filled, now)
    triage.star(filled, [2], True, now)
    assert retention.prune(filled, YEARLY, now) == 1
    assert kept(filled) == [1, 3]


def test_a_clock_set_back_leaves_no_gaps(filled: sqlite3.Connection, now: datetime) -> None:
    for days in (400, 10, 401):
        triage.star(filled, [days % 6 + 1], days != 10, now + timedelta(days=days))
    triage.tag(filled, [1], ["x"], [], now + timedelta(days=402))
    retention.prune(filled, YEARLY, now + timedelta(days=500))
    assert kept(filled) == sorted(kept(filled))
    assert kept(filled)[0] == 2


def test_numbers_of_deleted_steps_are_not_reused(filled: sqlite3.Connection, now: datetime) -> None:
    triage.star(filled, [1], True, now)
    triage.star(filled, [1], False, now)
    undo.undo(filled, now)
    retention.prune(filled, YEARLY, now)
    assert triage.star(filled, [2], True, now).step == 4


def test_commands_prune_periodically(filled: sqlite3.Connection, now: datetime) -> None:
    triage.star(filled, [1], True, now)
    later = now + timedelta(days=5000)
    retention.prune_periodically(filled, YEARLY, 1, 2, later)
    assert kept(filled) == [1, 2]
    retention.prune_periodically(filled, YEARLY, 63, 64, later)
    assert kept(filled) == [2]


def test_a_locked_library_is_not_waited_for(
    filled: sqlite3.Connection, library: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    triage.star(filled, [1], True, now)
    other = sqlite3.connect(library, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said: list[str] = []

    def let_go(line: str) -> None:
        said.append(line)
        other.close()

    monkeypatch.setattr(lock_wait, "_listener", let_go)
    retention.prune_periodically(filled, YEARLY, 63, 64, now + timedelta(days=5000))
    other.close()
    assert said == []
    assert kept(filled) == [1, 2]


def test_a_command_prunes_by_the_config(
    filled: sqlite3.Connection, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[journal]\nkeep_days = 3\n")
    filled.execute("UPDATE step SET at = '2026-11-01T00:00:00Z'")
    filled.execute("UPDATE sqlite_sequence SET seq = 62 WHERE name = 'step'")
    run_cli("star", 1, "--config", config)
    assert kept(filled) == [1, 63]
    run_cli("star", 2, "--config", config)
    assert kept(filled) == [63, 64]
