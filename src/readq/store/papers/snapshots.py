"""Remove papers with all their rows, and restore them from snapshots. Does not import SQLModel.

A snapshot is JSON. It maps each table to the list of a paper's rows in this table. Each row maps columns to values.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from readq.store.review import lapses

_OWN_TABLES = (
    "paper",
    "author",
    "identifier",
    "other_title",
    "alias",
    "paper_tag",
    "sighting",
    "note",
    "note_history",
    "card",
    "review",
    "draft",
    "pending",
    "pdf",
    "source",
    "look_alike",
    "caught",
)
"""The tables with rows of papers. If a table refers to another one, it comes after that table."""

_AT_ONCE = 500
"""The maximum number of papers that are removed or restored together."""

_INDEXED = ("paper", "note")
"""The tables whose texts are in the full-text index.

One statement inserts all rows of such a table, because every statement flushes the index.
"""

_Snapshot = dict[str, list[dict[str, Any]]]

_CHOSEN = "(SELECT value FROM json_each(?1))"


def remove_unchanged(connection: sqlite3.Connection, step: int) -> None:
    """Undo an import: remove the papers that the step `step` of the undo history created. Keep papers changed later.

    A paper was changed later if a later step that is not undone changed it, if it has a draft of a note, or if
    `keep_created` was called for it. The undo history gets a snapshot of each removed paper, so that redo can restore
    the paper with the same id.
    """
    # Snapshots of an earlier undo are out of date for papers that stay this time.
    connection.execute("UPDATE change SET after = 1 WHERE step_id = ? AND field = 'created'", (step,))
    rows = connection.execute(
        "SELECT c.paper_id FROM change c WHERE c.step_id = :step AND c.field = 'created' AND c.before IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM change d JOIN step s ON s.id = d.step_id"
        "  WHERE d.paper_id = c.paper_id AND d.step_id > :step AND s.undone IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM draft WHERE paper_id = c.paper_id)",
        {"step": step},
    )
    for some in remove_papers(connection, [paper_id for (paper_id,) in rows]):
        connection.executemany(
            "UPDATE change SET after = ? WHERE step_id = ? AND paper_id = ? AND field = 'created'",
            [(rows, step, paper_id) for paper_id, rows in some.items()],
        )


def keep_created(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Keep the papers `ids` when the import that created them is undone, because a person changed them elsewhere."""
    if ids:
        connection.execute(
            f"UPDATE change SET before = 1 WHERE field = 'created' AND paper_id IN {_CHOSEN}", (json.dumps(list(ids)),)
        )


