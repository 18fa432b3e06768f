"""What answers make of a card, for the log: a dump has the answers only."""

from collections.abc import Sequence

from readq.model.records import AnswerRecord
from readq.store.records.cards import LoggedAnswer


def replayed(answers: Sequence[AnswerRecord], first_due: str) -> list[LoggedAnswer]:
    """What answers make of a card that first fell due on `first_due`, one by one."""
    from readq.review.replay import RatingOnDay, replay

    given = [RatingOnDay(answer.rating, answer.day, answer.retention) for answer in answers]
    return [LoggedAnswer(answer, *made) for answer, made in zip(answers, replay(given, first_due), strict=True)]
