"""Decisions: changes of papers that keys make, as values.

A `Decision` holds the write, the optimistic update and the words for the message. The functions here are pure: they
return decisions, and `Session.decide` carries them out.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from readq.days import instant
from readq.model.values import QueueRow, Status
from readq.services.history.steps import Outcome
from readq.services.papers import triage

CachedRows = Sequence[QueueRow | None]
"""The rows of the papers of a decision, in the order of their ids; None for a row that is not cached."""


class Decision(NamedTuple):
    """A change to one or more papers, with its write and its messages. Undo reverses it as one step."""

    paper_ids: tuple[int, ...]
    job: Callable[[Connection], Outcome]
    """Writes the change. Runs in the writer thread."""
    past: str
    """The verb for the message, in the past tense: `dropped`. Several words end in a colon: `tagged +rl:`."""
    unchanged: str = ""
    """The message if the job changes nothing; if empty, the message is `past` followed by `(already so)`."""
    preview: Callable[[QueueRow], QueueRow] | None = None
    """Returns a paper's row as it is after the change, for the screen to show before the write is done."""
    status: Status | None = None
    """The new status, for the counts in the state line. None if the decision does not set the status."""
    merged_id: int | None = None
    """The id of the paper that is merged into another one, and so taken off the list.

    None if the decision is no merge.
    """


def mark(paper_ids: Sequence[int], status: Status, now: datetime, *, enrol_on_done: bool) -> Decision:
    """Return the decision that sets the status of papers to `status`.

    With `enrol_on_done`, the status `done` also puts papers into review.
    """
    return Decision(
        tuple(paper_ids),
        partial(triage.mark, ids=paper_ids, status=status, now=now, enrol_on_done=enrol_on_done),
        _with_colon(triage.STEP_NAMES[status]),
        preview=lambda row: row._replace(status=status, decided=instant(now)),
        status=status,
    )


def toggle_star(paper_ids: Sequence[int], rows: CachedRows, now: datetime) -> Decision:
    """Return the decision that stars papers. If all papers are starred, it removes their stars.

    `rows` holds the cached rows of the papers.
    """
    starred = not all(row is not None and row.starred for row in rows)
    return Decision(
        tuple(paper_ids),
        partial(triage.star, ids=paper_ids, starred=starred, now=now),
        "starred" if starred else "unstarred",
        preview=lambda row: row._replace(starred=starred),
    )


def toggle_enrolment(paper_ids: Sequence[int], rows: CachedRows, now: datetime) -> Decision:
    """Return the decision that puts papers into review. If all papers are in review, it takes them out.

    `rows` holds the cached rows of the papers.
    """
    enrolled = not all(row is not None and row.enrolled for row in rows)
    return Decision(
        tuple(paper_ids),
        partial(triage.enrol, ids=paper_ids, enrolled=enrolled, now=now),
        "now in review:" if enrolled else "out of review:",
        preview=lambda row: row._replace(enrolled=enrolled),
    )


def tag(paper_ids: Sequence[int], add: Sequence[str], remove: Sequence[str], now: datetime) -> Decision:
    """Return the decision that adds the tags `add` to papers, and removes the tags `remove` from them."""
    changes = " ".join([*(f"+{name}" for name in add), *(f"-{name}" for name in remove)])
    job = partial(triage.tag, ids=paper_ids, add=add, remove=remove, now=now)
    return Decision(tuple(paper_ids), job, f"tagged {changes}:")


def snooze(paper_ids: Sequence[int], until: date | None, now: datetime) -> Decision:
    """Return the decision that hides papers until the day `until`. If `until` is None, it shows the papers again."""
    return Decision(
        tuple(paper_ids),
        partial(triage.snooze, ids=paper_ids, until=until, now=now),
        f"snoozed until {until}:" if until else "no longer snoozed:",
        unchanged="not snoozed, only undecided and queued papers can be:" if until else "",
    )


def merge(job: Callable[[Connection], Outcome], kept_id: int, merged_id: int) -> Decision:
    """Return the decision that merges the paper `merged_id` into the paper `kept_id`. `job` writes the merge."""
    return Decision(
        (kept_id,),
        job,
        f"merged #{merged_id} into #{kept_id}:",
        unchanged="not merged: one of the two was removed elsewhere",
        merged_id=merged_id,
    )


def keep_apart(job: Callable[[Connection], Outcome], one: int, other: int) -> Decision:
    """Return the decision that the papers `one` and `other` are different works. `job` writes the decision."""
    return Decision((one, other), job, "kept apart:")


def unlisted_papers(decision: Decision, outcome: Outcome) -> tuple[int, ...]:
    """Return the ids of the papers to remove from the list after `decision` was written with the result `outcome`.

    After a merge, it is the paper that was merged into another one. Otherwise they are the papers of the decision that
    another process has removed from the library.
    """
    if decision.merged_id is not None:
        return () if outcome.step is None else (decision.merged_id,)
    return tuple(dict.fromkeys(map(int, outcome.missing)))


def result_text(decision: Decision, outcome: Outcome, describe: Callable[[Sequence[int]], str]) -> str:
    """Return the message about the result of a decision. `describe` returns the words for papers with given ids."""
    if decision.merged_id is not None:
        return decision.unchanged if outcome.step is None else f"{decision.past} {describe(decision.paper_ids)}"
    missing = unlisted_papers(decision, outcome)
    present = [paper_id for paper_id in decision.paper_ids if paper_id not in missing]
    past = (
        decision.past if outcome.changed else decision.unchanged or f"{decision.past.removesuffix(':')} (already so):"
    )
    parts = [f"removed elsewhere, no longer listed: {describe(missing)}"] if missing else []
    return "; ".join([*parts, f"{past} {describe(present)}"] if present else parts)


def _with_colon(words: str) -> str:
    return f"{words}:" if " " in words else words
