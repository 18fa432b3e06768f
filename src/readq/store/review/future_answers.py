"""Find answers and new cards whose time lies in the future because a clock was wrong, and correct them."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class FutureAnswer(NamedTuple):
    """An answer whose time or day lies in the future, and which was not undone."""

    number: int
    """The id of the answer."""
    card: int
    paper_id: int
    at: str
    """The time of the answer (UTC text)."""
    utc_offset: int
    """The offset of local time from UTC, in seconds."""
    day: str
    """The local ISO day for which the answer counts."""


def future_answers(connection: sqlite3.Connection, at: str, day: str) -> list[FutureAnswer]:
    """Return the answers whose time is after `at` (UTC text) or whose local ISO day is after `day`, ordered by id.

    Undone answers are left out.
    """
    rows = connection.execute(
        "SELECT r.id, r.card_id, c.paper_id, r.at, r.utc_offset, r.day FROM review r JOIN card c ON c.id = r.card_id"
        " WHERE r.undone = 0 AND (r.at > ? OR r.day > ?) ORDER BY r.id",
        (at, day),
    )
    return [FutureAnswer._make(row) for row in rows]


class FutureCard(NamedTuple):
    """A card in review that has no answers, and is due in the future."""

    card: int
    paper_id: int
    due: str
    """The ISO day on which the card is due."""


def future_cards(connection: sqlite3.Connection, day: str) -> list[FutureCard]:
    """Return the cards in review without answers that are due after the local ISO day `day`, ordered by id.

    Leaves out cards whose log has an entry that their paper was read to the end.
    """
    rows = connection.execute(
        "SELECT id, paper_id, due FROM card WHERE reps = 0 AND stability IS NULL AND suspended = 0"
        " AND orphaned IS NULL AND due > ? ORDER BY id",
        (day,),
    )
    return [FutureCard._make(row) for row in rows]


def set_due(connection: sqlite3.Connection, cards: Iterable[int], day: str) -> None:
    """Set the due day of the cards with these ids to the local ISO day `day`."""
    connection.executemany("UPDATE card SET due = ? WHERE id = ?", ((day, card) for card in cards))


def take_out(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Mark the answers with these ids as undone. The states of their cards stay as they are."""
    connection.executemany("UPDATE review SET undone = 1 WHERE id = ?", ((number,) for number in numbers))


def set_day(connection: sqlite3.Connection, number: int, day: str) -> None:
    """Set the local ISO day for which the answer with the id `number` counts."""
    connection.execute("UPDATE review SET day = ? WHERE id = ?", (day, number))


def last_day_before(connection: sqlite3.Connection, card: int, number: int) -> str:
    """Return the ISO day of the last answer to a card before the answer with the id `number`.

    Return "" if there is no such answer. Undone answers are left out.
    """
    row = connection.execute(
        "SELECT day FROM review WHERE card_id = ? AND undone = 0 AND id < ? ORDER BY id DESC LIMIT 1", (card, number)
    ).fetchone()
    return str(row[0]) if row else ""


def first_due(connection: sqlite3.Connection, card: int) -> str | None:
    """Return the ISO day on which a card was due before its first answer. Return None for a card without answers.

    An undone answer counts as an answer.
    """
    row = connection.execute("SELECT due_before FROM review WHERE card_id = ? ORDER BY id LIMIT 1", (card,)).fetchone()
    return str(row[0]) if row else None
