"""The journal: what each action of a person did, per paper and field, so that it can be taken back.

A step is one action, however many papers. A change holds what one field of one paper was before the step and what the
step set; `readq.store.undo` lists the fields. Feeds and views belong to no paper:
see `readq.store.feeds.feeds_and_views`.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

COLUMNS = ("status", "decided", "starred", "snoozed_until")
"""The columns of `paper` that only a person changes."""

NO_PAPER = 0
"""Stands in place of a paper's number for what belongs to none."""

CARD_COLUMNS = ("buried_until", "priority")
"""The columns of `card` that only a person changes."""


class Step(NamedTuple):
    """One action, as `undo --list` shows it. `at` is an instant, `what` a past participle: `dropped`."""

    step: int
    at: str
    what: str
    papers: int
    undone: bool


def begin(connection: sqlite3.Connection, at: str, what: str) -> int:
    """Open a step within the running transaction and return its number; `finish` must follow."""
    cursor = connection.execute("INSERT INTO step (at, what, papers) VALUES (?, ?, 0)", (at, what))
    return int(cursor.lastrowid or 0)


def finish(connection: sqlite3.Connection, step: int) -> int | None:
    """Count the step's papers and forget what could be redone; a step that changed nothing is removed: None."""
    ((papers, changes),) = connection.execute(
        f"SELECT count(DISTINCT nullif(paper_id, {NO_PAPER})), count(*) FROM change WHERE step_id = ?", (step,)
    ).fetchall()
    if changes == 0:
        connection.execute("DELETE FROM step WHERE id = ?", (step,))
        return None
    connection.execute("UPDATE step SET papers = ? WHERE id = ?", (papers, step))
    connection.execute("UPDATE step SET redoable = 0 WHERE undone IS NOT NULL AND redoable = 1")
    return step


def discard(connection: sqlite3.Connection, step: int) -> None:
    """Remove a step that was begun and is none after all: what it did stays, and what could be redone still can."""
    connection.execute("DELETE FROM step WHERE id = ?", (step,))


def record(connection: sqlite3.Connection, step: int, changes: Iterable[tuple[int, str, object, object]]) -> None:
    """Note changes as (paper, field, before, after)."""
    connection.executemany(
        "INSERT INTO change (step_id, paper_id, field, before, after) VALUES (?, ?, ?, ?, ?)",
        ((step, *change) for change in changes),
    )


def changed_papers(connection: sqlite3.Connection, step: int) -> tuple[int, ...]:
    """The papers that a step touched, by number."""
    rows = connection.execute("SELECT DISTINCT paper_id FROM change WHERE step_id = ? ORDER BY paper_id", (step,))
    return tuple(row[0] for row in rows if row[0] != NO_PAPER)


_STEPS = "SELECT id, at, what, papers, undone IS NOT NULL FROM step"


def steps(connection: sqlite3.Connection, limit: int = -1) -> list[Step]:
    """The newest steps first; those that were taken back and cannot be redone any more are left out."""
    rows = connection.execute(f"{_STEPS} WHERE undone IS NULL OR redoable = 1 ORDER BY id DESC LIMIT ?", (limit,))
    return [_step(row) for row in rows]


def steps_with_titles(connection: sqlite3.Connection, limit: int) -> list[tuple[Step, str | None]]:
    """The same, with the title of the paper for a step that was about just one which is still there."""
    rows = connection.execute(
        f"SELECT s.*, CASE WHEN s.papers = 1 THEN (SELECT p.title FROM change c JOIN paper p ON p.id = c.paper_id"
        f" WHERE c.step_id = s.id LIMIT 1) END FROM ({_STEPS} WHERE undone IS NULL OR redoable = 1"
        " ORDER BY id DESC LIMIT ?) s",
        (limit,),
    )
    return [(_step(row[:5]), row[5]) for row in rows]


def newest_number(connection: sqlite3.Connection) -> int:
    """The number of the newest step, undone or not; 0 when there is none."""
    ((number,),) = connection.execute("SELECT coalesce(max(id), 0) FROM step").fetchall()
    return int(number)


def step_to_undo(connection: sqlite3.Connection) -> Step | None:
    """The newest step in force, of any process."""
    row = connection.execute(f"{_STEPS} WHERE undone IS NULL ORDER BY id DESC LIMIT 1").fetchone()
    return _step(row) if row else None


def step_to_redo(connection: sqlite3.Connection) -> Step | None:
    """The step taken back last, unless a newer step came after that."""
    row = connection.execute(f"{_STEPS} WHERE redoable = 1 AND undone IS NOT NULL ORDER BY undone DESC LIMIT 1")
    found = row.fetchone()
    return _step(found) if found else None


def step(connection: sqlite3.Connection, number: int) -> Step | None:
    """One step by its number."""
    row = connection.execute(f"{_STEPS} WHERE id = ?", (number,)).fetchone()
    return _step(row) if row else None


def set_undone(connection: sqlite3.Connection, number: int, undone: bool) -> None:
    """Note that a step was taken back, or is in force again."""
    order = "(SELECT coalesce(max(undone), 0) + 1 FROM step)" if undone else "NULL"
    connection.execute(f"UPDATE step SET undone = {order}, redoable = 1 WHERE id = ?", (number,))


def _step(row: tuple[int, str, str, int, int]) -> Step:
    return Step(row[0], row[1], row[2], row[3], bool(row[4]))
