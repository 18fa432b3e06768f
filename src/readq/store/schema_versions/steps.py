"""The steps from an empty database to the present schema, and the number of the present schema."""

import sqlite3
from collections.abc import Callable, Sequence

from readq.store.schema_versions import version_1, version_2, version_3

Step = Sequence[str | Callable[[sqlite3.Connection], None]]
"""Statements, and functions where SQL is not enough, in order. They run in a transaction with foreign keys off."""

STEPS: tuple[Step, ...] = (version_1.STATEMENTS, version_2.STATEMENTS, version_3.STATEMENTS)
"""`STEPS[n]` leads from schema n to n + 1. A step never changes once it is released."""

SCHEMA_VERSION = len(STEPS)
"""The version that this readq reads and writes, stored as `PRAGMA user_version`."""
