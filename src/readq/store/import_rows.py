"""The parts of an import that can be taken back: whole papers, metadata, sightings. Plain SQL, no ORM.

A state is JSON: of metadata an object of columns (with `authors`, `identifiers` and `aliases` as lists), of a sighting
its counts, of a paper all its rows by table.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

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
)
"""The tables whose rows make up a paper, parents before children."""

ROWS = ("draft", "pdf", "pending")
"""Tables with at most one row a paper, which no step of a person writes but a merge moves."""

_LISTS = ("authors", "identifiers", "aliases")
"""The parts of metadata that have tables of their own."""

_SETS = ("identifiers", "aliases")

_NO_NUMBER = "key GLOB '*[^0-9]*'"
"""Of an alias: the number of a paper that was merged into another is none of its metadata."""


_AT_ONCE = 500
"""Papers whose rows are read or written together."""

_INDEXED = ("paper", "note")
"""Tables of which the full-text index takes part: it writes its segments out before each statement, so all is one."""

_CHOSEN = "(SELECT value FROM json_each(?))"


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
    for some in take_out(connection, [paper_id for (paper_id,) in rows]):
        connection.executemany(
            "UPDATE change SET after = ? WHERE step_id = ? AND paper_id = ? AND field = 'created'",
            [(rows, step, paper_id) for paper_id, rows in some.items()],
        )


def take_out(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[dict[int, str]]:
    """Remove papers, some at a time, each time with their snapshots; those that are not there are left out."""
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        yield snapshots(connection, some)
        connection.execute(f"DELETE FROM paper WHERE id IN {_CHOSEN}", (json.dumps(some),))


def snapshots(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """All rows of papers, by table, with the names of their columns: a later schema may have more of them."""
    listed = (json.dumps(list(ids)),)
    found: dict[int, dict[str, list[dict[str, object]]]] = {}
    for table in _OWN_TABLES:
        cursor = connection.execute(_rows_of(table), listed)
        names = [column[0] for column in cursor.description][1:]
        for paper_id, *row in cursor:
            tables = found.setdefault(paper_id, {name: [] for name in _OWN_TABLES})
            tables[table].append(dict(zip(names, row, strict=True)))
    return {paper_id: json.dumps(tables, ensure_ascii=False) for paper_id, tables in found.items()}


def _rows_of(table: str) -> str:
    """The rows of a table that belong to papers, each with the paper's number in front."""
    if table == "review":
        return f"SELECT c.paper_id, r.* FROM card c JOIN review r ON r.card_id = c.id WHERE c.paper_id IN {_CHOSEN}"
    number = "id" if table == "paper" else "paper_id"
    return f"SELECT {number}, * FROM {table} WHERE {number} IN {_CHOSEN}"


def bring_back(connection: sqlite3.Connection, papers: Mapping[int, str]) -> list[int]:
    """Insert the rows that `snapshots` took of papers; returns the papers for which that cannot be.

    Those are papers whose key or an identifier is another's by now: a feed brought the work again.
    """
    left: list[int] = []
    numbers = list(papers)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        if not _inserted(connection, [papers[number] for number in some]):
            left += [number for number in some if not _inserted(connection, [papers[number]])]
    return left


def _inserted(connection: sqlite3.Connection, papers: Sequence[str]) -> bool:
    """Insert the rows of all of these papers, or none; whether that could be."""
    by_table: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for rows in papers:
        tables = json.loads(rows)
        # What an earlier schema did not have is missing from its snapshots.
        for table in _OWN_TABLES:
            for row in tables.get(table, ()):
                by_table.setdefault((table, *row), []).append(tuple(row.values()))
    connection.execute("SAVEPOINT bringing_back")
    try:
        for (table, *names), values in sorted(by_table.items(), key=lambda each: _OWN_TABLES.index(each[0][0])):
            _insert(connection, table, names, values)
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO bringing_back")
        return False
    finally:
        connection.execute("RELEASE bringing_back")
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
    else:
        marks = ",".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def metadata_state(connection: sqlite3.Connection, paper_id: int, columns: Sequence[str]) -> str:
    """The named parts of a paper's metadata as they are now."""
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
        own = f"SELECT key FROM alias WHERE paper_id = ? AND {_NO_NUMBER} ORDER BY key"
        rows = connection.execute(own, (paper_id,))
        state["aliases"] = [key for (key,) in rows]
    return json.dumps(state, ensure_ascii=False)


