"""Read and write which commits of a shared git repository the library has taken in.

They are part of the library, not of the repository: a backup that is restored knows what it did not have yet. Otherwise
it would look as if its reader had removed all that came later.
"""

import sqlite3
from collections.abc import Iterable


def read(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the hexadecimal names of the commits. Their content is in the library. Empty if it was never shared."""
    row = connection.execute("SELECT commits FROM shared").fetchone()
    return () if row is None else tuple(row[0].split())


def put(connection: sqlite3.Connection, commits: Iterable[str]) -> None:
    """Replace the names of the commits, inside the caller's transaction. No names: as if it was never shared."""
    connection.execute("DELETE FROM shared")
    if text := " ".join(commits):
        connection.execute("INSERT INTO shared (one, commits) VALUES (1, ?)", (text,))
