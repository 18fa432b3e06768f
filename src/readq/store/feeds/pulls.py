"""Read feeds and the papers seen in them. Read and write the state of pulling each feed.

A feed's spec is the text that names the data to pull, such as `arxiv:cs.LG`. Times and days are ISO text. Writes run
inside the caller's transaction.
"""

import sqlite3
from typing import Any, NamedTuple


class Pull(NamedTuple):
    """The state of pulling one feed. A feed that was never pulled has the default values. All times are UTC text."""

    tried: str | None = None
    """The time of the last attempt."""
    succeeded: str | None = None
    """The time of the last success."""
    failed_since: str | None = None
    """The time of the first failure after the last success, or None."""
    failures: int = 0
    """The number of failed attempts since the last success."""
    error: str | None = None
    """The message of the last failure."""
    next_try: str | None = None
    """The earliest time of the next attempt."""
    paused: bool = False
    """Whether the server has answered 410 Gone. A paused feed is pulled only when the user names it."""
    through: str | None = None
    """The last ISO day whose papers were pulled completely."""
    newest: str | None = None
    """The ISO day of the newest item."""
    batch: str | None = None
    """A hash of the papers in the last response that contained papers."""
    batch_since: str | None = None
    """The ISO day since which every response has contained exactly the papers of `batch`.

    It is None if the last response contained no papers.
    """
    etag: str | None = None
    """The header `ETag` of the last response."""
    last_modified: str | None = None
    """The header `Last-Modified` of the last response."""
    moved_to: str | None = None
    """The target of a permanent redirect."""


class PulledFeed(NamedTuple):
    """A feed that is pulled, with the state of pulling it. `spec` is the text that names the data to pull."""

    id: int
    name: str
    spec: str
    pull: Pull


class PaperCounts(NamedTuple):
    """Numbers of papers that were seen in a feed."""

    papers: int = 0
    """The number of all papers that were seen in the feed."""
    new: int = 0
    """The number of papers in `papers` that are new (see `paper_counts`)."""


class FeedRow(NamedTuple):
    """A feed. `spec` is the text that names the data to pull, or None if the feed is not pulled.

    The library keeps the name of a feed that is not pulled, to say which papers were seen in it.
    """

    id: int
    name: str
    spec: str | None


_PULL = ", ".join(f"u.{name}" for name in Pull._fields)


def pulled_feeds(connection: sqlite3.Connection) -> list[PulledFeed]:
    """Return the feeds that are pulled, in the order in which they were added."""
    rows = connection.execute(
        f"SELECT f.id, f.name, f.spec, u.feed_id, {_PULL} FROM feed f LEFT JOIN pull u ON u.feed_id = f.id"
        " WHERE f.spec IS NOT NULL ORDER BY f.id"
    )
    return [_feed(row) for row in rows]


def count_pulled(connection: sqlite3.Connection) -> int:
    """Return the number of feeds that are pulled."""
    return int(connection.execute("SELECT count(*) FROM feed WHERE spec IS NOT NULL").fetchone()[0])


def count_failing(connection: sqlite3.Connection) -> int:
    """Return the number of feeds that are pulled and whose last pull failed."""
    ((number,),) = connection.execute(
        "SELECT count(*) FROM pull u JOIN feed f ON f.id = u.feed_id"
        " WHERE u.failed_since IS NOT NULL AND f.spec IS NOT NULL"
    ).fetchall()
    return int(number)


def _feed(row: tuple[Any, ...]) -> PulledFeed:
    number, name, spec, pulled_id, *columns = row
    pull = Pull(*columns) if pulled_id else Pull()
    return PulledFeed(number, name, spec, pull._replace(paused=bool(pull.paused)))


