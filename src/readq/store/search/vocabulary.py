"""Read the names that complete the user's input: tags, feeds, saved views and citation keys."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from readq.store.search.compiler import CHOICES


class Vocabulary(NamedTuple):
    """The tags of a library, and the names of its feeds and saved views."""

    tags: Sequence[tuple[str, int]]
    """Pairs of a tag and the number of papers that have it, the most used tag first."""
    feeds: Sequence[str]
    views: Sequence[str]


def vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Return the tags of the library with their numbers of papers, and the names of its feeds and saved views.

    This is slow in a large library, because all tags of all papers are counted.
    """
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
    """Return the possible values of a query field such as `status`.

    Return [] if the field has no fixed list of values.
    """
    return list(CHOICES.get(field, ()))
