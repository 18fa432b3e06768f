"""Read review cards, count answers, and log new answers."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from readq.store.journal.steps import record


class Card(NamedTuple):
    """A review card with its memory state. `kind` is `paper` or `question`. Days are local ISO days.

    `stability` is in days, `difficulty` is from 1 to 10. `reps` is the number of answers. `lapses` is the number of
    answers `again`, without the first answer to the card. `stability`, `difficulty`, `interval_days` and `last_day` are
    None before the first answer.
    """

    id: int
    paper_id: int
    kind: str
    question: str | None
    suspended: bool
    buried_until: str | None
    priority: int
    due: str
    stability: float | None
    difficulty: float | None
    interval_days: int | None
    last_day: str | None
    reps: int
    lapses: int


class NewAnswer(NamedTuple):
    """An answer to log, with the schedule that FSRS computed for it. `rating` is from 1 to 4.

    `at` is the time of the answer, `at_ms` the same time in milliseconds since 1970. `day` is the local day for which
    the answer counts. `utc_offset` is the offset from UTC in seconds.
    """

    rating: int
    at: str
    at_ms: int
    day: str
    utc_offset: int
    elapsed_days: int
    stability: float
    difficulty: float
    interval_days: int
    due: str
    retention: float
    algorithm: str


_CARD = (
    "SELECT id, paper_id, kind, question, suspended, buried_until, priority, due, stability, difficulty,"
    " interval_days, last_day, reps, lapses FROM card"
)


def find_card(connection: sqlite3.Connection, card_id: int) -> Card | None:
    """Return the card with the id `card_id`. Return None if there is no such card."""
    return _first(connection, "id = ?", card_id)


def find_paper_card(connection: sqlite3.Connection, paper_id: int) -> Card | None:
    """Return the card of the kind `paper` that a paper has. Return None if there is none.

    A paper has at most one such card.
    """
    return _first(connection, "kind = 'paper' AND paper_id = ?", paper_id)


def due_cards(
    connection: sqlite3.Connection, today: str, where: str = "1", params: tuple[object, ...] = ()
) -> list[Card]:
    """Return the cards that are due on the local ISO day `today`, longest overdue first.

    Leaves out suspended and buried cards. Returns only cards of papers that match the SQL condition `where` on table
    `paper p`. `params` are the values to bind.
    """
    rows = connection.execute(
        f"{_CARD} WHERE suspended = 0 AND due <= ? AND (buried_until IS NULL OR buried_until <= ?)"
        f" AND paper_id IN (SELECT p.id FROM paper p WHERE {where}) ORDER BY due, id",
        (today, today, *params),
    )
    return [_card(row) for row in rows]


def count_answered(connection: sqlite3.Connection, day: str) -> dict[str, int]:
    """Return the number of cards answered on the local ISO day `day`, by kind. A card answered twice counts once."""
    rows = connection.execute(
        "SELECT c.kind, count(DISTINCT r.card_id) FROM review r JOIN card c ON c.id = r.card_id"
        " WHERE r.day = ? AND r.undone = 0 GROUP BY c.kind",
        (day,),
    )
    return dict(rows.fetchall())


def papers_answered(connection: sqlite3.Connection, day: str) -> set[int]:
    """Return the ids of the papers that had a card answered on the local ISO day `day`."""
    rows = connection.execute(
        "SELECT DISTINCT c.paper_id FROM review r JOIN card c ON c.id = r.card_id WHERE r.day = ? AND r.undone = 0",
        (day,),
    )
    return {row[0] for row in rows}


def log_answer(connection: sqlite3.Connection, step: int, old: Card, answer: NewAnswer) -> int:
    """Log an answer to a card, and update the card. Return the id of the answer.

    `old` is the card before the answer. The journal step `step` records the change.
    """
    # Numbers increase even if the clock was set back, so they give the order of answers.
    number = max(answer.at_ms, _highest_number(connection) + 1)
    reserve_number(connection, number)
    lapsed = answer.rating == 1 and old.reps > 0
    insert_answers(
        connection,
        [
            (
                number, old.id, answer.at, answer.day, answer.utc_offset, answer.rating, answer.retention,
                answer.algorithm, answer.elapsed_days, answer.stability, answer.difficulty, answer.interval_days,
                answer.due, old.stability, old.difficulty, old.interval_days, old.due, old.last_day, old.reps,
                old.lapses,
            )
        ],
    )  # fmt: skip
    connection.execute(
        "UPDATE card SET stability = ?, difficulty = ?, interval_days = ?, due = ?, last_day = ?, reps = reps + 1,"
        " lapses = lapses + ?, buried_until = NULL WHERE id = ?",
        (answer.stability, answer.difficulty, answer.interval_days, answer.due, answer.day, lapsed, old.id),
    )
    changes: list[tuple[int, str, object, object]] = [(old.paper_id, f"rating:{number}", None, number)]
    if old.buried_until is not None:
        changes.append((old.paper_id, f"buried_until:{old.id}", old.buried_until, None))
    record(connection, step, changes)
    return number


def insert_answers(connection: sqlite3.Connection, answers: Iterable[tuple[object, ...]]) -> None:
    """Insert rows into the log of answers.

    Each row of `answers` has these values in this order:

    - the id of the answer and the id of its card
    - all fields of `AnswerRecord`
    - the number of days since the previous answer
    - the state of the card after the answer: the fields of `CardState` from the first to `due`
    - the state of the card before the answer: all fields of `CardState`
    """
    connection.executemany(
        "INSERT INTO review (id, card_id, at, day, utc_offset, rating, retention, algorithm, elapsed_days, stability,"
        " difficulty, interval_days, due, stability_before, difficulty_before, interval_before, due_before,"
        " last_day_before, reps_before, lapses_before) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        answers,
    )


def _highest_number(connection: sqlite3.Connection) -> int:
    """Return the highest id that an answer ever had, also if it was deleted: undo can restore deleted answers."""
    ((number,),) = connection.execute(
        "SELECT max(coalesce((SELECT max(id) FROM review), 0),"
        " coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'review'), 0))"
    ).fetchall()
    return int(number)


def reserve_number(connection: sqlite3.Connection, number: int) -> None:
    """Raise SQLite's AUTOINCREMENT counter of answers to at least `number`. New answers then get higher ids."""
    update = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'review'"
    if not connection.execute(update, (number,)).rowcount:
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('review', ?)", (number,))


def _first(connection: sqlite3.Connection, condition: str, value: int) -> Card | None:
    row = connection.execute(f"{_CARD} WHERE {condition}", (value,)).fetchone()
    return _card(row) if row else None


def _card(row: tuple[object, ...]) -> Card:
    values = list(row)
    values[4] = bool(values[4])
    return Card._make(values)
