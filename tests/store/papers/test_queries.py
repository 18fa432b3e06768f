"""Lists, counts and views, compared with a plain loop over all papers."""

import contextlib
import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby, product
from typing import Any

import pytest

from readq.days import local_day
from readq.services import views
from readq.store.library import open_for_writing
from readq.store.papers import queries
from readq.store.papers.queries import Selection

STATUSES = ("inbox", "queued", "reading", "done", "dropped")
Row = dict[str, Any]


@pytest.fixture
def today(now: datetime) -> str:
    return local_day(now).isoformat()


def days(today: str) -> list[str | None]:
    """Return no day, and the days before, on and after `today`."""
    day = datetime.fromisoformat(today)
    return [None, *((day + timedelta(days=distance)).date().isoformat() for distance in (-1, 0, 1))]


@pytest.fixture
def everything(library: str, today: str) -> Iterator[tuple[sqlite3.Connection, list[Row]]]:
    """Return a library with a paper of every kind, and the same papers as plain rows."""
    chance = random.Random(78)
    rows: list[Row] = []
    with contextlib.closing(open_for_writing(library)) as connection:
        connection.execute("BEGIN")
        for number, (status, starred, snoozed) in enumerate(product(STATUSES, (0, 1), days(today)), 1):
            row: Row = {
                "id": number,
                "key": f"k{number}",
                "title": chance.choice("abAB") + str(number),
                "authors": chance.choice(("", "Ann Lee", "bob Day")),
                "year": chance.choice((None, 1999, 2024)),
                "published": chance.choice((None, "2024-01-02", "2023-05-06")),
                "upvotes": chance.choice((None, 0, 7)),
                "status": status,
                "starred": starred,
                "snoozed_until": snoozed,
                "added": f"2026-11-{chance.choice((20, 21, 22))}T08:00:00Z",
            }
            columns = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            connection.execute(f"INSERT INTO paper ({columns}, title_key, trust) VALUES ({marks}, '', 1)", row)
            due, suspended, buried = chance.choice(days(today)), number % 3 == 0, chance.choice(days(today))
            # A dropped paper is not in review, even if its card says so.
            out = suspended or status == "dropped"
            row |= {"due": None if out or due is None else max(due, buried or due), "asked": False}
            if due:
                row["asked"] = not out and due <= today and (buried is None or buried <= today)
                connection.execute(
                    "INSERT INTO card (paper_id, kind, due, suspended, buried_until, created)"
                    " VALUES (?, 'paper', ?, ?, ?, '2026-11-01T00:00:00Z')",
                    (number, due, suspended, buried),
                )
            rows.append(row)
        connection.execute("COMMIT")
        yield connection, rows


def shown(row: Row, view: str, today: str) -> bool:
    asleep = row["snoozed_until"] is not None and row["snoozed_until"] > today
    return bool(
        {
            "inbox": row["status"] == "inbox" and not asleep,
            "queue": row["status"] == "queued" and not asleep,
            "all": row["status"] != "dropped",
            "starred": row["starred"],
            "snoozed": asleep,
        }.get(view, row["status"] == view)
    )


def test_views_and_counts_agree_with_every_paper(
    everything: tuple[sqlite3.Connection, list[Row]], now: datetime, today: str
) -> None:
    connection, rows = everything
    counts = queries.counts(connection, today)
    by_view = dict(zip((view.name for view in views.VIEWS), counts[:-3], strict=True))
    for view in views.VIEWS:
        expected = {row["id"] for row in rows if shown(row, view.name, today)}
        found = queries.list_ids(connection, views.selection(view.name, "", now))
        assert expected
        assert set(found) == expected
        assert by_view[view.name] == len(expected) == queries.count(connection, views.selection(view.name, "", now))
    assert counts.due == counts.due_papers == sum(row["asked"] for row in rows) > 0


@pytest.mark.parametrize("marks", [0, 1, 40, 400])
@pytest.mark.parametrize("sort", ["seen", "-seen"])
@pytest.mark.parametrize("where", ["1", "p.status = 'inbox'", "p.id < 0"])
def test_a_dated_list_has_the_order_statuses_and_days_of_separate_queries(
    everything: tuple[sqlite3.Connection, list[Row]], marks: int, sort: str, where: str
) -> None:
    connection, rows = everything
    chance, selection = random.Random(marks), Selection(where)
    for number, action in enumerate(("raise", "lower", "drop", None), 1):
        connection.execute(
            "INSERT INTO view (id, name, query, watch, position) VALUES (?, ?, 'x', ?, ?)",
            (number, f"v{number}", action, number),
        )
    for row in rows:
        connection.execute("UPDATE paper SET seen = ? WHERE id = ?", (f"2026-11-{20 + row['id'] % 5}", row["id"]))
    connection.executemany(
        "INSERT OR IGNORE INTO caught (paper_id, view_id, action, at) VALUES (?, ?, ?, '')",
        [
            (chance.choice(rows)["id"], number, ("raise", "lower", "drop", "lower")[number - 1])
            for number in chance.choices(range(1, 5), k=marks)
        ],
    )
    listed = queries.dated_list(connection, selection, sort)
    assert listed.ids == queries.list_ids(connection, selection, sort)
    assert (listed.ids, listed.statuses) == queries.ids_and_statuses(connection, selection, sort)
    seen = dict(connection.execute("SELECT id, seen FROM paper").fetchall())
    expected = [(day, len(list(group))) for day, group in groupby(seen[number] for number in listed.ids)]
    assert list(listed.days) == expected


