"""Read and add sets of scheduler parameters (weights). An answer refers to a set by its id.

The set with the id 1 has the default weights of FSRS-6.
"""

import sqlite3

DEFAULT = 1
"""The id of the set with the default weights. New answers are scheduled with these weights."""

UNKNOWN = "unknown:"
"""The prefix of a text that stands for weights which the library does not have.

For example, `unknown:7` stands for the weights of the set 7.
"""

WEIGHTS = f"""
CASE r.params_id WHEN {DEFAULT} THEN '' ELSE
  coalesce((SELECT weights FROM params WHERE id = r.params_id), '{UNKNOWN}' || r.params_id) END
"""
"""SQL expression for the weights of the answer `r` of table `review`: a JSON array, or "" for the default weights.

If the library does not have the weights, the value is UNKNOWN followed by the id of the set.
"""


def add(connection: sqlite3.Connection, algorithm: str, weights: str) -> int:
    """Return the id of the set with the weights `weights` for the scheduler `algorithm`. Adds the set if it is missing.

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
