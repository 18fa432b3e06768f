"""Count the papers that have waited in the queue for 60 days or more. The UI offers to drop, snooze or begin them."""

import sqlite3
from datetime import datetime, timedelta

from readq.days import local_day
from readq.services import views
from readq.store.papers import queries
from readq.tui.state.library_cache import ListQuery

WAIT_DAYS = 60
"""A paper counts as waiting for long if it has been in the queue for at least this number of days."""

OLDEST_FIRST = "-decided"


def waiting_query(now: datetime) -> ListQuery:
    """Return the query for the papers that have waited in the queue for 60 days or more, the longest wait first."""
    return ListQuery("queue", f"decided:..{local_day(now) - timedelta(days=WAIT_DAYS)}", OLDEST_FIRST)


def count_waiting(connection: sqlite3.Connection, now: datetime) -> int:
    """Return the number of papers that have waited for 60 days or more. This reads every queued paper."""
    query = waiting_query(now)
    return queries.count(connection, views.selection(query.view, query.text, now))
