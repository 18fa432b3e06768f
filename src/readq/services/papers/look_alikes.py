"""Record that two papers with similar metadata are different works."""

import sqlite3
from datetime import datetime

from readq.errors import ReadqError
from readq.services.history.steps import Outcome, run_as_step
from readq.store.papers import look_alikes

STEP = "kept apart"


def keep_apart(connection: sqlite3.Connection, one: int, other: int, now: datetime) -> Outcome:
    """Record that the papers with the ids `one` and `other` are different works, as one step of the undo history.

    Return the outcome. Imports and syncs do not report this pair again. Raises ReadqError if both ids are the same.
    """
    if one == other:
        raise ReadqError(f"both are paper #{one}", "name two papers; readq doubles lists pairs")

    def act(step: int, present: list[int]) -> None:
        if len(present) == 2:
            look_alikes.mark_different(connection, step, *present)

    return run_as_step(connection, [one, other], STEP, now, act)
