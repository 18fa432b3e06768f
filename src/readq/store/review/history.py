"""Read the log of answers to cards: the prompts that were asked last, and the history of one card."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import NamedTuple


class LastAnswer(NamedTuple):
    """The first answer on the most recent day on which a card was answered. Later answers on that day do not count."""

    prompt: str | None
    """The question that was asked, or None if unknown."""
    rating: int
    """The rating, from 1 to 4."""


class LoggedAnswer(NamedTuple):
    """An entry in the log of answers to a card. The entry was not undone."""

    id: int
    at: str
    """The time of the answer (UTC text)."""
    day: str
    """The ISO day for which the answer counts."""
    kind: str
    """`answer` for an answer. `read` for the record that the user read the paper to the end."""
    rating: int
    prompt: str | None
    """The question that was asked, or None if unknown."""
    recalled: str | None
    """The text that the user typed, or None if unknown."""
    taken_ms: int | None
    """The number of milliseconds that the user took to answer, or None if unknown."""
    interval_days: int
    """The number of days until the next review, as scheduled by the answer."""
    due: str
    """The ISO day of the next review, as scheduled by the answer."""


_COLUMNS = ", ".join(LoggedAnswer._fields)


def last_answers(connection: sqlite3.Connection, card_ids: Sequence[int]) -> dict[int, LastAnswer]:
    """Return a dict that maps card ids to the first answer on the card's most recent day with an answer.

    Cards without answers are left out.
    """
    rows = connection.execute(
        "SELECT c.id, r.prompt, r.rating FROM card c JOIN review r ON r.id = (SELECT min(o.id) FROM review o"
        " WHERE o.card_id = c.id AND o.undone = 0 AND o.kind = 'answer' AND o.day = c.last_day)"
        " WHERE c.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(card_ids)),),
    )
    return {row[0]: LastAnswer(row[1], row[2]) for row in rows}


def answers(connection: sqlite3.Connection, card_id: int) -> list[LoggedAnswer]:
    """Return the log of a card, oldest entry first, without undone entries.

    Most entries are answers. An entry of the kind `read` records that the user read the paper to the end.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM review WHERE card_id = ? AND undone = 0 ORDER BY id",
        (card_id,),
    )
    return [LoggedAnswer._make(row) for row in rows]


def last_recalled(connection: sqlite3.Connection, card_id: int, prompt: str | None) -> LoggedAnswer | None:
    """Return a card's newest answer for which the user typed a text. Return None if there is no such answer.

    An answer to the prompt `prompt` is preferred, even if answers to other prompts are newer.
    """
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM review"
        " WHERE card_id = ? AND undone = 0 AND recalled IS NOT NULL ORDER BY prompt IS NOT ?, id DESC LIMIT 1",
        (card_id, prompt),
    ).fetchone()
    return LoggedAnswer._make(row) if row else None


def first_day(connection: sqlite3.Connection, card_ids: Collection[int]) -> str | None:
    """Return the earliest ISO day on which one of the cards was answered. Return None if there is no such day.

    A day on which the paper of a card was read to the end also counts.
    """
    ((day,),) = connection.execute(
        "SELECT min(day) FROM review WHERE undone = 0 AND card_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(card_ids)),),
    ).fetchall()
    return None if day is None else str(day)
