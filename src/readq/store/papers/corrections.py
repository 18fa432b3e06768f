"""Write a person's corrections: set citation keys and metadata, remove papers. Record them in the undo history.

`step` is the id of the step of the undo history that records the changes.
"""

import sqlite3
from collections.abc import Sequence

from readq.store.journal.steps import record
from readq.store.papers import field_states, other_titles, snapshots


def key_owner(connection: sqlite3.Connection, key: str) -> int | None:
    """Return the id of the paper that has `key` as its citation key or as an alias. Return None if no paper has it.

    An alias is a former citation key, or the id of a paper that was merged into another.
    """
    row = connection.execute(
        "SELECT id FROM paper WHERE key = :key UNION ALL SELECT paper_id FROM alias WHERE key = :key LIMIT 1",
        {"key": key},
    ).fetchone()
    return None if row is None else int(row[0])


def set_key(connection: sqlite3.Connection, step: int, paper_id: int, key: str, *, freezes: bool = True) -> None:
    """Set the citation key of a paper. If `freezes` is true, freeze the key: then only a person can change it.

    The former key becomes an alias of the paper, so that it still names the paper. If a paper has `key` as an alias,
    this alias is deleted. Records the changes in the step `step` of the undo history.
    """
    ((old, frozen),) = connection.execute("SELECT key, key_frozen FROM paper WHERE id = ?", (paper_id,)).fetchall()
    changes: list[tuple[int, str, object, object]] = []
    if freezes and not frozen:
        changes.append((paper_id, "key_frozen", 0, 1))
    if old != key:
        changes.append((paper_id, "key", old, key))
        # The alias may differ in case.
        former = connection.execute("DELETE FROM alias WHERE key = ? RETURNING key", (key,)).fetchall()
        changes += [(paper_id, f"alias:{alias}", 1, 0) for (alias,) in former]
    connection.execute("UPDATE paper SET key = ?, key_frozen = ? WHERE id = ?", (key, frozen or freezes, paper_id))
    is_new = old.casefold() != key.casefold()
    if is_new and connection.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (old, paper_id)).rowcount:
        changes.append((paper_id, f"alias:{old}", 0, 1))
    record(connection, step, changes)


def add_alias(connection: sqlite3.Connection, step: int | None, paper_id: int, key: str) -> None:
    """Add the alias `key` to a paper: a former citation key, or the id of a paper that was merged into this one.

    Records the change in the step `step` of the undo history, unless `step` is None. Raises sqlite3.IntegrityError if
    any paper has this alias already.
    """
    connection.execute("INSERT INTO alias (key, paper_id) VALUES (?, ?)", (key, paper_id))
    if step is not None:
        record(connection, step, [(paper_id, f"alias:{key}", 0, 1)])


def remove_alias(connection: sqlite3.Connection, step: int, paper_id: int, key: str) -> None:
    """Remove the alias `key`, a former citation key, from a paper. Does nothing if the paper does not have this alias.

    Records the change in the step `step` of the undo history.
    """
    removed = connection.execute("DELETE FROM alias WHERE key = ? AND paper_id = ?", (key, paper_id)).rowcount
    if removed:
        record(connection, step, [(paper_id, f"alias:{key}", 1, 0)])


def remove(connection: sqlite3.Connection, step: int, ids: Sequence[int]) -> None:
    """Remove the papers `ids` with all their rows.

    The step `step` of the undo history stores the rows, so that undo can restore them.
    """
    for some in snapshots.remove_papers(connection, ids):
        record(connection, step, [(paper_id, "removed", rows, None) for paper_id, rows in some.items()])


def set_metadata(connection: sqlite3.Connection, step: int, paper_id: int, state: str, columns: Sequence[str]) -> None:
    """Write the corrected metadata of a paper. `columns` are the names of the columns that a person corrected.

    `state` is JSON that maps these columns to their new values, in the form that `field_states.metadata_state` returns.
    If the title changes, the former title is stored as an additional title, so that imports still recognise the paper.
    Records the changes in the step `step` of the undo history.
    """
    before = field_states.metadata_state(connection, paper_id, columns)
    former = other_titles.of(connection, paper_id)
    field_states.put_metadata(connection, {paper_id: state})
    parts = field_states.changed_parts(before, field_states.metadata_state(connection, paper_id, columns))
    if parts is not None:
        record(connection, step, [(paper_id, "metadata", *parts)])
    # Sources will give the corrected title again.
    present = other_titles.of(connection, paper_id)
    other_titles.add(connection, step, ((paper_id, key) for key in former if key not in present))
