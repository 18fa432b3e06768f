"""Find the time of the newest entry of the library."""

import sqlite3

_NEWEST = (
    "SELECT at FROM (SELECT at FROM review WHERE undone = 0 ORDER BY id DESC LIMIT 1)",
    "SELECT at FROM (SELECT at FROM step WHERE undone IS NULL ORDER BY id DESC LIMIT 1)",
    "SELECT added FROM (SELECT added FROM paper ORDER BY id DESC LIMIT 1)",
)


def newest_instant(connection: sqlite3.Connection) -> str | None:
    """Return the time (UTC text) of the newest entry: an answer, a paper, or a step of the undo history.

    Return None if the library has no entry. Undone answers and steps are left out.
    """
    ((newest,),) = connection.execute(f"SELECT max(at) FROM ({' UNION ALL '.join(_NEWEST)})").fetchall()
    return None if newest is None else str(newest)
