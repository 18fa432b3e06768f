"""Taking a step back, and doing it again: the same work with before and after exchanged.

A paper conflicts when a field that the step set no longer holds what it set; it is then left wholly alone. What a
source said (sightings, metadata) never conflicts: of it is restored what still is as the step left it.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from readq.store.feeds import feeds_and_views
from readq.store.journal.steps import CARD_COLUMNS, COLUMNS, NO_PAPER, changed_papers
from readq.store.papers import field_states, notes, other_titles, snapshots
from readq.store.review import card_snapshots


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


_ABOUT = "substr(c.field, instr(c.field, ':') + 1)"
"""What change `c` is about: what stands behind the kind of its field."""

_NUMBER = f"CAST({_ABOUT} AS INTEGER)"

_BY_ROW = ("rating", "sighting", "alias", "title", "merged", "tag", *CARD_COLUMNS)
"""Kinds whose fields name a row each: a step may have as many of them as papers, or more."""

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
    in_conflict = feeds_and_views.restore(connection, step, direction.wanted, direction.expected)
    fields = _fields(connection, step)
    connection.execute("SAVEPOINT restoring")
    papers = _apply(connection, step, fields, direction, at)
    if papers and "merged:*" in fields:
        connection.execute("ROLLBACK TO restoring")
        papers = changed_papers(connection, step)
    connection.execute("RELEASE restoring")
    kept = _kept(connection, step) if direction is UNDO and "created" in fields else ()
    return Conflicts(papers, in_conflict, kept)


def _fields(connection: sqlite3.Connection, step: int) -> list[str]:
    """The fields of papers that a step changed, as patterns: of those that name a row each, the kind stands for all."""
    found = connection.execute(
        "SELECT DISTINCT CASE WHEN substr(field, 1, instr(field, ':')) IN (SELECT value FROM json_each(?))"
        " THEN substr(field, 1, instr(field, ':')) || '*' ELSE field END FROM change WHERE step_id = ?"
        " AND paper_id <> ? ORDER BY 1",
        (json.dumps([f"{kind}:" for kind in _BY_ROW]), step, NO_PAPER),
    )
    return [field for (field,) in found]


def _of(field: str) -> str:
    """The condition on `change` that a pattern of `_fields` stands for; its value is bound as `field`."""
    return "field GLOB :field" if field.endswith(":*") and field[:-2] in _BY_ROW else "field = :field"


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
    _leave_out_absent(connection, step)
    for field in sorted(fields, key=_turn, reverse=direction is UNDO):
        _kind(field).restore(connection, step, field, direction, at)
    return tuple(row[0] for row in connection.execute("SELECT paper_id FROM temp.conflicting ORDER BY paper_id"))


def _turn(field: str) -> int:
    """When a field is done again, and in reverse taken back.

    An import first made keys free, then brought papers that may hold them, then did something to these.
    """
    return {"removed": 0, "merged:*": 0, "metadata": 1, "created": 2}.get(field, 3)


def _leave_out_absent(connection: sqlite3.Connection, step: int) -> None:
    """A paper that another step has removed is in conflict: there is nothing to restore a field on."""
    connection.execute(
        "INSERT OR IGNORE INTO temp.conflicting SELECT DISTINCT paper_id FROM change WHERE step_id = :step"
        " AND paper_id <> :none AND paper_id NOT IN (SELECT id FROM paper)"
        " AND paper_id NOT IN (SELECT paper_id FROM change WHERE step_id = :step"
        "  AND (field IN ('removed', 'created') OR field GLOB 'merged:*'))",
        {"step": step, "none": NO_PAPER},
    )


def _find_conflicts(connection: sqlite3.Connection, step: int, field: str, direction: Direction) -> None:
    now = _kind(field).now
    if now is None:
        return
    connection.execute(
        f"INSERT OR IGNORE INTO temp.conflicting SELECT c.paper_id FROM change c"
        f" WHERE c.step_id = :step AND c.{_of(field)} AND ({now}) IS NOT c.{direction.expected}",
        {"step": step, "field": field},
    )


def _kind(field: str) -> _Field:
    return _FIELDS[field.partition(":")[0]]


def _changes(
    connection: sqlite3.Connection, step: int, field: str, direction: Direction
) -> list[tuple[int, str, str | int | None, str | int | None]]:
    """(paper, what the field is about, value to restore, value to find) for each change without conflict."""
    return connection.execute(
        f"SELECT paper_id, {_ABOUT}, {direction.wanted}, {direction.expected} FROM change c"
        f" WHERE step_id = :step AND {_of(field)} AND {_WITHOUT_CONFLICT}",
        {"step": step, "field": field},
    ).fetchall()


def _restore_column(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    connection.execute(
        f"UPDATE paper SET {field} = c.{direction.wanted} FROM change c"
        f" WHERE c.step_id = ? AND c.field = ? AND c.paper_id = paper.id AND c.{_WITHOUT_CONFLICT}",
        (step, field),
    )


def _restore_tag(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    chosen = (
        f"SELECT paper_id, {_ABOUT} FROM change c WHERE step_id = :step AND {_of(field)}"
        f" AND {direction.wanted} = :there AND {_WITHOUT_CONFLICT}"
    )
    bound = {"step": step, "field": field}
    connection.execute(f"INSERT OR IGNORE INTO paper_tag (paper_id, tag) {chosen}", {**bound, "there": 1})
    connection.execute(f"DELETE FROM paper_tag WHERE (paper_id, tag) IN ({chosen})", {**bound, "there": 0})


def _restore_enrolment(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    connection.execute(
        f"UPDATE card SET suspended = c.{direction.wanted} IS NULL,"
        f" due = CASE WHEN reps > 0 THEN due ELSE coalesce(c.{direction.wanted}, due) END FROM change c"
        " WHERE c.step_id = ? AND c.field = ? AND c.paper_id = card.paper_id AND card.kind = 'paper'"
        f" AND c.{_WITHOUT_CONFLICT}",
        (step, field),
    )


def _restore_note(connection: sqlite3.Connection, step: int, field: str, direction: Direction, at: str) -> None:
    for paper_id, _, text, _ in _changes(connection, step, field, direction):
        notes.put_note(connection, paper_id, None if text is None else str(text), at)


def _restore_card(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    column = field.partition(":")[0]
    connection.executemany(
        f"UPDATE card SET {column} = ? WHERE id = ?",
        [(value, int(card)) for _, card, value, _ in _changes(connection, step, field, direction)],
    )


def _restore_cards(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    states = {paper_id: str(state) for paper_id, _, state, _ in _changes(connection, step, field, direction)}
    for paper_id in states:
        # As it is now, with answers that were taken back since: doing those again needs their rows.
        connection.execute(
            f"UPDATE change SET {direction.expected} = ? WHERE step_id = ? AND paper_id = ? AND field = ?",
            (card_snapshots.snapshot(connection, paper_id), step, paper_id, field),
        )
    card_snapshots.restore(connection, states)


def _restore_rating(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
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
    answers = [(int(answer),) for _, answer, _, _ in _changes(connection, step, field, direction)]
    connection.executemany(f"UPDATE card SET {state} FROM review r WHERE r.id = ? AND card.id = r.card_id", answers)
    connection.executemany(f"UPDATE review SET undone = {int(direction is UNDO)} WHERE id = ?", answers)


def _restore_created(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    if direction is UNDO:
        snapshots.remove_untouched(connection, step)
        return
    kept = set(_kept(connection, step))
    changes = _changes(connection, step, field, direction)
    # One that the undo had not removed left no rows.
    gone = {paper_id: rows for paper_id, _, rows, _ in changes if paper_id not in kept and isinstance(rows, str)}
    snapshots.bring_back(connection, gone)
    there = set(_kept(connection, step))
    _set_in_conflict(connection, [paper_id for paper_id, _, _, _ in changes if paper_id not in there])


def _set_in_conflict(connection: sqlite3.Connection, papers: Sequence[int]) -> None:
    connection.executemany("INSERT OR IGNORE INTO temp.conflicting VALUES (?)", [(paper_id,) for paper_id in papers])


def _restore_removed(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    changes = _changes(connection, step, field, direction)
    if direction is REDO:
        for some in snapshots.take_out(connection, [paper_id for paper_id, _, _, _ in changes]):
            connection.executemany(
                "UPDATE change SET before = ? WHERE step_id = ? AND paper_id = ?"
                " AND (field = 'removed' OR field GLOB 'merged:*')",
                [(rows, step, paper_id) for paper_id, rows in some.items()],
            )
        return
    left = snapshots.bring_back(connection, {paper_id: str(rows) for paper_id, _, rows, _ in changes})
    _set_in_conflict(connection, left)


def _restore_key(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, _, key, _ in _changes(connection, step, field, direction):
        bound: dict[str, object] = {"step": step, "paper": paper_id}
        froze = connection.execute(
            "SELECT 1 FROM change WHERE step_id = :step AND paper_id = :paper AND field = 'key_frozen'", bound
        ).fetchone()
        own = snapshots.own_key(connection, paper_id, str(key), frozen=direction is REDO or froze is None)
        bound |= {"own": own}
        # What was in place, and is now, is what to restore and to find another time.
        connection.execute(
            f"UPDATE change SET {direction.wanted} = :own, {direction.expected} = p.key FROM paper p"
            " WHERE p.id = :paper AND step_id = :step AND paper_id = :paper AND field = 'key'",
            bound,
        )
        connection.execute("UPDATE OR IGNORE paper SET key = :own WHERE id = :paper", bound)


def _restore_alias(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, key, kept, _ in _changes(connection, step, field, direction):
        if kept:
            connection.execute("INSERT OR IGNORE INTO alias (key, paper_id) VALUES (?, ?)", (key, paper_id))
        else:
            connection.execute("DELETE FROM alias WHERE key = ? AND paper_id = ?", (key, paper_id))


def _restore_title(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, key, is_known, _ in _changes(connection, step, field, direction):
        other_titles.put(connection, paper_id, key, bool(is_known))


def _restore_metadata(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    states = {
        paper_id: field_states.restored_parts(connection, paper_id, str(wanted), str(expected))
        for paper_id, _, wanted, expected in _changes(connection, step, field, direction)
    }
    field_states.put_metadata(connection, states)


def _restore_row(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, _, wanted, expected in _changes(connection, step, field, direction):
        # What was typed or fetched since stays.
        if field_states.row_state(connection, field, paper_id) == expected:
            field_states.put_row(connection, field, paper_id, None if wanted is None else str(wanted))


def _restore_sighting(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, place, wanted, expected in _changes(connection, step, field, direction):
        feed, _, day = place.partition(":")
        # What a source counted since stays.
        if field_states.sighting_state(connection, paper_id, int(feed), day) == expected:
            field_states.put_sighting(connection, paper_id, int(feed), day, None if wanted is None else str(wanted))


_LATEST_ANSWER = f"""
SELECT max(r.id) FROM review r WHERE r.undone = 0 AND r.id >= {_NUMBER}
  AND r.card_id = (SELECT card_id FROM review WHERE id = {_NUMBER})
