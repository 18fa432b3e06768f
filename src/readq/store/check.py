"""Find faults in the data of a library, and repair them.

The states of review cards are checked by `readq.services.review.card_check`, because that check needs the scheduler.
"""

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readq.store.connection.write_access import unwritable_reason
from readq.store.files.integrity import integrity_messages, is_corruption, library_path, schema_version, write_locked
from readq.store.interest import audit
from readq.store.schema import drift
from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

DAMAGE = "damage"
"""The `kind` of a Problem that cannot be repaired. The user has to restore a backup."""

STOPS_WRITING = frozenset({DAMAGE, "index", "orphan", "schema"})
"""The kinds of problem that stop all writing to the library, because a change could destroy more data.

damage  the file, a table or a column is broken or missing: a write can overwrite a page that belongs to other data
index   an index lacks rows: a change does not find these rows, and two papers can get the same key or identifier
schema  an index or trigger is missing or altered: two papers can get the same key, and search or counts become wrong
orphan  a note, rating or other row has the id of a missing paper: a new paper with this id would get the row

All other problems are in derived values or in single records. A change does not make these problems worse.
"""

_SEARCH = {"paper_search": "the papers and notes", "pdf_search": "the texts of PDFs"}
"""A mapping from the name of each full-text index to a description of the texts in it."""
_INDEX_MESSAGE = re.compile(
    r"(?:.*(?:missing from|differ from|# of entries in|non-unique entry in)|rowid not .* of) index (\S+)"
)


_AuthorRow = tuple[str, str | None, str | None, str | None]
"""The name, family name, given name and suffix of an author."""


class Problem(NamedTuple):
    """A fault in the library."""

    kind: str
    """The kind of the fault, such as `orphan` or the value of DAMAGE."""
    where: str
    """A description of the fault and its place, for the user."""


class _Rule(NamedTuple):
    """A rule that every library must fulfil. `find` returns the faults as text, and `repair` repairs them."""

    kind: str
    find: Callable[[sqlite3.Connection], list[str]]
    repair: Callable[[sqlite3.Connection], None] | None = None


def find_problems(connection: sqlite3.Connection) -> list[Problem]:
    """Check the library and return its faults. Changes nothing.

    Holds the write lock, so that no other process can write during the check. In a damaged file, finds only problems of
    the kind DAMAGE. In a library with an older schema, checks only the rules that hold for every schema. Raises
    sqlite3.Error, for example if the library stays locked.
    """
    with write_locked(connection):
        try:
            damaged = [
                Problem(DAMAGE, message)
                for message in integrity_messages(connection)
                if not _INDEX_MESSAGE.fullmatch(message) and not any(index in message for index in _SEARCH)
            ]
            if not damaged and schema_version(connection) == SCHEMA_VERSION:
                damaged = [Problem(DAMAGE, where) for where in drift.lost(connection)]
            return damaged or [
                Problem(rule.kind, where) for rule in _rules(connection) for where in rule.find(connection)
            ]
        except sqlite3.DatabaseError as error:
            if not is_corruption(error):
                raise
            return [Problem(DAMAGE, str(error))]


def repair_problems(connection: sqlite3.Connection) -> None:
    """Repair all faults that can be repaired, inside the caller's write transaction.

    Raises sqlite3.Error if a repair fails. The caller must then roll back.
    """
    for rule in _rules(connection):
        if rule.repair and rule.find(connection):
            rule.repair(connection)


def _rules(connection: sqlite3.Connection) -> Sequence[_Rule]:
    return (
        (*_RULES_FOR_ANY_SCHEMA, *_RULES_FOR_CURRENT_SCHEMA)
        if schema_version(connection) == SCHEMA_VERSION
        else _RULES_FOR_ANY_SCHEMA
    )


def _broken_indexes(connection: sqlite3.Connection) -> list[str]:
    found = (_INDEX_MESSAGE.fullmatch(message) for message in integrity_messages(connection))
    return list(dict.fromkeys(match[1] for match in found if match))


def _rebuild_indexes(connection: sqlite3.Connection) -> None:
    for name in _broken_indexes(connection):
        connection.execute(f'REINDEX "{name}"')


def _foreign_keys_broken(connection: sqlite3.Connection) -> dict[tuple[str, str, int], int]:
    """Return a dict from (table, parent table, id of the foreign key) to the number of rows without a parent."""
    found: dict[tuple[str, str, int], int] = {}
    for table, _, parent, number in connection.execute("PRAGMA foreign_key_check"):
        found[table, parent, number] = found.get((table, parent, number), 0) + 1
    return found


