"""Postpone cards and spread a backlog over days. Neither changes what the scheduler knows of a card."""

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
"""The number of days over which cards can be spread, and by which they can be postponed."""


class Postponement(NamedTuple):
    """New days of cards, as local ISO days by card id. The cards stay hidden until their days."""

    days: dict[int, str]

    def counts(self) -> list[tuple[str, int]]:
        """Return the days with their numbers of cards, ordered by day."""
        return sorted(Counter(self.days.values()).items())


def due_cards(
    connection: sqlite3.Connection, now: datetime, papers: Sequence[int] | None, until: date | None = None
) -> list[DueRow]:
    """Return the cards that are due today, or before the local day `until`. Leaves out suspended and buried ones.

    Returns only cards of the papers with the ids `papers`, unless it is None.
    """
    today = local_day(now)
    horizon = today if until is None else until - timedelta(days=1)
    rows = due_rows(connection, DueQuery(today.isoformat(), horizon.isoformat()))
    if papers is None:
        return rows
    chosen = set(papers)
    return [row for row in rows if row.paper_id in chosen]


def plan_until(rows: Sequence[DueRow], until: date, now: datetime) -> Postponement:
    """Return the postponement of cards to one local day. Raises UsageError if the day is not in the future."""
    today = local_day(now)
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise UsageError(f"{until} is not in the future, or too far", f"at most {MOST_DAYS:,} days from today")
    return Postponement({row.id: until.isoformat() for row in rows})


def plan_spread(
    connection: sqlite3.Connection, rows: Sequence[DueRow], days: int, now: datetime, config: Config
) -> Postponement:
    """Return the postponement of cards to the next `days` days, as evenly as possible.

    Cards of higher rank come earlier; of equal rank, those due first. Raises UsageError if `days` is not from 1 to
    MOST_DAYS.
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
    """Hide the cards of a plan until their days, as one step. Cards that are gone are left out."""
    cards = find_cards(connection, list(plan.days))

    def act(step: int, _: object) -> None:
        for card in cards.values():
            decisions.set_card(connection, step, card.id, "buried_until", plan.days[card.id])

    return run_as_step(connection, [card.paper_id for card in cards.values()], "postponed", now, act)


def unrecalled(connection: sqlite3.Connection, rows: Sequence[DueRow]) -> list[int]:
    """Return the ids of the cards that have answers, all of them `again`: a backlog may let them go."""
    return never_recalled(connection, [row.id for row in rows if row.reps])
