"""Read and write the names of the commits of a shared git repository that the library has merged.

The names are stored in the library itself, so that a restored backup names only the commits that it contains. Commits
that were merged after the backup are then merged again.
"""

import sqlite3
from collections.abc import Iterable


def read(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the hexadecimal names of the commits of the shared git repository that the library has merged.

    Return () if the library was never shared.
    """
    row = connection.execute("SELECT commits FROM shared").fetchone()
    return () if row is None else tuple(row[0].split())


def put(connection: sqlite3.Connection, commits: Iterable[str]) -> None:
    """Replace the stored names of the merged commits by `commits`. Without names, the library counts as never shared.

    Runs inside the caller's transaction.
    """
    connection.execute("DELETE FROM shared")
    if text := " ".join(commits):
        connection.execute("INSERT INTO shared (one, commits) VALUES (1, ?)", (text,))
