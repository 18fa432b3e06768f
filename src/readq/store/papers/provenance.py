"""Read and write the sources of papers: the entries in files and feeds that describe the papers.

An origin is a file, feed or page. A source is the entry of one paper at an origin. The name of a source is the pair of
its origin and the key, guid or link of the entry, such as `("file:/home/me/refs.bib", "doe2020")` or `("feed:a-blog",
"https://a.example/1")`. A record is the metadata that a source gave for its paper. All functions run inside the
caller's transaction.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.identity.evidence import Name
from readq.store.journal.steps import record

SENT = "sent:"
"""The prefix in the names of places to which papers were sent, such as `sent:zotero:SERVER`.

Such a place is stored as an origin, although no metadata comes from it.
"""


DUMP = "dump:"
"""The origin that a library has if papers of a dump were added to it. A dump does not say where they come from."""


class SourceState(NamedTuple):
    """The state of a source, which is an entry in a file or feed that describes a paper."""

    paper_id: int
    """The id of the paper."""
    digest: int
    """The hash of the latest record. The record is the metadata in the entry."""
    is_kept: bool
    """Whether the whole record is stored, and not only its hash."""


class SourceRecord(NamedTuple):
    """A source of a paper, with its latest record.

    A source is an entry in a file or feed; its record is the metadata in it.
    """

    origin: str
    """The file or feed."""
    name: str
    """The key, guid or link of the entry."""
    paper_id: int
    digest: int
    """The hash of the record."""
    said: str | None
    """The record as JSON, or None if it is not stored, because it equals the metadata of the paper."""


class TitledSource(NamedTuple):
    """The name of an entry in a feed, and the title key and ISO day of publication of its paper."""

    name: str
    title_key: str
    published: str | None


def by_name(connection: sqlite3.Connection, names: Iterable[Name]) -> dict[Name, SourceState]:
    """Return a mapping from each of `names` to the state of the source with this name. Leaves out unknown names.

    The name of a source is the pair of its origin (a file or feed) and the key, guid or link of the entry.
    """
    rows = connection.execute(
        "SELECT v.value ->> 0, s.name, s.paper_id, s.digest, s.said IS NOT NULL FROM json_each(?) v"
        " CROSS JOIN origin o ON o.name = v.value ->> 0"
        " CROSS JOIN source s ON s.origin_id = o.id AND s.name = v.value ->> 1",
        (json.dumps(sorted(set(names))),),
    )
    return {(origin, name): SourceState(paper, digest, bool(kept)) for origin, name, paper, digest, kept in rows}


def by_title(connection: sqlite3.Connection, origin: str, title_keys: Iterable[str]) -> list[TitledSource]:
    """Return the sources at `origin` (a file or feed) whose papers have one of the title keys."""
    rows = connection.execute(
        "SELECT s.name, p.title_key, p.published FROM json_each(?) v CROSS JOIN paper p ON p.title_key = v.value"
        " CROSS JOIN source s ON s.paper_id = p.id JOIN origin o ON o.id = s.origin_id WHERE o.name = ?",
        (json.dumps(sorted(set(title_keys))), origin),
    )
    return [TitledSource(*row) for row in rows]


def of_papers(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, set[Name]]:
    """Return a mapping from each of `ids` to the names of the paper's sources.

    The name of a source is the pair of its origin (a file or feed) and the key, guid or link of the entry.
    """
    found: dict[int, set[Name]] = {paper_id: set() for paper_id in ids}
    rows = connection.execute(
        "SELECT s.paper_id, o.name, s.name FROM json_each(?) v CROSS JOIN source s ON s.paper_id = v.value"
        " CROSS JOIN origin o ON o.id = s.origin_id",
        (json.dumps(sorted(ids)),),
    )
    for paper_id, origin, name in rows:
        found[paper_id].add((origin, name))
    return found


def records_of(connection: sqlite3.Connection, paper_id: int) -> list[SourceRecord]:
    """Return all sources of a paper with their latest records, ordered by origin and name."""
    rows = connection.execute(
        "SELECT o.name, s.name, s.paper_id, s.digest, s.said FROM source s JOIN origin o ON o.id = s.origin_id"
        " WHERE s.paper_id = ? ORDER BY o.name, s.name",
        (paper_id,),
    )
    return [SourceRecord(*row) for row in rows]


def said_under(connection: sqlite3.Connection, names: Iterable[Name]) -> dict[Name, dict[str, Any]]:
    """Return a mapping from each of `names` to the stored record of the source with this name.

    A record is the metadata that a source gave for its paper. Leaves out sources without a stored record.
    """
    rows = connection.execute(
        "SELECT o.name, s.name, s.said FROM json_each(?) v CROSS JOIN origin o ON o.name = v.value ->> 0"
        " CROSS JOIN source s ON s.origin_id = o.id AND s.name = v.value ->> 1 WHERE s.said IS NOT NULL",
        (json.dumps(sorted(set(names))),),
    )
    return {(origin, name): json.loads(said) for origin, name, said in rows}


def said_beside(connection: sqlite3.Connection, names: Iterable[Name]) -> dict[Name, list[dict[str, Any]]]:
    """Return a mapping from the sources `names` to the stored records of the other sources of the same paper.

    Leaves out sources whose paper has no other stored record.
    """
    rows = connection.execute(
        "SELECT o.name, s.name, n.said FROM json_each(?) v CROSS JOIN origin o ON o.name = v.value ->> 0"
        " CROSS JOIN source s ON s.origin_id = o.id AND s.name = v.value ->> 1"
        " CROSS JOIN source n ON n.paper_id = s.paper_id AND (n.origin_id, n.name) <> (s.origin_id, s.name)"
        " WHERE n.said IS NOT NULL",
        (json.dumps(sorted(set(names))),),
    )
    found: dict[Name, list[dict[str, Any]]] = {}
    for origin, name, said in rows:
        found.setdefault((origin, name), []).append(json.loads(said))
    return found


def put(connection: sqlite3.Connection, step: int | None, said: Iterable[SourceRecord], new: Collection[int]) -> None:
    """Insert the sources `said`. A stored source with the same name is replaced.

    Records the changes in the step `step` of the undo history, unless `step` is None. If a source moves from one paper
    to another, records the change of both papers. `new` are the ids of the papers that the step created. The sources
    that these papers get are not recorded.
    """
    said = list(said)
    origins = _origin_ids(connection, {one.origin for one in said})
    if step is not None:
        record(connection, step, _taken_from_others(connection, [(origins[one.origin], one) for one in said]))
        known = [one for one in said if one.paper_id not in new]
        for one in known:
            origin = origins[one.origin]
            before = _state(connection, origin, one.name, one.paper_id)
            after = json.dumps([one.digest, one.said], ensure_ascii=False)
            if before != after:
                record(connection, step, [(one.paper_id, f"source:{origin}:{one.name}", before, after)])
    connection.executemany(
        "INSERT INTO source (origin_id, name, paper_id, digest, said) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (origin_id, name) DO UPDATE SET paper_id = excluded.paper_id, digest = excluded.digest,"
        " said = excluded.said",
        [(origins[one.origin], one.name, one.paper_id, one.digest, one.said) for one in said],
    )


def _taken_from_others(
    connection: sqlite3.Connection, said: Sequence[tuple[int, SourceRecord]]
) -> list[tuple[int, str, str, None]]:
    """Return the changes of the papers that lose a source to the paper of a record. `said` has the ids of origins."""
    rows = connection.execute(
        "SELECT s.paper_id, s.origin_id, s.name, s.digest, s.said FROM json_each(?) v"
        " CROSS JOIN source s ON s.origin_id = v.value ->> 0 AND s.name = v.value ->> 1"
        " WHERE s.paper_id <> v.value ->> 2",
        (json.dumps([(origin, one.name, one.paper_id) for origin, one in said]),),
    )
    return [
        (paper_id, f"source:{origin}:{name}", json.dumps([digest, stored], ensure_ascii=False), None)
        for paper_id, origin, name, digest, stored in rows
    ]


def keep(connection: sqlite3.Connection, records: Mapping[int, str]) -> None:
    """Store the metadata of papers as records of their sources. `records` maps paper ids to the metadata as JSON.

    A record is the metadata that a source gave for its paper. It is not stored while it equals the metadata of the
    paper. So call this function before another source changes the metadata. Records that are stored already stay
    unchanged.
    """
    connection.executemany(
        "UPDATE source SET said = ? WHERE paper_id = ? AND said IS NULL"
        " AND origin_id NOT IN (SELECT id FROM origin WHERE name GLOB ?)",
        [(said, paper_id, f"{SENT}*") for paper_id, said in records.items()],
    )


def digests_of(connection: sqlite3.Connection, origin: str, ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return the hashes of the latest records at one origin (a file or feed) for the papers `ids`.

    The result maps each paper id to a dict, from the names of the paper's sources at this origin to the hashes.
    """
    found: dict[int, dict[str, int]] = {}
    rows = connection.execute(
        "SELECT s.paper_id, s.name, s.digest FROM json_each(?) v CROSS JOIN source s ON s.paper_id = v.value"
        " JOIN origin o ON o.id = s.origin_id WHERE o.name = ? ORDER BY s.name",
        (json.dumps(sorted(ids)), origin),
    )
    for paper_id, name, digest in rows:
        found.setdefault(paper_id, {})[name] = digest
    return found


