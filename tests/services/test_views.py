"""Built-in views: the SQL condition and the query of each select the same papers."""

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from readq.days import instant, local_day
from readq.services.views import VIEWS, View, own_view, query_of_view, selection
from readq.store.library import open_for_reading
from readq.store.papers import queries
from readq.store.papers.queries import Selection
from readq.store.search.compiler import QueryTime, compile_query


def selected(connection: sqlite3.Connection, where: str, params: tuple[object, ...]) -> set[int]:
    """Return the numbers of the papers that satisfy a condition."""
    return {number for (number,) in connection.execute(f"SELECT p.id FROM paper p WHERE {where}", params)}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_query_of_a_view_selects_what_it_shows(connection: sqlite3.Connection, now: datetime, view: View) -> None:
    today = local_day(now)
    days = [None, today.isoformat(), (today + timedelta(days=1)).isoformat()]
    statuses = ("inbox", "queued", "reading", "done", "dropped")
    states = [(status, starred, day) for status in statuses for starred in (0, 1) for day in days]
    connection.executemany(
        "INSERT INTO paper (key, title, title_key, status, starred, snoozed_until, added, trust)"
        " VALUES ('k' || ?1, 't', 't', ?2, ?3, ?4, ?5, 1)",
        [(number, *state, instant(now)) for number, state in enumerate(states)],
    )
    shown: Selection = selection(view.name, "", now)
    condition = compile_query(view.query, QueryTime(today, now))
    assert selected(connection, shown.where, shown.params) == selected(connection, condition.sql, condition.params)
    assert selected(connection, shown.where, shown.params)


@pytest.mark.parametrize(
    ("view", "query", "whole"),
    [
        ("inbox", "", "status:inbox -is:snoozed"),
        ("done", "tag:a OR tag:b", "status:done (tag:a OR tag:b)"),
        ("all", "tag:a", "tag:a"),
        ("all", "", ""),
    ],
)
def test_a_view_and_a_filter_make_one_query(view: str, query: str, whole: str) -> None:
    assert query_of_view(view, query) == whole


def test_a_saved_view_leaves_out_dropped_papers_unless_a_status_is_named(
    six_papers: str, run_cli: Callable[..., Any], now: datetime
) -> None:
    run_cli("view", "save", "graphs", "graph")
    run_cli("view", "save", "gone", "status:dropped")
    run_cli("mark", "dropped", 2)
    assert run_cli("list", "view:graphs", "--count").out == "0\n"
    assert run_cli("list", "view:graphs", "status:dropped", "--count").out == "1\n"
    assert run_cli("list", "view:gone", "--count").out == "1\n"
    assert "@" in run_cli("export", "view:gone").out
    with contextlib.closing(open_for_reading(six_papers)) as connection:
        for text, found in (("", 0), ("status:dropped", 1)):
            shown = selection(own_view("graphs"), text, now, connection)
            assert queries.count(connection, shown) == found
        assert queries.count(connection, selection(own_view("gone"), "", now, connection)) == 1
    assert run_cli("list", "view:nowhere").status == 2
