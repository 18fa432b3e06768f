"""Taking a step back, and doing it again: the same work with before and after exchanged.

A paper conflicts when a field that the step set no longer holds what it set; it is then left wholly alone. What a
source said (sightings, metadata) never conflicts: of it is restored what still is as the step left it.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readq.store import card_states, import_rows, named, note_rows
from readq.store.journal import CARD_COLUMNS, COLUMNS, changed_papers


class Direction(NamedTuple):
    """`wanted` and `expected` name the columns of `change` to restore and to find in place."""

    wanted: str
    expected: str


UNDO = Direction(wanted="before", expected="after")
REDO = Direction(wanted="after", expected="before")


class _Field(NamedTuple):
    """How one kind of field is compared with the library, and restored.

    `now` is an SQL expression for the value in force, of change `c`; None: never in conflict.
    """

    now: str | None
    restore: Callable[[sqlite3.Connection, int, str, Direction, str], None]


_WITHOUT_CONFLICT = "paper_id NOT IN (SELECT paper_id FROM temp.conflicting)"


class Conflicts(NamedTuple):
    """What was left alone: papers by number, feeds and views by field.

    `kept` are papers of an import that is taken back, with which something was done since.
    """

    papers: tuple[int, ...]
    named: tuple[str, ...]
    kept: tuple[int, ...] = ()


def apply(connection: sqlite3.Connection, step: int, direction: Direction, at: str) -> Conflicts:
    """Restore what `step` changed, but what is in conflict; return that. Runs inside a write transaction.

    Two papers that were merged are in conflict together, for neither can be restored without the other.
    """
    in_conflict = named.restore(connection, step, direction.wanted, direction.expected)
    fields = [
        row[0]
        for row in connection.execute("SELECT DISTINCT field FROM change WHERE step_id = ? ORDER BY field", (step,))
        if row[0].partition(":")[0] not in named.KINDS
    ]
    connection.execute("SAVEPOINT restoring")
    conflicting = _apply(connection, step, fields, direction, at)
    if conflicting and any(field.startswith("merged:") for field in fields):
        connection.execute("ROLLBACK TO restoring")
        conflicting = changed_papers(connection, step)
    connection.execute("RELEASE restoring")
    return Conflicts(conflicting, in_conflict, _kept(connection, step) if direction is UNDO else ())


def _kept(connection: sqlite3.Connection, step: int) -> tuple[int, ...]:
    rows = connection.execute(
        "SELECT paper_id FROM change WHERE step_id = ? AND field = 'created'"
        " AND paper_id IN (SELECT id FROM paper) ORDER BY paper_id",
        (step,),
    )
    return tuple(row[0] for row in rows)


def _apply(
    connection: sqlite3.Connection, step: int, fields: Sequence[str], direction: Direction, at: str
) -> tuple[int, ...]:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS conflicting (paper_id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.conflicting")
    for field in fields:
        _find_conflicts(connection, step, field, direction)
    for field in sorted(fields, key=_turn, reverse=direction is UNDO):
        if field != "created" and not _is_removal(field):
            _leave_out_absent(connection, step, field)
        _kind(field).restore(connection, step, field, direction, at)
    return tuple(row[0] for row in connection.execute("SELECT paper_id FROM temp.conflicting ORDER BY paper_id"))


def _turn(field: str) -> int:
    """When a field is done again, and in reverse taken back.

    An import first made keys free, then brought papers that may hold them, then did something to these.
    """
    return -1 if _is_removal(field) else {"metadata": 0, "created": 1}.get(field, 2)


def _is_removal(field: str) -> bool:
    return field == "removed" or field.startswith("merged:")


def _leave_out_absent(connection: sqlite3.Connection, step: int, field: str) -> None:
    """A paper that another step has removed is in conflict: there is nothing to restore a field on."""
    connection.execute(
        "INSERT OR IGNORE INTO temp.conflicting SELECT paper_id FROM change WHERE step_id = :step AND field = :field"
        " AND paper_id NOT IN (SELECT id FROM paper)"
        " AND paper_id NOT IN (SELECT paper_id FROM change WHERE step_id = :step"
        "  AND (field = 'removed' OR field GLOB 'merged:*'))",
        {"step": step, "field": field},
    )


def _find_conflicts(connection: sqlite3.Connection, step: int, field: str, direction: Direction) -> None:
    now = _kind(field).now
    if now is None:
        return
    connection.execute(
        f"INSERT OR IGNORE INTO temp.conflicting SELECT c.paper_id FROM change c"
        f" WHERE c.step_id = :step AND c.field = :field AND ({now}) IS NOT c.{direction.expected}",
        {"step": step, "field": field, "name": field.partition(":")[2]},
    )


def _kind(field: str) -> _Field:
    return _FIELDS[field.partition(":")[0]]


def _changes(
    connection: sqlite3.Connection, step: int, field: str, direction: Direction
) -> Iterator[tuple[int, str | int | None]]:
    """(paper, value to restore) for each paper without conflict."""
    rows = connection.execute(
        f"SELECT paper_id, {direction.wanted} FROM change WHERE step_id = ? AND field = ? AND {_WITHOUT_CONFLICT}",
        (step, field),
    )
    yield from rows.fetchall()


def _restore_column(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    connection.execute(
        f"UPDATE paper SET {field} = c.{direction.wanted} FROM change c"
        f" WHERE c.step_id = ? AND c.field = ? AND c.paper_id = paper.id AND c.{_WITHOUT_CONFLICT}",
        (step, field),
    )


def _restore_tag(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    chosen = (
        f"SELECT paper_id, ? FROM change WHERE step_id = ? AND field = ? AND {direction.wanted} = ?"
        f" AND {_WITHOUT_CONFLICT}"
    )
    tag = field.removeprefix("tag:")
    connection.execute(f"INSERT OR IGNORE INTO paper_tag (paper_id, tag) {chosen}", (tag, step, field, 1))
    connection.execute(f"DELETE FROM paper_tag WHERE (paper_id, tag) IN ({chosen})", (tag, step, field, 0))


def _restore_enrolment(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    connection.execute(
        f"UPDATE card SET suspended = c.{direction.wanted} IS NULL,"
        f" due = CASE WHEN reps > 0 THEN due ELSE coalesce(c.{direction.wanted}, due) END FROM change c"
        " WHERE c.step_id = ? AND c.field = ? AND c.paper_id = card.paper_id AND card.kind = 'paper'"
        f" AND c.{_WITHOUT_CONFLICT}",
        (step, field),
    )


def _restore_note(connection: sqlite3.Connection, step: int, field: str, direction: Direction, at: str) -> None:
    for paper_id, text in _changes(connection, step, field, direction):
        note_rows.put_note(connection, paper_id, None if text is None else str(text), at)


def _restore_card(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    column, _, card = field.partition(":")
    for _paper, value in _changes(connection, step, field, direction):
        connection.execute(f"UPDATE card SET {column} = ? WHERE id = ?", (value, int(card)))


def _restore_cards(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, state in _changes(connection, step, field, direction):
        card_states.put_cards_state(connection, paper_id, str(state))


def _restore_rating(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    answer = int(field.removeprefix("rating:"))
    for _ in _changes(connection, step, field, direction):
        if direction is UNDO:
            state = (
                "stability = r.stability_before, difficulty = r.difficulty_before, interval_days = r.interval_before,"
                " due = r.due_before, last_day = r.last_day_before, reps = r.reps_before, lapses = r.lapses_before"
            )
        else:
            state = (
                "stability = r.stability, difficulty = r.difficulty, interval_days = r.interval_days, due = r.due,"
                " last_day = r.day, reps = r.reps_before + 1,"
                " lapses = r.lapses_before + (r.rating = 1 AND r.reps_before > 0)"
            )
        connection.execute(f"UPDATE card SET {state} FROM review r WHERE r.id = ? AND card.id = r.card_id", (answer,))
        connection.execute("UPDATE review SET undone = ? WHERE id = ?", (direction is UNDO, answer))


def _restore_created(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    if direction is UNDO:
        import_rows.remove_untouched(connection, step)
    else:
        for paper_id, snapshot in _changes(connection, step, field, direction):
            if not import_rows.is_present(connection, paper_id):
                import_rows.bring_back(connection, str(snapshot))


def _restore_removed(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, rows in _changes(connection, step, field, direction):
        if direction is REDO:
            connection.execute(
                "UPDATE change SET before = ? WHERE step_id = ? AND paper_id = ? AND field = ?",
                (import_rows.snapshot(connection, paper_id), step, paper_id, field),
            )
            connection.execute("DELETE FROM paper WHERE id = ?", (paper_id,))
            continue
        connection.execute("SAVEPOINT bringing_back")
        try:
            import_rows.bring_back(connection, str(rows))
        except sqlite3.IntegrityError:
            # Another paper has its key or an identifier by now: a feed brought the work again.
            connection.execute("ROLLBACK TO bringing_back")
            connection.execute("INSERT OR IGNORE INTO temp.conflicting VALUES (?)", (paper_id,))
        connection.execute("RELEASE bringing_back")


def _restore_key(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, key in _changes(connection, step, field, direction):
        connection.execute("UPDATE OR IGNORE paper SET key = ? WHERE id = ?", (key, paper_id))


def _restore_alias(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    key = field.removeprefix("alias:")
    for paper_id, kept in _changes(connection, step, field, direction):
        if kept:
            connection.execute("INSERT OR IGNORE INTO alias (key, paper_id) VALUES (?, ?)", (key, paper_id))
        else:
            connection.execute("DELETE FROM alias WHERE key = ? AND paper_id = ?", (key, paper_id))


def _restore_metadata(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    rows = connection.execute(
        f"SELECT paper_id, {direction.wanted}, {direction.expected} FROM change"
        f" WHERE step_id = ? AND field = ? AND {_WITHOUT_CONFLICT}",
        (step, field),
    )
    states = {row[0]: import_rows.restored_parts(connection, *row) for row in rows.fetchall()}
    import_rows.put_metadata(connection, states)


def _restore_row(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    rows = connection.execute(
        f"SELECT paper_id, {direction.wanted}, {direction.expected} FROM change"
        f" WHERE step_id = ? AND field = ? AND {_WITHOUT_CONFLICT}",
        (step, field),
    )
    for paper_id, wanted, expected in rows.fetchall():
        # What was typed or fetched since stays.
        if import_rows.row_state(connection, field, paper_id) == expected:
            import_rows.put_row(connection, field, paper_id, wanted)


def _restore_sighting(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    _, feed, day = field.split(":")
    for paper_id, counts in _changes(connection, step, field, direction):
        import_rows.put_sighting(connection, paper_id, int(feed), day, None if counts is None else str(counts))


_LATEST_ANSWER = """
SELECT max(r.id) FROM review r WHERE r.undone = 0 AND r.card_id = (SELECT card_id FROM review WHERE id = :name)
  AND (r.id = :name OR r.id > :name)
