"""Find answers with a day in the future, which were stored while a clock was wrong, and repair them.

Such an answer hides its card until the wrong day. Later answers to the card get the wrong day too, because an answer
never gets an earlier day than the answer before it.
"""

import sqlite3
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from itertools import groupby

from readq.days import instant, local_day, parse_instant
from readq.model.values import CardState
from readq.services.review.card_check import replayed
from readq.store.check import Problem
from readq.store.journal import steps
from readq.store.review import card_snapshots, future_answers
from readq.store.review.answers import card_logs, write_answers, write_card
from readq.store.review.future_answers import FutureAnswer

KIND = "clock"
"""The kind of a problem with an answer in the future."""

_TOLERANCE = timedelta(days=1)
"""The maximum time by which an answer may be ahead of the clock. Answers can come from another machine or time zone."""


def find_problems(connection: sqlite3.Connection, now: datetime) -> list[Problem]:
    """Return a problem for each answer that is more than a day ahead of `now`. Undone answers are ignored."""
    return [
        Problem(KIND, f"card {answer.card}: the answer {answer.number} counts for {answer.day}, which is in the future")
        for answer in _future(connection, now)
    ]


def repair_problems(connection: sqlite3.Connection, now: datetime) -> None:
    """Repair the answers in the future, as one step of the undo history, inside the caller's transaction.

    An answer that was given at a future time is marked as undone. If only the day of an answer is in the future, the
    answer is kept, and its day is computed again from its time. The states of the cards are computed again.
    """
    answers = _future(connection, now)
    if not answers:
        return
    by_paper: dict[int, list[FutureAnswer]] = defaultdict(list)
    for answer in answers:
        by_paper[answer.paper_id].append(answer)
    step = steps.begin(connection, instant(now), "answers of the future taken out")
    latest = instant(now + _TOLERANCE)
    for paper_id, own in by_paper.items():
        before = card_snapshots.snapshot(connection, paper_id)
        for card, of_card in groupby(
            sorted(own, key=lambda answer: (answer.card, answer.number)), lambda one: one.card
        ):
            _repair_card(connection, card, list(of_card), latest)
        steps.record(connection, step, [(paper_id, "cards", before, card_snapshots.snapshot(connection, paper_id))])
    steps.finish(connection, step)


def _future(connection: sqlite3.Connection, now: datetime) -> list[FutureAnswer]:
    latest = now + _TOLERANCE
    return future_answers.future_answers(connection, instant(latest), local_day(latest).isoformat())


def _repair_card(connection: sqlite3.Connection, card: int, answers: list[FutureAnswer], latest: str) -> None:
    due = future_answers.first_due(connection, card)
    future_answers.take_out(connection, (answer.number for answer in answers if answer.at > latest))
    for answer in answers:
        if answer.at <= latest:
            day = max(future_answers.last_day_before(connection, card, answer.number), _own_day(answer).isoformat())
            future_answers.set_day(connection, answer.number, day)
    (log,) = card_logs(connection, card, card)
    if not log.answers:
        write_card(connection, card, CardState(None, None, None, due or log.state.due, None, 0, 0))
        return
    first = log.answers[0]
    made = replayed((first._replace(before=first.before._replace(due=due or first.before.due)), *log.answers[1:]))
    write_answers(connection, made)
    write_card(connection, card, made[-1].after)


def _own_day(answer: FutureAnswer) -> date:
    zone = timezone(timedelta(seconds=answer.utc_offset))
    return local_day(parse_instant(answer.at).astimezone(zone))
