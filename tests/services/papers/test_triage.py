import sqlite3
from array import array
from datetime import date, datetime

import pytest

from readq.model.values import Status
from readq.services.history import undo
from readq.services.papers import triage
from readq.store.schema.migrations import build

MANY = 6_000
"""More papers than are passed to SQLite at once."""


@pytest.fixture
def now() -> datetime:
    return datetime.fromisoformat("2026-11-23T09:00:00+00:00")


@pytest.fixture(scope="module")
def many_papers() -> sqlite3.Connection:
    """Return a library of many papers, of which every fourth is queued and every third is starred."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    connection.executemany(
        "INSERT INTO paper (key, title, title_key, status, starred, added, trust)"
        " VALUES (?, ?, ?, ?, ?, '2026-11-20T00:00:00Z', 40)",
        (
            (f"key{number}", f"Title {number}", f"title{number}", "inbox" if number % 4 else "queued", number % 3 == 0)
            for number in range(1, MANY + 1)
        ),
    )
    return connection


@pytest.fixture
def papers(many_papers: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy of the library of many papers."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    many_papers.backup(connection)
    return connection


def state(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    cards = "SELECT id, paper_id, suspended FROM card WHERE suspended = 0"
    tags = "SELECT paper_id, tag FROM paper_tag ORDER BY paper_id, tag"
    columns = "SELECT id, status, decided, starred, snoozed_until FROM paper ORDER BY id"
    return [row for statement in (columns, tags, cards) for row in connection.execute(statement)]


ALL = array("q", range(MANY, 0, -1))


@pytest.mark.parametrize("action", ["mark", "done", "star", "snooze", "tag", "enrol"])
def test_an_action_on_many_papers_is_one_step_that_undo_and_redo_repeat(
    papers: sqlite3.Connection, now: datetime, action: str
) -> None:
    before = state(papers)
    outcome = {
        "mark": lambda: triage.mark(papers, ALL, Status.DROPPED, now),
        "done": lambda: triage.mark(papers, ALL, Status.DONE, now),
        "star": lambda: triage.star(papers, ALL, True, now),
        "snooze": lambda: triage.snooze(papers, ALL, date(2026, 12, 1), now),
        "tag": lambda: triage.tag(papers, ALL, ["rl"], [], now),
        "enrol": lambda: triage.enrol(papers, ALL, None, now),
    }[action]()
    after = state(papers)
    changed = MANY - MANY // 3 if action == "star" else MANY
    assert (outcome.changed, outcome.unchanged, outcome.missing) == (changed, MANY - changed, ())
    assert papers.execute("SELECT count(*) FROM step").fetchall() == [(1,)]
    assert after != before
    undone = undo.undo(papers, now)
    assert undone is not None
    assert (len(undone.papers), undone.conflicts) == (changed, ())
    assert state(papers) == before
    undo.redo(papers, now)
    assert state(papers) == after


def test_decided_papers_are_left_alone_and_counted(papers: sqlite3.Connection, now: datetime) -> None:
    outcome = triage.mark(papers, [1, 2, 4, 8, MANY + 7], Status.DROPPED, now, undecided=True)
    assert (outcome.changed, outcome.unchanged, outcome.decided, outcome.missing) == (2, 2, 2, (str(MANY + 7),))
    found = papers.execute("SELECT id, status FROM paper WHERE id IN (1, 2, 4, 8) ORDER BY id").fetchall()
    assert found == [(1, "dropped"), (2, "dropped"), (4, "queued"), (8, "queued")]


def test_a_toggle_removes_only_what_all_papers_have(papers: sqlite3.Connection, now: datetime) -> None:
    assert triage.star(papers, [3, 6], None, now).what == "unstarred"
    assert triage.star(papers, [3, 9], None, now).what == "starred"
    assert triage.enrol(papers, [1, 2], None, now).what == "enrolled"
    assert triage.enrol(papers, [1, 2, 3], None, now).what == "enrolled"
    assert triage.enrol(papers, [1, 2, 3], None, now).what == "unenrolled"


def test_undo_of_an_action_on_many_papers_leaves_those_alone_that_were_changed_since(
    papers: sqlite3.Connection, now: datetime
) -> None:
    triage.mark(papers, ALL, Status.DROPPED, now)
    papers.execute("UPDATE paper SET status = 'reading' WHERE id IN (5, 7)")
    undone = undo.undo(papers, now)
    assert undone is not None
    assert (undone.conflicts, len(undone.papers)) == ((5, 7), MANY - 2)
    statuses = papers.execute("SELECT status, count(*) FROM paper GROUP BY status ORDER BY status").fetchall()
    assert statuses == [("inbox", MANY - MANY // 4 - 2), ("queued", MANY // 4), ("reading", 2)]
