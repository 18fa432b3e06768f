"""Undo and redo: the newest step of any process, or one by its number."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.store import undo as restore
from readq.store.connection.transactions import writing
from readq.store.feeds import feeds_and_views
from readq.store.journal import steps
from readq.store.journal.steps import Step
from readq.store.papers import decisions


class Undone(NamedTuple):
    """What was taken back, or done again: its papers, and those left alone because they changed since.

    `left_alone` are feeds and views that did, such as `feed hf-daily`. `kept` are papers of an import that stay because
    something was done with them since. `absent` are those of `conflicts` that are not in the library. Where all is in
    conflict the step stays as it was, in force or not: `stays`.
    """

    step: int
    what: str
    papers: tuple[int, ...]
    conflicts: tuple[int, ...]
    left_alone: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    absent: tuple[int, ...] = ()
    stays: bool = False


def undo(connection: sqlite3.Connection, now: datetime, number: int | None = None) -> Undone | None:
    """Take back the step `number`, or the newest in force; None when there is none.

    Raises ReadqError for a number that names no step in force.
    """
    with writing(connection):
        step = steps.step_to_undo(connection) if number is None else _step(connection, number)
        if step is None and number is None:
            return None
        if step is None:
            raise ReadqError(f"no step {number} to undo", "see readq undo --list")
        if step.undone:
            raise ReadqError(f"step {number} is taken back already", "readq redo does again what was taken back last")
        return _apply(connection, step, restore.UNDO, now)


def _step(connection: sqlite3.Connection, number: int) -> Step | None:
    fits_sqlite = number.bit_length() < 64
    return steps.step(connection, number) if fits_sqlite else None


def redo(connection: sqlite3.Connection, now: datetime) -> Undone | None:
    """Do again what was taken back last; None when nothing was, or something new was done since."""
    with writing(connection):
        step = steps.step_to_redo(connection)
        return None if step is None else _apply(connection, step, restore.REDO, now)


def _apply(connection: sqlite3.Connection, step: Step, direction: restore.Direction, now: datetime) -> Undone:
    papers = steps.changed_papers(connection, step.step)
    conflicts = restore.apply(connection, step.step, direction, instant(now))
    left = {*conflicts.papers, *conflicts.kept}
    done = tuple(number for number in papers if number not in left)
    stays = _is_nothing_done(connection, step.step, done, conflicts)
    if not stays:
        steps.set_undone(connection, step.step, direction is restore.UNDO)
    there = set(decisions.existing(connection, conflicts.papers))
    absent = tuple(number for number in conflicts.papers if number not in there)
    return Undone(
        step.step,
        step.what,
        done,
        conflicts.papers,
        feeds_and_views.display_names(conflicts.named),
        conflicts.kept,
        absent,
        stays,
    )


def _is_nothing_done(
    connection: sqlite3.Connection, step: int, done: tuple[int, ...], conflicts: restore.Conflicts
) -> bool:
    """Whether all is in conflict. A step that counted as taken back for nothing would be beyond reach afterwards."""
    if done or conflicts.kept or not (conflicts.papers or conflicts.named):
        return False
    return feeds_and_views.count_changes(connection, step) == len(conflicts.named)
