"""Read papers for citation, freeze citation keys, and store the digests of exported files.

A frozen key changes only if a person changes it.
"""

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from readq.model.citable import Citable
from readq.model.fields import edit_marks
from readq.model.fields.paper_fields import FIELDS
from readq.model.values import Author
from readq.store.papers.field_states import IS_KEY
from readq.store.papers.queries import CHUNK

_PLACES = {name: place for place, name in enumerate(FIELDS)}
# Every field of a paper in the order of FIELDS. Those that no citation needs are left out of it as NULL.
_CITED = f"""
SELECT p.id, p.key, p.edited,
  (SELECT min(value) FROM identifier WHERE paper_id = p.id AND scheme = 'arxiv'),
  (SELECT min(value) FROM identifier WHERE paper_id = p.id AND scheme = 'doi'),
  {", ".join(f"p.{name}" if rule.cited else "NULL" for name, rule in FIELDS.items())}
FROM json_each(?) v CROSS JOIN paper p ON p.id = v.value
"""

_SPLIT_AUTHORS = """
SELECT a.paper_id, a.position, a.name, a.family, a.given, a.suffix FROM json_each(?) v CROSS JOIN author a
ON a.paper_id = v.value WHERE a.family IS NOT NULL OR a.given IS NOT NULL OR a.suffix IS NOT NULL
"""
"""SQL statement that returns the authors whose names are stored in parts.

Other authors, such as most of those from feeds, have only a name, and `paper.authors` has the names of all of them.
"""
_DISTINCT_AUTHORS = 8192
"""The maximum number of authors that are kept in memory, so that equal authors are one object."""

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
    # SQLite knows upper and lower case of ASCII letters only, and calls its own function faster.
    folded = "CASE WHEN p.key GLOB '*[^ -~]*' THEN casefold(p.key) ELSE lower(p.key) END"
    order = f"{folded}, p.key" if ignoring_case else "p.key"
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
    split: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for paper_id, *author in connection.execute(_SPLIT_AUTHORS, (listed,)):
        split[paper_id].append(tuple(author))
    former: dict[int, list[str]] = defaultdict(list)
    for paper_id, key in connection.execute(_FORMER_KEYS, (listed,)):
        former[paper_id].append(key)
    authors, fields = _PLACES["authors"], _PLACES["fields"]
    found: dict[int, Citable] = {}
    for paper_id, key, edited, arxiv_id, doi, *values in connection.execute(_CITED, (listed,)):
        values[authors] = _authors(values[authors], split.get(paper_id, []))
        values[fields] = tuple(json.loads(values[fields]).items()) if values[fields] else ()
        found[paper_id] = Citable(
            *values,
            key=key,
            arxiv_id=arxiv_id,
            doi=doi,
            edited=edit_marks.names(edited.split()) if edited else _NOTHING,
            former_keys=tuple(former[paper_id]) if paper_id in former else (),
        )
    return found


_NOTHING: frozenset[str] = frozenset()


# Equal authors are one object: an author who recurs is made once, and callers can cache what they make of authors.
_author = lru_cache(maxsize=_DISTINCT_AUTHORS)(Author)


def _authors(names: str, split: list[tuple[Any, ...]]) -> tuple[Author, ...]:
    """Return the authors of a paper. `names` has one name per line.

    `split` has a tuple for each author whose name is stored in parts: the position, and the fields of Author.
    """
    if not names:
        return ()
    authors = list(map(_author, names.split("\n")))
    for position, *parts in split:
        authors[position : position + 1] = [_author(*parts)]
    return tuple(authors)


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


def keys_to_freeze(connection: sqlite3.Connection, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield a pair for each paper among `ids` whose citation key is to be frozen: its id, and the hash of its key.

    The pairs are for the argument `keys` of `freeze_keys`. Leaves out papers with a frozen key, and papers without an
    author or a year.
    """
    rows = connection.execute(
        "SELECT p.id, p.key FROM json_each(?) v CROSS JOIN paper p ON p.id = v.value"
        " WHERE p.key_frozen = 0 AND p.authors <> '' AND p.year IS NOT NULL",
        (json.dumps(list(ids)),),
    )
    return ((paper_id, hash(key)) for paper_id, key in rows)


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
        "SELECT p.key FROM json_each(?) v CROSS JOIN paper p ON p.id = v.value"
        " WHERE p.key_frozen = 0 AND (p.authors = '' OR p.year IS NULL) ORDER BY p.key",
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
