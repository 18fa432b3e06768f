"""Write and read the undo history, from which undo and redo restore values.

A step is one action of a person on any number of papers. It consists of changes. A change is the value of one field of
one paper before and after the step; `readq.store.undo` lists the fields. Changes of feeds and saved views have NO_PAPER
instead of a paper id (see `readq.store.feeds.feeds_and_views`).
"""

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable
from typing import NamedTuple

COLUMNS = ("status", "decided", "starred", "snoozed_until")
"""The columns of table `paper` that only a person changes, never a source of metadata."""

LEFT = "left"
"""The field of a change which records that undo of the step did not change the paper."""

NO_PAPER = 0
"""The number in place of a paper id in changes of feeds and saved views."""

CARD_COLUMNS = ("buried_until", "priority", "suspended", "retired", "orphaned", "question", "answer")
"""The columns of table `card` that only a person changes, never the scheduler.

The last three change if the person edits the note with the question of the card.
"""


class Step(NamedTuple):
    """A step of the undo history: one action of a person."""

    step: int
    """The id of the step."""
    at: str
    """The time of the step (UTC text)."""
    what: str
    """A past participle that names the action, such as `dropped`."""
    papers: int
    """The number of papers that the step changed."""
    undone: bool


def begin(connection: sqlite3.Connection, at: str, what: str) -> int:
    """Begin a step of the undo history inside the caller's transaction. Return its id.

    The caller must call `finish` or `discard` with this id. `at` is the time of the step (UTC text). `what` is a past
    participle that names the action, such as `dropped`.
    """
    cursor = connection.execute("INSERT INTO step (at, what, papers) VALUES (?, ?, 0)", (at, what))
    return int(cursor.lastrowid or 0)


def finish(connection: sqlite3.Connection, step: int) -> int | None:
    """Complete a step of the undo history and return its id.

    Steps that were undone earlier can then no longer be redone. A step without changes is deleted instead. The result
    is then None, and undone steps can still be redone.
    """
    papers, changes = _counts(connection, step)
    if changes == 0:
        connection.execute("DELETE FROM step WHERE id = ?", (step,))
        return None
    connection.execute("UPDATE step SET papers = ? WHERE id = ?", (papers, step))
    connection.execute("UPDATE step SET redoable = 0 WHERE undone IS NOT NULL AND redoable = 1")
    return step


def discard(connection: sqlite3.Connection, step: int) -> None:
    """Delete a step from the undo history. The changes that it made to the library stay.

    Undone steps can still be redone.
    """
    connection.execute("DELETE FROM step WHERE id = ?", (step,))


def record(connection: sqlite3.Connection, step: int, changes: Iterable[tuple[int, str, object, object]]) -> None:
    """Add changes to the step `step` of the undo history.

    Each change is a tuple (paper id, field, value before, value after).
    """
    connection.executemany(
        "INSERT INTO change (step_id, paper_id, field, before, after) VALUES (?, ?, ?, ?, ?)",
        ((step, *change) for change in changes),
    )


def created_papers(connection: sqlite3.Connection, step: int, ids: Collection[int]) -> set[int]:
    """Return the ids among `ids` of the papers that the step `step` of the undo history created."""
    rows = connection.execute(
        "SELECT paper_id FROM change WHERE step_id = ? AND field = 'created'"
        " AND paper_id IN (SELECT value FROM json_each(?))",
        (step, json.dumps(list(ids))),
    )
    return {row[0] for row in rows}


def count_changed_papers(connection: sqlite3.Connection, step: int) -> int:
    """Return the number of papers that the step `step` of the undo history changed."""
    return _counts(connection, step)[0]


def _counts(connection: sqlite3.Connection, step: int) -> tuple[int, int]:
    """Return the number of papers that a step changed, and the number of its changes."""
    ((papers, changes),) = connection.execute(
        # In the order of the primary key, so that no set of papers is needed to count different ones.
        f"SELECT (SELECT count(*) FROM (SELECT DISTINCT paper_id FROM change WHERE step_id = :step"
        f" AND paper_id <> {NO_PAPER})), (SELECT count(*) FROM change WHERE step_id = :step)",
        {"step": step},
    ).fetchall()
    return int(papers), int(changes)


