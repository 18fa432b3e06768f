"""Compute the log entries of a card from its answers, because a dump contains only the answers."""

from collections.abc import Sequence

from readq.model.records import AnswerRecord
from readq.store.records.cards import LoggedAnswer


def replay_answers(answers: Sequence[AnswerRecord], first_due: str) -> list[LoggedAnswer]:
    """Return a log entry for each answer to a card. `first_due` is the first ISO day on which the card was due.

    Raises ValueError if the days of the answers decrease. Raises ValueError if FSRS does not accept a rating or a
    retention.
    """
    from readq.review.replay import RatingOnDay, replay

    given = [RatingOnDay(answer.rating, answer.day, answer.retention) for answer in answers]
    return [LoggedAnswer(answer, *made) for answer, made in zip(answers, replay(given, first_due), strict=True)]
