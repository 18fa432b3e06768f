"""Read papers for citation, freeze citation keys, and store the digests of exported files.

A frozen key changes only if a person changes it.
"""

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from readq.model import edit_marks
from readq.model.citable import Citable
from readq.model.paper_fields import FIELDS
from readq.model.values import Author
from readq.store.papers.field_states import IS_KEY
from readq.store.papers.queries import CHUNK

_FIELDS = tuple(name for name, rule in FIELDS.items() if rule.cited and name not in ("authors", "fields"))
_CITED = f"""
SELECT p.id, p.fields, p.edited, p.key,
  (SELECT min(value) FROM identifier WHERE paper_id = p.id AND scheme = 'arxiv'),
  (SELECT min(value) FROM identifier WHERE paper_id = p.id AND scheme = 'doi'),
  {", ".join(f"p.{name}" for name in _FIELDS)}
FROM json_each(?) v JOIN paper p ON p.id = v.value
"""

_AUTHORS = """
SELECT paper_id, name, family, given, suffix FROM author WHERE paper_id IN (SELECT value FROM json_each(?))
ORDER BY paper_id, position
"""

_FORMER_KEYS = f"""
SELECT paper_id, key FROM alias WHERE paper_id IN (SELECT value FROM json_each(?)) AND {IS_KEY} ORDER BY paper_id, key
"""
"""SQL statement that returns the former keys of papers.

It leaves out aliases that consist only of digits. Such an alias is the id of a paper that was merged into another.
"""

_OWN_TEXTS = """
SELECT p.id, p.abstract, n.text,
  (SELECT json_group_array(tag) FROM (SELECT tag FROM paper_tag t WHERE t.paper_id = p.id ORDER BY tag))
FROM json_each(?) v JOIN paper p ON p.id = v.value LEFT JOIN note n ON n.paper_id = p.id
"""


def in_key_order(connection: sqlite3.Connection, ids: Sequence[int] | None, *, ignoring_case: bool) -> "array[int]":
    """Return the ids among `ids` that the library has, ordered by citation key. If `ids` is None, return all paper ids.

    If `ignoring_case` is true, the order of the keys does not depend on upper and lower case. Two keys that differ only
    in case are then ordered by case.
    """
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    order = "casefold(p.key), p.key" if ignoring_case else "p.key"
    source, bound = "paper p", tuple[str, ...]()
    if ids is not None:
        source, bound = "json_each(?) v JOIN paper p ON p.id = v.value", (json.dumps(list(ids)),)
    return array("q", (row[0] for row in connection.execute(f"SELECT p.id FROM {source} ORDER BY {order}", bound)))


def citable(connection: sqlite3.Connection, paper_id: int, *, own_texts: bool = False) -> Citable | None:
    """Return the data that a citation of the paper `paper_id` needs. Return None if the paper is not in the library.

    If `own_texts` is true, the result also has the abstract, the tags and the note.
    """
    return next((paper for _, paper in citables(connection, [paper_id], own_texts=own_texts)), None)


def citables(
    connection: sqlite3.Connection, ids: Sequence[int], *, own_texts: bool = False
) -> Iterator[tuple[int, Citable]]:
    """Yield a pair for each of the papers `ids`: its id, and the data that a citation of the paper needs.

    If `own_texts` is true, the data also has the abstract, the tags and the note. Skips ids that are not in the
    library. At most CHUNK papers are in memory at a time.
    """
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        listed = json.dumps(chunk)
        found = _citables(connection, listed)
        if own_texts:
            for paper_id, abstract, note, tags in connection.execute(_OWN_TEXTS, (listed,)):
                found[paper_id] = replace(found[paper_id], abstract=abstract, note=note, tags=tuple(json.loads(tags)))
        yield from ((paper_id, found[paper_id]) for paper_id in chunk if paper_id in found)


