"""Update the review cards for the questions in a note when the note changes."""

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from readq.days import instant, local_day
from readq.review.questions import StoredQuestion, find_questions, match_questions, may_hold_questions
from readq.store.review import question_cards

FIRST_DAYS = 8
"""The number of days after which a new question is asked for the first time.

It is the interval that FSRS gives after a first answer with the rating good, for a probability of recall of 0.80.
"""


class NoteChange(NamedTuple):
    """A change of the note of a paper from the text `before` to the text `after`. None stands for no note.

    `now` is the time of the change, in the time zone of the user. `merged` is empty, unless a merge of two libraries
    has already changed the paper's cards. Then it has the questions of the cards after the merge.
    """

    paper_id: int
    before: str | None
    after: str | None
    now: datetime
    merged: Collection[str] = ()


def update(connection: sqlite3.Connection, step: int | None, change: NoteChange) -> int:
    """Update the question cards of a paper after a change of its note, inside the caller's transaction.

    If a question has the same or a similar text as a card, the card is kept for this question. Any other question gets
    a new card. If the question of a card was removed from the note, the card is kept but not asked. The changes are
    recorded in the step `step` of the undo history, unless it is None. Return the number of questions in the note that
    get no card, because they are too long or too many.
    """
    before, after = change.before or "", change.after or ""
    if not (may_hold_questions(before) or may_hold_questions(after) or change.merged):
        return 0
    asked, former = find_questions(after), {one.question for one in find_questions(before).asked}
    texts = former.union((one.question for one in asked.asked), change.merged)
    cards = {one.id: one for one in question_cards.of_paper(connection, change.paper_id)}
    day = local_day(change.now)
    today = day.isoformat()
    changes = match_questions(
        [
            StoredQuestion(one.id, one.question, one.answer or "", one.orphaned is not None, one.orphaned == today)
            for one in cards.values()
            # Any other card whose question is in no version of the note is left alone.
            if one.orphaned or one.question in texts
        ],
        asked.asked,
    )
    for number, question in changes.kept.items():
        old = cards[number]
        columns = {
            "question": (old.question, question.question),
            "answer": (old.answer, question.answer),
            "orphaned": (old.orphaned, None),
        }
        question_cards.change(connection, step, change.paper_id, number, columns)
    for number in changes.orphaned:
        question_cards.change(connection, step, change.paper_id, number, {"orphaned": (None, today)})
    due = day + timedelta(days=FIRST_DAYS)
    new = question_cards.NewQuestions(changes.added, due.isoformat(), today, instant(change.now))
    question_cards.add(connection, step, change.paper_id, new)
    return asked.left_out
