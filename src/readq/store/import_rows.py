"""The parts of an import that can be taken back: whole papers, metadata, sightings. Plain SQL, no ORM.

A state is JSON: of metadata an object of columns (with `authors` and `identifiers` as lists), of a sighting its counts,
of a paper all its rows by table.
"""

import json
import sqlite3
from collections.abc import Sequence

_OWN_TABLES = (
    "paper",
    "author",
    "identifier",
    "alias",
    "paper_tag",
    "sighting",
    "note",
    "note_history",
    "card",
    "review",
)
"""The tables whose rows make up a paper, parents before children."""


def _rows_of(table: str) -> str:
    if table == "review":
        return "SELECT * FROM review WHERE card_id IN (SELECT id FROM card WHERE paper_id = ?)"
    return f"SELECT * FROM {table} WHERE {'id' if table == 'paper' else 'paper_id'} = ?"


def remove_untouched(connection: sqlite3.Connection, step: int) -> None:
    """Remove the papers that the import `step` brought and that nothing in force has touched since.

    Each leaves a snapshot in the journal, so that redo restores the same numbers.
    """
    rows = connection.execute(
        "SELECT c.paper_id FROM change c WHERE c.step_id = :step AND c.field = 'created' AND NOT EXISTS"
        " (SELECT 1 FROM change d JOIN step s ON s.id = d.step_id"
        "  WHERE d.paper_id = c.paper_id AND d.step_id > :step AND s.undone IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM draft WHERE paper_id = c.paper_id)",
        {"step": step},
    )
    for (paper_id,) in rows.fetchall():
        connection.execute(
            "UPDATE change SET after = ? WHERE step_id = ? AND paper_id = ? AND field = 'created'",
            (_snapshot(connection, paper_id), step, paper_id),
        )
        connection.execute("DELETE FROM paper WHERE id = ?", (paper_id,))


def _snapshot(connection: sqlite3.Connection, paper_id: int) -> str:
    rows = {table: connection.execute(_rows_of(table), (paper_id,)).fetchall() for table in _OWN_TABLES}
    return json.dumps(rows, ensure_ascii=False)


def bring_back(connection: sqlite3.Connection, snapshot: str) -> None:
    """Insert the rows of a paper that was removed; does nothing for one that was kept."""
    state = json.loads(snapshot)
    if not isinstance(state, dict):
        return
    for table in _OWN_TABLES:
        for row in state[table]:
            marks = ",".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)


def metadata_state(connection: sqlite3.Connection, paper_id: int, columns: Sequence[str]) -> str:
    """The named parts of a paper's metadata as they are now."""
    plain = [name for name in columns if name not in ("authors", "identifiers")]
    state: dict[str, object] = {}
    if plain:
        row = connection.execute(f"SELECT {', '.join(plain)} FROM paper WHERE id = ?", (paper_id,)).fetchone()
        state.update(zip(plain, row, strict=True))
    if "authors" in columns:
        state["authors"] = connection.execute(
            "SELECT name, family, given, suffix FROM author WHERE paper_id = ? ORDER BY position", (paper_id,)
        ).fetchall()
    if "identifiers" in columns:
        state["identifiers"] = connection.execute(
            "SELECT scheme, value FROM identifier WHERE paper_id = ? ORDER BY scheme, value", (paper_id,)
        ).fetchall()
    return json.dumps(state, ensure_ascii=False)


def put_metadata(connection: sqlite3.Connection, paper_id: int, state: str) -> None:
    """Write a state that `metadata_state` returned."""
    values: dict[str, object] = json.loads(state)
    authors = values.pop("authors", None)
    identifiers = values.pop("identifiers", None)
    if "key" in values:
        put_key(connection, paper_id, str(values.pop("key")))
    if isinstance(authors, list):
        put_authors(connection, paper_id, authors)
    if isinstance(identifiers, list):
        put_identifiers(connection, paper_id, identifiers)
    if values:
        assignments = ", ".join(f"{name} = ?" for name in values)
        connection.execute(f"UPDATE paper SET {assignments} WHERE id = ?", (*values.values(), paper_id))


def put_key(connection: sqlite3.Connection, paper_id: int, key: str) -> None:
    """Give a paper another citation key; the former one stays valid as an alias."""
    connection.execute("DELETE FROM alias WHERE key = ? AND paper_id = ?", (key, paper_id))
    connection.execute(
        "INSERT OR IGNORE INTO alias (key, paper_id) SELECT key, id FROM paper WHERE id = ? AND key <> ?",
        (paper_id, key),
    )
    connection.execute("UPDATE paper SET key = ? WHERE id = ?", (key, paper_id))


def put_authors(connection: sqlite3.Connection, paper_id: int, authors: Sequence[Sequence[str | None]]) -> None:
    """Replace the ordered authors, given as (name, family, given, suffix), and their text on the paper."""
    connection.execute("DELETE FROM author WHERE paper_id = ?", (paper_id,))
    connection.executemany(
        "INSERT INTO author (paper_id, position, name, family, given, suffix) VALUES (?, ?, ?, ?, ?, ?)",
        [(paper_id, position, *author) for position, author in enumerate(authors)],
    )
    names = "\n".join(str(author[0]) for author in authors)
    connection.execute("UPDATE paper SET authors = ? WHERE id = ?", (names, paper_id))


def put_identifiers(connection: sqlite3.Connection, paper_id: int, identifiers: Sequence[Sequence[str]]) -> None:
    """Replace what the paper is known by."""
    connection.execute("DELETE FROM identifier WHERE paper_id = ?", (paper_id,))
    connection.executemany(
        "INSERT OR IGNORE INTO identifier (paper_id, scheme, value) VALUES (?, ?, ?)",
        [(paper_id, *identifier) for identifier in identifiers],
    )


def sighting_state(connection: sqlite3.Connection, paper_id: int, feed_id: int, day: str) -> str | None:
    """The counts of one sighting as they are now; None when there is none."""
    row = connection.execute(
        "SELECT rank, upvotes, comments, submitted_by FROM sighting WHERE paper_id = ? AND feed_id = ? AND day = ?",
        (paper_id, feed_id, day),
    ).fetchone()
    return None if row is None else json.dumps(row, ensure_ascii=False)


def put_sighting(connection: sqlite3.Connection, paper_id: int, feed_id: int, day: str, state: str | None) -> None:
    """Write a state that `sighting_state` returned; None removes the sighting."""
    if state is None:
        connection.execute(
            "DELETE FROM sighting WHERE paper_id = ? AND feed_id = ? AND day = ?", (paper_id, feed_id, day)
        )
        return
    connection.execute(
        "INSERT INTO sighting (paper_id, feed_id, day, rank, upvotes, comments, submitted_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (paper_id, feed_id, day) DO UPDATE SET rank = excluded.rank,"
        " upvotes = excluded.upvotes, comments = excluded.comments, submitted_by = excluded.submitted_by",
        (paper_id, feed_id, day, *json.loads(state)),
    )
