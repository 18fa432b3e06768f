"""Undo and redo: the newest step of any process, or one by its number."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.store import journal, named, restore
from readq.store.connect import writing
from readq.store.journal import Step


class Undone(NamedTuple):
    """What was taken back, or done again: its papers, and those left alone because they changed since.

    `left_alone` are feeds and views that did, such as `feed hf-daily`. `kept` are papers of an import that stay because
    something was done with them since.
    """

    step: int
    what: str
    papers: tuple[int, ...]
    conflicts: tuple[int, ...]
    left_alone: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()


def undo(connection: sqlite3.Connection, now: datetime, number: int | None = None) -> Undone | None:
    """Take back the step `number`, or the newest in force; None when there is none.

    Raises ReadqError for a number that names no step in force.
    """
    with writing(connection):
        step = journal.step_to_undo(connection) if number is None else _step(connection, number)
        if step is None and number is None:
            return None
        if step is None or step.undone:
            raise ReadqError(f"no step {number} to undo", "see readq undo --list")
        return _apply(connection, step, restore.UNDO, now)


def _step(connection: sqlite3.Connection, number: int) -> Step | None:
    fits_sqlite = number.bit_length() < 64
    return journal.step(connection, number) if fits_sqlite else None


def redo(connection: sqlite3.Connection, now: datetime) -> Undone | None:
    """Do again what was taken back last; None when nothing was, or something new was done since."""
    with writing(connection):
        step = journal.step_to_redo(connection)
        return None if step is None else _apply(connection, step, restore.REDO, now)


def _apply(connection: sqlite3.Connection, step: Step, direction: restore.Direction, now: datetime) -> Undone:
    papers = journal.changed_papers(connection, step.step)
    conflicts = restore.apply(connection, step.step, direction, instant(now))
    journal.set_undone(connection, step.step, direction is restore.UNDO)
    left = {*conflicts.papers, *conflicts.kept}
    done = tuple(number for number in papers if number not in left)
    return Undone(step.step, step.what, done, conflicts.papers, named.shown(conflicts.named), conflicts.kept)


def steps(connection: sqlite3.Connection, limit: int = -1) -> list[Step]:
    """The steps that can be undone or redone, newest first; -1: all of them."""
    return journal.steps(connection, limit)


def steps_with_titles(connection: sqlite3.Connection, limit: int) -> list[tuple[Step, str | None]]:
    """The same for a person to choose from: with the title of the paper where a step was about one."""
    return journal.steps_with_titles(connection, limit)


def newest(connection: sqlite3.Connection) -> Step | None:
    """What undo would take back."""
    return journal.step_to_undo(connection)
