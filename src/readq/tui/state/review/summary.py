"""Texts for the end of a review: a summary of the ratings, and the next day with due cards."""

from collections.abc import Sequence
from datetime import date

from readq.model.values import Rating
from readq.review.queue import span_text
from readq.services.review.outlook import Outlook
from readq.text import counted
from readq.tui.state.review.jobs import Answer

_WEEK = 7


def summary(answers: Sequence[Answer]) -> str:
    """Return a summary of the ratings: `11 cards, 12 answers: 1 again, 2 hard, 8 good, 1 easy.`."""
    rated = [(answer.card.card, answer.rating) for answer in answers if answer.rating is not None]
    if not rated:
        return "Nothing was rated."
    given = [rating for _, rating in rated]
    tally = [(given.count(rating), rating.name.lower()) for rating in Rating]
    parts = ", ".join(f"{count:,} {name}" for count, name in tally if count)
    cards = counted(len({card for card, _ in rated}), "card")
    return f"{cards}, {counted(len(rated), 'answer')}: {parts}."


def kept_cards(answers: Sequence[Answer]) -> dict[int, bool]:
    """Return a dict that maps the id of each rated card to True if the card was remembered, and to False otherwise.

    A card was remembered if its first rating was not `again`.
    """
    kept: dict[int, bool] = {}
    for answer in answers:
        if answer.rating is not None:
            kept.setdefault(answer.card.card, answer.rating is not Rating.AGAIN)
    return kept


def end_line(answers: Sequence[Answer], outlook: Outlook, today: date) -> str:
    """Return the line at the end of a review: `4 of 5 remembered · next Tue: 6 · oldest memory 1.1 years`.

    The line has three parts:

    - the number of cards that were remembered, and the number of all rated cards
    - the next day with due cards, and the number of cards due on this day
    - the age of the oldest card that the user still remembers, counted from the first answer to this card

    Parts that are not known are left out. If no part is known, return "".
    """
    kept = kept_cards(answers)
    parts = [f"{sum(kept.values())} of {len(kept)} remembered"] if kept else []
    if outlook.day is not None:
        is_near = (outlook.day - today).days < _WEEK
        parts.append(f"next {f'{outlook.day:%a}' if is_near else outlook.day.isoformat()}: {outlook.cards:,}")
    if outlook.oldest_days:
        parts.append(f"oldest memory {span_text(outlook.oldest_days)}")
    return " · ".join(parts)