def names_at(connection: sqlite3.Connection, origin: str) -> dict[str, int]:
    """Return a mapping from the names of the sources at one origin (a file or feed) to the ids of their papers."""
    return dict(
        connection.execute(
            "SELECT s.name, s.paper_id FROM source s JOIN origin o ON o.id = s.origin_id WHERE o.name = ?", (origin,)
        ).fetchall()
    )


def forget(connection: sqlite3.Connection, names: Iterable[Name]) -> None:
    """Delete the sources with the names `names`. Records nothing in the undo history.

    Use this only for sources that say where papers were sent (see SENT), not for sources of metadata.
    """
    connection.executemany(
        "DELETE FROM source WHERE origin_id = (SELECT id FROM origin WHERE name = ?) AND name = ?", list(names)
    )


def move(connection: sqlite3.Connection, step: int, keeper: int, other: int) -> None:
    """Move all sources of the paper `other` to the paper `keeper`. Call this function before `other` is deleted.

    Records the changes in the step `step` of the undo history.
    """
    rows = connection.execute(
        "SELECT origin_id, name, digest, said FROM source WHERE paper_id = ?", (other,)
    ).fetchall()
    connection.execute("UPDATE source SET paper_id = ? WHERE paper_id = ?", (keeper, other))
    record(
        connection,
        step,
        (
            (keeper, f"source:{origin}:{name}", None, json.dumps([digest, said], ensure_ascii=False))
            for origin, name, digest, said in rows
        ),
    )


