"""Compute the statistics of reviews and reading: due cards, recalls, answers, and papers that arrive and leave.

A recall is an answer to a card on a later day than its previous answer.
"""

import csv
import io
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from readq.config import Config
from readq.days import day_start, local_day
from readq.review.queue import DayCount, backlog_text
from readq.services.review.cards import day_count
from readq.store.review import figures
from readq.store.review.figures import DayAnswers, FeedCounts, Forgotten, Kept

DAYS = 30
"""The number of past days and of coming days that the statistics cover. Both include today."""

WEEKS = 8
"""The number of weeks, including the present week, for which arriving and leaving papers are counted."""

MATURE_DAYS = 21
"""The interval in days from which a card is called mature. A card with a shorter interval is young."""

_MOST_NAMED = 20


class Week(NamedTuple):
    """The numbers of arriving and leaving papers in one week. `monday` is the ISO day on which the week begins.

    `inbox_in` papers came into the inbox, and `inbox_out` papers left it. `queue_in` papers came into the queue, and
    `queue_out` papers left it.
    """

    monday: str
    inbox_in: int
    inbox_out: int
    queue_in: int
    queue_out: int


class Statistics(NamedTuple):
    """The statistics on one local day."""

    today: DayCount
    """The number of due cards that are asked today, and the number of all due cards."""
    wait: str
    """A text that tells how long it takes to review the due cards that are not asked today."""
    forecast: dict[str, int]
    """Maps each of the next DAYS days, as ISO days, to the number of cards that become due.

    The first day is today. Overdue cards count for today.
    """
    young: Kept
    """The recalls of young cards in the last DAYS days."""
    mature: Kept
    """The recalls of mature cards in the last DAYS days."""
    answers: list[DayAnswers]
    """An entry for each of the last DAYS days on which cards were answered."""
    forgotten: int
    """The number of cards in review that were forgotten twice: on the last two days on which they were answered."""
    forgotten_cards: list[Forgotten]
    """At most 20 of the cards that `forgotten` counts."""
    retired: int
    """The number of retired cards."""
    weeks: list[Week]
    """The last WEEKS weeks, oldest first."""
    feeds: list[FeedCounts]
    """The numbers of papers that each feed brought in the last DAYS days."""

    @property
    def kept(self) -> Kept:
        """The sum of `young` and `mature`: the recalls of all cards in the last DAYS days."""
        return Kept(self.young.answers + self.mature.answers, self.young.kept + self.mature.kept)

    def as_json(self) -> dict[str, Any]:
        """Return the statistics as a JSON object."""
        return {
            "due": self.today.due,
            "today": self.today.today,
            "forecast": [{"day": day, "cards": cards} for day, cards in self.forecast.items()],
            "kept": {
                name: {**kept._asdict(), "share": share(kept)}
                for name, kept in (("all", self.kept), ("young", self.young), ("mature", self.mature))
            },
            "answers": [
                {"day": one.day, "answers": one.answers, "minutes": round(one.taken_ms / 60_000, 1)}
                for one in self.answers
            ],
            "forgotten_twice": self.forgotten,
            "forgotten": [one._asdict() for one in self.forgotten_cards],
            "retired": self.retired,
            "weeks": [week._asdict() for week in self.weeks],
            "feeds": [feed._asdict() for feed in self.feeds],
        }


def share(kept: Kept) -> float | None:
    """Return the share of recalls in which the card was remembered, from 0 to 1.

    Return None if there were no recalls.
    """
    return kept.kept / kept.answers if kept.answers else None


def statistics(connection: sqlite3.Connection, now: datetime, config: Config) -> Statistics:
    """Return the statistics on the local day of `now`."""
    day = local_day(now)
    since = (day - timedelta(days=DAYS - 1)).isoformat()
    ahead = [(day + timedelta(days=days)).isoformat() for days in range(DAYS)]
    due = figures.due_by_day(connection, ahead[0], ahead[-1])
    recalls = figures.recalls(connection, since, MATURE_DAYS)
    count = day_count(connection, day, config)
    forgotten, named = figures.forgotten_twice(connection, _MOST_NAMED)
    return Statistics(
        today=count,
        wait=backlog_text(max(0, count.due - count.today), config.a_day),
        forecast={one: due.get(one, 0) for one in ahead},
        young=recalls[False],
        mature=recalls[True],
        answers=figures.answers_by_day(connection, since),
        forgotten=forgotten,
        forgotten_cards=named,
        retired=figures.count_retired(connection),
        weeks=_weeks(connection, now),
        feeds=figures.feed_counts(connection, since),
    )


def _weeks(connection: sqlite3.Connection, now: datetime) -> list[Week]:
    day = local_day(now)
    first = day - timedelta(days=day.weekday(), weeks=WEEKS - 1)
    mondays = [first + timedelta(weeks=week) for week in range(WEEKS)]
    starts = [day_start(monday, now) for monday in mondays]
    counts = [[0] * 4 for _ in mondays]
    for at in figures.arrivals(connection, starts[0]):
        counts[bisect_right(starts, at) - 1][0] += 1
    for at, before, after in figures.moves(connection, starts[0]):
        week = counts[bisect_right(starts, at) - 1]
        # A paper that comes back to the inbox is counted as one that comes in.
        week[0] += after == "inbox"
        week[1] += before == "inbox"
        week[2] += after == "queued"
        week[3] += before == "queued"
    return [Week(monday.isoformat(), *numbers) for monday, numbers in zip(mondays, counts, strict=True)]


def log_csv(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the log of answers as lines of CSV, for programs that optimise the parameters of FSRS.

    The first line has the names of the columns.
    """
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in chain([figures.LOG_COLUMNS], figures.log(connection)):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def log_entries(connection: sqlite3.Connection) -> Iterator[dict[str, object]]:
    """Yield the log of answers as JSON objects. Their keys are the columns of `log_csv`."""
    return (dict(zip(figures.LOG_COLUMNS, row, strict=True)) for row in figures.log(connection))