def changed_parts(before: str, after: str) -> tuple[str, str] | None:
    """Two states of one paper reduced to the parts in which they differ, for the journal; None when there are none.

    A key stands with its aliases: a former key is not always kept as one.
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


def restored_parts(connection: sqlite3.Connection, paper_id: int, wanted: str, expected: str) -> str:
    """The state that brings the parts of `wanted` back where they still are as in `expected`.

    Of parts that are sets, what came and went between the two is taken back, and what came since stays.
    """
    old, new = json.loads(wanted), json.loads(expected)
    now = json.loads(metadata_state(connection, paper_id, tuple(new)))
    state: dict[str, Any] = {}
    for name, value in new.items():
        if name == "edited":
            state[name] = "\n".join(_moved(now[name].split(), value.split(), old[name].split()))
        elif name in _SETS:
            state[name] = _moved(now[name], value, old[name])
        elif now[name] == value:
            state[name] = old[name]
    if "key" in new and "key" not in state:
        state.pop("aliases", None)
    return json.dumps(state, ensure_ascii=False)


def _moved(now: Sequence[Any], expected: Sequence[Any], wanted: Sequence[Any]) -> list[Any]:
    return [one for one in now if one in wanted or one not in expected] + [
        one for one in wanted if one not in expected and one not in now
    ]


def put_metadata(
    connection: sqlite3.Connection, states: Mapping[int, str], claimed: Collection[str] = frozenset()
) -> None:
    """Write states that `metadata_state` returned, by paper; those without `aliases` keep a former key as one.

    `claimed` are keys, case-folded, that other papers are about to get.
    """
    by_paper: dict[int, dict[str, Any]] = {paper_id: json.loads(state) for paper_id, state in states.items()}
    wanted = {paper_id: values.pop("key") for paper_id, values in by_paper.items() if "key" in values}
    put_keys(connection, wanted, claimed)
    for paper_id, values in by_paper.items():
        lists = {name: values.pop(name) for name in _LISTS if name in values}
        if "authors" in lists:
            put_authors(connection, paper_id, lists["authors"])
        if "identifiers" in lists:
            put_identifiers(connection, paper_id, lists["identifiers"])
        if "aliases" in lists:
            _put_aliases(connection, paper_id, lists["aliases"])
        if values:
            assignments = ", ".join(f"{name} = ?" for name in values)
            connection.execute(f"UPDATE paper SET {assignments} WHERE id = ?", (*values.values(), paper_id))


def put_keys(connection: sqlite3.Connection, wanted: Mapping[int, str], claimed: Collection[str] = frozenset()) -> None:
    """Give papers other citation keys, which may be each other's; former ones stay valid as aliases unless claimed.

    A paper whose new key belongs to a paper outside `wanted` keeps the one it has.
    """
    listed = json.dumps(list(wanted))
    present: dict[int, str] = dict(
        connection.execute("SELECT id, key FROM paper WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    )
    changing = {paper_id: key for paper_id, key in wanted.items() if present.get(paper_id, key) != key}
    while blocked := _blocked(connection, changing):
        for paper_id in blocked:
            del changing[paper_id]
    # Keys are unique at every moment: all are put aside, under what is no key, before any is given.
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
    """Those whose wanted key belongs to a paper that does not give it up."""
    holders = {
        paper_id: connection.execute("SELECT id FROM paper WHERE key = ?", (key,)).fetchone()
        for paper_id, key in wanted.items()
    }
    return [paper_id for paper_id, holder in holders.items() if holder is not None and holder[0] not in wanted]


def _put_aliases(connection: sqlite3.Connection, paper_id: int, keys: Sequence[str]) -> None:
    connection.execute(f"DELETE FROM alias WHERE paper_id = ? AND {_NO_NUMBER}", (paper_id,))
    connection.executemany(
        "INSERT OR IGNORE INTO alias (key, paper_id) VALUES (?, ?)", [(key, paper_id) for key in keys]
    )


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


def row(connection: sqlite3.Connection, table: str, paper_id: int) -> dict[str, Any] | None:
    """The paper's row in a table of ROWS, by column and without its number."""
    cursor = connection.execute(f"SELECT * FROM {table} WHERE paper_id = ?", (paper_id,))
    found = cursor.fetchone()
    if found is None:
        return None
    named = dict(zip((column[0] for column in cursor.description), found, strict=True))
    del named["paper_id"]
    return named


def row_state(connection: sqlite3.Connection, table: str, paper_id: int) -> str | None:
    """The same as JSON; null when there is none."""
    found = row(connection, table, paper_id)
    return None if found is None else json.dumps(found, ensure_ascii=False)


def put_row(connection: sqlite3.Connection, table: str, paper_id: int, state: str | None) -> None:
    """Write a state that `row_state` returned."""
    connection.execute(f"DELETE FROM {table} WHERE paper_id = ?", (paper_id,))
    if state is not None:
        values = {"paper_id": paper_id, **json.loads(state)}
        marks = ",".join("?" * len(values))
        connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
