"""Find papers by citation keys, and the starred ones among papers."""

import json
import sqlite3
from collections.abc import Collection


def ids_of_keys(connection: sqlite3.Connection, keys: Collection[str]) -> set[int]:
    """Return the ids of the papers that have one of the citation keys, at present or formerly."""
    bound = {"keys": json.dumps(sorted(keys))}
    chosen = "IN (SELECT value FROM json_each(:keys))"
    rows = connection.execute(
        f"SELECT id FROM paper WHERE key {chosen} UNION SELECT paper_id FROM alias WHERE key {chosen}", bound
    )
    return {row[0] for row in rows}


def starred_among(connection: sqlite3.Connection, ids: Collection[int]) -> set[int]:
    """Return the ids of the starred papers among `ids`."""
    rows = connection.execute(
        "SELECT id FROM paper WHERE starred = 1 AND id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),)
    )
    return {row[0] for row in rows}