def take(connection: sqlite3.Connection, step: int, paper_id: int, source: SourceRecord) -> None:
    """Delete the source `source` of the paper `paper_id`, and record this in the step `step` of the undo history."""
    (origin,) = _origin_ids(connection, {source.origin}).values()
    before = _state(connection, origin, source.name, paper_id)
    connection.execute("DELETE FROM source WHERE origin_id = ? AND name = ?", (origin, source.name))
    record(connection, step, [(paper_id, f"source:{origin}:{source.name}", before, None)])


def papers_with_several(connection: sqlite3.Connection) -> list[int]:
    """Return the ids of the papers whose sources have two or more stored records, in ascending order.

    A record is the metadata that a source gave. Leaves out papers into which other papers were merged.
    """
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'source'").fetchone() is None:
        return []
    rows = connection.execute(
        "SELECT s.paper_id FROM source s WHERE s.said IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM alias n WHERE n.paper_id = s.paper_id AND ltrim(n.key, '#') NOT GLOB '*[^0-9]*')"
        " GROUP BY s.paper_id HAVING count(*) > 1 ORDER BY s.paper_id"
    )
    return [paper_id for (paper_id,) in rows]


def parsed_record(source: SourceRecord) -> dict[str, Any]:
    """Return the stored record in `source` as a dict. Return an empty dict if no record is stored."""
    found: dict[str, Any] = json.loads(source.said or "{}")
    return found


def restore(connection: sqlite3.Connection, paper_id: int, place: str, state: str | None) -> None:
    """Restore a source of a paper to a state from the undo history. Undo and redo use this function.

    `place` is the id of the origin and the name of the source, separated by a colon. `state` is a JSON list: the hash
    of the record, and the record, which is null if only the hash is stored. If `state` is None, the source is deleted.
    """
    origin, _, name = place.partition(":")
    if state is None:
        connection.execute(
            "DELETE FROM source WHERE origin_id = ? AND name = ? AND paper_id = ?", (int(origin), name, paper_id)
        )
        return
    digest, said = json.loads(state)
    connection.execute(
        "INSERT OR REPLACE INTO source (origin_id, name, paper_id, digest, said) VALUES (?, ?, ?, ?, ?)",
        (int(origin), name, paper_id, digest, said),
    )


def add_origin(connection: sqlite3.Connection, name: str) -> None:
    """Store the origin `name`, even if no source is from it. Does nothing if it is stored already."""
    _origin_ids(connection, {name})


def _state(connection: sqlite3.Connection, origin: int, name: str, paper_id: int) -> str | None:
    row = connection.execute(
        "SELECT digest, said FROM source WHERE origin_id = ? AND name = ? AND paper_id = ?", (origin, name, paper_id)
    ).fetchone()
    return None if row is None else json.dumps(row, ensure_ascii=False)


def _origin_ids(connection: sqlite3.Connection, names: Collection[str]) -> dict[str, int]:
    connection.executemany("INSERT OR IGNORE INTO origin (name) VALUES (?)", [(name,) for name in sorted(names)])
    rows = connection.execute(
        "SELECT name, id FROM origin WHERE name IN (SELECT value FROM json_each(?))", (json.dumps(sorted(names)),)
    )
    return dict(rows.fetchall())
