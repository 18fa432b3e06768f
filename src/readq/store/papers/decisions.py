"""Write a person's decisions on papers: status, star, snooze, tags, review. Record them in the undo history.

`papers` are the papers to change, and `step` is the id of the step of the undo history that records the changes. All
functions run inside the caller's transaction. For speed, a function runs the same few statements for any number of
papers, and makes no Python object for each paper.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from readq.store.journal.steps import COLUMNS, record

_CHUNK = 5_000
"""The maximum number of ids that are passed to SQLite in one statement."""


class Papers(NamedTuple):
    """A set of papers, given by SQL.

    `table` is the name of an SQL table, or a subquery. Its column `id` holds the ids of the papers. `bound` maps the
    parameters in `table` to the values to bind.
    """

    table: str
    bound: Mapping[str, object]

    @property
    def ids(self) -> str:
        """An SQL subquery for the ids of the papers, to be used as `id IN {ids}`."""
        return f"(SELECT id FROM {self.table})"


def _json_list(ids: Sequence[int]) -> str:
    return f"[{','.join(map(str, ids))}]"


def listed(ids: Sequence[int]) -> Papers:
    """Return the set of the papers with these ids. For many papers, `choose` is faster and takes less memory."""
    return Papers("(SELECT value AS id FROM json_each(:ids))", {"ids": _json_list(ids)})


def choose(connection: sqlite3.Connection, ids: Sequence[int]) -> tuple[Papers, tuple[int, ...]]:
    """Store `ids` in a temporary table. Return the set of these papers, and the ids that are not in the library.

    The set is invalid after the next call, which overwrites the table.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.chosen")
    for chunk in _chunks(ids):
        connection.execute("INSERT OR IGNORE INTO temp.chosen SELECT value FROM json_each(?)", (_json_list(chunk),))
    missing = "SELECT id FROM temp.chosen WHERE id NOT IN (SELECT id FROM paper)"
    absent = tuple(row[0] for row in connection.execute(missing))
    if absent:
        connection.execute(f"DELETE FROM temp.chosen WHERE id IN ({missing})")
    return Papers("temp.chosen", {}), absent


def leave_out_decided(connection: sqlite3.Connection) -> int:
    """Remove papers that are not in the inbox from the set that the last call of `choose` returned.

    Return the number of the removed papers. The library does not change.
    """
    return connection.execute(
        "DELETE FROM temp.chosen WHERE id NOT IN (SELECT id FROM paper WHERE status = 'inbox')"
    ).rowcount


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def existing(connection: sqlite3.Connection, ids: Sequence[int]) -> list[int]:
    """Return the ids among `ids` that the library has, in ascending order."""
    papers = listed(ids)
    rows = connection.execute(f"SELECT id FROM paper WHERE id IN {papers.ids} ORDER BY id", papers.bound)
    return [row[0] for row in rows]


def count(connection: sqlite3.Connection, papers: Papers, condition: str = "1") -> int:
    """Return the number of `papers` that are in the library and fulfil `condition`.

    `condition` is an SQL condition on table `paper`.
    """
    statement = f"SELECT count(*) FROM paper WHERE id IN {papers.ids} AND {condition}"
    ((number,),) = connection.execute(statement, papers.bound).fetchall()
    return int(number)


def count_enrolled(connection: sqlite3.Connection, papers: Papers) -> int:
    """Return the number of `papers` that are in review."""
    enrolled = "status <> 'dropped' AND id IN (SELECT paper_id FROM card WHERE kind = 'paper' AND suspended = 0)"
    return count(connection, papers, enrolled)


SNOOZABLE = "status IN ('inbox', 'queued')"
"""SQL condition on table `paper`: the paper has a status in which it can be snoozed, `inbox` or `queued`."""


def snoozable(papers: Papers) -> Papers:
    """Return the subset of `papers` that can be snoozed: papers with the status `inbox` or `queued`."""
    return papers._replace(table=f"(SELECT id FROM paper WHERE id IN {papers.ids} AND {SNOOZABLE})")


def with_new_status(step: int) -> Papers:
    """Return the set of the papers whose status was changed in the step `step` of the undo history."""
    return Papers("(SELECT paper_id AS id FROM change WHERE step_id = :from AND field = 'status')", {"from": step})


def with_former_status(step: int, status: str) -> Papers:
    """Return the set of the papers whose status was changed from `status` in the step `step` of the undo history."""
    return Papers(
        "(SELECT paper_id AS id FROM change WHERE step_id = :from AND field = 'status' AND before = :former)",
        {"from": step, "former": status},
    )


def set_column(connection: sqlite3.Connection, step: int, papers: Papers, column: str, value: object) -> None:
    """Set `column` of `papers` to `value`. `column` is one of `readq.store.journal.steps.COLUMNS`.

    Records the changes in the step `step` of the undo history.
    """
    bound = {**papers.bound, "step": step, "value": value, "field": column}
    connection.execute(
        f"INSERT INTO change (step_id, paper_id, field, before, after) SELECT :step, id, :field, {column}, :value"
        f" FROM paper WHERE id IN {papers.ids} AND {column} IS NOT :value",
        bound,
    )
    connection.execute(f"UPDATE paper SET {column} = :value WHERE id IN {papers.ids} AND {column} IS NOT :value", bound)