def save_pull(connection: sqlite3.Connection, feed_id: int, pull: Pull) -> None:
    """Store the state of pulling the feed with the id `feed_id`.

    Does nothing if the feed is not pulled or was removed.
    """
    names = ", ".join(Pull._fields)
    marks = ", ".join("?" * len(Pull._fields))
    updates = ", ".join(f"{name} = excluded.{name}" for name in Pull._fields)
    connection.execute(
        f"INSERT INTO pull (feed_id, {names}) SELECT id, {marks} FROM feed WHERE id = ? AND spec IS NOT NULL"
        f" ON CONFLICT (feed_id) DO UPDATE SET {updates}",
        (*pull, feed_id),
    )


def paper_counts(connection: sqlite3.Connection, since: str) -> dict[int, PaperCounts]:
    """Return a dict that maps the id of each feed to the numbers of papers seen in the feed.

    Leaves out feeds in which no paper was seen. A paper counts as new if it was added at the time `since` (UTC text) or
    later.
    """
    rows = connection.execute(
        "SELECT s.feed_id, count(DISTINCT s.paper_id), count(DISTINCT CASE WHEN p.added >= ? THEN s.paper_id END)"
        " FROM sighting s JOIN paper p ON p.id = s.paper_id GROUP BY s.feed_id",
        (since,),
    )
    return {feed_id: PaperCounts(papers, new) for feed_id, papers, new in rows}


def newest_day(connection: sqlite3.Connection, feed_id: int) -> str | None:
    """Return the latest ISO day on which papers were seen in a feed. Return None if no paper was seen in the feed."""
    day: str | None = connection.execute("SELECT max(day) FROM sighting WHERE feed_id = ?", (feed_id,)).fetchone()[0]
    return day


def latest_batch(connection: sqlite3.Connection, feed_id: int) -> tuple[str, frozenset[str]] | None:
    """Return the latest ISO day on which papers were seen in a feed, and the arXiv ids of the papers seen on that day.

    Return None if no paper was seen in the feed.
    """
    day = newest_day(connection, feed_id)
    if day is None:
        return None
    rows = connection.execute(
        "SELECT i.value FROM sighting s JOIN identifier i ON i.paper_id = s.paper_id AND i.scheme = 'arxiv'"
        " WHERE s.feed_id = ? AND s.day = ?",
        (feed_id, day),
    )
    return day, frozenset(value for (value,) in rows)


def find_by_name(connection: sqlite3.Connection, name: str) -> FeedRow | None:
    """Return the feed with the name `name`, whether it is pulled or not. Return None if there is no such feed."""
    row = connection.execute("SELECT id, name, spec FROM feed WHERE name = ?", (name,)).fetchone()
    return FeedRow(*row) if row else None


def find_by_spec(connection: sqlite3.Connection, spec: str) -> FeedRow | None:
    """Return the feed that pulls `spec`, the text that names the data to pull. Return None if there is no such feed.

    A feed that permanent redirects have moved to the URL `spec` pulls it, too.
    """
    row = connection.execute(
        "SELECT f.id, f.name, f.spec FROM feed f LEFT JOIN pull u ON u.feed_id = f.id"
        " WHERE f.spec = ?1 OR (f.spec IS NOT NULL AND u.moved_to = ?1) ORDER BY f.spec = ?1 DESC, f.id LIMIT 1",
        (spec,),
    ).fetchone()
    return FeedRow(*row) if row else None


def namesakes_by_address(connection: sqlite3.Connection, name: str) -> list[str]:
    """Return the names of the other feeds at the URL of the feed `name`, after permanent redirects.

    They are in the order in which they were added.
    """
    rows = connection.execute(
        "SELECT o.name FROM feed f LEFT JOIN pull u ON u.feed_id = f.id JOIN feed o ON o.id <> f.id"
        " LEFT JOIN pull w ON w.feed_id = o.id"
        " WHERE f.name = ? AND coalesce(w.moved_to, o.spec) = coalesce(u.moved_to, f.spec) ORDER BY o.id",
        (name,),
    )
    return [row[0] for row in rows]


def delete_pull(connection: sqlite3.Connection, name: str) -> None:
    """Delete the stored state of pulling the feed with the name `name`. The feed then counts as never pulled."""
    connection.execute("DELETE FROM pull WHERE feed_id = (SELECT id FROM feed WHERE name = ?)", (name,))