def remove_papers(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[dict[int, str]]:
    """Remove papers in batches. Before each batch is removed, yield a dict that maps paper ids to snapshots.

    The batch is removed when the caller asks for the next element. Skips ids that are not in the library.
    """
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        yield snapshots(connection, some)
        connection.execute(f"DELETE FROM paper WHERE id IN {_CHOSEN}", (json.dumps(some),))


def snapshots(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return a mapping from each of `ids` to the snapshot of the paper. Skips ids that are not in the library.

    A snapshot is JSON with all rows of the paper.
    """
    listed = (json.dumps(list(ids)),)
    found: dict[int, _Snapshot] = {}
    for table in _OWN_TABLES:
        cursor = connection.execute(_rows_of(table), listed)
        names = [column[0] for column in cursor.description][1:]
        for paper_id, *row in cursor:
            tables = found.setdefault(paper_id, {name: [] for name in _OWN_TABLES})
            tables[table].append(dict(zip(names, row, strict=True)))
    return {paper_id: json.dumps(tables, ensure_ascii=False) for paper_id, tables in found.items()}


def _rows_of(table: str) -> str:
    """Return the SELECT for the rows of `table` that belong to the papers. The first column is the id of the paper."""
    if table == "review":
        return f"SELECT c.paper_id, r.* FROM card c JOIN review r ON r.card_id = c.id WHERE c.paper_id IN {_CHOSEN}"
    if table == "look_alike":
        return (
            f"SELECT iif(paper_id IN {_CHOSEN}, paper_id, other_id), * FROM look_alike"
            f" WHERE paper_id IN {_CHOSEN} OR other_id IN {_CHOSEN}"
        )
    number = "id" if table == "paper" else "paper_id"
    return f"SELECT {number}, * FROM {table} WHERE {number} IN {_CHOSEN}"


def restore_papers(connection: sqlite3.Connection, step: int, ids: Sequence[int], field: str, column: str) -> list[int]:
    """Restore the removed papers among `ids` from their snapshots. Return the ids of papers that could not be restored.

    The snapshots are in the step `step` of the undo history: in the column `column` (`before` or `after`) of the
    changes whose field matches the GLOB pattern `field`.

    A frozen citation key changes only if a person changes it. A paper cannot be restored if another paper has one of
    its identifiers, or if another paper has the same citation key and both keys are frozen. If the keys are equal and
    only one of them is frozen, the other key gets a suffix. If none is frozen, the key of the restored paper gets a
    suffix.
    """
    left: list[int] = []
    for start in range(0, len(ids), _AT_ONCE):
        # A change of a paper that stayed in the library has no snapshot.
        rows = connection.execute(
            f"SELECT paper_id, {column} FROM change WHERE step_id = ?2 AND paper_id IN {_CHOSEN} AND field GLOB ?3"
            f" AND typeof({column}) = 'text' AND paper_id NOT IN (SELECT id FROM paper)",
            (json.dumps(ids[start : start + _AT_ONCE]), step, field),
        )
        papers: dict[int, _Snapshot] = {number: json.loads(snapshot) for number, snapshot in rows}
        if not _inserted(connection, papers.values()):
            left += [number for number, snapshot in papers.items() if not _inserted_alone(connection, snapshot)]
    return left


def _inserted_alone(connection: sqlite3.Connection, snapshot: _Snapshot) -> bool:
    if _inserted(connection, [snapshot]):
        return True
    connection.execute("SAVEPOINT making_room")
    (paper,) = snapshot["paper"]
    key = available_key(connection, paper["id"], paper["key"], frozen=bool(paper["key_frozen"]))
    if not paper["key_frozen"]:
        paper["key"] = key
    is_there = _inserted(connection, [snapshot])
    if not is_there:
        connection.execute("ROLLBACK TO making_room")
    connection.execute("RELEASE making_room")
    return is_there


def available_key(connection: sqlite3.Connection, paper_id: int, key: str, *, frozen: bool) -> str:
    """Return a citation key for the paper `paper_id`: `key`, unless another paper keeps this key.

    - If no other paper has `key`, return `key`.
    - If another paper has it, `frozen` is true (only a person may change the key), and the key of the other paper is
      not frozen, change the other paper's key to `KEY-OTHER_ID`, and return `key`.
    - Otherwise return `KEY-PAPER_ID`.
    """
    if frozen:
        connection.execute(
            "UPDATE paper SET key = key || '-' || id WHERE key = ? AND id <> ? AND key_frozen = 0", (key, paper_id)
        )
    taken = connection.execute("SELECT 1 FROM paper WHERE key = ? AND id <> ?", (key, paper_id)).fetchone()
    return f"{key}-{paper_id}" if taken else key


def _inserted(connection: sqlite3.Connection, papers: Collection[_Snapshot]) -> bool:
    """Insert the rows of all these snapshots and return True.

    If a row cannot be inserted, insert none and return False.
    """
    by_table: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for tables in papers:
        # Snapshots of an earlier schema lack its later tables.
        for table in _OWN_TABLES:
            for row in tables.get(table, ()):
                by_table.setdefault((table, *row), []).append(tuple(row.values()))
    connection.execute("SAVEPOINT restoring_papers")
    try:
        for (table, *names), values in sorted(by_table.items(), key=lambda each: _OWN_TABLES.index(each[0][0])):
            _insert(connection, table, names, values)
        lapses.count_again(connection, [tables["paper"][0]["id"] for tables in papers])
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO restoring_papers")
        return False
    finally:
        connection.execute("RELEASE restoring_papers")
    return True


def _insert(
    connection: sqlite3.Connection, table: str, names: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    columns = ", ".join(names)
    if table in _INDEXED:
        parts = ", ".join(f"value ->> {place}" for place in range(len(names)))
        connection.execute(
            f"INSERT INTO {table} ({columns}) SELECT {parts} FROM json_each(?)", (json.dumps(rows, ensure_ascii=False),)
        )
    elif table == "look_alike":
        # The other paper of the pair may have been removed since; then the pair is not restored.
        marks = ",".join(f"value ->> {place}" for place in range(len(names)))
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({columns}) SELECT {marks} FROM json_each(?)"
            f" WHERE (value ->> {names.index('paper_id')}) IN (SELECT id FROM paper)"
            f" AND (value ->> {names.index('other_id')}) IN (SELECT id FROM paper)",
            (json.dumps(rows, ensure_ascii=False),),
        )
    else:
        marks = ",".join("?" * len(names))
        # An alias or a source that another paper has by now stays with that paper.
        verb = "INSERT OR IGNORE" if table in ("alias", "source") else "INSERT"
        connection.executemany(f"{verb} INTO {table} ({columns}) VALUES ({marks})", rows)
