"""Postpone due cards to a day, or spread them over several days.

A postponed card is hidden until its day. Its scheduling state does not change.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.days import local_day
from readq.errors import UsageError
from readq.services.history.steps import Outcome, run_as_step
from readq.services.review import card_order
from readq.store.papers import decisions
from readq.store.review.cards import DueQuery, DueRow, due_rows, find_cards
from readq.store.review.recall import never_recalled

MOST_DAYS = 3_650
"""The maximum number of days over which cards can be spread, or by which they can be postponed."""


class Postponement(NamedTuple):
    """A plan to hide cards. `days` maps the id of each card to the local ISO day until which it is to be hidden."""

    days: dict[int, str]

    def counts(self) -> list[tuple[str, int]]:
        """Return pairs of a day and the number of cards hidden until this day, ordered by day."""
        return sorted(Counter(self.days.values()).items())


def due_cards(
    connection: sqlite3.Connection, now: datetime, papers: Sequence[int] | None, until: date | None = None
) -> list[DueRow]:
    """Return the cards that are due today or, if `until` is given, before this local day.

    Suspended cards are left out. A buried card (a card that is hidden until a day) is left out if it is still hidden
    then. If `papers` is not None, only cards of papers with these ids are returned.
    """
    # There is no day before date.min.
    last = local_day(now) if until is None else max(until, date.min + timedelta(days=1)) - timedelta(days=1)
    rows = due_rows(connection, DueQuery(last.isoformat(), last.isoformat()))
    if papers is None:
        return rows
    chosen = set(papers)
    return [row for row in rows if row.paper_id in chosen]


def plan_until(rows: Sequence[DueRow], until: date, now: datetime) -> Postponement:
    """Return a plan that hides all cards in `rows` until the local day `until`.

    Raises UsageError if the day is not in the future, or more than MOST_DAYS days from today.
    """
    today = local_day(now)
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise UsageError(f"{until} is not in the future, or too far", f"at most {MOST_DAYS:,} days from today")
    return Postponement({row.id: until.isoformat() for row in rows})


def plan_spread(
    connection: sqlite3.Connection, rows: Sequence[DueRow], days: int, now: datetime, config: Config
) -> Postponement:
    """Return a plan that spreads the cards in `rows` over `days` days from tomorrow on, as evenly as possible.

    The order of the cards is: cards with priority, cards of papers cited in drafts, cards of starred papers, all other
    cards. Each of these four groups is ordered by due day. Raises UsageError if `days` is not from 1 to MOST_DAYS.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"cannot spread over {days:,} days", f"from 1 to {MOST_DAYS:,}")
    today, total = local_day(now), len(rows)
    cited = card_order.cited_papers(connection, config)
    ranked = sorted(card_order.rank(connection, rows, cited), key=lambda each: (-each[1], each[0].due, each[0].id))
    return Postponement(
        {
            row.id: (today + timedelta(days=1 + place * min(days, total) // total)).isoformat()
            for place, (row, _) in enumerate(ranked)
        }
    )


def postpone(connection: sqlite3.Connection, plan: Postponement, now: datetime) -> Outcome:
    """Hide the cards in `plan` until their days, as one step of the undo history. Return the outcome.

    Cards that no longer exist are skipped.
    """
    cards = find_cards(connection, list(plan.days))

    def act(step: int, _: object) -> None:
        for card in cards.values():
            decisions.set_card(connection, step, card.id, "buried_until", plan.days[card.id])

    return run_as_step(connection, [card.paper_id for card in cards.values()], "postponed", now, act)


def unrecalled(connection: sqlite3.Connection, rows: Sequence[DueRow]) -> list[int]:
    """Return the ids of the cards in `rows` that the user has never recalled: all their answers are `again`.

    Cards without answers are left out. A user with a backlog may want to suspend the returned cards.
    """
    return never_recalled(connection, [row.id for row in rows if row.reps])
