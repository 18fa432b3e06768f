"""The day under which lists show a paper, and the rank on that day, follow each change of its sightings."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from readq.store.papers.queries import Selection, list_ids
from readq.store.schema.migrations import build

_DAYS = st.sampled_from(["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-24"])
_RANKS = st.none() | st.integers(1, 3)
_SIGHTING = st.tuples(st.integers(1, 2), st.integers(1, 2), _DAYS, _RANKS)
_CHANGES = st.lists(st.tuples(st.sampled_from(["put", "delete", "delete paper"]), _SIGHTING), max_size=12)

ARRIVAL = "2026-11-22"


def library() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    connection.executemany(
        "INSERT INTO feed (id, name, added) VALUES (?, ?, '2026-11-01T00:00:00Z')", [(1, "one"), (2, "two")]
    )
    return connection


def put_paper(connection: sqlite3.Connection, number: int) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO paper (id, key, title, title_key, trust, added)"
        " VALUES (?1, 'key' || ?1, 'T', 't', 30, '2026-11-22T12:00:00Z')",
        (number,),
    )


def see(connection: sqlite3.Connection, paper: int, feed: int, day: str, rank: int | None) -> None:
    connection.execute(
        "INSERT INTO sighting (paper_id, feed_id, day, rank) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET rank = excluded.rank",
        (paper, feed, day, rank),
    )


@given(_CHANGES)
def test_day_and_rank_are_those_of_the_newest_sighting_after_any_changes(
    changes: list[tuple[str, tuple[int, int, str, int | None]]],
) -> None:
    connection = library()
    for number in (1, 2):
        put_paper(connection, number)
    for what, (paper, feed, day, rank) in changes:
        if what == "put":
            put_paper(connection, paper)
            see(connection, paper, feed, day, rank)
        elif what == "delete":
            connection.execute(
                "DELETE FROM sighting WHERE paper_id = ? AND feed_id = ? AND day = ?", (paper, feed, day)
            )
        else:
            connection.execute("DELETE FROM paper WHERE id = ?", (paper,))
    for paper, seen, rank in connection.execute("SELECT id, seen, seen_rank FROM paper").fetchall():
        there = connection.execute("SELECT day, rank FROM sighting WHERE paper_id = ?", (paper,)).fetchall()
        newest = max((day for day, _ in there), default=None)
        ranks = [one for day, one in there if day == newest and one is not None]
        assert (seen, rank) == (newest or ARRIVAL, min(ranks, default=None))


def test_papers_are_listed_by_day_then_rank_and_in_reverse() -> None:
    connection = library()
    for number in range(1, 7):
        put_paper(connection, number)
    see(connection, 1, 1, "2026-11-20", 2)
    see(connection, 2, 1, "2026-11-20", 1)
    see(connection, 3, 1, "2026-11-20", None)
    see(connection, 4, 1, "2026-11-24", 9)
    see(connection, 5, 1, "2026-11-24", 8)
    see(connection, 5, 2, "2026-11-24", 10)
    assert list(list_ids(connection, Selection())) == [5, 4, 6, 2, 1, 3]
    assert list(list_ids(connection, Selection(), "-seen")) == [3, 1, 2, 6, 4, 5]


def test_within_a_day_interest_comes_before_the_rank() -> None:
    connection = library()
    for number in range(1, 5):
        put_paper(connection, number)
        see(connection, number, 1, "2026-11-20", number)
    see(connection, 4, 1, "2026-11-21", 4)
    connection.executemany(
        "INSERT INTO interest_paper (paper_id, verdict, score, words) VALUES (?, 0, ?, x'')",
        [(1, 10), (3, 90), (4, 0)],
    )
    assert list(list_ids(connection, Selection())) == [4, 3, 1, 2]
    assert list(list_ids(connection, Selection(), "-seen")) == [2, 1, 3, 4]
