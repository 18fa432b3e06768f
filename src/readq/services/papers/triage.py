"""Decide on papers: status, star, snooze, tags, review.

Each call changes any number of papers as one step of the undo history.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.days import instant, local_day, parse_day
from readq.errors import UsageError
from readq.model.values import ALGORITHM, Rating, Status
from readq.services.history.steps import Outcome, run_on_papers
from readq.store.connection.transactions import writing
from readq.store.papers import decisions
from readq.store.papers.decisions import Papers
from readq.store.review import reads
from readq.text import normalise_tag

STEP_NAMES: Mapping[Status, str] = {
    Status.INBOX: "back to the inbox",
    Status.QUEUED: "queued",
    Status.READING: "began",
    Status.DONE: "finished",
    Status.DROPPED: "dropped",
}
"""Maps each status to the name of a step that sets this status. The undo history shows the name."""


class OnDone(NamedTuple):
    """The effect of the status `done`."""

    enrols: bool = True
    """Whether papers that get the status are enrolled in review. An enrolled paper has a card with a due day."""
    retention: float | None = None
    """The probability of recall at which the card becomes due. If it is None, the card is due at once.

    If it is not None, the reading of the paper counts as a first review with the rating good. For 0.80, the card is due
    after 8 days.
    """


AT_ONCE = OnDone()
"""The default effect of the status `done`: papers are enrolled in review, and their cards are due at once."""


def on_done(config: Config) -> OnDone:
    """Return the effect of the status `done` according to the settings `config`."""
    return OnDone(config.enrol_on_done, config.paper_retention if config.first_review == "later" else None)


def mark(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    status: Status,
    now: datetime,
    *,
    done: OnDone = AT_ONCE,
    undecided: bool = False,
) -> Outcome:
    """Set the status of papers, as one step of the undo history. Return the outcome.

    If `status` is `done`, the papers are enrolled in review as the argument `done` tells. If it is `dropped`, all the
    papers leave review. If it is `inbox`, `queued` or `reading`, the papers whose former status was `done` or `dropped`
    leave review. If `undecided` is true, papers that are not in the inbox are left unchanged.
    """

    def act(step: int, papers: Papers) -> None:
        decisions.set_status(connection, step, papers, status, instant(now))
        if status is Status.DROPPED:
            decisions.unenrol(connection, step, papers)
        elif status is not Status.DONE:
            decisions.unenrol(connection, step, decisions.with_former_status(step, Status.DONE))
            decisions.unenrol(connection, step, decisions.with_former_status(step, Status.DROPPED))
        elif done.enrols:
            today = local_day(now).isoformat()
            decisions.enrol(connection, step, decisions.with_new_status(step), today, instant(now), by_hand=False)
            if done.retention is not None:
                reads.log_reads(connection, step, _read(now, done.retention))
        else:
            decisions.unenrol(connection, step, decisions.with_former_status(step, Status.DROPPED))

    return run_on_papers(connection, ids, STEP_NAMES[status], now, act, undecided=undecided)


def read_again(connection: sqlite3.Connection, ids: Sequence[int], now: datetime) -> Outcome:
    """Give papers the status `reading`, and take them out of review, as one step of the undo history.

    Return the outcome. Unlike `mark` with this status, it takes papers out of review whatever status they had before.
    """

    def act(step: int, papers: Papers) -> None:
        decisions.set_status(connection, step, papers, Status.READING, instant(now))
        decisions.unenrol(connection, step, papers)

    return run_on_papers(connection, ids, STEP_NAMES[Status.READING], now, act)


def _read(now: datetime, retention: float) -> reads.Read:
    from readq.review.fsrs_formulae import next_review

    review, day, offset = next_review(None, 0, retention, Rating.GOOD), local_day(now), now.utcoffset()
    return reads.Read(
        at=instant(now),
        at_ms=int(now.timestamp() * 1000),
        day=day.isoformat(),
        utc_offset=int(offset.total_seconds()) if offset else 0,
        rating=int(Rating.GOOD),
        stability=review.stability,
        difficulty=review.difficulty,
        interval_days=review.interval_days,
        due=(day + timedelta(days=review.interval_days)).isoformat(),
        retention=retention,
        algorithm=ALGORITHM,
    )


def star(connection: sqlite3.Connection, ids: Sequence[int], starred: bool | None, now: datetime) -> Outcome:
    """Star papers if `starred` is True, or remove their stars if it is False. Return the outcome.

    If `starred` is None and all papers have a star, the stars are removed. If it is None and a paper has no star, all
    papers get a star.
    """

    def name(papers: Papers) -> str:
        nonlocal starred
        if starred is None:
            starred = decisions.count(connection, papers, "starred = 0") > 0
        return "starred" if starred else "unstarred"

    def act(step: int, papers: Papers) -> None:
        decisions.set_column(connection, step, papers, "starred", int(bool(starred)))

    return run_on_papers(connection, ids, name, now, act)


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
    """Hide papers until the day `until`, or show them again if it is None. Return the outcome.

    Only papers with the status `inbox` or `queued` are changed. Raises UsageError if the day is not in the future.
    """
    if until is not None:
        _require_future(until, now)

    def act(step: int, papers: Papers) -> None:
        waiting = decisions.snoozable(papers)
        decisions.set_column(connection, step, waiting, "snoozed_until", until.isoformat() if until else None)

    return run_on_papers(connection, ids, "snoozed" if until else "woken", now, act)


def count_done_unenrolled(connection: sqlite3.Connection, ids: Sequence[int]) -> int:
    """Return the number of papers among `ids` with the status `done` that are not in review."""
    enrolled = "SELECT paper_id FROM card WHERE kind = 'paper' AND suspended = 0"
    return decisions.count(connection, decisions.listed(ids), f"status = 'done' AND id NOT IN ({enrolled})")


def count_dropped(connection: sqlite3.Connection, ids: Sequence[int]) -> int:
    """Return the number of papers among `ids` that are dropped. Dropped papers cannot be in review."""
    return decisions.count(connection, decisions.listed(ids), "status = 'dropped'")


def count_unsnoozable(connection: sqlite3.Connection, ids: Sequence[int]) -> int:
    """Return the number of papers among `ids` that cannot be snoozed. Only inbox and queued papers can be snoozed."""
    return decisions.count(connection, decisions.listed(ids), f"NOT ({decisions.SNOOZABLE})")


def tag(
    connection: sqlite3.Connection, ids: Sequence[int], add: Sequence[str], remove: Sequence[str], now: datetime
) -> Outcome:
    """Add the tags `add` to papers and remove the tags `remove`, as one step of the undo history. Return the outcome.

    Raises UsageError if a tag is invalid, or is in both `add` and `remove`.
    """
    added = list(dict.fromkeys(normalise_tag(name) for name in add))
    removed = list(dict.fromkeys(normalise_tag(name) for name in remove))
    for name in added:
        if name in removed:
            raise UsageError(f"tag {name} is both added and removed", "name it once")

    def act(step: int, papers: Papers) -> None:
        for name in added:
            decisions.set_tag(connection, step, papers, name, tagged=True)
        for name in removed:
            decisions.set_tag(connection, step, papers, name, tagged=False)

    what = " ".join([*(f"+{name}" for name in added), *(f"-{name}" for name in removed)])
    return run_on_papers(connection, ids, f"tagged {what}", now, act)


def enrol(connection: sqlite3.Connection, ids: Sequence[int], enrolled: bool | None, now: datetime) -> Outcome:
    """Enrol papers in review if `enrolled` is True, or take them out of review if it is False. Return the outcome.

    Review cards keep their schedules. If `enrolled` is None and all papers are in review, they are taken out of review.
    If it is None and a paper is not in review, all papers are enrolled.
    """

    def name(papers: Papers) -> str:
        nonlocal enrolled
        if enrolled is None:
            enrolled = decisions.count_enrolled(connection, papers) < decisions.count(connection, papers)
        return "enrolled" if enrolled else "unenrolled"

    def act(step: int, papers: Papers) -> None:
        if enrolled:
            decisions.enrol(connection, step, papers, local_day(now).isoformat(), instant(now))
        else:
            decisions.unenrol(connection, step, papers)

    return run_on_papers(connection, ids, name, now, act)


def open_paper(connection: sqlite3.Connection, paper_id: int) -> None:
    """Record a paper as the paper that was opened last. Undo does not affect this.

    On the command line, `.` stands for this paper.
    """
    with writing(connection):
        decisions.open_paper(connection, paper_id)
