"""What became of a paper while a person was writing about it: another process may have removed or merged it."""

import sqlite3

from readq.errors import ReadqError
from readq.store.references import find


class RemovedError(ReadqError):
    """The paper that was being written about is no longer in the library."""


def paper_now(connection: sqlite3.Connection, paper_id: int) -> int:
    """The paper that a number means now: another one when it was merged since. Raises RemovedError."""
    found = find(connection, f"#{paper_id}")
    if found is None:
        raise RemovedError(f"paper {paper_id} was removed meanwhile")
    return found
