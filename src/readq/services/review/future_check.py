"""Find answers and new cards with a day in the future, which were stored while a clock was wrong, and repair them.

Such an answer hides its card until the wrong day. Later answers to the card get the wrong day too, because an answer
never gets an earlier day than the answer before it. A new card is hidden until the wrong day, too.
"""

import sqlite3
from datetime import date, datetime, timedelta, timezone
from itertools import groupby

from readq.days import instant, local_day, parse_instant
from readq.model.values import CardState
from readq.services.review.card_check import replayed
from readq.store.check import Problem
from readq.store.journal import steps
from readq.store.review import card_snapshots, future_answers
from readq.store.review.answers import card_logs, write_answers, write_card
from readq.store.review.future_answers import FutureAnswer, FutureCard

KIND = "clock"
"""The kind of every problem that this module finds."""

_TOLERANCE = timedelta(days=1)
"""The maximum time by which an answer may be ahead of the clock. Answers can come from another machine or time zone."""

_LATEST = timedelta(days=30)
"""The maximum time until a new card is due. It is due after eight days at the latest, by the clock of its machine."""


def find_problems(connection: sqlite3.Connection, now: datetime) -> list[Problem]:
    """Return a problem for each answer that is more than a day ahead of `now`. Undone answers are ignored.

    Also return a problem for each card without answers that is due more than 30 days after `now`.
    """
    return [
        *(
            Problem(KIND, f"card {one.card}: the answer {one.number} counts for {one.day}, which is in the future")
            for one in _future(connection, now)
        ),
        *(
            Problem(KIND, f"card {one.card}: it is new, and first asked on {one.due}")
            for one in _hidden(connection, now)
        ),
    ]


def repair_problems(connection: sqlite3.Connection, now: datetime) -> None:
    """Repair the answers in the future, as one step of the undo history, inside the caller's transaction.

    An answer that was given at a future time is marked as undone. If only the day of an answer is in the future, the
    answer is kept, and its day is computed again from its time. The states of the cards are computed again. A card
    without answers that is due in the far future becomes due today.
    """
    answers = _future(connection, now)
    papers = {answer.paper_id for answer in answers} | {card.paper_id for card in _hidden(connection, now)}
    if not papers:
        return
    step = steps.begin(connection, instant(now), "answers of the future taken out")
    before = {paper_id: card_snapshots.snapshot(connection, paper_id) for paper_id in sorted(papers)}
    latest = instant(now + _TOLERANCE)
    for card, of_card in groupby(
        sorted(answers, key=lambda answer: (answer.card, answer.number)), lambda one: one.card
    ):
        _repair_card(connection, card, list(of_card), latest)
    # A card that was put into review in the future is hidden without its answers, too.
    hidden = [one.card for one in _hidden(connection, now)]
    future_answers.set_due(connection, hidden, local_day(now).isoformat())
    after = ((number, "cards", state, card_snapshots.snapshot(connection, number)) for number, state in before.items())
    steps.record(connection, step, list(after))
    steps.finish(connection, step)


def _hidden(connection: sqlite3.Connection, now: datetime) -> list[FutureCard]:
    return future_answers.future_cards(connection, local_day(now + _LATEST).isoformat())


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
