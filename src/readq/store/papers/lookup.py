"""Look up stored papers for an import: identifiers, metadata, keys, sightings (appearances in feeds), tags and notes.

Each function takes any number of papers and runs one or two statements. The statements use CROSS JOIN, which makes
SQLite keep the order of the tables. So each value is looked up in an index, and no whole table is read.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Any

from readq.model.identity.evidence import Identifier, Identity
from readq.model.metadata_columns import COLUMNS
from readq.model.values import Author

_COLUMNS = ("id", "key", "key_frozen", *(name for name in COLUMNS if name != "authors"))


def identifier_owners(connection: sqlite3.Connection, identifiers: Iterable[Identifier]) -> dict[Identifier, int]:
    """Return a mapping from each of `identifiers` to the id of its paper. Leaves out identifiers that no paper has."""
    rows = connection.execute(
        "SELECT i.scheme, i.value, i.paper_id FROM json_each(?) v CROSS JOIN identifier i"
        " ON i.scheme = v.value ->> 0 AND i.value = v.value ->> 1",
        (json.dumps(sorted(set(identifiers))),),
    )
    return {(scheme, value): paper_id for scheme, value, paper_id in rows}


def identities_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, Identity]:
    """Return a mapping from each of `ids` to the identifiers and title keys of the paper.

    A title key is a title normalised for comparison.
    """
    titles: dict[int, set[str]] = {paper_id: set() for paper_id in ids}
    rows = connection.execute(
        "SELECT p.id, p.title_key FROM json_each(:ids) v CROSS JOIN paper p ON p.id = v.value UNION ALL"
        " SELECT t.paper_id, t.title_key FROM json_each(:ids) v CROSS JOIN other_title t ON t.paper_id = v.value",
        {"ids": _listed(ids)},
    )
    for paper_id, title in rows:
        titles[paper_id].add(title)
    by_paper = identifiers_of(connection, ids)
    return {paper_id: Identity(frozenset(by_paper[paper_id]), frozenset(titles[paper_id])) for paper_id in ids}


def _listed(values: Iterable[int] | Iterable[str]) -> str:
    return json.dumps(sorted(set(values)))


def identifiers_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, set[Identifier]]:
    """Return a mapping from each of `ids` to the set of the paper's identifiers."""
    found: dict[int, set[Identifier]] = {paper_id: set() for paper_id in ids}
    rows = connection.execute(
        "SELECT i.paper_id, i.scheme, i.value FROM json_each(?) v CROSS JOIN identifier i ON i.paper_id = v.value",
        (_listed(ids),),
    )
    for paper_id, scheme, value in rows:
        found[paper_id].add((scheme, value))
    return found