"""

_FIELDS: Mapping[str, _Field] = {
    **{
        name: _Field(f"SELECT {name} FROM paper WHERE id = c.paper_id", _restore_column)
        for name in COLUMNS
        if name != "decided"
    },
    # The moment of a decision goes with its status: it is never in conflict by itself.
    "decided": _Field(None, _restore_column),
    "tag": _Field("SELECT count(*) FROM paper_tag WHERE paper_id = c.paper_id AND tag = :name", _restore_tag),
    "note": _Field("SELECT text FROM note WHERE paper_id = c.paper_id", _restore_note),
    "enrolment": _Field(
        # Only in or out counts: a rating that came later has moved the day.
        "SELECT CASE WHEN c.before IS NULL THEN c.after ELSE c.before END FROM card"
        " WHERE paper_id = c.paper_id AND kind = 'paper' AND suspended = 0",
        _restore_enrolment,
    ),
    **{name: _Field(f"SELECT {name} FROM card WHERE id = :name", _restore_card) for name in CARD_COLUMNS},
    "rating": _Field(_LATEST_ANSWER, _restore_rating),
    "cards": _Field(card_states.NOW, _restore_cards),
    # What happened to a paper since it came is looked at paper by paper when the import is taken back.
    "created": _Field(None, _restore_created),
    "metadata": _Field(None, _restore_metadata),
    "removed": _Field("SELECT c.before FROM paper WHERE id = c.paper_id", _restore_removed),
    "merged": _Field("SELECT c.before FROM paper WHERE id = c.paper_id", _restore_removed),
    **{name: _Field(None, _restore_row) for name in import_rows.ROWS},
    "key": _Field("SELECT key FROM paper WHERE id = c.paper_id", _restore_key),
    # A key that was frozen by leaving the library since is no reason to leave the paper alone.
    "key_frozen": _Field(None, _restore_column),
    "alias": _Field(None, _restore_alias),
    "sighting": _Field(None, _restore_sighting),
}
