"""Compute the states of a review card before and after each of the user's answers.

An import of a dump needs this, because a dump contains the answers, but not the states of the cards.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from readq.errors import ReadqError
from readq.model.records import AnswerRecord
from readq.store.records.cards import LoggedAnswer

if TYPE_CHECKING:
    from readq.review.replay import RatingOnDay


def replay_answers(answers: Sequence[AnswerRecord], first_due: str) -> list[LoggedAnswer]:
    """Return a log entry for each of `answers`, the answers to one card.

    A log entry has an answer, and the states of the card before and after the answer. `first_due` is the ISO day on
    which the card was first due. Raises ReadqError if an answer is stored with invalid weights of the scheduler FSRS.
    Raises ValueError if the days of the answers decrease, or if FSRS does not accept a rating or a retention.
    """
    from readq.review.replay import replay

    given = [_given(answer) for answer in answers]
    return [LoggedAnswer(answer, *made) for answer, made in zip(answers, replay(given, first_due), strict=True)]


def _given(answer: AnswerRecord) -> "RatingOnDay":
    from readq.review.parameters import parse_weights
    from readq.review.replay import RatingOnDay

    try:
        weights = parse_weights(answer.weights)
    except ValueError as error:
        raise ReadqError(
            f"the answer of {answer.at} was given under parameters that are not known: {error}", "see readq check"
        ) from None
    return RatingOnDay(answer.rating, answer.day, answer.retention, weights, answer.kind == "read")
