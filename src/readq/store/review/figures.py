"""Compute the statistics of review: numbers of answers, of cards that fall due, and of papers that arrive and leave."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

_OPEN = "suspended = 0 AND orphaned IS NULL AND paper_id NOT IN (SELECT id FROM paper WHERE status = 'dropped')"


class Kept(NamedTuple):
    """Numbers of recalls, as the function `recalls` counts them."""

    answers: int
    """The number of all recalls."""
    kept: int
    """The number of recalls with a better rating than `again`."""


class DayAnswers(NamedTuple):
    """The number of answers on one local ISO day."""

    day: str
    answers: int
    taken_ms: int
    """The time that all answers on the day took, in milliseconds. An answer whose time is unknown counts as 0."""


class Forgotten(NamedTuple):
    """A card that was forgotten on both of the last two days on which it was answered."""

    card: int
    paper_id: int
    title: str


class FeedCounts(NamedTuple):
    """The numbers of papers that a feed listed before any other feed did."""

    feed: str
    arrived: int
    """The number of papers that the feed listed before any other feed did."""
    wanted: int
    """The number of papers in `arrived` that have the status `queued`, `reading` or `done` now."""
    dropped: int
    """The number of papers in `arrived` that have the status `dropped` now."""
    undecided: int
    """The number of papers in `arrived` that have the status `inbox` now."""


def due_by_day(connection: sqlite3.Connection, today: str, last: str) -> dict[str, int]:
    """Return a dict that maps each local ISO day from `today` to `last` to the number of cards that become ready on it.

    A card becomes ready on the first day on which it is due and not buried. Overdue cards become ready on `today`. Days
    without cards are left out.
    """
    rows = connection.execute(
        f"SELECT max(due, coalesce(buried_until, due), :today) AS day, count(*) FROM card WHERE {_OPEN}"
        " AND due <= :last GROUP BY day HAVING day <= :last ORDER BY day",
        {"today": today, "last": last},
    )
    return dict(rows.fetchall())


def count_papers(connection: sqlite3.Connection, day: str) -> int:
    """Return the number of papers with a card that can be asked on the local ISO day `day`.

    Such a card is due on this day or earlier. It is neither suspended (taken out of review) nor buried (put off to a
    later day).
    """
    rows = connection.execute(
        f"SELECT count(DISTINCT paper_id) FROM card WHERE {_OPEN} AND due <= :day"
        " AND (buried_until IS NULL OR buried_until <= :day)",
        {"day": day},
    ).fetchall()
    return int(rows[0][0])


def recalls(connection: sqlite3.Connection, since: str, mature_days: int) -> dict[bool, Kept]:
    """Return the numbers of recalls since the local ISO day `since`, for mature cards (True) and other cards (False).

    A recall is the first answer to a card on a day. A card is mature if its interval before the answer was at least
    `mature_days` days. The very first answer to a card counts only if the paper was read to the end on an earlier day.
    """
    rows = connection.execute(
        "SELECT interval_before >= :mature, count(*), sum(rating > 1) FROM review r WHERE undone = 0"
        " AND kind = 'answer' AND day >= :since AND elapsed_days > 0 AND interval_before IS NOT NULL GROUP BY 1",
        {"since": since, "mature": mature_days},
    )
    found = {bool(row[0]): Kept(row[1], row[2]) for row in rows}
    return {is_mature: found.get(is_mature, Kept(0, 0)) for is_mature in (False, True)}


def answers_by_day(connection: sqlite3.Connection, since: str) -> list[DayAnswers]:
    """Return the number of answers for each local ISO day since `since`, ordered by day.

    Leaves out days without answers.
    """
    rows = connection.execute(
        "SELECT day, count(*), coalesce(sum(taken_ms), 0) FROM review WHERE undone = 0 AND kind = 'answer' AND day >= ?"
        " GROUP BY day ORDER BY day",
        (since,),
    )
    return [DayAnswers._make(row) for row in rows]


def forgotten_twice(connection: sqlite3.Connection, limit: int) -> tuple[int, list[Forgotten]]:
    """Return the number of cards in review that were forgotten twice, and at most `limit` of these cards.

    For each card, the last two days with an answer to it count. The card must have been forgotten on both days. A card
    was forgotten on a day if its first answer on that day is `again`. The cards with the most lapses come first.
    """
    rows = connection.execute(
        f"SELECT c.id, c.paper_id, p.title FROM card c JOIN paper p ON p.id = c.paper_id WHERE c.{_OPEN}"
        " AND c.reps > 1 AND c.id IN (SELECT card_id FROM review WHERE undone = 0 AND rating = 1)"
        " AND (SELECT count(*) = 2 AND max(rating) = 1 FROM (SELECT rating, min(id) FROM review r"
        "  WHERE r.card_id = c.id AND r.undone = 0 AND r.kind = 'answer' GROUP BY day ORDER BY day DESC LIMIT 2))"
        " ORDER BY c.lapses DESC, c.id"
    ).fetchall()
    return len(rows), [Forgotten._make(row) for row in rows[:limit]]


def count_retired(connection: sqlite3.Connection) -> int:
    """Return the number of retired cards, which are cards that the user wants to see no more."""
    ((number,),) = connection.execute("SELECT count(*) FROM card WHERE retired IS NOT NULL").fetchall()
    return int(number)


def arrivals(connection: sqlite3.Connection, since: str) -> Iterator[str]:
    """Yield the times (UTC text) at which papers were added to the inbox, from the time `since` on."""
    rows = connection.execute(
        "SELECT added FROM paper WHERE added >= ? AND (status = 'inbox' OR id IN (SELECT c.paper_id FROM change c"
        " JOIN step s ON s.id = c.step_id WHERE c.field = 'status' AND c.before = 'inbox' AND s.undone IS NULL))",
        (since,),
    )
    return (row[0] for row in rows)


def moves(connection: sqlite3.Connection, since: str) -> Iterator[tuple[str, str, str]]:
    """Yield (time, status before, status after) for each change of a paper's status from the time `since` on.

    Times are UTC text. Undone changes are left out.
    """
    yield from connection.execute(
        "SELECT s.at, c.before, c.after FROM step s JOIN change c ON c.step_id = s.id"
        " WHERE s.undone IS NULL AND s.at >= ? AND c.field = 'status'",
        (since,),
    )


def feed_counts(connection: sqlite3.Connection, since: str) -> list[FeedCounts]:
    """Return the FeedCounts of each feed: the numbers of papers that it listed before any other feed did.

    Only papers that were first listed on the local ISO day `since` or later count. The feed with the most papers comes
    first.
    """
    rows = connection.execute(
        "SELECT f.name, count(*), sum(p.status IN ('queued', 'reading', 'done')), sum(p.status = 'dropped'),"
        " sum(p.status = 'inbox') FROM (SELECT paper_id, feed_id, min(day) AS day FROM sighting GROUP BY paper_id) s"
        " JOIN paper p ON p.id = s.paper_id JOIN feed f ON f.id = s.feed_id WHERE s.day >= ?"
        " GROUP BY f.name ORDER BY 2 DESC, 1",
        (since,),
    )
    return [FeedCounts._make(row) for row in rows]


LOG_COLUMNS = (
    *("card_id", "review_time", "review_rating", "review_state", "review_duration", "day", "elapsed_days"),
    *("interval_before", "interval_days", "stability", "difficulty", "retention", "kind", "prompt", "params_id"),
)
"""The names of the columns in the exported log of answers. The optimisers of FSRS read the first five columns.

`review_time` is in milliseconds since 1970. `review_state` is 0 for the first answer to a card and 2 for any other
answer. `review_duration` is in milliseconds. `kind` is the kind of the card (`paper` or `question`), or `read` for an
entry which logs that the paper was read to the end.
"""


def log(connection: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """Yield a tuple of the values of LOG_COLUMNS for each answer that was not undone, in the order of the answers."""
    yield from connection.execute(
        "SELECT r.card_id, CAST(strftime('%s', r.at) AS INTEGER) * 1000, r.rating,"
        " CASE WHEN r.stability_before IS NULL THEN 0 ELSE 2 END, r.taken_ms, r.day, r.elapsed_days, r.interval_before,"
        " r.interval_days, r.stability, r.difficulty, r.retention, CASE r.kind WHEN 'read' THEN 'read' ELSE c.kind END,"
        " r.prompt, r.params_id FROM review r JOIN card c ON c.id = r.card_id WHERE r.undone = 0 ORDER BY r.id"
    )
