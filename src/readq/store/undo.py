"""Undo or redo a step of the undo history. A step is one action of a person, with the values that it changed.

Undo restores the values before the step, redo the values after it. A paper is in conflict if a field that the step set
was changed again later. Then none of the paper's fields is restored. Sightings (appearances in feeds) and metadata
cause no conflict, because sources change them: a value that was changed later is kept, and all other values are
restored. But a paper is in conflict if the step corrected its metadata and none of the corrected values is left.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.store.feeds import caught_papers, feeds_and_views
from readq.store.journal import rating_numbers
from readq.store.journal.changes import (
    NUMBER,
    REDO,
    ROW_KINDS,
    SUFFIX,
    UNDO,
    WITHOUT_CONFLICT,
    Direction,
    each_restorable,
    field_condition,
    restorable,
    restorable_papers,
)
from readq.store.journal.steps import CARD_COLUMNS, COLUMNS, LEFT, NO_PAPER, changed_papers
from readq.store.papers import decisions, field_states, look_alikes, notes, other_titles, provenance, snapshots
from readq.store.review import card_fields, card_snapshots


class _Field(NamedTuple):
    """How to compare one kind of field with the library, and how to restore it.

    `current` is SQL for the present value of the field in the change `c`. It is None if such a field is never in
    conflict. In it, `{expected}` stands for the column of `c` with the expected value.
    """

    current: str | None
    restore: Callable[[sqlite3.Connection, int, str, Direction, str], None]


class Conflicts(NamedTuple):
    """The papers, feeds and views that undo or redo of a step did not restore, or restored only in part."""

    papers: tuple[int, ...]
    """The ids of papers in conflict, which were changed again after the step."""
    feeds_and_views: tuple[str, ...]
    """The feeds and views in conflict, as texts such as `feed:hf-daily` or `view:NAME`."""
    kept: tuple[int, ...] = ()
    """The ids of papers that undo of an import did not remove, because they were changed or merged later."""
    partly_restored: tuple[int, ...] = ()
    """The ids of papers that keep a part of their metadata, because it was changed after the step."""


def apply(connection: sqlite3.Connection, step: int, direction: Direction, at: str) -> Conflicts:
    """Undo or redo the step `step` of the undo history. Return the papers, feeds and views in conflict.

    A paper, feed or view is in conflict if it was changed again after the step. It stays unchanged. If the step merged
    two papers and one of them is in conflict, both stay unchanged. `direction` is UNDO or REDO. `at` is the present
    time (UTC text). Runs inside the caller's write transaction.
    """
    in_conflict = feeds_and_views.restore(connection, step, direction.wanted, direction.expected)
    fields = _fields(connection, step)
    for table in ("conflicting", "partly_restored"):
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (paper_id INTEGER PRIMARY KEY)")
        connection.execute(f"DELETE FROM temp.{table}")
    # A merge of cards can give answers other ids.
    referred = rating_numbers.referred_answers(connection) if "cards" in fields else {}
    connection.execute("SAVEPOINT restoring")
    papers = _apply(connection, step, fields, direction, at)
    if papers and "merged:*" in fields:
        connection.execute("ROLLBACK TO restoring")
        papers = tuple(changed_papers(connection, step))
    connection.execute("RELEASE restoring")
    if referred:
        rating_numbers.follow(connection, referred)
    kept = _kept(connection, step) if direction is UNDO and "created" in fields else ()
    partly = connection.execute("SELECT paper_id FROM temp.partly_restored ORDER BY paper_id")
    return Conflicts(papers, in_conflict, kept, tuple(number for (number,) in partly))


def _fields(connection: sqlite3.Connection, step: int) -> list[str]:
    """Return the fields of papers that a step changed. For each of ROW_KINDS, return one pattern `KIND:*`."""
    found = connection.execute(
        "SELECT DISTINCT CASE WHEN substr(field, 1, instr(field, ':')) IN (SELECT value FROM json_each(?))"
        " THEN substr(field, 1, instr(field, ':')) || '*' ELSE field END FROM change WHERE step_id = ?"
        " AND paper_id <> ? AND field <> ? ORDER BY 1",
        (json.dumps([f"{kind}:" for kind in ROW_KINDS]), step, NO_PAPER, LEFT),
    )
    return [field for (field,) in found]


def _kept(connection: sqlite3.Connection, step: int) -> tuple[int, ...]:
    """Return the ids of the papers that the step created and the library still has, by themselves or in another."""
    rows = connection.execute(
        "SELECT paper_id FROM change WHERE step_id = ? AND field = 'created' AND (paper_id IN (SELECT id FROM paper)"
        # The id of a merged paper is an alias.
        " OR '#' || paper_id IN (SELECT key FROM alias)) ORDER BY paper_id",
        (step,),
    )
    return tuple(row[0] for row in rows)


def _apply(
    connection: sqlite3.Connection, step: int, fields: Sequence[str], direction: Direction, at: str
) -> tuple[int, ...]:
    connection.execute(
        f"INSERT OR IGNORE INTO temp.conflicting {decisions.columns_in_conflict(direction.expected)}", (step,)
    )
    if direction is REDO:
        connection.execute(
            "INSERT OR IGNORE INTO temp.conflicting SELECT paper_id FROM change WHERE step_id = ? AND field = ?",
            (step, LEFT),
        )
    for field in fields:
        _find_conflicts(connection, step, field, direction)
    _find_absent(connection, step)
    if direction is UNDO and "metadata" in fields and "merged:*" not in fields:
        _find_overwritten_corrections(connection, step)
    kinds = dict.fromkeys("columns" if field in COLUMNS else field for field in fields)
    for field in sorted(kinds, key=_position, reverse=direction is UNDO):
        _kind(field).restore(connection, step, field, direction, at)
    return tuple(row[0] for row in connection.execute("SELECT paper_id FROM temp.conflicting ORDER BY paper_id"))


def _position(field: str) -> int:
    """Return the position of a field in the order of redo. Undo has the reverse order.

    An import first freed keys and names of sources, then created papers that may use them, and then changed these
    papers. A rating first enrolled the paper, which set the day of its card, and then changed the day.
    """
    return {"removed": 0, "merged:*": 0, "metadata": 1, "source:*": 1, "created": 2, "rating:*": 4}.get(field, 3)


def _find_absent(connection: sqlite3.Connection, step: int) -> None:
    """Mark the papers that another step has removed as being in conflict."""
    connection.execute(
        "INSERT OR IGNORE INTO temp.conflicting SELECT DISTINCT paper_id FROM change WHERE step_id = :step"
        " AND paper_id <> :none AND paper_id NOT IN (SELECT id FROM paper)"
        " AND paper_id NOT IN (SELECT paper_id FROM change WHERE step_id = :step"
        "  AND (field IN ('removed', 'created') OR field GLOB 'merged:*'))",
        {"step": step, "none": NO_PAPER},
    )


def _find_conflicts(connection: sqlite3.Connection, step: int, field: str, direction: Direction) -> None:
    current = _kind(field).current
    if current is None:
        return
    current = current.replace("{expected}", direction.expected)
    connection.execute(
        f"INSERT OR IGNORE INTO temp.conflicting SELECT c.paper_id FROM change c"
        f" WHERE c.step_id = :step AND c.{field_condition(field)} AND ({current}) IS NOT c.{direction.expected}",
        {"step": step, "field": field},
    )


def _find_overwritten_corrections(connection: sqlite3.Connection, step: int) -> None:
    """Mark the papers whose metadata the step corrected as being in conflict if all of it was changed again later."""
    overwritten = []
    for paper_id, _, wanted, expected in each_restorable(connection, step, "metadata", UNDO):
        if field_states.is_correction(str(expected)):
            restored = field_states.restored_metadata(connection, paper_id, str(wanted), str(expected))
            if not (restored.is_whole or restored.is_changed):
                overwritten.append(paper_id)
    _set_in_conflict(connection, overwritten)


def _kind(field: str) -> _Field:
    return _FIELDS[field.partition(":")[0]]


def _restore_columns(connection: sqlite3.Connection, step: int, _field: str, direction: Direction, _at: str) -> None:
    decisions.restore_columns(connection, step, direction.wanted, WITHOUT_CONFLICT)


def _restore_key_frozen(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    connection.execute(
        f"UPDATE paper SET key_frozen = c.{direction.wanted} FROM change c"
        f" WHERE c.step_id = ? AND c.field = ? AND c.paper_id = paper.id AND c.{WITHOUT_CONFLICT}",
        (step, field),
    )


def _restore_tag(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    chosen = (
        f"SELECT paper_id, {SUFFIX} FROM change c WHERE step_id = :step AND {field_condition(field)}"
        f" AND {direction.wanted} = :there AND {WITHOUT_CONFLICT}"
    )
    bound = {"step": step, "field": field}
    connection.execute(f"INSERT OR IGNORE INTO paper_tag (paper_id, tag) {chosen}", {**bound, "there": 1})
    connection.execute(f"DELETE FROM paper_tag WHERE (paper_id, tag) IN ({chosen})", {**bound, "there": 0})


def _restore_note(connection: sqlite3.Connection, step: int, field: str, direction: Direction, at: str) -> None:
    for paper_id, _, text, _ in each_restorable(connection, step, field, direction):
        notes.put_note(connection, paper_id, None if text is None else str(text), at)


def _restore_created(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    if direction is UNDO:
        snapshots.remove_unchanged(connection, step)
        return
    papers = restorable_papers(connection, step, field)
    snapshots.restore_papers(connection, step, papers, field, direction.wanted)
    there = set(_kept(connection, step))
    _set_in_conflict(connection, [paper_id for paper_id in papers if paper_id not in there])


def _set_in_conflict(connection: sqlite3.Connection, papers: Sequence[int]) -> None:
    connection.executemany("INSERT OR IGNORE INTO temp.conflicting VALUES (?)", [(paper_id,) for paper_id in papers])


def _restore_removed(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    papers = restorable_papers(connection, step, field)
    if direction is UNDO:
        _set_in_conflict(connection, snapshots.restore_papers(connection, step, papers, field, direction.wanted))
        return
    for some in snapshots.remove_papers(connection, papers):
        connection.executemany(
            "UPDATE change SET before = ? WHERE step_id = ? AND paper_id = ?"
            " AND (field = 'removed' OR field GLOB 'merged:*')",
            [(rows, step, paper_id) for paper_id, rows in some.items()],
        )


def _restore_key(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, _, key, _ in restorable(connection, step, field, direction):
        bound: dict[str, object] = {"step": step, "paper": paper_id}
        froze = connection.execute(
            "SELECT 1 FROM change WHERE step_id = :step AND paper_id = :paper AND field = 'key_frozen'", bound
        ).fetchone()
        own = snapshots.available_key(connection, paper_id, str(key), frozen=direction is REDO or froze is None)
        bound |= {"own": own}
        # Record the keys before and after this change, for the next undo or redo.
        connection.execute(
            f"UPDATE change SET {direction.wanted} = :own, {direction.expected} = p.key FROM paper p"
            " WHERE p.id = :paper AND step_id = :step AND paper_id = :paper AND field = 'key'",
            bound,
        )
        connection.execute("UPDATE OR IGNORE paper SET key = :own WHERE id = :paper", bound)


def _restore_alias(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    put, remove = "INSERT OR IGNORE INTO alias VALUES (?, ?)", "DELETE FROM alias WHERE key = ? AND paper_id = ?"
    for paper_id, key, kept, _ in each_restorable(connection, step, field, direction):
        connection.execute(put if kept else remove, (key, paper_id))


def _restore_metadata(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    restored = {
        paper_id: field_states.restored_metadata(connection, paper_id, str(wanted), str(expected))
        for paper_id, _, wanted, expected in each_restorable(connection, step, field, direction)
    }
    field_states.put_metadata(connection, {paper_id: one.state for paper_id, one in restored.items()})
    connection.executemany(
        "INSERT OR IGNORE INTO temp.partly_restored VALUES (?)",
        [(paper_id,) for paper_id, one in restored.items() if not one.is_whole],
    )


def _restore_row(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, _, wanted, expected in each_restorable(connection, step, field, direction):
        # Text typed or data fetched since stays.
        if field_states.row_state(connection, field, paper_id) == expected:
            field_states.put_row(connection, field, paper_id, None if wanted is None else str(wanted))


def _restore_sighting(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, place, wanted, expected in each_restorable(connection, step, field, direction):
        feed, _, day = place.partition(":")
        # Counts updated by a source since stay.
        if field_states.sighting_state(connection, paper_id, int(feed), day) == expected:
            field_states.put_sighting(connection, paper_id, int(feed), day, None if wanted is None else str(wanted))


def _restore_each(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    for paper_id, place, wanted, expected in each_restorable(connection, step, field, direction):
        _EACH[field.partition(":")[0]](connection, paper_id, place, wanted, expected)


_EACH: Mapping[str, Callable[[sqlite3.Connection, int, str, Any, Any], None]] = {
    "title": lambda conn, paper, key, wanted, _: other_titles.put(conn, paper, key, bool(wanted)),
    # What a source has said since stays its last word.
    "source": lambda conn, paper, place, wanted, _: provenance.restore(conn, paper, place, wanted),
    "apart": lambda conn, paper, other, new, _: look_alikes.put_different(conn, paper, int(other), is_different=new),
    "caught": caught_papers.restore,
    "pair": lambda conn, paper, other, wanted, old: look_alikes.restore(conn, paper, int(other), wanted, old),
}
"""For some kinds of fields, the function that undoes or redoes one change of a field of this kind.

