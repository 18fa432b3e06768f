"""Read and add parameters of the scheduler. Answers name them by number; number 1 has the defaults of FSRS-6."""

import sqlite3

DEFAULT = 1
"""The number of the parameters with the default weights. New answers are given under them."""

UNKNOWN = "unknown:"
"""The begin of the text for weights that the library does not have. The number of the parameters follows."""

WEIGHTS = f"""
CASE r.params_id WHEN {DEFAULT} THEN '' ELSE
  coalesce((SELECT weights FROM params WHERE id = r.params_id), '{UNKNOWN}' || r.params_id) END
"""
"""SQL for the weights of the answer `r` of table `review`: a JSON array, or "" for the default weights."""


def add(connection: sqlite3.Connection, algorithm: str, weights: str) -> int:
    """Return the number of the parameters with these weights, which are added if the library lacks them.

    `weights` is a JSON array, or "" for the default weights.
    """
    if not weights:
        return DEFAULT
    row = connection.execute(
        "SELECT id FROM params WHERE algorithm = ? AND weights = ?", (algorithm, weights)
    ).fetchone()
    if row is not None:
        return int(row[0])
    cursor = connection.execute("INSERT INTO params (algorithm, weights) VALUES (?, ?)", (algorithm, weights))
    return int(cursor.lastrowid or 0)


def find_default(connection: sqlite3.Connection) -> str | None:
    """Return the weights with the number DEFAULT. Return None if the library lacks them."""
    row = connection.execute("SELECT weights FROM params WHERE id = ?", (DEFAULT,)).fetchone()
    return str(row[0]) if row else None