def _citables(connection: sqlite3.Connection, listed: str) -> dict[int, Citable]:
    authors = _authors(connection, listed)
    former: dict[int, list[str]] = defaultdict(list)
    for paper_id, key in connection.execute(_FORMER_KEYS, (listed,)):
        former[paper_id].append(key)
    found: dict[int, Citable] = {}
    for paper_id, raw, edited, key, arxiv_id, doi, *values in connection.execute(_CITED, (listed,)):
        found[paper_id] = Citable(
            **dict(zip(_FIELDS, values, strict=True)),
            authors=authors.get(paper_id, ()),
            fields=tuple(json.loads(raw).items()) if raw else (),
            key=key,
            arxiv_id=arxiv_id,
            doi=doi,
            edited=edit_marks.names(edited.split()) if edited else _NOTHING,
            former_keys=tuple(former.get(paper_id, ())),
        )
    return found


_NOTHING: frozenset[str] = frozenset()


def _authors(connection: sqlite3.Connection, listed: str) -> dict[int, tuple[Author, ...]]:
    """Return a dict that maps paper ids to authors. Equal authors are one object, which speeds up caches."""
    known: dict[tuple[str, ...], Author] = {}

    def author(row: tuple[Any, ...]) -> Author:
        parts = row[1:]
        return known.get(parts) or known.setdefault(parts, Author._make(parts))

    rows = connection.execute(_AUTHORS, (listed,))
    return {paper_id: tuple(map(author, of_paper)) for paper_id, of_paper in groupby(rows, itemgetter(0))}


def field_names(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    """Return the elements of `names` that are names of a BibTeX field of at least one paper.

    `names` must be in lower case.
    """
    rows = connection.execute(
        "SELECT DISTINCT lower(f.key) FROM paper p, json_each(p.fields) f WHERE lower(f.key) IN"
        " (SELECT value FROM json_each(?))",
        (json.dumps(list(names)),),
    )
    return {row[0] for row in rows}


def freeze_keys(connection: sqlite3.Connection, keys: Sequence[tuple[int, int]]) -> None:
    """Freeze the citation keys of exported papers. A frozen key changes only if a person changes it.

    `keys` has a pair for each paper: its id, and the hash (Python's `hash`) of its exported key. Skips papers without
    an author or a year. Skips papers whose key no longer has this hash, because another process has changed the key.
    Records nothing in the undo history, because documents may already contain an exported key.
    """
    hashes = dict(keys)
    rows = connection.execute(
        "SELECT id, key FROM paper WHERE key_frozen = 0 AND authors <> '' AND year IS NOT NULL"
        " AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(hashes)),),
    )
    unchanged = [paper_id for paper_id, key in rows if hash(key) == hashes[paper_id]]
    connection.execute(
        "UPDATE paper SET key_frozen = 1 WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(unchanged),)
    )


def provisional_keys(connection: sqlite3.Connection, ids: Sequence[int]) -> list[str]:
    """Return those citation keys of the papers `ids` that can still change, because the author or the year is unknown.

    The keys are sorted.
    """
    rows = connection.execute(
        "SELECT key FROM paper WHERE key_frozen = 0 AND (authors = '' OR year IS NULL)"
        " AND id IN (SELECT value FROM json_each(?)) ORDER BY key",
        (json.dumps(list(ids)),),
    )
    return [row[0] for row in rows]


def exported_digest(connection: sqlite3.Connection, path: str) -> str | None:
    """Return the SHA-256 of the content that readq last wrote to the file at `path`.

    Return None if readq has not written to this file.
    """
    row = connection.execute("SELECT sha256 FROM exported WHERE path = ?", (path,)).fetchone()
    return None if row is None else str(row[0])


def remember_exported(connection: sqlite3.Connection, path: str, digest: str, at: str) -> None:
    """Store the SHA-256 of the content that readq wrote to the file at `path`.

    `digest` is the SHA-256 in hexadecimal. `at` is the time of the export (UTC text).
    """
    connection.execute(
        "INSERT INTO exported (path, sha256, at) VALUES (?, ?, ?)"
        " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, at = excluded.at",
        (path, digest, at),
    )
