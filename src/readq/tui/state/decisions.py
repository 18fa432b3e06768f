"""What a key changes about papers, as a value: the write, the optimistic update and the words for the message.

Pure functions build the values; `Session.decide` carries them out.
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
"""The rows of the papers of a decision; None where a row is not cached."""


class Decision(NamedTuple):
    """A change of papers that is one undo step."""

    paper_ids: tuple[int, ...]
    job: Callable[[Connection], Outcome]
    """The write, run in the writer thread."""
    past: str
    """Past tense for the message: `dropped`. Ends in a colon if it has several words: `tagged +rl:`."""
    unchanged: str = ""
    """Message if the job changes nothing. Empty: `past` with `(already so)`."""
    preview: Callable[[QueueRow], QueueRow] | None = None
    """The change of a paper's row, shown before the write is done."""
    status: Status | None = None
    """The new status, counted in the state line."""
    merged_id: int | None = None
    """The paper that leaves the list because it was merged into another one."""


def mark(paper_ids: Sequence[int], status: Status, now: datetime, *, enrol_on_done: bool) -> Decision:
    """Set the status of papers."""
    return Decision(
        tuple(paper_ids),
        partial(triage.mark, ids=paper_ids, status=status, now=now, enrol_on_done=enrol_on_done),
        _with_colon(triage.STEP_NAMES[status]),
        preview=lambda row: row._replace(status=status, decided=instant(now)),
        status=status,
    )


def toggle_star(paper_ids: Sequence[int], rows: CachedRows, now: datetime) -> Decision:
    """Star papers, or unstar them if all are starred."""
    starred = not all(row is not None and row.starred for row in rows)
    return Decision(
        tuple(paper_ids),
        partial(triage.star, ids=paper_ids, starred=starred, now=now),
        "starred" if starred else "unstarred",
        preview=lambda row: row._replace(starred=starred),
    )


def toggle_enrolment(paper_ids: Sequence[int], rows: CachedRows, now: datetime) -> Decision:
    """Enrol papers in review, or unenrol them if all are enrolled."""
    enrolled = not all(row is not None and row.enrolled for row in rows)
    return Decision(
        tuple(paper_ids),
        partial(triage.enrol, ids=paper_ids, enrolled=enrolled, now=now),
        "now in review:" if enrolled else "out of review:",
        preview=lambda row: row._replace(enrolled=enrolled),
    )


def tag(paper_ids: Sequence[int], add: Sequence[str], remove: Sequence[str], now: datetime) -> Decision:
    """Add and remove tags."""
    changes = " ".join([*(f"+{name}" for name in add), *(f"-{name}" for name in remove)])
    job = partial(triage.tag, ids=paper_ids, add=add, remove=remove, now=now)
    return Decision(tuple(paper_ids), job, f"tagged {changes}:")


def snooze(paper_ids: Sequence[int], until: date | None, now: datetime) -> Decision:
    """Hide papers until a day; None ends the snooze."""
    return Decision(
        tuple(paper_ids),
        partial(triage.snooze, ids=paper_ids, until=until, now=now),
        f"snoozed until {until}:" if until else "no longer snoozed:",
        unchanged="not snoozed, only undecided and queued papers can be:" if until else "",
    )


def merge(job: Callable[[Connection], Outcome], kept_id: int, merged_id: int) -> Decision:
    """Merge the paper `merged_id` into `kept_id` by `job`."""
    return Decision(
        (kept_id,),
        job,
        f"merged #{merged_id} into #{kept_id}:",
        unchanged="not merged: one of the two was removed elsewhere",
        merged_id=merged_id,
    )


def keep_apart(job: Callable[[Connection], Outcome], one: int, other: int) -> Decision:
    """Settle by `job` that two papers differ."""
    return Decision((one, other), job, "kept apart:")


def unlisted_papers(decision: Decision, outcome: Outcome) -> tuple[int, ...]:
    """Return the papers that leave the list: those removed by another process, or the merged one."""
    if decision.merged_id is not None:
        return () if outcome.step is None else (decision.merged_id,)
    return tuple(dict.fromkeys(map(int, outcome.missing)))


def result_text(decision: Decision, outcome: Outcome, describe: Callable[[Sequence[int]], str]) -> str:
    """Word the result of a decision; `describe` names papers."""
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
