"""Delete the oldest steps of the undo history. The remaining steps can still be undone and redone.

Always keeps the step that the next undo would undo, and all steps that can still be redone.
"""

import sqlite3

_SIZE = "sum(40 + length(field) + coalesce(length(before), 0) + coalesce(length(after), 0))"
_UNUSABLE = "undone IS NOT NULL AND redoable = 0"
"""SQL condition on table `step`: the step was undone and can no longer be redone, so it is useless."""


def last_expired(connection: sqlite3.Connection, before: str, max_bytes: int) -> int:
    """Return the id of the newest expired step of the undo history, or 0 if no step has expired.

    A step has expired if this step and all steps with lower ids were made earlier than `before` (UTC text). A step has
    also expired if it takes more than about `max_bytes` bytes together with all newer steps.

    These steps never expire: the step that the next undo would undo, the steps that can still be redone, and all steps
    newer than one of these.
    """
    ((first_kept,),) = connection.execute(
        "SELECT min(coalesce((SELECT max(id) FROM step WHERE undone IS NULL), (SELECT max(id) FROM step)),"
        " coalesce((SELECT min(id) FROM step WHERE undone IS NOT NULL AND redoable = 1), 9223372036854775807))"
    ).fetchall()
    if first_kept is None:
        return 0
    # The clock may have been set back, so a step expires only together with all older ones.
    ((too_old,),) = connection.execute(
        "SELECT coalesce((SELECT min(id) FROM step WHERE at >= ?), (SELECT max(id) + 1 FROM step)) - 1", (before,)
    ).fetchall()
    return max(0, min(int(first_kept) - 1, max(int(too_old), _last_over_size(connection, max_bytes))))


def _last_over_size(connection: sqlite3.Connection, max_bytes: int) -> int:
    ((file_size,),) = connection.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    if file_size <= max_bytes:
        return 0
    size = 0
    for step, own in connection.execute(f"SELECT step_id, {_SIZE} FROM change GROUP BY step_id ORDER BY step_id DESC"):
        size += own
        if size > max_bytes:
            return int(step)
    return 0


def has_expired_steps(connection: sqlite3.Connection, last: int) -> bool:
    """Return whether `delete_expired` would delete a step of the undo history. `last` is a result of `last_expired`."""
    row = connection.execute(f"SELECT 1 FROM step WHERE id <= ? OR ({_UNUSABLE}) LIMIT 1", (last,)).fetchone()
    return row is not None


def delete_expired(connection: sqlite3.Connection, last: int) -> int:
    """Delete expired steps, and undone steps that can no longer be redone, from the undo history.

    Return the number of deleted steps. `last` is a result of `last_expired`. Runs inside the caller's transaction.
    """
    return connection.execute(f"DELETE FROM step WHERE id <= ? OR ({_UNUSABLE})", (last,)).rowcount