def _orphans(connection: sqlite3.Connection) -> list[str]:
    broken = _foreign_keys_broken(connection)
    return [f"{table}: {rows} without {parent}" for (table, parent, _), rows in sorted(broken.items())]


def _remove_orphans(connection: sqlite3.Connection) -> None:
    # ON DELETE CASCADE also deletes the children of orphans, so no new orphans appear.
    for table, parent, number in _foreign_keys_broken(connection):
        for own, other in connection.execute(
            'SELECT "from", "to" FROM pragma_foreign_key_list(?) WHERE id = ?', (table, number)
        ).fetchall():
            connection.execute(
                f"DELETE FROM {table} WHERE {own} IS NOT NULL"
                f" AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.{other} = {table}.{own})"
            )


def _repeated_keys(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT lower(key), group_concat('#' || id, ' ') FROM paper NOT INDEXED GROUP BY lower(key) HAVING count(*) > 1"
    )
    return [f"{key}: {papers}" for key, papers in rows]


def _unreadable_metadata(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT id, fields, trusts FROM paper WHERE fields != '' OR trusts != '' ORDER BY id")
    return [
        f"#{paper}: its {name} cannot be read"
        for paper, fields, trusts in rows
        for name, text, kind in (("fields", fields, str), ("trusts", trusts, int))
        if text and not _is_mapping(text, kind)
    ]


def _is_mapping(text: str, kind: type) -> bool:
    """Return whether `text` is a JSON object in which all values have the same type."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and all(isinstance(value, kind) for value in found.values())


_AUTHOR_NAMES = (
    "coalesce((SELECT group_concat(name, char(10))"
    " FROM (SELECT name FROM author WHERE paper_id = paper.id ORDER BY position)), '')"
)
_AUTHORS_DIFFER = f"authors IS NOT {_AUTHOR_NAMES}"
_MOST_UPVOTES = "(SELECT max(upvotes) FROM sighting WHERE paper_id = paper.id)"
_NEWEST_DAY = "(SELECT max(day) FROM sighting WHERE paper_id = paper.id)"
_BEST_RANK = f"(SELECT min(rank) FROM sighting WHERE paper_id = paper.id AND day = {_NEWEST_DAY})"
# The day of a paper without a sighting depends on the time zone at its arrival, so any day is right.
_SEEN = f"coalesce({_NEWEST_DAY}, seen, date(added))"
_SEEN_DIFFERS = f"seen IS NOT {_SEEN} OR seen_rank IS NOT {_BEST_RANK}"
_LOST_RATING = (
    # Not paper_id IN: SQLite would look each paper up in each step.
    "field GLOB 'rating:*' AND EXISTS (SELECT 1 FROM paper WHERE paper.id = change.paper_id)"
    # The answers of an undone step may be in a snapshot of another step that was undone later.
    " AND step_id IN (SELECT id FROM step WHERE undone IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM review WHERE review.id = CAST(substr(field, 8) AS INTEGER))"
    # A later merge may have given answers new ids, to put answers from two computers in order of time.
    " AND NOT EXISTS (SELECT 1 FROM change later JOIN step ON step.id = later.step_id WHERE step.undone IS NULL"
    "  AND later.step_id > change.step_id AND later.paper_id = change.paper_id AND later.field = 'cards')"
)
_EMPTY_STEP = "papers > 0 AND NOT EXISTS (SELECT 1 FROM change WHERE step_id = step.id)"


def _papers_where(condition: str) -> Callable[[sqlite3.Connection], list[str]]:
    def find(connection: sqlite3.Connection) -> list[str]:
        return [f"#{row[0]}" for row in connection.execute(f"SELECT id FROM paper WHERE {condition} ORDER BY id")]

    return find


def _repair_authors(connection: sqlite3.Connection) -> None:
    """Make the author rows and the column `paper.authors` agree. Keep the version that has all names of the other."""
    differing = connection.execute(
        f"SELECT id, authors FROM paper WHERE authors != '' AND {_AUTHORS_DIFFER}"
    ).fetchall()
    for paper, names in differing:
        rows = connection.execute(
            "SELECT name, family, given, suffix FROM author WHERE paper_id = ? ORDER BY position", (paper,)
        ).fetchall()
        if (whole := _with_lost_authors(rows, [*filter(None, names.split("\n"))])) is not None:
            connection.execute("DELETE FROM author WHERE paper_id = ?", (paper,))
            connection.executemany(
                "INSERT INTO author (paper_id, position, name, family, given, suffix) VALUES (?, ?, ?, ?, ?, ?)",
                ((paper, place, *row) for place, row in enumerate(whole)),
            )
    connection.execute(f"UPDATE paper SET authors = {_AUTHOR_NAMES} WHERE {_AUTHORS_DIFFER}")


def _with_lost_authors(rows: Sequence[_AuthorRow], names: Sequence[str]) -> list[_AuthorRow] | None:
    """Return a row for each of `names`. Return None if a row has another name, or if the rows have another order."""
    whole: list[_AuthorRow] = []
    place = 0
    for name in names:
        is_there = place < len(rows) and rows[place][0] == name
        whole.append(rows[place] if is_there else (name, None, None, None))
        place += is_there
    return whole if place == len(rows) else None


def _repair_upvotes(connection: sqlite3.Connection) -> None:
    connection.execute(f"UPDATE paper SET upvotes = {_MOST_UPVOTES} WHERE upvotes IS NOT {_MOST_UPVOTES}")


def _repair_seen(connection: sqlite3.Connection) -> None:
    connection.execute(f"UPDATE paper SET seen = {_SEEN}, seen_rank = {_BEST_RANK} WHERE {_SEEN_DIFFERS}")


def _journal_faults(connection: sqlite3.Connection) -> list[str]:
    lost = connection.execute(f"SELECT DISTINCT step_id FROM change WHERE {_LOST_RATING} ORDER BY step_id")
    empty = connection.execute(f"SELECT id FROM step WHERE {_EMPTY_STEP} ORDER BY id")
    return [f"step {row[0]}: a rating that is not in the log" for row in lost] + [
        f"step {row[0]}: no change" for row in empty
    ]


def forget_lost_ratings(connection: sqlite3.Connection) -> None:
    """Delete the changes in the undo history that refer to a missing answer (a rating of a card).

    Then delete the steps that have no changes left. An answer is missing, for example, after a merge of libraries gave
    it another id.
    """
    connection.execute(f"DELETE FROM change WHERE {_LOST_RATING}")
    connection.execute(f"DELETE FROM step WHERE {_EMPTY_STEP}")


_NO_VIEW = "view_id > coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'view'), 0)"
"""SQL condition on table `caught` for rows to delete: the library never had a view with the row's `view_id`.

A row records that a watch caught a paper. A watch is a saved view. Rows of removed views are not deleted, because undo
can restore the view.
"""


def _foreign_marks(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(f"SELECT paper_id, view_id FROM caught WHERE {_NO_VIEW} ORDER BY paper_id, view_id")
    return [f"#{paper}: caught by watch {view}, which never was" for paper, view in rows]


def _remove_foreign_marks(connection: sqlite3.Connection) -> None:
    connection.execute(f"DELETE FROM caught WHERE {_NO_VIEW}")


def _search_indexes_differ(connection: sqlite3.Connection) -> list[str]:
    return [f"the full-text index differs from {_SEARCH[index]}" for index in _differing_indexes(connection)]


def _differing_indexes(connection: sqlite3.Connection) -> list[str]:
    if unwritable_reason(library_path(connection)) is None:
        return [index for index in _SEARCH if not _is_sound_index(connection, index)]
    # SQLite's check of an index counts as a write.
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        connection.backup(copy)
        return [index for index in _SEARCH if not _is_sound_index(copy, index)]


def _is_sound_index(connection: sqlite3.Connection, index: str) -> bool:
    try:
        connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if not is_corruption(error):
            raise
        return False
    return True


def _rebuild_search_indexes(connection: sqlite3.Connection) -> None:
    for index in _differing_indexes(connection):
        connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")


_RULES_FOR_ANY_SCHEMA = (
    _Rule("index", _broken_indexes, _rebuild_indexes),
    _Rule("orphan", _orphans, _remove_orphans),
)
_RULES_FOR_CURRENT_SCHEMA = (
    # First, because the repairs by other rules need the triggers.
    _Rule("schema", drift.altered, drift.mend),
    _Rule("table", drift.altered_tables),
    _Rule("key", _repeated_keys),
    _Rule("metadata", _unreadable_metadata),
    _Rule("authors", _papers_where(_AUTHORS_DIFFER), _repair_authors),
    _Rule("upvotes", _papers_where(f"upvotes IS NOT {_MOST_UPVOTES}"), _repair_upvotes),
    _Rule("seen", _papers_where(_SEEN_DIFFERS), _repair_seen),
    _Rule("interest", audit.find_faults, audit.repair),
    _Rule("watch", _foreign_marks, _remove_foreign_marks),
    _Rule("journal", _journal_faults, forget_lost_ratings),
    # Last, because the triggers fired by other repairs update the index from its assumed contents.
    _Rule("search", _search_indexes_differ, _rebuild_search_indexes),
)
