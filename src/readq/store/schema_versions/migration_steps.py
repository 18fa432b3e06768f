"""List the migrations that lead from an empty database to the present schema, and give the present version number."""

import sqlite3
from collections.abc import Callable, Sequence

from readq.store.schema_versions import (
    version_1,
    version_2,
    version_3,
    version_4,
    version_5,
    version_6,
    version_7,
    version_8,
    version_9,
    version_10,
    version_11,
    version_12,
    version_13,
    version_14,
)

Step = Sequence[str | Callable[[sqlite3.Connection], None]]
"""One migration: SQL statements and Python functions, in the order in which they run.

They run inside a transaction, with foreign keys off.
"""

STEPS: tuple[Step, ...] = (
    version_1.STATEMENTS,
    version_2.STATEMENTS,
    version_3.STATEMENTS,
    version_4.STATEMENTS,
    version_5.STATEMENTS,
    version_6.STATEMENTS,
    version_7.STATEMENTS,
    version_8.STATEMENTS,
    version_9.STATEMENTS,
    version_10.STATEMENTS,
    version_11.STATEMENTS,
    version_12.STATEMENTS,
    version_13.STATEMENTS,
    version_14.STATEMENTS,
)
"""All migrations: `STEPS[n]` leads from schema n to schema n + 1. A migration never changes once it is released."""

SCHEMA_VERSION = len(STEPS)
"""The schema version that this readq reads and writes. A library stores its schema version as `PRAGMA user_version`."""
