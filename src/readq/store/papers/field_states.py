"""Read, compare, write and restore the states of papers that the undo history records. Does not import SQLModel.

A state is JSON text of one of three kinds:

- the metadata of a paper: an object that maps columns to values; `authors`, `identifiers` and `aliases` are lists
- a sighting (an appearance in a feed): the list of rank, upvotes, comments and submitter
- a row of any other table: an object that maps columns to values
"""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.fields import raw_fields

ROWS = ("draft", "pdf", "pending")
"""The tables `draft`, `pdf` and `pending`, which have at most one row for each paper.

A change of these rows is recorded in the undo history only if a merge of papers makes it.
"""

_LISTS = ("authors", "identifiers", "aliases")
"""The parts of a metadata state that come from separate tables. Their values are lists."""

_SETS = ("identifiers", "aliases")

_NOT_SHOWN = ("title_key", "key_frozen", "added", "edited", "trust", "trusts", "version", "revised", *_SETS)
"""The parts of a metadata state that describe the paper's record, or are restored whatever happened since."""

IS_KEY = "(alias.key NOT GLOB '#[0-9]*' OR substr(alias.key, 2) GLOB '*[^0-9]*')"
"""SQL condition on table `alias`: the alias is a former citation key, not the id of a merged paper, such as `#5`."""


def metadata_state(connection: sqlite3.Connection, paper_id: int, columns: Sequence[str]) -> str:
    """Return the present metadata of a paper as JSON. The JSON maps each of `columns` to its value.

    `columns` are names of columns of table `paper`, or of the lists `authors`, `identifiers` and `aliases`.
    """
    plain = [name for name in columns if name not in _LISTS]
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
    if "aliases" in columns:
        own = f"SELECT key FROM alias WHERE paper_id = ? AND {IS_KEY} ORDER BY key"
        rows = connection.execute(own, (paper_id,))
        state["aliases"] = [key for (key,) in rows]
    return json.dumps(state, ensure_ascii=False)


def changed_parts(before: str, after: str) -> tuple[str, str] | None:
    """Reduce two metadata states of one paper to the columns that differ. Return both reduced states as JSON.

    Return None if the states are equal. If the citation key differs, the reduced states have `aliases`, too, even if
    these are equal.
    """
    old, new = json.loads(before), json.loads(after)
    names = {name for name in new if old[name] != new[name]}
    if not names:
        return None
    if "key" in names and "aliases" in new:
        names.add("aliases")
    kept = [name for name in new if name in names]
    return (
        json.dumps({name: old[name] for name in kept}, ensure_ascii=False),
        json.dumps({name: new[name] for name in kept}, ensure_ascii=False),
    )


class RestoredMetadata(NamedTuple):
    """The metadata to write to a paper when a step of the undo history is undone or redone."""

    state: str
    """The state to write, as JSON."""
    is_whole: bool
    """Whether every field gets the value to restore. If not, a field that was changed after the step is kept."""
    is_changed: bool
    """Whether the state differs from the present metadata of the paper."""


def restored_metadata(connection: sqlite3.Connection, paper_id: int, wanted: str, expected: str) -> RestoredMetadata:
    """Return the metadata to write to a paper when a step of the undo history is undone or redone.

    `wanted` is the state to restore. `expected` is the state that the paper has if nothing changed it after the step. A
    column that was changed after the step is left out, so that the later change stays, with three exceptions:

    - A frozen citation key in `wanted` (a key that only a person can change) replaces any key that is not frozen.
    - `identifiers`, `aliases` and `edited` (names of fields that a person set) are sets. Undo takes out the elements
      that the step added, and puts back the elements that the step removed. Redo does the reverse. All other elements
      stay.
    - Each BibTeX field in `fields` is restored by itself. So a title in `fields` still agrees with the column `title`.
    """
    old, new = json.loads(wanted), json.loads(expected)
    now = json.loads(metadata_state(connection, paper_id, tuple(new)))
    state: dict[str, Any] = {}
    for name, value in new.items():
        if name == "edited":
            state[name] = "\n".join(sorted(_with_change_reverted(now[name].split(), value.split(), old[name].split())))
        elif name in _SETS:
            state[name] = _with_change_reverted(now[name], value, old[name])
        elif now[name] == value or (name == "key" and _freezes_key(old, new, now)):
            state[name] = old[name]
        elif name == "fields":
            state[name] = _with_fields_reverted(now[name], value, old[name])
    if "key" in new and "key" not in state:
        state.pop("aliases", None)
    shown = [name for name in new if name not in _NOT_SHOWN]
    present = {name: state.get(name, now[name]) for name in new}
    return RestoredMetadata(
        json.dumps(state, ensure_ascii=False),
        # A change that the step did not make is no matter of its undo.
        is_whole=not any(
            _differing(name, present[name], old[name]) & _differing(name, new[name], old[name]) for name in shown
        ),
        is_changed=any(_differing(name, present[name], now[name]) for name in (*shown, *_SETS) if name in new),
    )