"""

_FIELDS: Mapping[str, _Field] = {
    **{
        name: _Field(f"SELECT {name} FROM paper WHERE id = c.paper_id", _restore_column)
        for name in COLUMNS
        if name != "decided"
    },
    # The moment of a decision goes with its status: it is never in conflict by itself.
    "decided": _Field(None, _restore_column),
    "tag": _Field(f"SELECT count(*) FROM paper_tag WHERE paper_id = c.paper_id AND tag = {_ABOUT}", _restore_tag),
    "note": _Field("SELECT text FROM note WHERE paper_id = c.paper_id", _restore_note),
    "enrolment": _Field(
        # Only in or out counts: a rating that came later has moved the day.
        "SELECT CASE WHEN c.before IS NULL THEN c.after ELSE c.before END FROM card"
        " WHERE paper_id = c.paper_id AND kind = 'paper' AND suspended = 0",
        _restore_enrolment,
    ),
    **{name: _Field(f"SELECT {name} FROM card WHERE id = {_NUMBER}", _restore_card) for name in CARD_COLUMNS},
    "rating": _Field(_LATEST_ANSWER, _restore_rating),
    "cards": _Field(card_snapshots.CURRENT, _restore_cards),
    # What happened to a paper since it came is looked at paper by paper when the import is taken back.
    "created": _Field(None, _restore_created),
    "metadata": _Field(None, _restore_metadata),
    "removed": _Field("SELECT c.before FROM paper WHERE id = c.paper_id", _restore_removed),
    "merged": _Field("SELECT c.before FROM paper WHERE id = c.paper_id", _restore_removed),
    **{name: _Field(None, _restore_row) for name in field_states.ROWS},
    "key": _Field(
        # While it was provisional, a source may have changed it.
        "SELECT CASE WHEN key_frozen = 0 AND EXISTS (SELECT 1 FROM change f WHERE f.step_id = c.step_id"
        "  AND f.paper_id = c.paper_id AND f.field = 'key_frozen') THEN c.before ELSE key END"
        " FROM paper WHERE id = c.paper_id",
        _restore_key,
    ),
    # A key that was frozen by leaving the library since is no reason to leave the paper alone.
    "key_frozen": _Field(None, _restore_column),
    "alias": _Field(None, _restore_alias),
    "title": _Field(None, _restore_title),
    "sighting": _Field(None, _restore_sighting),
}
"""All fields that the journal may hold of a paper, by kind; what stands behind a colon is part of the field.

status, decided, starred, snoozed_until   the paper's column
key, key_frozen        its citation key, and whether that stays
alias:KEY              0 or 1: whether a former key, or the number of a paper that was merged into it, names it too
title:KEY              0 or 1: whether it is known by this title key beside its own
tag:NAME               0 or 1
note                   its text; null: none
enrolment              the day on which its card fell due; null: out of review
buried_until:CARD, priority:CARD   the column of the card with this number
rating:REVIEW          after: the number of the answer
cards                  all its cards and answers, see `card_states`
metadata               the parts that differ, see `import_rows.metadata_state`
sighting:FEED:DAY      its counts in the feed with this number; null: not seen
draft, pdf, pending    its row in the table of this name; null: none
created                after: 1; its rows when the step was taken back
removed                before: its rows
merged:KEEPER          the same, of a paper that went into another
"""
