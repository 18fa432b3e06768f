"""Warn if the clock is far ahead, because a rating would then be stored with a wrong day."""

import sqlite3
from datetime import datetime, timedelta

from readq.days import local_day, parse_instant
from readq.store.review.newest_entry import newest_instant

LIMIT = timedelta(days=60)
"""The maximum plausible time between the newest entry of the library (an answer, a step or a paper) and now.

If more time has passed, the clock may be wrong.
"""


def clock_doubt(connection: sqlite3.Connection, now: datetime) -> str | None:
    """Return a warning if `now` is more than LIMIT after the newest entry of the library. Otherwise return None.

    The entries are the answers to cards, the steps of the undo history, and the papers. A rating that was given while
    the clock was wrong would hide its card until a day in the far future.
    """
    newest = newest_instant(connection)
    if newest is None:
        return None
    ahead = now - parse_instant(newest)
    if ahead <= LIMIT:
        return None
    last = local_day(parse_instant(newest).astimezone(now.tzinfo))
    return f"the clock says {local_day(now)}, {ahead.days:,} days after the newest entry of the library ({last})"