Its arguments are the connection, the paper id, the text after the colon in the name of the field, the value to restore,
and the value that the field has if nothing changed it since.
"""


_FIELDS: Mapping[str, _Field] = {
    # Their conflicts are found together. The time of a decision is never in conflict by itself.
    **dict.fromkeys(("columns", *COLUMNS), _Field(None, _restore_columns)),
    "tag": _Field(f"SELECT count(*) FROM paper_tag WHERE paper_id = c.paper_id AND tag = {SUFFIX}", _restore_tag),
    "note": _Field("SELECT text FROM note WHERE paper_id = c.paper_id", _restore_note),
    "enrolment": _Field(card_fields.CURRENT_ENROLMENT, card_fields.restore_enrolment),
    "due": _Field(None, card_fields.restore_due),
    **{
        name: _Field(f"SELECT {name} FROM card WHERE id = {NUMBER}", card_fields.restore_column)
        for name in CARD_COLUMNS
    },
    "rating": _Field(card_fields.LATEST_ANSWER, card_fields.restore_rating),
    "cards": _Field(card_snapshots.CURRENT, card_fields.restore_snapshots),
    # Undo of an import checks each paper for later changes itself.
    "created": _Field(None, _restore_created),
    "metadata": _Field(None, _restore_metadata),
    "removed": _Field("SELECT c.before FROM paper WHERE id = c.paper_id", _restore_removed),
    "merged": _Field("SELECT c.before FROM paper WHERE id = c.paper_id", _restore_removed),
    **{name: _Field(None, _restore_row) for name in field_states.ROWS},
    "key": _Field(
        # A source may have changed the key while it was provisional.
        "SELECT CASE WHEN key_frozen = 0 AND EXISTS (SELECT 1 FROM change f WHERE f.step_id = c.step_id"
        "  AND f.paper_id = c.paper_id AND f.field = 'key_frozen') THEN c.before ELSE key END"
        " FROM paper WHERE id = c.paper_id",
        _restore_key,
    ),
    # A key that was frozen by an export since does not put the paper in conflict.
    "key_frozen": _Field(None, _restore_key_frozen),
    "alias": _Field(None, _restore_alias),
    **dict.fromkeys(("title", "source", "caught", "pair"), _Field(None, _restore_each)),
    "apart": _Field(
        f"SELECT count(*) FROM look_alike WHERE paper_id = c.paper_id AND other_id = {NUMBER} AND apart = 1",
        _restore_each,
    ),
    "sighting": _Field(None, _restore_sighting),
}
"""Every kind of field of a paper in the undo history, with the meaning of the values before and after a step.

