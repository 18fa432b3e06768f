"""What can be wrong inside a library that opens: found without changing it, mended inside a transaction.

`problems` finds, `repair` repairs. Card states need the scheduler: `readq.services.review.card_check` checks them.
"""

import contextlib
import json
import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readq.store.connection.connect import SCHEMA_VERSION
from readq.store.connection.write_access import unwritable_reason
from readq.store.files.integrity import integrity_messages, is_corruption, library_path, schema_version, write_locked
from readq.store.schema import drift

DAMAGE = "damage"
"""The kind of a problem that nothing but a backup mends."""

_SEARCH_CHECK = "INSERT INTO paper_search (paper_search, rank) VALUES ('integrity-check', 1)"
_SEARCH_REBUILD = "INSERT INTO paper_search (paper_search) VALUES ('rebuild')"
_OF_AN_INDEX = re.compile(
    r"(?:.*(?:missing from|differ from|# of entries in|non-unique entry in)|rowid not .* of) index (\S+)"
)


class Problem(NamedTuple):
    """Something wrong: of which `kind`, and in words `where`."""

    kind: str
    where: str


class _Rule(NamedTuple):
    """`find` says where it is broken, `mend` makes it hold; rules run in order, each on what the former ones left."""

    kind: str
    find: Callable[[sqlite3.Connection], list[str]]
    mend: Callable[[sqlite3.Connection], None] | None = None


