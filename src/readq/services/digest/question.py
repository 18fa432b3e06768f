"""Choose the review question of a digest."""

import sqlite3
from datetime import datetime

from readq.config import Config
from readq.formats.digest.contents import DigestQuestion
from readq.latex.decode import to_unicode
from readq.services.review import prompts
from readq.services.review.cards import ReviewChoice, review_queue
from readq.store.papers import queries
from readq.text import one_line

_MOST = 20
"""The number of due cards, beyond the daily limit of reviews, that are searched for a question with an answer."""


def find_question(connection: sqlite3.Connection, now: datetime, config: Config) -> DigestQuestion | None:
    """Return a review question, with its answer from the user's notes. Return None if no such question is found.

    The due review cards are searched in the order of review. A card is chosen if the user's note on its paper has a
    line with the answer. The result is the question of the first such card.
    """
    for card in review_queue(connection, now, config, ReviewChoice(more=_MOST)):
        line = prompts.own_line(connection, card.card, card.asks)
        if line is None:
            continue
        (paper,) = queries.papers(connection, [card.paper_id])
        return DigestQuestion(
            question=one_line(card.question),
            title=one_line(to_unicode(paper.title)),
            answer=one_line(line),
            reference=str(paper.id),
        )
    return None