def set_status(connection: sqlite3.Connection, step: int, papers: Papers, status: str, at: str) -> None:
    """Set the status of `papers` and end their snooze.

    If the status of a paper changes, `at` (UTC text) is stored as the time of the decision. For the status `inbox`,
    which means undecided, no time is stored. Records the changes in the step `step` of the undo history.
    """
    bound = {**papers.bound, "step": step, "status": status, "decided": None if status == "inbox" else at}
    # One pass over the papers, whose rows are long, for all three columns.
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after) SELECT :step, p.id, f.field,"
        " CASE f.field WHEN 'status' THEN p.status WHEN 'decided' THEN p.decided ELSE p.snoozed_until END AS present,"
        " CASE f.field WHEN 'status' THEN :status WHEN 'decided' THEN :decided END AS new"
        f" FROM {papers.table} c JOIN paper p ON p.id = c.id"
        " CROSS JOIN (SELECT 'decided' AS field UNION ALL SELECT 'snoozed_until' UNION ALL SELECT 'status') f"
        " WHERE present IS NOT new AND (f.field <> 'decided' OR p.status <> :status)",
        bound,
    )
    connection.execute(
        "UPDATE paper SET status = :status, decided = CASE WHEN status = :status THEN decided ELSE :decided END,"
        f" snoozed_until = NULL WHERE id IN {papers.ids} AND (status <> :status OR snoozed_until IS NOT NULL)",
        bound,
    )


def set_tag(connection: sqlite3.Connection, step: int, papers: Papers, tag: str, *, tagged: bool) -> None:
    """Add `tag` to the papers in `papers` that lack it. If `tagged` is false, remove it from the papers that have it.

    Records the changes in the step `step` of the undo history.
    """
    bound = {**papers.bound, "step": step, "tag": tag, "field": f"tag:{tag}", "tagged": int(tagged)}
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        f" SELECT :step, id, :field, 1 - :tagged, :tagged FROM paper WHERE id IN {papers.ids}"
        " AND (id IN (SELECT paper_id FROM paper_tag WHERE tag = :tag)) <> :tagged",
        bound,
    )
    # Another call may have recorded the same change of other papers in this step.
    changed = (
        "SELECT paper_id FROM change WHERE step_id = :step AND field = :field AND after = :tagged"
        f" AND paper_id IN {papers.ids}"
    )
    if tagged:
        # A step may add a tag to a paper twice: an import, from the file and from `--tag`.
        statement = f"INSERT OR IGNORE INTO paper_tag (paper_id, tag) SELECT paper_id, :tag FROM ({changed})"
    else:
        statement = f"DELETE FROM paper_tag WHERE tag = :tag AND paper_id IN ({changed})"
    connection.execute(statement, bound)


def enrol(
    connection: sqlite3.Connection, step: int, papers: Papers, today: str, at: str, *, by_hand: bool = True
) -> None:
    """Put papers into review. Skips dropped papers, and papers that are in review already.

    A paper without a card of the kind `paper` gets a new card, which is due on the day `today` and has `at` (UTC text)
    as its creation time. An old card with ratings keeps its due day. An old card without ratings becomes due on the day
    `today`. Records the changes in the step `step` of the undo history.

    `by_hand` tells whether the user asked for the review of these papers. If it is true, retired cards, which the user
    wanted to see no more, become ordinary cards again. If it is false, papers with retired cards are skipped, and an
    old card also keeps its due day if its log has an entry that the paper was read to the end.
    """
    bound = {**papers.bound, "step": step, "today": today, "at": at}
    is_scheduled = "reps > 0" if by_hand else "stability IS NOT NULL"
    if by_hand:
        bring_back(connection, step, papers)
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        f" SELECT :step, p.id, 'enrolment', NULL, CASE WHEN c.{is_scheduled} THEN c.due ELSE :today END"
        " FROM paper p LEFT JOIN card c ON c.paper_id = p.id AND c.kind = 'paper'"
        f" WHERE p.id IN {papers.ids} AND p.status <> 'dropped' AND coalesce(c.suspended, 1) = 1 AND c.retired IS NULL",
        bound,
    )
    enrolled = (
        "(SELECT paper_id FROM change WHERE step_id = :step AND field = 'enrolment' AND after IS NOT NULL"
        f" AND paper_id IN {papers.ids})"
    )
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        " SELECT :step, paper_id, 'due:' || id, due, :today FROM card"
        f" WHERE kind = 'paper' AND NOT ({is_scheduled}) AND due <> :today AND paper_id IN {enrolled}",
        bound,
    )
    connection.execute(
        f"UPDATE card SET suspended = 0, due = CASE WHEN {is_scheduled} THEN due ELSE :today END"
        f" WHERE kind = 'paper' AND paper_id IN {enrolled}",
        bound,
    )
    connection.execute(
        "INSERT INTO card (paper_id, kind, due, created) SELECT id, 'paper', :today, :at FROM paper"
        f" WHERE id IN {enrolled} AND id NOT IN (SELECT paper_id FROM card WHERE kind = 'paper')",
        bound,
    )