ORDERS: dict[str, tuple[str, bool]] = {
    "added": ("added", True),
    "published": ("published", True),
    "year": ("year", True),
    "upvotes": ("upvotes", True),
    "due": ("due", False),
    "title": ("title", False),
    "author": ("authors", False),
}


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("reverse", [False, True])
def test_sort_keys(everything: tuple[sqlite3.Connection, list[Row]], sort: str, reverse: bool) -> None:
    connection, rows = everything
    column, falling = ORDERS[sort]
    values = {row["id"]: row[column] for row in rows}
    found = list(queries.list_ids(connection, Selection(), ("-" if reverse else "") + sort))
    assert sorted(found) == sorted(values)
    known = [values[number] for number in found if values[number] not in (None, "")]
    key: Callable[[Any], Any] = str.lower if isinstance(known[0], str) else int
    if sort == "author":
        known = [names.splitlines()[0].split()[-1] for names in known]
    assert [key(value) for value in known] == sorted(map(key, known), reverse=falling != reverse)
    assert all(values[number] in (None, "") for number in found[len(known) :])
    ties = [number for number in found if values[number] == values[found[0]]]
    # Papers with the same upvotes are in the order of their arrival, the newest first. Others have the order of ids.
    added = {row["id"]: row["added"] if sort == "upvotes" else "" for row in rows}
    by_id = sorted(ties, reverse=reverse)
    assert ties == sorted(by_id, key=added.__getitem__, reverse=not reverse)


def test_a_group_is_sorted_by_its_whole_name(library: str) -> None:
    names = ("Emmy Noether", "DreamX Team\nAda Lovelace", "Zoe Clark", "Mind Lab")
    with contextlib.closing(open_for_writing(library)) as connection:
        connection.executemany(
            "INSERT INTO paper (id, key, title, authors, status, added, title_key, trust)"
            " VALUES (?1, 'k' || ?1, 'A', ?2, 'inbox', '2026-11-20T08:00:00Z', '', 1)",
            list(enumerate(names)),
        )
        assert list(queries.list_ids(connection, Selection(), "author")) == [2, 1, 3, 0]


def test_lists_are_alphabetical_in_every_language(library: str) -> None:
    names = ("Émile Zola", "Ann Łukasik", "Zoe Öberg\nBo Abel", "Lu Day", "Озеро", "Max Mann")
    with contextlib.closing(open_for_writing(library)) as connection:
        connection.executemany(
            "INSERT INTO paper (id, key, title, authors, status, added, title_key, trust)"
            " VALUES (?1, 'k' || ?1, ?2, ?2, 'inbox', '2026-11-20T08:00:00Z', '', 1)",
            list(enumerate(names)),
        )
        titles, authors = [1, 0, 3, 5, 2, 4], [3, 1, 5, 2, 0, 4]
        assert list(queries.list_ids(connection, Selection(), "title")) == titles
        assert list(queries.list_ids(connection, Selection(), "author")) == authors
        assert list(queries.list_ids(connection, Selection(), "-title")) == titles[::-1]


def test_a_limit_takes_the_first(everything: tuple[sqlite3.Connection, list[Row]]) -> None:
    connection, _ = everything
    whole = list(queries.list_ids(connection, Selection(), "title"))
    assert list(queries.list_ids(connection, Selection(), "title", 3)) == whole[:3]
    assert list(queries.list_ids(connection, Selection(), "title", 0)) == []
    assert [line.id for line in queries.lines(connection, Selection(), "title", 3)] == whole[:3]


def test_an_unknown_sort_key_is_an_error(connection: sqlite3.Connection) -> None:
    with pytest.raises(KeyError):
        queries.list_ids(connection, Selection(), "colour")


def test_papers_are_in_the_order_of_ids_also_in_several_statements(connection: sqlite3.Connection) -> None:
    total = 2 * queries.CHUNK + 1
    connection.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n)"
        " INSERT INTO paper (key, title, title_key, trust, added) SELECT 'k' || i, 'T' || i, '', 1,"
        " '2026-11-23T08:00:00Z' FROM n",
        {"n": total},
    )
    asked = [total, 99_999, 1, *range(2, total)]
    there = [number for number in asked if number <= total]
    assert [paper.id for paper in queries.papers(connection, asked)] == there
    assert [row.id for row in queries.queue_rows(connection, asked)] == there


def test_a_selection_of_both_binds_in_order(everything: tuple[sqlite3.Connection, list[Row]]) -> None:
    connection, rows = everything
    both = Selection("p.status = ? OR p.starred = ?", ("done", 1)).and_(Selection("p.year = ?", (2024,)))
    expected = {row["id"] for row in rows if (row["status"] == "done" or row["starred"]) and row["year"] == 2024}
    assert set(queries.list_ids(connection, both)) == expected


def test_a_row_has_the_day_of_the_newest_sighting(connection: sqlite3.Connection) -> None:
    for key in ("seen", "typed"):
        connection.execute(
            "INSERT INTO paper (key, title, title_key, trust, added) VALUES (?, 'T', '', 1, '2026-11-23T08:00:00Z')",
            (key,),
        )
    connection.execute(
        "INSERT INTO feed (id, name, added) VALUES (1, 'a', :at), (2, 'b', :at)", {"at": "2026-11-23T08:00:00Z"}
    )
    connection.execute(
        "INSERT INTO sighting (paper_id, feed_id, day) VALUES (1, 1, '2026-11-20'), (1, 2, '2026-11-19')"
    )
    assert [(row.key, row.seen) for row in queries.queue_rows(connection, (1, 2))] == [
        ("seen", "2026-11-20"),
        ("typed", None),
    ]
