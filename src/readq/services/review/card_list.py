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
    """A card with its history. `card` is its id. `kind` is `paper` or `question`.

    `state` is `new`, `review`, `buried` (hidden until a day), `suspended`, `retired`, or `orphaned` if its question was
    removed from the note. `prompt` is what the card asks next: `claim`, `how`, `limit` or `use`, or the text of its
    question. `answer` is the answer to its question, or None for a card of the kind `paper`. `due` is the ISO day on
    which the card is asked next: the due day, or the day on which its burial ends if this is later. `recall` is the
    probability of recall on the day for which the cards are listed, from 0 to 1, or None before the first answer.
    `stability` and `interval_days` are in days. `reps` is the number of answers, `lapses` the number of days on which
    the card was forgotten. `history` has the answers as JSON objects, oldest first.
    """

    card: int
    kind: str
    state: str
    prompt: str
    answer: str | None
    due: str
    recall: float | None
    stability: float | None
    difficulty: float | None
    interval_days: int | None
    reps: int
    lapses: int
    history: list[dict[str, Any]]

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
