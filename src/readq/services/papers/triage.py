"""Decide on papers: status, star, snooze, tags, review. Each call is one step, however many papers it changes."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from readq.days import instant, local_day, parse_day
from readq.errors import UsageError
from readq.model.values import Status
from readq.services.history.steps import Outcome, run_as_step
from readq.store.connection.transactions import writing
from readq.store.papers import decisions
from readq.text import normalise_tag

STEP_NAMES: Mapping[Status, str] = {
    Status.INBOX: "back to the inbox",
    Status.QUEUED: "queued",
    Status.READING: "began",
    Status.DONE: "finished",
    Status.DROPPED: "dropped",
}
"""The name of the step that sets each status."""


def mark(
    connection: sqlite3.Connection, ids: Sequence[int], status: Status, now: datetime, *, enrol_on_done: bool = True
) -> Outcome:
    """Set the status of papers. The status `done` enrols them in review if `enrol_on_done` is True.

    Papers that had the status `done` and get another status leave review.
    """

    def act(step: int, present: list[int]) -> None:
        changed = decisions.set_status(connection, step, present, status, instant(now))
        if status is not Status.DONE:
            decisions.unenrol(connection, step, decisions.papers_by_former_status(connection, step, Status.DONE))
        elif enrol_on_done:
            decisions.enrol(connection, step, changed, local_day(now).isoformat(), instant(now))

    return run_as_step(connection, ids, STEP_NAMES[status], now, act)


def star(connection: sqlite3.Connection, ids: Sequence[int], starred: bool, now: datetime) -> Outcome:
    """Star papers if `starred` is True. Otherwise remove their stars."""
    return run_as_step(
        connection,
        ids,
        "starred" if starred else "unstarred",
        now,
        lambda step, present: _set_starred(connection, step, present, starred),
    )


def _set_starred(connection: sqlite3.Connection, step: int, ids: list[int], starred: bool) -> None:
    decisions.set_column(connection, step, ids, "starred", int(starred))


def parse_snooze(text: str, now: datetime) -> date | None:
    """Parse `text`, such as `tomorrow`, `3d` or `fri`, and return the day until which to snooze a paper.

    Return None for `off`. Raises UsageError if the text is invalid, or if the day is not in the future.
    """
    if text.strip().lower() == "off":
        return None
    until = parse_day(text, local_day(now))
    _require_future(until, now)
    return until


def _require_future(until: date, now: datetime) -> None:
    if until <= local_day(now):
        raise UsageError(f"{until} is not in the future", "snooze until tomorrow, 3d, 2w, fri …")


def snooze(connection: sqlite3.Connection, ids: Sequence[int], until: date | None, now: datetime) -> Outcome:
    """Hide inbox and queued papers until the day `until`. If `until` is None, show them again.

    Papers with another status are skipped. Raises UsageError if the day is not in the future.
    """
    if until is not None:
        _require_future(until, now)

    def act(step: int, present: list[int]) -> None:
        waiting = decisions.snoozable(connection, present)
        decisions.set_column(connection, step, waiting, "snoozed_until", until.isoformat() if until else None)

    return run_as_step(connection, ids, "snoozed" if until else "woken", now, act)


def count_unsnoozable(connection: sqlite3.Connection, ids: Sequence[int]) -> int:
    """Return the number of papers among `ids` that cannot be snoozed. Only inbox and queued papers can be snoozed."""
    return len(decisions.existing(connection, ids)) - len(decisions.snoozable(connection, ids))


def tag(
    connection: sqlite3.Connection, ids: Sequence[int], add: Sequence[str], remove: Sequence[str], now: datetime
) -> Outcome:
    """Add and remove tags of papers. Raises UsageError if a tag is invalid, or is in both `add` and `remove`."""
    added = list(dict.fromkeys(normalise_tag(name) for name in add))
    removed = list(dict.fromkeys(normalise_tag(name) for name in remove))
    for name in added:
        if name in removed:
            raise UsageError(f"tag {name} is both added and removed", "name it once")

    def act(step: int, present: list[int]) -> None:
        for name in added:
            decisions.set_tag(connection, step, present, name, tagged=True)
        for name in removed:
            decisions.set_tag(connection, step, present, name, tagged=False)

    what = " ".join([*(f"+{name}" for name in added), *(f"-{name}" for name in removed)])
    return run_as_step(connection, ids, f"tagged {what}", now, act)


def enrol(connection: sqlite3.Connection, ids: Sequence[int], enrolled: bool, now: datetime) -> Outcome:
    """Enrol papers in review, or take them out of review if `enrolled` is False. Their cards keep their schedules."""

    def act(step: int, present: list[int]) -> None:
        if enrolled:
            decisions.enrol(connection, step, present, local_day(now).isoformat(), instant(now))
        else:
            decisions.unenrol(connection, step, present)

    return run_as_step(connection, ids, "enrolled" if enrolled else "unenrolled", now, act)


def open_paper(connection: sqlite3.Connection, paper_id: int) -> None:
    """Record a paper as the one that was opened last. No step is made.

    On the command line, `.` names this paper.
    """
    with writing(connection):
        decisions.open_paper(connection, paper_id)
