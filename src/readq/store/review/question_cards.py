"""Read and write the cards of the questions in notes. Such a card is never deleted, because the question may return."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from readq.store.journal.steps import record


class QuestionCard(NamedTuple):
    """The card of a question in a note."""

    id: int
    question: str
    answer: str | None
    orphaned: str | None
    """The ISO day on which the question left the note, or None."""


def of_paper(connection: sqlite3.Connection, paper_id: int) -> list[QuestionCard]:
    """Return the question cards of a paper, ordered by id."""
    rows = connection.execute(
        "SELECT id, question, answer, orphaned FROM card WHERE kind = 'question' AND paper_id = ? ORDER BY id",
        (paper_id,),
    )
    return [QuestionCard._make(row) for row in rows]


Values = tuple[str | None, str | None]
"""A pair: the value of a column before a change, and the value after it."""


def change(
    connection: sqlite3.Connection, step: int | None, paper_id: int, card: int, columns: Mapping[str, Values]
) -> None:
    """Set columns of a card. `columns` maps the name of each column to its values before and after the change.

    Records the changes in the step `step` of the undo history, unless `step` is None.
    """
    changed = {name: values for name, values in columns.items() if values[0] != values[1]}
    if not changed:
        return
    if step is not None:
        record(connection, step, [(paper_id, f"{name}:{card}", *values) for name, values in changed.items()])
    assigned = ", ".join(f"{name} = ?" for name in changed)
    connection.execute(f"UPDATE card SET {assigned} WHERE id = ?", (*(after for _, after in changed.values()), card))


class NewQuestions(NamedTuple):
    """Questions to add as cards."""

    questions: Iterable[tuple[str, str]]
    """Pairs (question, answer)."""
    due: str
    """The ISO day on which the cards are due."""
    day: str
    """The local ISO day on which the cards are made."""
    at: str
    """The time at which the cards are made (UTC text)."""


def add(connection: sqlite3.Connection, step: int | None, paper_id: int, new: NewQuestions) -> None:
    """Add a card for each question in `new`.

    Records this in the step `step` of the undo history, unless `step` is None. Undo of the step does not delete the
    cards. It marks them as orphaned (their questions have left the note), so that they keep their ids and answers.
    """
    for question, answer in new.questions:
        cursor = connection.execute(
            "INSERT INTO card (paper_id, kind, question, answer, due, created) VALUES (?, 'question', ?, ?, ?, ?)",
            (paper_id, question, answer, new.due, new.at),
        )
        if step is not None:
            record(connection, step, [(paper_id, f"orphaned:{cursor.lastrowid}", new.day, None)])
