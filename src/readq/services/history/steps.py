"""Run a person's action as one step, an entry of the undo history that undo can reverse and redo can repeat."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.store.connection.transactions import large_cache, writing
from readq.store.journal import steps
from readq.store.papers import decisions
from readq.store.papers.decisions import Papers


class Outcome(NamedTuple):
    """The result of an action on papers, feeds or views."""

    changed: int
    """The number of papers, feeds or views that the action changed."""
    unchanged: int
    """The number of papers, feeds or views that the action left unchanged."""
    missing: tuple[str, ...] = ()
    """The ids or names, as text, that the library does not have."""
    step: int | None = None
    """The number of the step in the undo history, or None if nothing was changed."""
    decided: int = 0
    """The number of papers that were left unchanged because they are not in the inbox.

    They are counted in `unchanged`, too.
    """
    what: str = ""
    """The name of the step if `run_on_papers` made it, else ""."""


def run_as_step(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    what: str,
    now: datetime,
    act: Callable[[int, list[int]], None],
) -> Outcome:
    """Call `act(step, present)` in one write transaction, and record its changes as one step. Return the outcome.

    A step is an entry of the undo history. `step` is its number, `what` its name. `present` has the ids among `ids`
    that belong to papers of the library.
    """
    with writing(connection):
        present = decisions.existing(connection, ids)
        step = steps.begin(connection, instant(now), what)
        act(step, present)
        changed = steps.count_changed_papers(connection, step)
        finished = steps.finish(connection, step)
    return Outcome(changed, _unchanged(len(present), changed), _missing(ids, present), finished)


def _missing(ids: Sequence[int], present: Sequence[int]) -> tuple[str, ...]:
    if len(ids) == len(present):
        # A set of hundreds of thousands of ids would take as much memory as the whole command.
        return ()
    there = set(present)
    return tuple(str(number) for number in dict.fromkeys(ids) if number not in there)


def _unchanged(present: int, changed: int) -> int:
    """Return the number of papers left unchanged.

    It is 0 if more papers changed than were given. A new key also changes papers whose notes link to it.
    """
    return max(present - changed, 0)


def run_on_papers(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    what: str | Callable[[Papers], str],
    now: datetime,
    act: Callable[[int, Papers], None],
    *,
    undecided: bool = False,
) -> Outcome:
    """Call `act(step, papers)` in one write transaction, and record its changes as one step. Return the outcome.

    - `step`: the number of the step, which is an entry of the undo history
    - `papers`: the papers with the ids `ids`, as an SQL table or subquery, so that they need not be loaded
    - `what`: the name of the step, or a function that takes `papers` and returns the name. It is called before `act`
    - `undecided`: if true, papers that are not in the inbox are left unchanged
    """
    with large_cache(connection), writing(connection):
        papers, absent = decisions.choose(connection, ids)
        present = decisions.count(connection, papers)
        decided = decisions.leave_out_decided(connection) if undecided else 0
        name = what if isinstance(what, str) else what(papers)
        step = steps.begin(connection, instant(now), name)
        act(step, papers)
        changed = steps.count_changed_papers(connection, step)
        finished = steps.finish(connection, step)
    return Outcome(changed, _unchanged(present, changed), tuple(map(str, absent)), finished, decided, name)


def run_single_change(
    connection: sqlite3.Connection, what: str, now: datetime, act: Callable[[int], object]
) -> Outcome:
    """Call `act(step)` in the caller's transaction, and record its change as one step. Return the outcome.

    A step is an entry of the undo history. `step` is its number, `what` its name. `act` changes at most one thing, so
    the outcome counts one thing as changed or unchanged.
    """
    step = steps.begin(connection, instant(now), what)
    act(step)
    finished = steps.finish(connection, step)
    return Outcome(int(finished is not None), int(finished is None), (), finished)