def changed_papers(connection: sqlite3.Connection, step: int) -> "array[int]":
    """Return the ids of the papers that the step `step` of the undo history changed, in ascending order."""
    rows = connection.execute(
        f"SELECT DISTINCT paper_id FROM change WHERE step_id = ? AND paper_id <> {NO_PAPER} ORDER BY paper_id", (step,)
    )
    return array("q", (row[0] for row in rows))


_STEPS = "SELECT id, at, what, papers, undone IS NOT NULL FROM step"


def steps(connection: sqlite3.Connection, limit: int = -1) -> list[Step]:
    """Return the newest `limit` steps of the undo history that can be undone or redone, newest first.

    If `limit` is -1, return all such steps.
    """
    rows = connection.execute(f"{_STEPS} WHERE undone IS NULL OR redoable = 1 ORDER BY id DESC LIMIT ?", (limit,))
    return [_step(row) for row in rows]


def steps_with_titles(connection: sqlite3.Connection, limit: int) -> list[tuple[Step, str | None]]:
    """Return the newest `limit` steps of the undo history that can be undone or redone, newest first.

    Each step comes with the title of the paper that it changed. The title is None if the step changed no paper or
    several papers, or if the paper was removed.
    """
    rows = connection.execute(
        f"SELECT s.*, CASE WHEN s.papers = 1 THEN (SELECT p.title FROM change c JOIN paper p ON p.id = c.paper_id"
        f" WHERE c.step_id = s.id LIMIT 1) END FROM ({_STEPS} WHERE undone IS NULL OR redoable = 1"
        " ORDER BY id DESC LIMIT ?) s",
        (limit,),
    )
    return [(_step(row[:5]), row[5]) for row in rows]


def newest_number(connection: sqlite3.Connection) -> int:
    """Return the id of the newest step of the undo history, undone or not. Return 0 if there are no steps."""
    ((number,),) = connection.execute("SELECT coalesce(max(id), 0) FROM step").fetchall()
    return int(number)


def step_to_undo(connection: sqlite3.Connection) -> Step | None:
    """Return the newest step of the undo history that is not undone, even if another process made it.

    Return None if there is no such step.
    """
    row = connection.execute(f"{_STEPS} WHERE undone IS NULL ORDER BY id DESC LIMIT 1").fetchone()
    return _step(row) if row else None


def step_to_redo(connection: sqlite3.Connection) -> Step | None:
    """Return the step of the undo history that the next redo restores: the step that was undone last.

    Return None if no step can be redone. After a new step, the steps that were undone before it cannot be redone.
    """
    row = connection.execute(f"{_STEPS} WHERE redoable = 1 AND undone IS NOT NULL ORDER BY undone DESC LIMIT 1")
    found = row.fetchone()
    return _step(found) if found else None


def step(connection: sqlite3.Connection, number: int) -> Step | None:
    """Return the step of the undo history with the id `number`. Return None if there is no such step."""
    row = connection.execute(f"{_STEPS} WHERE id = ?", (number,)).fetchone()
    return _step(row) if row else None


def is_in_force(connection: sqlite3.Connection, number: int, what: str) -> bool:
    """Return whether the undo history has a step with the id `number` and the action `what` that is not undone."""
    row = connection.execute("SELECT 1 FROM step WHERE id = ? AND what = ? AND undone IS NULL", (number, what))
    return row.fetchone() is not None


def set_undone(connection: sqlite3.Connection, number: int, undone: bool, left: Collection[int] = ()) -> None:
    """Mark the step of the undo history with the id `number` as undone, or as not undone if `undone` is false.

    An undone step can be redone until a new step is made. `left` are the papers that undo did not change, because they
    were changed after the step. Redo does not change them either.
    """
    if undone:
        connection.execute("DELETE FROM change WHERE step_id = ? AND field = ?", (number, LEFT))
        record(connection, number, ((paper_id, LEFT, None, None) for paper_id in left))
    order = f"({_NEXT_UNDONE})" if undone else "NULL"
    connection.execute(f"UPDATE step SET undone = {order}, redoable = 1 WHERE id = ?", (number,))


# A number that a folder of notes knows is never used again, or the comparison would not notice what was undone.
_NEXT_UNDONE = (
    "SELECT coalesce(max(undone), 0) + 1 FROM (SELECT undone FROM step UNION ALL SELECT undone FROM note_folder)"
)


def _step(row: tuple[int, str, str, int, int]) -> Step:
    return Step(row[0], row[1], row[2], row[3], bool(row[4]))
