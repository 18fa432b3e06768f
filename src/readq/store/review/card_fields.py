"""Compare and restore the fields of cards that the undo history records. `readq.store.undo` lists the fields.

Each function undoes or redoes (`direction`) the changes of one kind of field in the step `step`. It leaves out papers
in conflict, which are papers that were changed again after the step. `field` is the whole name of a field, or `KIND:*`
for all fields of a kind.
"""

import sqlite3

from readq.store.journal.changes import NUMBER, UNDO, WITHOUT_CONFLICT, Direction, each_restorable, restorable
from readq.store.review import card_snapshots
from readq.store.review.lapses import LAPSED

CURRENT_ENROLMENT = """
SELECT CASE WHEN c.before IS NULL THEN c.after ELSE c.before END FROM card
  WHERE paper_id = c.paper_id AND kind = 'paper' AND suspended = 0
"""
"""SQL query for the value with which undo compares a change `c` of the field `enrolment` (a row of the table `change`).

For a paper that is not in review, the value is null. For a paper in review, the value is the due day that `c` recorded.
It is not the due day that the card has now, because an answer after the change moves that day, and would look like a
conflict.
"""

LATEST_ANSWER = f"""
SELECT max(r.id) FROM review r WHERE r.undone = 0 AND r.id >= {NUMBER}
  AND r.card_id = (SELECT card_id FROM review WHERE id = {NUMBER})
"""
"""SQL query for the id of the latest answer to the card that the change `c` is about.

`c` is a row of the table `change` that records an answer.
"""


def restore_enrolment(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    """Undo or redo the changes of enrolment in the step `step` of the undo history.

    A change of enrolment puts a paper into review or takes a paper out of review. If undo puts a paper back into
    review, a card without ratings gets its former due day again.
    """
    connection.execute(
        f"UPDATE card SET suspended = c.{direction.wanted} IS NULL,"
        " due = CASE WHEN reps > 0 THEN due ELSE coalesce(c.before, due) END FROM change c"
        " WHERE c.step_id = ? AND c.field = ? AND c.paper_id = card.paper_id AND card.kind = 'paper'"
        f" AND c.{WITHOUT_CONFLICT}",
        (step, field),
    )


def restore_due(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    """Undo or redo the changes of due days in the step `step` of the undo history, for cards that were never rated.

    A due day that was changed again after the step is kept.
    """
    connection.executemany(
        "UPDATE card SET due = ? WHERE id = ? AND due = ? AND reps = 0",
        (
            (wanted, int(card), expected)
            for _, card, wanted, expected in each_restorable(connection, step, field, direction)
        ),
    )


def restore_column(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    """Undo or redo the changes of a column of cards in the step `step` of the undo history.

    `field` names the column, one of `readq.store.journal.steps.CARD_COLUMNS`.
    """
    column = field.partition(":")[0]
    connection.executemany(
        f"UPDATE card SET {column} = ? WHERE id = ?",
        ((value, int(card)) for _, card, value, _ in each_restorable(connection, step, field, direction)),
    )


def restore_snapshots(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    """Undo or redo a merge of cards and answers in the step `step` of the undo history.

    Replaces all cards and answers of the papers by those in the snapshots that the step recorded.
    """
    states = {paper_id: str(state) for paper_id, _, state, _ in restorable(connection, step, field, direction)}
    for paper_id in states:
        # Save the present cards: they include answers undone since, whose rows redo needs.
        connection.execute(
            f"UPDATE change SET {direction.expected} = ? WHERE step_id = ? AND paper_id = ? AND field = ?",
            (card_snapshots.snapshot(connection, paper_id), step, paper_id, field),
        )
    card_snapshots.restore(connection, states)


def restore_rating(connection: sqlite3.Connection, step: int, field: str, direction: Direction, _at: str) -> None:
    """Undo or redo the answers in the step `step` of the undo history.

    Each card gets the schedule that it had before the answer (undo) or after it (redo).
    """
    if direction is UNDO:
        state = (
            "stability = r.stability_before, difficulty = r.difficulty_before, interval_days = r.interval_before,"
            " due = r.due_before, last_day = r.last_day_before, reps = r.reps_before, lapses = r.lapses_before"
        )
    else:
        state = (
            "stability = r.stability, difficulty = r.difficulty, interval_days = r.interval_days, due = r.due,"
            " last_day = r.day, reps = r.reps_before + (r.kind = 'answer'),"
            f" lapses = r.lapses_before + {LAPSED}"
        )
    update_card = f"UPDATE card SET {state} FROM review r WHERE r.id = ? AND card.id = r.card_id"
    update_answer = f"UPDATE review SET undone = {int(direction is UNDO)} WHERE id = ?"
    for statement in (update_card, update_answer):
        changes = each_restorable(connection, step, field, direction)
        connection.executemany(statement, ((int(answer),) for _, answer, _, _ in changes))