def problems(connection: sqlite3.Connection) -> list[Problem]:
    """Everything wrong with the library. Of one with an older schema only what holds for every schema.

    Others wait to write meanwhile. When the file itself is damaged nothing else is looked at. Raises sqlite3.Error.
    """
    with write_locked(connection):
        try:
            damaged = [
                Problem(DAMAGE, message)
                for message in integrity_messages(connection)
                if not _OF_AN_INDEX.fullmatch(message) and "paper_search" not in message
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


def repair(connection: sqlite3.Connection) -> None:
    """Mend what can be, as little as needed; runs inside the caller's transaction. Raises sqlite3.Error."""
    for rule in _rules(connection):
        if rule.mend and rule.find(connection):
            rule.mend(connection)


def _rules(connection: sqlite3.Connection) -> Sequence[_Rule]:
    return (*_OF_EVERY_SCHEMA, *_OF_TODAYS_SCHEMA) if schema_version(connection) == SCHEMA_VERSION else _OF_EVERY_SCHEMA


def _broken_indexes(connection: sqlite3.Connection) -> list[str]:
    found = (_OF_AN_INDEX.fullmatch(message) for message in integrity_messages(connection))
    return list(dict.fromkeys(match[1] for match in found if match))


def _rebuild_indexes(connection: sqlite3.Connection) -> None:
    for name in _broken_indexes(connection):
        connection.execute(f'REINDEX "{name}"')


def _foreign_keys_broken(connection: sqlite3.Connection) -> dict[tuple[str, str, int], int]:
    """The rows without their parent: how many, by table, parent's table, and number of the foreign key."""
    found: dict[tuple[str, str, int], int] = {}
    for table, _, parent, number in connection.execute("PRAGMA foreign_key_check"):
        found[table, parent, number] = found.get((table, parent, number), 0) + 1
    return found


def _orphans(connection: sqlite3.Connection) -> list[str]:
    broken = _foreign_keys_broken(connection)
    return [f"{table}: {rows} without {parent}" for (table, parent, _), rows in sorted(broken.items())]


def _remove_orphans(connection: sqlite3.Connection) -> None:
    # What hangs on an orphan goes with it, by ON DELETE CASCADE, which makes no new orphans.
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
    """Whether `text` is a JSON object with values of one kind."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and all(isinstance(value, kind) for value in found.values())


_AUTHOR_NAMES = (
    "coalesce((SELECT group_concat(name, char(10))"
    " FROM (SELECT name FROM author WHERE paper_id = paper.id ORDER BY position)), '')"
)
_OTHER_AUTHORS = f"authors IS NOT {_AUTHOR_NAMES}"
_MOST_UPVOTES = "(SELECT max(upvotes) FROM sighting WHERE paper_id = paper.id)"
_LOST_RATING = (
    "field GLOB 'rating:*' AND paper_id IN (SELECT id FROM paper)"
    # What was taken back may wait in another step that was taken back after it.
    " AND step_id IN (SELECT id FROM step WHERE undone IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM review WHERE review.id = CAST(substr(field, 8) AS INTEGER))"
    # Where a merge since put the answers of two clocks in order, some have got other numbers.
    " AND NOT EXISTS (SELECT 1 FROM change later JOIN step ON step.id = later.step_id WHERE step.undone IS NULL"
    "  AND later.step_id > change.step_id AND later.paper_id = change.paper_id AND later.field = 'cards')"
)
_EMPTY_STEP = "papers > 0 AND NOT EXISTS (SELECT 1 FROM change WHERE step_id = step.id)"


def _papers_where(condition: str) -> Callable[[sqlite3.Connection], list[str]]:
    def find(connection: sqlite3.Connection) -> list[str]:
        return [f"#{row[0]}" for row in connection.execute(f"SELECT id FROM paper WHERE {condition} ORDER BY id")]

    return find


def _mend_authors(connection: sqlite3.Connection) -> None:
    """Make the list's text from the authors; where these were lost, make them from the text."""
    lost = connection.execute(
        "SELECT id, authors FROM paper WHERE authors != '' AND NOT EXISTS"
        " (SELECT 1 FROM author WHERE paper_id = paper.id)"
    ).fetchall()
    connection.executemany(
        "INSERT INTO author (paper_id, position, name) VALUES (?, ?, ?)",
        ((paper, place, name) for paper, names in lost for place, name in enumerate(filter(None, names.split("\n")))),
    )
    connection.execute(f"UPDATE paper SET authors = {_AUTHOR_NAMES} WHERE {_OTHER_AUTHORS}")


def _mend_upvotes(connection: sqlite3.Connection) -> None:
    connection.execute(f"UPDATE paper SET upvotes = {_MOST_UPVOTES} WHERE upvotes IS NOT {_MOST_UPVOTES}")


def _odd_journal(connection: sqlite3.Connection) -> list[str]:
    lost = connection.execute(f"SELECT DISTINCT step_id FROM change WHERE {_LOST_RATING} ORDER BY step_id")
    empty = connection.execute(f"SELECT id FROM step WHERE {_EMPTY_STEP} ORDER BY id")
    return [f"step {row[0]}: a rating that is not in the log" for row in lost] + [
        f"step {row[0]}: no change" for row in empty
    ]


def _mend_journal(connection: sqlite3.Connection) -> None:
    connection.execute(f"DELETE FROM change WHERE {_LOST_RATING}")
    connection.execute(f"DELETE FROM step WHERE {_EMPTY_STEP}")


def _search_index_differs(connection: sqlite3.Connection) -> list[str]:
    try:
        if unwritable_reason(library_path(connection)) is None:
            connection.execute(_SEARCH_CHECK)
        else:
            # To SQLite this check is a write.
            with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                connection.backup(copy)
                copy.execute(_SEARCH_CHECK)
    except sqlite3.DatabaseError as error:
        if not is_corruption(error):
            raise
        return ["the full-text index does not say what the papers and notes say"]
    return []


def _rebuild_search_index(connection: sqlite3.Connection) -> None:
    connection.execute(_SEARCH_REBUILD)


_OF_EVERY_SCHEMA = (
    _Rule("index", _broken_indexes, _rebuild_indexes),
    _Rule("orphan", _orphans, _remove_orphans),
)
_OF_TODAYS_SCHEMA = (
    # First, because the changes of the others' rely on triggers.
    _Rule("schema", drift.altered, drift.mend),
    _Rule("key", _repeated_keys),
    _Rule("metadata", _unreadable_metadata),
    _Rule("authors", _papers_where(_OTHER_AUTHORS), _mend_authors),
    _Rule("upvotes", _papers_where(f"upvotes IS NOT {_MOST_UPVOTES}"), _mend_upvotes),
    _Rule("journal", _odd_journal, _mend_journal),
    # Last, because the triggers of the others' changes take out of the index what they believe to be in it.
    _Rule("search", _search_index_differs, _rebuild_search_index),
)
