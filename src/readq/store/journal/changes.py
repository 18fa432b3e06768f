"""Read the changes of one step that undo or redo restores. `readq.store.undo` lists the fields.

The papers in conflict are the rows of the temporary table `conflicting`, which `readq.store.undo` fills.
"""

import sqlite3
from typing import NamedTuple

from readq.store.journal.steps import CARD_COLUMNS


class Direction(NamedTuple):
    """Undo or redo. Both fields are names of columns of table `change`.

    `wanted` is the column with the values to restore. `expected` is the column with the values that the library must
    have now.
    """

    wanted: str
    expected: str


UNDO = Direction(wanted="before", expected="after")
REDO = Direction(wanted="after", expected="before")

SUFFIX = "substr(c.field, instr(c.field, ':') + 1)"
"""SQL for the part of the field of change `c` after the colon."""

NUMBER = f"CAST({SUFFIX} AS INTEGER)"
"""SQL for the number after the colon in the field of change `c`."""

ROW_KINDS = ("rating", "sighting", "caught", "alias", "title", "source", "merged", "tag", "due", *CARD_COLUMNS)
"""Kinds of fields whose names contain the id of a row, so one step may have thousands of different fields."""

WITHOUT_CONFLICT = "paper_id NOT IN (SELECT paper_id FROM temp.conflicting)"
"""SQL condition on `change`: its paper is not in conflict."""


def field_condition(field: str) -> str:
    """Return an SQL condition on table `change`: the field matches the parameter `:field`.

    The caller must bind `:field` to the value of `field`. `field` is the whole name of a field, or `KIND:*` for all
    fields of one of ROW_KINDS.
    """
    return "field GLOB :field" if field.endswith(":*") and field[:-2] in ROW_KINDS else "field = :field"


def restorable(
    connection: sqlite3.Connection, step: int, field: str, direction: Direction
) -> list[tuple[int, str, str | int | None, str | int | None]]:
    """Return the changes of `field` in the journal step `step` whose papers are not in conflict.

    Each is a tuple (paper id, suffix of the field, wanted value, expected value). The suffix is the part after the
    colon.
    """
    return connection.execute(
        f"SELECT paper_id, {SUFFIX}, {direction.wanted}, {direction.expected} FROM change c"
        f" WHERE step_id = :step AND {field_condition(field)} AND {WITHOUT_CONFLICT}",
        {"step": step, "field": field},
    ).fetchall()


def restorable_papers(connection: sqlite3.Connection, step: int, field: str) -> list[int]:
    """Return the ids of the papers without conflict for which the step changed `field`.

    Use this function for a field whose values are too large to be read together.
    """
    rows = connection.execute(
        f"SELECT paper_id FROM change WHERE step_id = :step AND {field_condition(field)} AND {WITHOUT_CONFLICT}",
        {"step": step, "field": field},
    )
    return list(dict.fromkeys(paper_id for (paper_id,) in rows))