def bring_back(connection: sqlite3.Connection, step: int, papers: Papers) -> None:
    """Make the retired cards of `papers` ordinary cards again.

    A retired card is one that the user wants to see no more. Changes only cards of the kind `paper`, which ask about
    the paper itself. The cards stay suspended: `enrol` puts them into review. Skips dropped papers. Records the changes
    in the step `step` of the undo history.
    """
    bound = {**papers.bound, "step": step}
    retired = (
        f"kind = 'paper' AND retired IS NOT NULL AND paper_id IN {papers.ids}"
        " AND paper_id NOT IN (SELECT id FROM paper WHERE status = 'dropped')"
    )
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        f" SELECT :step, paper_id, 'retired:' || id, retired, NULL FROM card WHERE {retired}",
        bound,
    )
    connection.execute(f"UPDATE card SET retired = NULL WHERE {retired}", bound)


def dropped(connection: sqlite3.Connection, papers: Papers) -> tuple[int, ...]:
    """Return the ids of the papers in `papers` that have the status `dropped`, in ascending order."""
    statement = f"SELECT id FROM paper WHERE id IN {papers.ids} AND status = 'dropped' ORDER BY id"
    return tuple(row[0] for row in connection.execute(statement, papers.bound))


def unenrol(connection: sqlite3.Connection, step: int, papers: Papers) -> None:
    """Take papers out of review: suspend their cards of the kind `paper`, but not their question cards.

    The cards keep their schedules for a later enrolment. Records the changes in the step `step` of the undo history.
    """
    bound = {**papers.bound, "step": step}
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after) SELECT :step, paper_id, 'enrolment', due, NULL"
        f" FROM card WHERE kind = 'paper' AND suspended = 0 AND paper_id IN {papers.ids}",
        bound,
    )
    connection.execute(
        f"UPDATE card SET suspended = 1 WHERE kind = 'paper' AND suspended = 0 AND paper_id IN {papers.ids}", bound
    )


def columns_in_conflict(expected: str) -> str:
    """Return an SQL query for the ids of papers whose columns were changed again after a step of the undo history.

    The only parameter of the query is the step's id. `expected` is the column of the table `change` with the values
    that the papers have if nothing changed them after the step: `after` for undo, `before` for redo. The column
    `decided` is not compared, because it is restored with the status.
    """
    checked = [name for name in COLUMNS if name != "decided"]
    present = " ".join(f"WHEN '{name}' THEN p.{name}" for name in checked)
    return (
        "SELECT c.paper_id FROM change c LEFT JOIN paper p ON p.id = c.paper_id"
        f" WHERE c.step_id = ? AND c.field IN {_names(checked)} AND CASE c.field {present} END IS NOT c.{expected}"
    )


def restore_columns(connection: sqlite3.Connection, step: int, wanted: str, condition: str) -> None:
    """Restore columns of papers from a step of the undo history, for undo or redo.

    `wanted` is the column of the table `change` with the values to restore, `before` or `after`. `condition` is an SQL
    condition that selects the changes.
    """
    # One update sets all columns of a paper, because each update writes a whole page of the database.
    values = ", ".join(
        f"max(field = '{name}') AS has_{name}, max(CASE field WHEN '{name}' THEN {wanted} END) AS {name}"
        for name in COLUMNS
    )
    assigned = ", ".join(f"{name} = CASE WHEN c.has_{name} THEN c.{name} ELSE paper.{name} END" for name in COLUMNS)
    connection.execute(
        f"UPDATE paper SET {assigned} FROM (SELECT paper_id, {values} FROM change WHERE step_id = ?"
        f" AND field IN {_names(COLUMNS)} AND {condition} GROUP BY paper_id) c WHERE c.paper_id = paper.id",
        (step,),
    )


def _names(columns: Sequence[str]) -> str:
    return f"({', '.join(map(repr, columns))})"


def set_card(connection: sqlite3.Connection, step: int, card: int, column: str, value: object) -> None:
    """Set the column `column` of the card with the id `card` to `value`. Does nothing if the card does not exist.

    `column` is one of `readq.store.journal.steps.CARD_COLUMNS`. The value of `buried_until` is a local ISO day or None.
    Records the change in the step `step` of the undo history.
    """
    row = connection.execute(f"SELECT paper_id, {column} FROM card WHERE id = ?", (card,)).fetchone()
    if row is None or row[1] == value:
        return
    record(connection, step, [(row[0], f"{column}:{card}", row[1], value)])
    connection.execute(f"UPDATE card SET {column} = ? WHERE id = ?", (value, card))


def open_paper(connection: sqlite3.Connection, paper_id: int) -> None:
    """Record this paper as the last one that was opened. On the command line, `.` names this paper.

    Records nothing in the undo history.
    """
    connection.execute(
        "INSERT INTO last_opened (one, paper_id) VALUES (1, ?)"
        " ON CONFLICT (one) DO UPDATE SET paper_id = excluded.paper_id",
        (paper_id,),
    )
