"""List the cards of papers with their states and histories."""

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from readq.model.values import Rating
from readq.services.review import prompts
from readq.services.review.cards import elapsed_days
from readq.store.review import history
from readq.store.review.cards import Card, cards_of_papers


class ListedCard(NamedTuple):
    """A card of a paper, with its history."""

    card: int
    """The id of the card."""
    kind: str
    """The kind of the card: `paper` or `question`."""
    state: str
    """The state of the card: `new`, `review`, `buried`, `suspended`, `retired` or `orphaned`.

    A buried card is hidden until a day. An orphaned card has a question that was removed from the note.
    """
    prompt: str
    """The question that the card asks next: `claim`, `how`, `limit`, `use`, or the text of a question in the note."""
    answer: str | None
    """The answer to the question. None for a card of the kind `paper`."""
    due: str
    """The ISO day on which the card is asked next: its due day or the end of its burial, whichever is later."""
    recall: float | None
    """The probability of recall, from 0 to 1, on the day for which the cards are listed.

    Recall, stability, difficulty and interval are None until the card is answered for the first time, or until the log
    gets an entry that the paper was read to the end.
    """
    stability: float | None
    """The number of days until the probability of recall falls to 90 %, or None."""
    difficulty: float | None
    """The difficulty of the card, from 1 to 10, or None."""
    interval_days: int | None
    """The number of days between the last answer and the next review, or None."""
    reps: int
    """The number of answers."""
    lapses: int
    """The number of lapses: days on which the user forgot a card that the user knew before."""
    history: list[dict[str, Any]]
    """The log of the card as JSON objects, oldest first: answers, and the entry that the paper was read to the end."""

    def as_json(self) -> dict[str, Any]:
        """Return the card as a JSON object. Its keys are the names of the fields."""
        return self._asdict()


def of_papers(connection: sqlite3.Connection, ids: Sequence[int], day: date) -> list[ListedCard]:
    """Return the cards of the papers `ids` with their states on the local day `day`, ordered by card id."""
    cards = cards_of_papers(connection, ids)
    asked = prompts.next_prompts(connection, cards)
    return [_listed(connection, card, asked[card.id], day) for card in cards]


def _listed(connection: sqlite3.Connection, card: Card, prompt: str, day: date) -> ListedCard:
    from readq.review.fsrs_formulae import recall_probability

    recall = None
    if card.stability is not None:
        recall = recall_probability(card.stability, elapsed_days(card.last_day, day))
    return ListedCard(
        card=card.id,
        kind=card.kind,
        state=_state(card, day.isoformat()),
        prompt=prompt,
        answer=card.answer,
        due=max(card.due, card.buried_until or ""),
        recall=recall,
        stability=card.stability,
        difficulty=card.difficulty,
        interval_days=card.interval_days,
        reps=card.reps,
        lapses=card.lapses,
        history=[
            {
                "at": one.at,
                "day": one.day,
                "kind": one.kind,
                "rating": one.kind if one.kind == "read" else Rating(one.rating).name.lower(),
                "prompt": one.prompt,
                "recalled": one.recalled,
                "taken_ms": one.taken_ms,
                "interval_days": one.interval_days,
                "due": one.due,
            }
            for one in history.answers(connection, card.id)
        ],
    )


def _state(card: Card, today: str) -> str:
    if card.retired:
        return "retired"
    if card.orphaned:
        return "orphaned"
    if card.suspended:
        return "suspended"
    if card.buried_until and card.buried_until > today:
        return "buried"
    return "review" if card.reps else "new"