def _differing(name: str, one: Any, other: Any) -> set[str]:  # noqa: ANN401 - of that column's type
    """Return the parts in which two values of a column differ: groups of BibTeX fields, or the column itself."""
    if name == "fields":
        return raw_fields.differing(_parsed_fields(one), _parsed_fields(other))
    is_same = sorted(one) == sorted(other) if name in _SETS else one == other
    return set() if is_same else {name}


def _with_fields_reverted(now: str | None, expected: str | None, wanted: str | None) -> str | None:
    """Return the BibTeX fields of a paper with the change of a step taken back. All three are JSON objects, or None."""
    fields = raw_fields.reverted(*map(_parsed_fields, (now, expected, wanted)))
    return json.dumps(fields, ensure_ascii=False) if fields else None


def _parsed_fields(fields: str | None) -> dict[str, str]:
    found: dict[str, str] = json.loads(fields or "{}")
    return found


def is_correction(state: str) -> bool:
    """Return whether `state`, recorded metadata of a paper as JSON, has values that a person set.

    A step of the undo history records such a state before and after a change.
    """
    # Most states are long, and none of a source.
    return '"edited"' in state and "edited" in json.loads(state)


def _freezes_key(wanted: Mapping[str, Any], expected: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether restoring `wanted` replaces a provisional key by a frozen one.

    The provisional key may have changed since, so it need not equal the key in `expected`.
    """
    freezes = bool(wanted.get("key_frozen")) and not expected.get("key_frozen")
    return freezes and not now["key_frozen"]


def _with_change_reverted(now: Sequence[Any], expected: Sequence[Any], wanted: Sequence[Any]) -> list[Any]:
    return [one for one in now if one in wanted or one not in expected] + [
        one for one in wanted if one not in expected and one not in now
    ]


def put_metadata(
    connection: sqlite3.Connection, states: Mapping[int, str], claimed: Collection[str] = frozenset()
) -> None:
    """Write metadata states to papers. `states` maps paper ids to states, in the form that `metadata_state` returns.

    A citation key, alias or identifier can move from one of these papers to another. If a state has a new citation key
    but no `aliases`, the former key becomes an alias, unless it is in `claimed`. `claimed` holds the case-folded keys
    that other papers will get.
    """
    by_paper: dict[int, dict[str, Any]] = {paper_id: json.loads(state) for paper_id, state in states.items()}
    wanted = {paper_id: values.pop("key") for paper_id, values in by_paper.items() if "key" in values}
    put_keys(connection, wanted, claimed)
    lists = {name: {one: values.pop(name) for one, values in by_paper.items() if name in values} for name in _LISTS}
    for paper_id, authors in lists["authors"].items():
        _put_authors(connection, paper_id, authors)
    _put_identifiers(connection, lists["identifiers"])
    _put_aliases(connection, lists["aliases"])
    for paper_id, values in by_paper.items():
        if values:
            assignments = ", ".join(f"{name} = ?" for name in values)
            connection.execute(f"UPDATE paper SET {assignments} WHERE id = ?", (*values.values(), paper_id))


def put_keys(connection: sqlite3.Connection, wanted: Mapping[int, str], claimed: Collection[str] = frozenset()) -> None:
    """Set the citation keys of papers. `wanted` maps paper ids to keys. The papers can exchange keys.

    A paper does not get its wanted key if another paper has this key and keeps it. The former key of a paper becomes
    its alias, unless another paper now has the key, or the key is in `claimed`. `claimed` holds the case-folded keys
    that other papers will get.
    """
    listed = json.dumps(list(wanted))
    present: dict[int, str] = dict(
        connection.execute("SELECT id, key FROM paper WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    )
    changing = {paper_id: key for paper_id, key in wanted.items() if present.get(paper_id, key) != key}
    while blocked := _blocked(connection, changing):
        for paper_id in blocked:
            del changing[paper_id]
    # Keys are unique at every moment, so all get a temporary key first, which no paper can have.
    connection.executemany("UPDATE paper SET key = '#' || id WHERE id = ?", [(paper_id,) for paper_id in changing])
    for paper_id, key in changing.items():
        connection.execute("UPDATE paper SET key = ? WHERE id = ?", (key, paper_id))
        connection.execute("DELETE FROM alias WHERE key = ? AND paper_id = ?", (key, paper_id))
    connection.executemany(
        "INSERT OR IGNORE INTO alias (key, paper_id) SELECT :key, :paper WHERE :key NOT IN (SELECT key FROM paper)",
        [
            {"key": present[paper_id], "paper": paper_id}
            for paper_id in changing
            if present[paper_id].casefold() not in claimed
        ],
    )


def _blocked(connection: sqlite3.Connection, wanted: Mapping[int, str]) -> list[int]:
    """Return the ids of the papers whose wanted key belongs to a paper outside `wanted`."""
    holders = {
        paper_id: connection.execute("SELECT id FROM paper WHERE key = ?", (key,)).fetchone()
        for paper_id, key in wanted.items()
    }
    return [paper_id for paper_id, holder in holders.items() if holder is not None and holder[0] not in wanted]


def _put_aliases(connection: sqlite3.Connection, aliases: Mapping[int, Sequence[str]]) -> None:
    # An alias may move from one paper to another, so all are deleted first.
    connection.executemany(f"DELETE FROM alias WHERE paper_id = ? AND {IS_KEY}", [(one,) for one in aliases])
    connection.executemany(
        "INSERT OR IGNORE INTO alias (key, paper_id) VALUES (?, ?)",
        [(key, paper_id) for paper_id, keys in aliases.items() for key in keys],
    )


def _put_authors(connection: sqlite3.Connection, paper_id: int, authors: Sequence[Sequence[str | None]]) -> None:
    """Replace the authors of a paper by the tuples (name, family, given, suffix). Update `paper.authors`, too."""
    connection.execute("DELETE FROM author WHERE paper_id = ?", (paper_id,))
    connection.executemany(
        "INSERT INTO author (paper_id, position, name, family, given, suffix) VALUES (?, ?, ?, ?, ?, ?)",
        [(paper_id, position, *author) for position, author in enumerate(authors)],
    )
    names = "\n".join(str(author[0]) for author in authors)
    connection.execute("UPDATE paper SET authors = ? WHERE id = ?", (names, paper_id))


def _put_identifiers(connection: sqlite3.Connection, identifiers: Mapping[int, Sequence[Sequence[str]]]) -> None:
    connection.executemany("DELETE FROM identifier WHERE paper_id = ?", [(one,) for one in identifiers])
    connection.executemany(
        "INSERT OR IGNORE INTO identifier (paper_id, scheme, value) VALUES (?, ?, ?)",
        [(paper_id, *identifier) for paper_id, own in identifiers.items() for identifier in own],
    )


def sighting_state(connection: sqlite3.Connection, paper_id: int, feed_id: int, day: str) -> str | None:
    """Return the sighting of a paper in the feed `feed_id` on the ISO day `day` as JSON, for the undo history.

    A sighting is an appearance of a paper in a feed. The JSON is a list of rank, upvotes, comments and submitter.
    Return None if there is no such sighting.
    """
    row = connection.execute(
        "SELECT rank, upvotes, comments, submitted_by FROM sighting WHERE paper_id = ? AND feed_id = ? AND day = ?",
        (paper_id, feed_id, day),
    ).fetchone()
    return None if row is None else json.dumps(row, ensure_ascii=False)


def put_sighting(connection: sqlite3.Connection, paper_id: int, feed_id: int, day: str, state: str | None) -> None:
    """Insert or replace a sighting (an appearance of a paper in a feed on an ISO day).

    `state` is a result of `sighting_state`; None deletes the sighting.
    """
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


def row(connection: sqlite3.Connection, table: str, paper_id: int) -> dict[str, Any] | None:
    """Return a paper's row in `table` as a dict, without `paper_id`. Return None if the table has no row of the paper.

    `table` is one of ROWS.
    """
    cursor = connection.execute(f"SELECT * FROM {table} WHERE paper_id = ?", (paper_id,))
    found = cursor.fetchone()
    if found is None:
        return None
    named = dict(zip((column[0] for column in cursor.description), found, strict=True))
    del named["paper_id"]
    return named


def row_state(connection: sqlite3.Connection, table: str, paper_id: int) -> str | None:
    """Return a paper's row in `table` as JSON, without `paper_id`. Return None if the table has no row of the paper.

    `table` is one of ROWS.
    """
    found = row(connection, table, paper_id)
    return None if found is None else json.dumps(found, ensure_ascii=False)


def put_row(connection: sqlite3.Connection, table: str, paper_id: int, state: str | None) -> None:
    """Replace a paper's row in `table`, one of ROWS. `state` is a result of `row_state`; None deletes the row."""
    connection.execute(f"DELETE FROM {table} WHERE paper_id = ?", (paper_id,))
    if state is not None:
        values = {"paper_id": paper_id, **json.loads(state)}
        marks = ",".join("?" * len(values))
        connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
