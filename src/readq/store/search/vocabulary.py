"""The names that a reader may type: tags by use, feeds, saved views and citation keys, for the completion of inputs."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from readq.store.search.compiler import CHOICES


class Vocabulary(NamedTuple):
    """The names in a library."""

    tags: Sequence[tuple[str, int]]
    """The tags with the number of their papers, the most used first."""
    feeds: Sequence[str]
    views: Sequence[str]


def vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Return the names in the library. It takes time, because all tags of all papers are counted."""
    tags = connection.execute("SELECT tag, count(*) FROM paper_tag GROUP BY tag ORDER BY 2 DESC, 1")
    feeds = connection.execute("SELECT name FROM feed ORDER BY name")
    views = connection.execute("SELECT name FROM view ORDER BY position, name")
    return Vocabulary([(tag, used) for tag, used in tags], [name for (name,) in feeds], [name for (name,) in views])


def keys_with_prefix(connection: sqlite3.Connection, prefix: str, limit: int) -> list[str]:
    """Return at most `limit` citation keys that begin with `prefix`, in alphabetical order. Case does not matter."""
    # The index knows a range, and it takes no LIKE: a key may contain its wildcards.
    rows = connection.execute(
        "SELECT key FROM paper WHERE key >= ? AND key < ? ORDER BY key LIMIT ?", (prefix, f"{prefix}\U0010ffff", limit)
    )
    return [key for (key,) in rows]


def choices(field: str) -> list[str]:
    """Return the values of a query field that has a fixed set of them, [] for any other field."""
    return list(CHOICES.get(field, ()))
