"""Forgetting old steps: from the oldest on, so that what is kept can be taken back and done again as before.

The newest step in force always stays, however big it is, and so does everything that can still be done again.
"""

import sqlite3

_SIZE = "sum(40 + length(field) + coalesce(length(before), 0) + coalesce(length(after), 0))"
_DEAD = "undone IS NOT NULL AND redoable = 0"
"""Steps that were taken back and cannot be done again: they are of no use to anybody."""


def last_expired(connection: sqlite3.Connection, before: str, most: int) -> int:
    """The number of the newest step that is to go with all older ones; 0 when none is.

    These are the steps from before the instant `before`, and those that together with all newer ones take more than
    `most` bytes, about. Reads little more than `most`.
    """
    ((first_kept,),) = connection.execute(
        "SELECT min(coalesce((SELECT max(id) FROM step WHERE undone IS NULL), (SELECT max(id) FROM step)),"
        " coalesce((SELECT min(id) FROM step WHERE undone IS NOT NULL AND redoable = 1), 9223372036854775807))"
    ).fetchall()
    if first_kept is None:
        return 0
    # The clock may have gone back: a step goes only when all older ones do.
    ((too_old,),) = connection.execute(
        "SELECT coalesce((SELECT min(id) FROM step WHERE at >= ?), (SELECT max(id) + 1 FROM step)) - 1", (before,)
    ).fetchall()
    return max(0, min(int(first_kept) - 1, max(int(too_old), _too_big(connection, most))))


def _too_big(connection: sqlite3.Connection, most: int) -> int:
    ((bytes_of_file,),) = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    if bytes_of_file <= most:
        return 0
    size = 0
    for step, own in connection.execute(f"SELECT step_id, {_SIZE} FROM change GROUP BY step_id ORDER BY step_id DESC"):
        size += own
        if size > most:
            return int(step)
    return 0


def has_expired_steps(connection: sqlite3.Connection, last: int) -> bool:
    """Whether there is anything to forget: steps up to `last`, or such as nobody can use."""
    row = connection.execute(f"SELECT 1 FROM step WHERE id <= ? OR ({_DEAD}) LIMIT 1", (last,)).fetchone()
    return row is not None


def delete_expired(connection: sqlite3.Connection, last: int) -> int:
    """Forget the steps up to `last` and those that nobody can use; how many. Runs inside the caller's transaction."""
    return connection.execute(f"DELETE FROM step WHERE id <= ? OR ({_DEAD})", (last,)).rowcount