def metadata_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return a mapping from each of `ids` to the metadata of the paper. Leaves out papers that do not exist.

    The metadata of a paper is a dict from columns of table `paper` to values; `authors` is a tuple of Author.
    """
    listed = _listed(ids)
    columns = ", ".join(f"p.{name}" for name in _COLUMNS)
    rows = connection.execute(f"SELECT {columns} FROM json_each(?) v CROSS JOIN paper p ON p.id = v.value", (listed,))
    found = {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in rows}
    authors: dict[int, list[Author]] = {paper_id: [] for paper_id in found}
    for paper_id, *name in connection.execute(
        "SELECT a.paper_id, a.name, a.family, a.given, a.suffix FROM json_each(?) v"
        " CROSS JOIN author a ON a.paper_id = v.value ORDER BY a.paper_id, a.position",
        (listed,),
    ):
        authors[paper_id].append(Author(*name))
    for paper_id, columns_of_paper in found.items():
        columns_of_paper["authors"] = tuple(authors[paper_id])
    return found


def days_in_feeds(connection: sqlite3.Connection, ids: Collection[int]) -> dict[tuple[int, str], set[str]]:
    """Return the ISO days on which feeds listed the papers `ids`. The result maps (paper id, feed name) to the days."""
    found: dict[tuple[int, str], set[str]] = {}
    for number, feed, day in connection.execute(
        "SELECT s.paper_id, f.name, s.day FROM json_each(?) v"
        " CROSS JOIN sighting s ON s.paper_id = v.value CROSS JOIN feed f ON f.id = s.feed_id",
        (_listed(ids),),
    ):
        found.setdefault((number, feed), set()).add(day)
    return found


def sightings_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[tuple[int, int, str], tuple[Any, ...]]:
    """Return all sightings of the papers `ids`. A sighting is one appearance of a paper in a feed on a day.

    The result maps (paper id, feed id, ISO day) to (rank, upvotes, comments, submitter).
    """
    rows = connection.execute(
        "SELECT s.paper_id, s.feed_id, s.day, s.rank, s.upvotes, s.comments, s.submitted_by FROM json_each(?) v"
        " CROSS JOIN sighting s ON s.paper_id = v.value",
        (_listed(ids),),
    )
    return {(row[0], row[1], row[2]): tuple(row[3:]) for row in rows}


def tags_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, set[str]]:
    """Return a mapping from each of `ids` to the set of the paper's tags. Leaves out papers without tags."""
    rows = connection.execute(
        "SELECT t.paper_id, t.tag FROM json_each(?) v CROSS JOIN paper_tag t ON t.paper_id = v.value",
        (_listed(ids),),
    )
    found: dict[int, set[str]] = {}
    for paper_id, tag in rows:
        found.setdefault(paper_id, set()).add(tag)
    return found


def notes_of(connection: sqlite3.Connection, ids: Collection[int]) -> dict[int, str]:
    """Return a mapping from each of `ids` to the text of the paper's note. Leaves out papers without a note."""
    rows = connection.execute(
        "SELECT n.paper_id, n.text FROM json_each(?) v CROSS JOIN note n ON n.paper_id = v.value", (_listed(ids),)
    )
    return dict(rows.fetchall())


def next_paper_number(connection: sqlite3.Connection) -> int:
    """Return the id for the next new paper. It is higher than the id of any paper so far, even of a removed paper."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'paper'").fetchone()
    return 1 if row is None else int(row[0]) + 1


def keys_with_prefixes(connection: sqlite3.Connection, prefixes: Iterable[str]) -> dict[str, int]:
    """Return the citation keys and aliases that consist of one of `prefixes` and any number of letters after it.

    The result maps each key or alias to the id of its paper. Use it to find which suffixes (`a`, `b`, … `aa`) of a
    generated key are taken. `prefixes` and the returned keys are in lower case. For a text that is a key of one paper
    and an alias of another, the paper with the key is returned. If any prefix is not ASCII, all keys that are not ASCII
    are returned, too.
    """
    prefixes = list(prefixes)
    listed = {"prefixes": _listed(prefixes)}
    beyond_ascii = not all(prefix.isascii() for prefix in prefixes)
    found: dict[str, int] = {}
    for table, column in (("alias", "paper_id"), ("paper", "id")):
        rows = connection.execute(
            f"SELECT k.key, k.{column} FROM json_each(:prefixes) v"
            f" CROSS JOIN {table} k ON k.key >= v.value AND k.key < v.value || char(0x10FFFF)"
            " AND substr(k.key, length(v.value) + 1) NOT GLOB '*[^A-Za-z]*'",
            listed,
        )
        found.update((key.casefold(), number) for key, number in rows)
        if beyond_ascii:
            # SQLite knows upper and lower case of ASCII letters only.
            rows = connection.execute(f"SELECT key, {column} FROM {table} WHERE key GLOB '*[^ -~]*'")
            found.update((key.casefold(), number) for key, number in rows)
    return found


def starred_among(connection: sqlite3.Connection, ids: Collection[int]) -> set[int]:
    """Return the ids of the starred papers among `ids`."""
    rows = connection.execute(
        "SELECT id FROM paper WHERE starred = 1 AND id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),)
    )
    return {row[0] for row in rows}
