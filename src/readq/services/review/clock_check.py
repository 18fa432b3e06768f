"""Find a clock that is far ahead, before a rating takes its day from it."""

import sqlite3
from datetime import datetime, timedelta

from readq.days import local_day, parse_instant
from readq.store.review.newest_entry import newest_instant

LIMIT = timedelta(days=60)
"""A clock that is further ahead of the newest entry of the library may be wrong."""


def clock_doubt(connection: sqlite3.Connection, now: datetime) -> str | None:
    """Return a description of the doubt if `now` is more than LIMIT after the newest entry of the library, else None.

    A rating in the far future would hide its card until then.
    """
    newest = newest_instant(connection)
    if newest is None:
        return None
    ahead = now - parse_instant(newest)
    if ahead <= LIMIT:
        return None
    last = local_day(parse_instant(newest).astimezone(now.tzinfo))
    return f"the clock says {local_day(now)}, {ahead.days:,} days after the newest entry of the library ({last})"
