"""Say what comes after a review: the next day with cards, and how old the oldest memory of the review is."""

import sqlite3
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from readq.config import Config
from readq.services.review.cards import day_count
from readq.store.review import figures, history

_DAYS = 366
"""The number of days among which the next one with cards is looked for."""


class Outlook(NamedTuple):
    """The next local day with cards and their number. `oldest_days` is the age of a memory in days.

    `day` is None if no card falls due within a year. `oldest_days` is 0 if no memory is known.
    """

    day: date | None = None
    cards: int = 0
    oldest_days: int = 0


def outlook(connection: sqlite3.Connection, kept: Collection[int], day: date, config: Config) -> Outlook:
    """Return what comes after the local day `day`, on which the cards with the ids `kept` were remembered.

    Cards that wait are asked from the next day on, at most as many a day as the settings allow, one of each paper.
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
