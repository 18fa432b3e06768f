"""Run a person's action as one step: a journal entry that undo can reverse and redo can repeat."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.store.connection.transactions import writing
from readq.store.journal import steps
from readq.store.papers.decisions import existing


class Outcome(NamedTuple):
    """The result of an action: the numbers of papers, feeds or views that it changed and that it left unchanged.

    `missing` has the ids or names, as text, that the library does not have. `step` is the number of the step, or None
    if nothing was changed.
    """

    changed: int
    unchanged: int
    missing: tuple[str, ...] = ()
    step: int | None = None


def run_as_step(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    what: str,
    now: datetime,
    act: Callable[[int, list[int]], None],
) -> Outcome:
    """Run `act(step, present)` as one step with the name `what`, in one write transaction. Return the outcome.

    `step` is the number of the step. `present` are the ids among `ids` of papers that are in the library.
    """
    with writing(connection):
        present = existing(connection, ids)
        step = steps.begin(connection, instant(now), what)
        act(step, present)
        changed = len(steps.changed_papers(connection, step))
        finished = steps.finish(connection, step)
    there = set(present)
    missing = tuple(str(number) for number in dict.fromkeys(ids) if number not in there)
    return Outcome(changed, len(present) - changed, missing, finished)


def run_single_change(
    connection: sqlite3.Connection, what: str, now: datetime, act: Callable[[int], object]
) -> Outcome:
    """Run `act(step)` as a step with the name `what`, inside the caller's transaction. Return the outcome.

    `act` changes at most one thing. `step` is the number of the step.
    """
    step = steps.begin(connection, instant(now), what)
    act(step)
    finished = steps.finish(connection, step)
    return Outcome(int(finished is not None), int(finished is None), (), finished)
