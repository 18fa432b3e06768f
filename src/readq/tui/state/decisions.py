"""Decisions: values that describe a change of papers. A key press makes a decision.

A `Decision` holds the function that writes the change, the function that shows the change before it is written, and the
texts for the message. The functions here are pure: they return decisions, and `Session.decide` carries them out.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from readq.days import instant
from readq.model.values import QueueRow, Status
from readq.services.history.steps import Outcome
from readq.services.history.undo import UndoResult
from readq.services.papers import triage
from readq.text import counted
from readq.tui.state.line_marks import Targets
from readq.tui.text.paper_names import paper_numbers

CachedRows = Sequence[QueueRow | None] | None
"""The cached rows of the papers of a decision. None stands for a row that is not cached.

If the decision is about more than 64 papers, the whole value is None instead of a sequence.
"""


class Decision(NamedTuple):
    """A change of one or more papers, with the function that writes it, and with its messages.

    The whole change is one undo step.
    """

    papers: Targets
    job: Callable[[Connection], Outcome]
    """The function that writes the change. It runs in the writer thread."""
    past: str
    """The verb for the message, in the past tense, such as `dropped`.

    If it has several words, it ends in a colon: `tagged +rl:`. It is "" if the verb is known only after the job has
    run. The message then uses the name of the undo step.
    """
    unchanged: str = ""
    """The message if the job changes nothing. If it is "", the message is `past` followed by `(already so)`."""
    preview: Callable[[QueueRow], QueueRow] | None = None
    """A function that returns a row as it will be after the change.

    The screen shows this row before the write is done.
    """
    status: Status | None = None
    """The new status, for the counts in the state line, or None if the decision does not set the status."""
    merged_id: int | None = None
    """The id of the paper that is merged into another paper, and is then removed from the list.

    It is None if the decision is not a merge.
    """
    folded: int = 0
    """The number of undecided papers that the decision does not change because their days are folded."""


def mark(papers: Targets, status: Status, now: datetime, *, on_done: triage.OnDone) -> Decision:
    """Return the decision that sets the status of papers.

    `on_done` says whether papers that get the status `done` are put into review, and when their cards are due.
    """
    job = partial(triage.mark, status=status, now=now, done=on_done, undecided=papers.undecided)
    return Decision(
        papers,
        lambda conn: job(conn, papers.paper_ids()),
        _with_colon(triage.STEP_NAMES[status]),
        preview=lambda row: row._replace(
            status=status,
            decided=instant(now),
            enrolled=row.enrolled or (on_done.enrols and status == Status.DONE != row.status),
        ),
        status=status,
    )


def is_done_unenrolled(rows: CachedRows) -> bool:
    """Return whether all papers of `rows` are done and none is in review.

    Return False if `rows` is None or empty, or contains None.
    """
    return bool(rows) and all(row is not None and row.status == Status.DONE and not row.enrolled for row in rows or ())


def toggle_star(papers: Targets, rows: CachedRows, now: datetime) -> Decision:
    """Return the decision that stars papers. If all of the papers have a star already, it removes their stars.

    `rows` are the cached rows of the papers.
    """
    if rows is None:
        return Decision(papers, lambda conn: triage.star(conn, papers.paper_ids(), None, now), "")
    starred = not all(row is not None and row.starred for row in rows)
    return Decision(
        papers,
        lambda conn: triage.star(conn, papers.paper_ids(), starred, now),
        "starred" if starred else "unstarred",
        preview=lambda row: row._replace(starred=starred),
    )


def toggle_enrolment(papers: Targets, rows: CachedRows, now: datetime) -> Decision:
    """Return the decision that puts papers into review. If all of the papers are in review already, it takes them out.

    `rows` are the cached rows of the papers.
    """
    if rows is None:
        return Decision(papers, lambda conn: triage.enrol(conn, papers.paper_ids(), None, now), "")
    enrolled = not all(row is not None and row.enrolled for row in rows)
    return Decision(
        papers,
        lambda conn: triage.enrol(conn, papers.paper_ids(), enrolled, now),
        "now in review:" if enrolled else "out of review:",
        unchanged="not in review, because a dropped paper is never asked:" if enrolled else "",
        preview=lambda row: row._replace(enrolled=enrolled),
    )


def tag(papers: Targets, add: Sequence[str], remove: Sequence[str], now: datetime) -> Decision:
    """Return the decision that adds tags to papers and removes tags from them."""
    changes = " ".join([*(f"+{name}" for name in add), *(f"-{name}" for name in remove)])
    return Decision(papers, lambda conn: triage.tag(conn, papers.paper_ids(), add, remove, now), f"tagged {changes}:")


def snooze(papers: Targets, until: date | None, now: datetime) -> Decision:
    """Return the decision that hides papers until the day `until`. If `until` is None, the papers are shown again."""
    return Decision(
        papers,
        lambda conn: triage.snooze(conn, papers.paper_ids(), until, now),
        f"snoozed until {until}:" if until else "no longer snoozed:",
        unchanged=f"not changed, already snoozed until {until} or neither undecided nor queued:" if until else "",
    )


def merge(job: Callable[[Connection], Outcome], kept_id: int, merged_id: int) -> Decision:
    """Return the decision that merges the paper `merged_id` into the paper `kept_id`. `job` writes the merge."""
    return Decision(
        Targets.of(kept_id),
        job,
        f"merged #{merged_id} into #{kept_id}:",
        unchanged="not merged: one of the two is not in the library any more",
        merged_id=merged_id,
    )


def keep_apart(job: Callable[[Connection], Outcome], one: int, other: int) -> Decision:
    """Return the decision that records that two papers, which look alike, are different works.

    `job` writes the record.
    """
    return Decision(Targets.of(one, other), job, "kept apart:")


def unlisted_papers(decision: Decision, outcome: Outcome) -> tuple[int, ...]:
    """Return the ids of the papers to remove from the list after `decision` was written with the result `outcome`.

    For a merge, return the id of the paper that was merged into the other one, or () if nothing was merged. For any
    other decision, return the ids of its papers that are not in the library, because another process removed them.
    """
    if decision.merged_id is not None:
        return () if outcome.step is None else (decision.merged_id,)
    return tuple(dict.fromkeys(map(int, outcome.missing)))


def result_text(decision: Decision, outcome: Outcome, describe: Callable[[Sequence[int]], str]) -> str:
    """Return the message about the result `outcome` of a decision.

    `describe` returns the words for the papers with given ids.
    """
    if decision.merged_id is not None:
        return decision.unchanged if outcome.step is None else f"{decision.past} {describe(tuple(decision.papers))}"
    missing = unlisted_papers(decision, outcome)
    verb = decision.past or f"{outcome.what}:"
    past = verb if outcome.changed else decision.unchanged or f"{verb.removesuffix(':')} (already so):"
    parts = [f"not in the library any more, taken off the list: {describe(missing)}"] if missing else []
    same = _unaltered(outcome)
    parts += _present_text(decision, outcome, past, missing, describe)
    if same:
        parts.append(f"{counted(same, 'paper')} left as {'it was' if same == 1 else 'they were'}")
    if outcome.decided:
        parts.append(f"{counted(outcome.decided, 'paper')} decided on before, left alone")
    if decision.folded:
        parts.append(f"{decision.folded:,} of folded days left alone")
    return "; ".join(parts)


def _unaltered(outcome: Outcome) -> int:
    """Return how many papers had the new value already, or could not get it, while the decision changed others.

    Papers that were left alone because they were decided on before do not count.
    """
    # Only for steps made by `run_on_papers`, which have a name, are the numbers those of the papers of the decision.
    return max(0, outcome.unchanged - outcome.decided) if outcome.changed and outcome.what else 0


def _present_text(
    decision: Decision,
    outcome: Outcome,
    past: str,
    missing: Sequence[int],
    describe: Callable[[Sequence[int]], str],
) -> list[str]:
    """Return the part of the message about the changed papers. Return [] if no paper is left to speak of.

    If the decision has changed nothing, the part is about the papers that are in the library.
    """
    left = outcome.decided + _unaltered(outcome)
    number = len(decision.papers) - len(missing) - left
    if number > 1:
        return [f"{past} {counted(number, 'paper')}"]
    if number < 1:
        return []
    # One paper of several: the others are missing or unchanged, and only the missing ones are known.
    present = [paper_id for paper_id in decision.papers if paper_id not in missing] if not left else []
    return [f"{past} {describe(present)}" if present else f"{past} 1 paper"]


def _with_colon(words: str) -> str:
    return f"{words}:" if " " in words else words


def words(decision: Decision) -> str:
    """Return the verb of a decision and the number of its papers as text, such as `dropped 3 papers`."""
    verb = f"{decision.past.removesuffix(':')} " if decision.past else ""
    return f"{verb}{counted(len(decision.papers), 'paper')}"


def undo_text(undone: UndoResult, past: str, verb: str, describe: Callable[[Sequence[int]], str]) -> str:
    """Return the message about a step that was undone or redone.

    `past` is `undone` or `redone`, and `verb` is `undo` or `redo`. `describe` returns the words for the papers with
    given ids.
    """
    papers = undone.conflicts if undone.is_unchanged else undone.papers
    step = f"{undone.what} {describe(papers)}" if papers else undone.what
    parts = [f"cannot {verb}: {step}" if undone.is_unchanged else f"{past}: {step}"]
    absent = set(undone.absent)
    if changed := [paper_id for paper_id in undone.conflicts if paper_id not in absent]:
        parts.append(f"{counted(len(changed), 'paper')} changed since, left alone: {paper_numbers(changed)}")
    if absent:
        parts.append(f"{counted(len(absent), 'paper')} not in the library any more")
    if undone.kept:
        parts.append(f"{counted(len(undone.kept), 'paper')} kept because of later changes")
    if undone.partly_restored:
        parts.append(f"metadata changed since, left alone: {paper_numbers(undone.partly_restored)}")
    if undone.unrestored:
        parts.append(f"changed since, left alone: {', '.join(undone.unrestored)}")
    return "; ".join(parts)
