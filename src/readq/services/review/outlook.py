"""Compute the outlook that ends a review: the next day with cards, and the age of the oldest remembered card."""

import sqlite3
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.services.review.cards import day_count
from readq.store.review import figures, history

_DAYS = 366
"""The number of days after the review that are searched for the next day with cards."""


class Outlook(NamedTuple):
    """The outlook that ends a review. `day` is the next local day with cards, `cards` the number of cards to ask then.

    `day` is None if no card becomes due within a year. `oldest_days` is the number of days since the first answer to
    the oldest card that was remembered, or 0 if no card was remembered.
    """

    day: date | None = None
    cards: int = 0
    oldest_days: int = 0


def outlook(connection: sqlite3.Connection, kept: Collection[int], day: date, config: Config) -> Outlook:
    """Return the outlook after a review on the local day `day`. `kept` are the ids of the cards that were remembered.

    If due cards are left, the next day with cards is the day after `day`. The number of cards is at most the daily
    limit in `config`, and at most one card of each paper is counted.
    """
    tomorrow = day + timedelta(days=1)
    first = history.first_day(connection, kept)
    oldest = max(0, (day - date.fromisoformat(first)).days) if first else 0
    count = day_count(connection, day, config)
    due = figures.due_by_day(connection, day.isoformat(), (day + timedelta(days=_DAYS)).isoformat())
    due.pop(day.isoformat(), None)
    waiting = count.due - count.today
    if waiting:
        due = {tomorrow.isoformat(): waiting + due.get(tomorrow.isoformat(), 0)}
    next_day = min(due, default=None)
    if next_day is None or not config.a_day:
        return Outlook(oldest_days=oldest)
    asked = min(config.a_day, due[next_day], figures.count_papers(connection, next_day))
    return Outlook(date.fromisoformat(next_day), asked, oldest)