status, decided, starred, snoozed_until   the column of `paper`; restored together as `columns`
key, key_frozen        the citation key, and whether it is frozen
alias:KEY              0 or 1: whether KEY, a former key or `#` and the id of a merged paper, names this paper
title:KEY              0 or 1: whether the paper has the additional title key KEY
source:ORIGIN:NAME     what the file or feed with the id ORIGIN says about the paper, which it calls NAME: [digest of
                       the record, the record as JSON or null]; null: the paper has no such source
apart:PAPER            0 or 1: whether the user says that the paper PAPER is another work
pair:PAPER             [reasons, 0 or 1] of two papers that may be one work, see `look_alikes.state`; null: no such pair
tag:NAME               0 or 1: whether the paper has the tag
note                   the text of the note; null: none
enrolment              the day on which the paper's card is due; null: not in review
due:CARD               the day on which a card without ratings is due
COLUMN:CARD            the column COLUMN, one of CARD_COLUMNS, of the card with the id CARD
rating:REVIEW          after: the id of the answer; before: null
cards                  all cards and answers, see `card_snapshots`
metadata               the parts that differ, see `field_states.metadata_state`
caught:VIEW            [action, time]: what the watch with the id VIEW did with the paper, and when; null: nothing
sighting:FEED:DAY      the counts in the feed with the id FEED; null: not seen
draft, pdf, pending    the row in the table of this name; null: none
created                after: 1, or the paper's rows if undo removed them
removed                before: the paper's rows
merged:KEEPER          before: the rows of a paper that was merged into the paper KEEPER
left                   undo of the step left the paper as it was, because it was in conflict; redo leaves it, too
"""
