"""Log that papers were read to the end.

For a card without answers, reading the paper counts as a first answer with the rating `good`.
"""

import sqlite3
from typing import NamedTuple

from readq.store.review.cards import next_number, reserve_number
from readq.store.review.params import DEFAULT


class Read(NamedTuple):
    """The log entry for papers that were read to the end, and the schedule of their cards after the entry.

    The reading counts as an answer with the rating `rating`. The other fields are as in `NewAnswer`.
    """

    at: str
    at_ms: int
    day: str
    utc_offset: int
    rating: int
    stability: float
    difficulty: float
    interval_days: int
    due: str
    retention: float
    algorithm: str


def log_reads(connection: sqlite3.Connection, step: int, read: Read) -> None:
    """Log `read` for the cards of the papers that the step `step` of the undo history put into review.

    Skips cards that have a rating, and cards whose log has an earlier entry of this kind. Records the new rows in the
    same step.
    """
    first = next_number(connection, read.at_ms)
    bound = {**read._asdict(), "step": step, "first": first, "params": DEFAULT}
    number = connection.execute(
        "INSERT INTO review (id, card_id, rating, at, day, utc_offset, elapsed_days, stability, difficulty,"
        " interval_days, due, due_before, reps_before, lapses_before, retention, algorithm, kind, params_id)"
        " SELECT :first + row_number() OVER (ORDER BY c.id) - 1, c.id, :rating, :at, :day, :utc_offset, 0, :stability,"
        " :difficulty, :interval_days, :due, c.due, 0, 0, :retention, :algorithm, 'read', :params"
        " FROM change e JOIN card c ON c.paper_id = e.paper_id AND c.kind = 'paper'"
        " WHERE e.step_id = :step AND e.field = 'enrolment' AND c.stability IS NULL",
        bound,
    ).rowcount
    if not number:
        return
    bound["last"] = first + number - 1
    reserve_number(connection, first + number - 1)
    connection.execute(
        "UPDATE card SET stability = :stability, difficulty = :difficulty, interval_days = :interval_days, due = :due,"
        " last_day = :day WHERE id IN (SELECT card_id FROM review WHERE id BETWEEN :first AND :last)",
        bound,
    )
    connection.execute(
        "INSERT INTO change (step_id, paper_id, field, before, after)"
        " SELECT :step, c.paper_id, 'rating:' || r.id, NULL, r.id FROM review r JOIN card c ON c.id = r.card_id"
        " WHERE r.id BETWEEN :first AND :last",
        bound,
    )
