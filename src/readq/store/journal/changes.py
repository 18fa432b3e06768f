"""Read the changes that undo or redo of a step can restore. `readq.store.undo` lists the fields of these changes.

A paper is in conflict if it was changed again after the step. Its changes cannot be restored. `readq.store.undo` writes
the papers in conflict to the temporary table `conflicting`.
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from readq.store.journal.steps import CARD_COLUMNS


class Direction(NamedTuple):
    """A direction, undo or redo, as names of columns of the table `change`."""

    wanted: str
    """The column with the values to restore: `before` for undo, `after` for redo."""
    expected: str
    """The column with the values that the library has now if nothing was changed after the step.

    It is `after` for undo, `before` for redo.
    """


UNDO = Direction(wanted="before", expected="after")
REDO = Direction(wanted="after", expected="before")

SUFFIX = "substr(c.field, instr(c.field, ':') + 1)"
"""SQL expression for the part after the colon in `c.field`, such as `12` for `rating:12`.

`c` is a row of the table `change`.
"""

NUMBER = f"CAST({SUFFIX} AS INTEGER)"
"""SQL expression for the part after the colon in `c.field`, as an integer.

`c` is a row of the table `change`.
"""

ROW_KINDS = ("rating", "sighting", "caught", "alias", "title", "source", "merged", "tag", "due", "pair", *CARD_COLUMNS)
"""The kinds of fields whose names contain the id or name of a row, such as `rating:ID`.

One step can change thousands of different fields of such a kind.
"""

WITHOUT_CONFLICT = "paper_id NOT IN (SELECT paper_id FROM temp.conflicting)"
"""SQL condition on table `change`: the paper of the change was not changed again after the step."""


def field_condition(field: str) -> str:
    """Return an SQL condition on table `change` for the changes of `field`. The caller must bind `field` to `:field`.

    `field` is the whole name of a field, or `KIND:*` for all fields of a kind in ROW_KINDS.
    """
    return "field GLOB :field" if field.endswith(":*") and field[:-2] in ROW_KINDS else "field = :field"


RestorableChange = tuple[int, str, str | int | None, str | int | None]
"""A change to undo or redo: paper id, suffix of the field, value to restore, and expected value.

The suffix is the part of the field after the colon. The library has the expected value if nothing was changed after the
step.
"""


def each_restorable(
    connection: sqlite3.Connection, step: int, field: str, direction: Direction
) -> Iterator[RestorableChange]:
    """Yield the changes of `field` in the step `step` of the undo history, without papers in conflict.

    A paper is in conflict if it was changed again after the step. `field` can be `KIND:*` for all fields of a kind. The
    changes are read one by one. So the caller must not write to the tables `change` and `conflicting` before it has
    read all of them.
    """
    return connection.execute(
        f"SELECT paper_id, {SUFFIX}, {direction.wanted}, {direction.expected} FROM change c"
        f" WHERE step_id = :step AND {field_condition(field)} AND {WITHOUT_CONFLICT}",
        {"step": step, "field": field},
    )


def restorable(connection: sqlite3.Connection, step: int, field: str, direction: Direction) -> list[RestorableChange]:
    """Return the changes that `each_restorable` yields, as a list, for a caller that writes to the table `change`."""
    return list(each_restorable(connection, step, field, direction))


def restorable_papers(connection: sqlite3.Connection, step: int, field: str) -> list[int]:
    """Return the ids of the papers with a change of `field` in the step `step` of the undo history.

    Skips papers in conflict, which are papers that were changed again after the step. Use this function if the values
    of the field are too large to be read all at once.
    """
    rows = connection.execute(
        f"SELECT paper_id FROM change WHERE step_id = :step AND {field_condition(field)} AND {WITHOUT_CONFLICT}",
        {"step": step, "field": field},
    )
    return list(dict.fromkeys(paper_id for (paper_id,) in rows))
