"""Cards of a merged dump, with the log of their answers. Runs inside the caller's write transaction."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readq.model.dumped import CardState, DumpedAnswer, DumpedCard


class LoggedAnswer(NamedTuple):
    """One answer, the whole days since the one before, and the card before and after it."""

    answer: DumpedAnswer
    before: CardState
    elapsed_days: int
    after: CardState


Replay = Callable[[Sequence[DumpedAnswer], str], list[LoggedAnswer]]
"""Makes a card's memory again from all its answers and the day on which it first fell due."""


def put_cards(
    connection: sqlite3.Connection, paper_id: int, cards: Sequence[DumpedCard], replay: Replay, at: str
) -> None:
    """Make `cards` those of a paper, with all their answers; cards that hold nothing yet are left as they are."""
    for card in cards:
        number = _card_number(connection, paper_id, card, at)
        connection.execute(
            "UPDATE card SET suspended = ?, buried_until = ?, priority = ?, answer = ? WHERE id = ?",
            (not card.enrolled, card.buried_until, card.priority, card.answer, number),
        )
        if card.due is not None:
            connection.execute("UPDATE card SET due = ? WHERE id = ?", (card.due, number))
        if card.answers:
            _put_answers(connection, number, card.answers, replay)


def suspend_others(connection: sqlite3.Connection, paper_id: int, cards: Sequence[DumpedCard]) -> None:
    """Take the paper's own card out of review when `cards` do not have it."""
    if all(card.kind != "paper" for card in cards):
        connection.execute(
            "UPDATE card SET suspended = 1, buried_until = NULL, priority = 0 WHERE kind = 'paper' AND paper_id = ?",
            (paper_id,),
        )


def _card_number(connection: sqlite3.Connection, paper_id: int, card: DumpedCard, at: str) -> int:
    known = connection.execute(
        "SELECT id FROM card WHERE paper_id = ? AND kind = ? AND question IS ? ORDER BY id LIMIT 1",
        (paper_id, card.kind, card.question),
    ).fetchone()
    if known is not None:
        return int(known[0])
    # A day out of review means nothing: it is set anew when the card comes in.
    due = card.due or (card.answers[0].day if card.answers else at[:10])
    cursor = connection.execute(
        "INSERT INTO card (paper_id, kind, question, due, created) VALUES (?, ?, ?, ?, ?)",
        (paper_id, card.kind, card.question, due, at),
    )
    return int(cursor.lastrowid or 0)


def _put_answers(connection: sqlite3.Connection, card: int, answers: Sequence[DumpedAnswer], replay: Replay) -> None:
    ((first_due,),) = connection.execute(
        "SELECT coalesce((SELECT due_before FROM review WHERE card_id = :card AND undone = 0 ORDER BY id LIMIT 1), due)"
        " FROM card WHERE id = :card",
        {"card": card},
    ).fetchall()
    logged = replay(answers, min(first_due, answers[0].day))
    numbers = _numbers(connection, card, answers)
    connection.execute("DELETE FROM review WHERE card_id = ? AND undone = 0", (card,))
    connection.executemany(
        "INSERT INTO review (id, card_id, rating, at, day, utc_offset, elapsed_days, stability, difficulty,"
        " interval_days, due, retention, algorithm, stability_before, difficulty_before, interval_before, due_before,"
        " last_day_before, reps_before, lapses_before) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [_review(number, card, one) for number, one in zip(numbers, logged, strict=True)],
    )
    last = logged[-1].after
    connection.execute(
        "UPDATE card SET stability = ?, difficulty = ?, interval_days = ?, due = ?, last_day = ?, reps = ?, lapses = ?"
        " WHERE id = ?",
        (last.stability, last.difficulty, last.interval_days, last.due, last.last_day, last.reps, last.lapses, card),
    )


def _review(number: int, card: int, logged: LoggedAnswer) -> tuple[object, ...]:
    answer, before, elapsed_days, after = logged
    return (
        number, card, answer.rating, answer.at, answer.day, answer.utc_offset, elapsed_days, after.stability,
        after.difficulty, after.interval_days, after.due, answer.retention, answer.algorithm, before.stability,
        before.difficulty, before.interval_days, before.due, before.last_day, before.reps, before.lapses,
    )  # fmt: skip


def _numbers(connection: sqlite3.Connection, card: int, answers: Sequence[DumpedAnswer]) -> list[int]:
    """A number for each answer, rising: the one it has, or milliseconds since 1970, raised where it is taken."""
    present: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, at, rating in connection.execute(
        "SELECT id, at, rating FROM review WHERE card_id = ? AND undone = 0 ORDER BY id DESC", (card,)
    ):
        present[at, rating].append(number)
    numbers: list[int] = []
    latest = 0
    for answer in answers:
        own = present[answer.at, answer.rating]
        wanted = own.pop() if own else _milliseconds(connection, answer.at)
        latest = _free(connection, card, max(wanted, latest + 1))
        numbers.append(latest)
    return numbers


def _milliseconds(connection: sqlite3.Connection, at: str) -> int:
    ((seconds,),) = connection.execute("SELECT CAST(strftime('%s', ?) AS INTEGER)", (at,)).fetchall()
    return int(seconds) * 1000


def _free(connection: sqlite3.Connection, card: int, number: int) -> int:
    """`number`, or the next that no answer has but those of `card` in force, which are about to be replaced."""
    while connection.execute(
        "SELECT 1 FROM review WHERE id = ? AND (card_id <> ? OR undone = 1)", (number, card)
    ).fetchone():
        number += 1
    return number
