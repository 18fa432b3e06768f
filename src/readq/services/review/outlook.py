"""Compute what a review shows at its end: the next day with cards, and the age of the oldest remembered card."""

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
    """What a review shows at its end."""

    day: date | None = None
    """The next local day on which cards are due.

    None if no card becomes due within a year, or if the daily limit is 0.
    """
    cards: int = 0
    """The number of cards to ask on the day `day`."""
    oldest_days: int = 0
    """The age in days of the oldest card that the user remembered in the review, or 0 if there is none.

    The age of a card counts from the day of its first answer.
    """


def outlook(connection: sqlite3.Connection, kept: Collection[int], day: date, config: Config) -> Outlook:
    """Return the outlook at the end of a review on the local day `day`.

    `kept` has the ids of the cards that the user remembered in this review. If the daily limit left some due cards
    unasked, the next day with cards is tomorrow. The field `cards` of the result counts at most one card of each paper,
    and is at most the daily limit in `config`.
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
