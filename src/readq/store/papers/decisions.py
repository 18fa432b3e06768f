"""Write a person's decisions on papers: status, star, snooze, tags, review. Records them in the journal for undo.

`step` is the id of the journal step that records the changes, and `ids` are paper ids. All functions run inside the
caller's transaction. Ids are passed to SQLite as one JSON array, so that one statement serves any number of papers.
"""

import sqlite3
from collections.abc import Sequence

from readq.store.journal.steps import record


def _json_list(ids: Sequence[int]) -> str:
    return f"[{','.join(map(str, ids))}]"


_IDS = "(SELECT value FROM json_each(:ids))"


def existing(connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """Return the ids among `ids` that are in the library, in ascending order."""
    rows = connection.execute(f"SELECT id FROM paper WHERE id IN {_IDS} ORDER BY id", {"ids": _json_list(ids)})
    return [row[0] for row in rows]


def snoozable(connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """Return the ids among `ids` of inbox papers and queued papers. Only these papers can be snoozed."""
    rows = connection.execute(
        f"SELECT id FROM paper WHERE id IN {_IDS} AND status IN ('inbox', 'queued')", {"ids": _json_list(ids)}
    )
    return [row[0] for row in rows]


def set_column(connection: sqlite3.Connection, step: int, ids: Sequence[int], column: str, value: object) -> list[int]:
    """Set the column `column` of the papers `ids` to `value`. Return the ids of the papers that changed.

    `column` is one of `readq.store.journal.steps.COLUMNS`.
    """
    bound = {"step": step, "ids": _json_list(ids), "value": value, "field": column}
    connection.execute(
        f"INSERT INTO change (step_id, paper_id, field, before, after) SELECT :step, id, :field, {column}, :value"
        f" FROM paper WHERE id IN {_IDS} AND {column} IS NOT :value",
        bound,
    )
    rows = connection.execute("SELECT paper_id FROM change WHERE step_id = :step AND field = :field", bound)
    changed = [row[0] for row in rows]
    connection.execute(
        f"UPDATE paper SET {column} = :value WHERE id IN (SELECT paper_id FROM change WHERE step_id = :step"
        " AND field = :field)",
        bound,
    )
    return changed


def set_status(connection: sqlite3.Connection, step: int, ids: Sequence[int], status: str, at: str) -> list[int]:
    """Set the status of the papers `ids` and end their snooze. Return the ids of the papers that changed their status.

    The time of decision of these papers becomes `at` (UTC text). For the status `inbox` it becomes null, because the
    inbox holds undecided papers.
    """
    changed = set_column(connection, step, ids, "status", status)
    set_column(connection, step, changed, "decided", None if status == "inbox" else at)
    set_column(connection, step, ids, "snoozed_until", None)
    return changed


def papers_by_former_status(connection: sqlite3.Connection, step: int, status: str) -> list[int]:
    """Return the ids of the papers that had the status `status` until the step `step` changed it."""
    rows = connection.execute(
        "SELECT paper_id FROM change WHERE step_id = ? AND field = 'status' AND before = ?", (step, status)
    )
    return [row[0] for row in rows]


def set_tag(connection: sqlite3.Connection, step: int, ids: Sequence[int], tag: str, *, tagged: bool) -> None:
    """Add `tag` to the papers `ids` if `tagged` is true, else remove it from them. Skips papers without a change."""
    bound = {"step": step, "ids": _json_list(ids), "tag": tag, "field": f"tag:{tag}", "tagged": int(tagged)}
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        f" SELECT :step, id, :field, 1 - :tagged, :tagged FROM paper WHERE id IN {_IDS}"
        " AND (id IN (SELECT paper_id FROM paper_tag WHERE tag = :tag)) <> :tagged",
        bound,
    )
    papers = "SELECT paper_id FROM change WHERE step_id = :step AND field = :field"
    if tagged:
        # A step may add a tag to a paper twice: an import, from the file and from `--tag`.
        statement = f"INSERT OR IGNORE INTO paper_tag (paper_id, tag) SELECT paper_id, :tag FROM ({papers})"
    else:
        statement = f"DELETE FROM paper_tag WHERE tag = :tag AND paper_id IN ({papers})"
    connection.execute(statement, bound)


def enrol(connection: sqlite3.Connection, step: int, ids: Sequence[int], today: str, at: str) -> None:
    """Enrol the papers `ids` in review. Skips papers that are in review already.

    The card of a paper is created if it is missing, with `at` (UTC text) as its creation time. A card that was rated
    before keeps its due day. Any other card is due on the local day `today`.
    """
    bound = {"step": step, "ids": _json_list(ids), "today": today, "at": at}
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        " SELECT :step, p.id, 'enrolment', NULL, CASE WHEN c.reps > 0 THEN c.due ELSE :today END"
        " FROM paper p LEFT JOIN card c ON c.paper_id = p.id AND c.kind = 'paper'"
        f" WHERE p.id IN {_IDS} AND coalesce(c.suspended, 1) = 1",
        bound,
    )
    enrolled = "(SELECT paper_id FROM change WHERE step_id = :step AND field = 'enrolment')"
    connection.execute(
        "UPDATE card SET suspended = 0, due = CASE WHEN reps > 0 THEN due ELSE :today END"
        f" WHERE kind = 'paper' AND paper_id IN {enrolled}",
        bound,
    )
    connection.execute(
        "INSERT INTO card (paper_id, kind, due, created) SELECT id, 'paper', :today, :at FROM paper"
        f" WHERE id IN {enrolled} AND id NOT IN (SELECT paper_id FROM card WHERE kind = 'paper')",
        bound,
    )


def unenrol(connection: sqlite3.Connection, step: int, ids: Sequence[int]) -> None:
    """Take the papers `ids` out of review: suspend their cards. The cards keep their schedules."""
    bound = {"step": step, "ids": _json_list(ids)}
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after) SELECT :step, paper_id, 'enrolment', due, NULL"
        f" FROM card WHERE kind = 'paper' AND suspended = 0 AND paper_id IN {_IDS}",
        bound,
    )
    connection.execute(
        "UPDATE card SET suspended = 1 WHERE kind = 'paper' AND paper_id IN"
        " (SELECT paper_id FROM change WHERE step_id = :step AND field = 'enrolment')",
        bound,
    )


def set_card(connection: sqlite3.Connection, step: int, card: int, column: str, value: object) -> None:
    """Set the column `column` of the card with the id `card` to `value`. Does nothing if the card does not exist.

    `column` is `buried_until`, with a local ISO day or None as value, or `priority`.
    """
    row = connection.execute(f"SELECT paper_id, {column} FROM card WHERE id = ?", (card,)).fetchone()
    if row is None or row[1] == value:
        return
    record(connection, step, [(row[0], f"{column}:{card}", row[1], value)])
    connection.execute(f"UPDATE card SET {column} = ? WHERE id = ?", (value, card))


def open_paper(connection: sqlite3.Connection, paper_id: int) -> None:
    """Record the paper as the one that was opened last. Writes no journal.

    On the command line, `.` names this paper.
    """
    connection.execute(
        "INSERT INTO last_opened (one, paper_id) VALUES (1, ?)"
        " ON CONFLICT (one) DO UPDATE SET paper_id = excluded.paper_id",
        (paper_id,),
    )
