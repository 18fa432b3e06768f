"""Undo and redo steps of the undo history.

Undo reverses the step with a given number, or the newest step, no matter which process made it.
"""

import sqlite3
from array import array
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.store.connection.transactions import large_cache, writing
from readq.store.feeds import feeds_and_views
from readq.store.journal import steps
from readq.store.journal.changes import REDO, UNDO, Direction
from readq.store.journal.steps import Step
from readq.store.papers import decisions
from readq.store.undo import Conflicts, apply


class UndoResult(NamedTuple):
    """The result of an undo or redo of one step. Papers are given by id."""

    step: int
    """The number of the step."""
    what: str
    """The name of the step, such as `dropped`."""
    papers: Sequence[int]
    """The papers that were restored."""
    conflicts: tuple[int, ...]
    """The papers that were not restored, because they were changed after the step."""
    unrestored: tuple[str, ...] = ()
    """The feeds and views, such as `feed hf-daily`, that were not restored, because they were changed after the step.
    """
    kept: tuple[int, ...] = ()
    """The papers that the step added and that undo did not remove, because they were changed or merged after the step.
    """
    partly_restored: tuple[int, ...] = ()
    """The papers in `papers` that keep a part of their metadata, because it was changed after the step."""
    absent: tuple[int, ...] = ()
    """The papers in `conflicts` that are not in the library."""
    is_unchanged: bool = False
    """Whether nothing could be restored. The step is then not marked as undone or redone."""


def undo(connection: sqlite3.Connection, now: datetime, number: int | None = None) -> UndoResult | None:
    """Undo the step with the number `number`, and return the result.

    If `number` is None, undo the newest step that is not marked as undone. Return None if there is no such step.
    Raises ReadqError if no step has the number, or if this step is undone already.
    """
    with large_cache(connection), writing(connection):
        step = steps.step_to_undo(connection) if number is None else _step(connection, number)
        if step is None and number is None:
            return None
        if step is None:
            raise ReadqError(f"no step {number} to undo", "see readq undo --list")
        if step.undone:
            raise ReadqError(f"step {number} is undone already", "readq redo repeats the step that was undone last")
        return _apply(connection, step, UNDO, now)


def _step(connection: sqlite3.Connection, number: int) -> Step | None:
    fits_sqlite = number.bit_length() < 64
    return steps.step(connection, number) if fits_sqlite else None


def redo(connection: sqlite3.Connection, now: datetime) -> UndoResult | None:
    """Redo the step that was undone last. Return the result.

    Return None if no step is marked as undone, or if a new step was made after the last undo.
    """
    with large_cache(connection), writing(connection):
        step = steps.step_to_redo(connection)
        return None if step is None else _apply(connection, step, REDO, now)


def _apply(connection: sqlite3.Connection, step: Step, direction: Direction, now: datetime) -> UndoResult:
    papers = steps.changed_papers(connection, step.step)
    conflicts = apply(connection, step.step, direction, instant(now))
    left = {*conflicts.papers, *conflicts.kept}
    done = array("q", (number for number in papers if number not in left)) if left else papers
    is_unchanged = _is_all_in_conflict(connection, step.step, done, conflicts)
    if not is_unchanged:
        steps.set_undone(connection, step.step, direction is UNDO, conflicts.papers)
    present = set(decisions.existing(connection, conflicts.papers))
    absent = tuple(number for number in conflicts.papers if number not in present)
    return UndoResult(
        step.step,
        step.what,
        done,
        conflicts.papers,
        feeds_and_views.display_names(conflicts.feeds_and_views),
        conflicts.kept,
        conflicts.partly_restored,
        absent,
        is_unchanged,
    )


def _is_all_in_conflict(connection: sqlite3.Connection, step: int, done: Sequence[int], conflicts: Conflicts) -> bool:
    """Return whether all changes are in conflict. If so, the step is not marked as undone, and can be undone later."""
    if done or conflicts.kept or not (conflicts.papers or conflicts.feeds_and_views):
        return False
    return feeds_and_views.count_changes(connection, step) == len(conflicts.feeds_and_views)
